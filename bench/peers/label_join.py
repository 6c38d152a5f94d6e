"""The 15-minute label join in pandas (merge_asof), one thread, for bench/label-join.bench.ts: prints one JSON line.

usage: label_join.py SHOWN.csv ACTIONS.csv WINDOW_MS REPEATS
"""
import json
import sys
import time

import numpy as np
import pandas as pd

shown_path, actions_path, window_ms, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
names = ["user", "item", "at"]
types = {"user": np.int32, "item": np.int32, "at": np.int64}
shown = pd.read_csv(shown_path, names=names, dtype=types)
shown["row"] = np.arange(len(shown), dtype=np.int64)
actions = pd.read_csv(actions_path, names=names, dtype=types)
cpu, wall = [], []
for _ in range(repeats):
    start, clock = time.process_time(), time.perf_counter()
    # Sorting the actions is part of the join: they do not come in order of time.
    ordered = actions.sort_values("at", kind="stable")
    joined = pd.merge_asof(ordered, shown, on="at", by=["user", "item"], tolerance=window_ms, direction="backward")
    rows = joined["row"].dropna().to_numpy(dtype=np.int64)
    labels = np.bincount(rows, minlength=len(shown)).astype(np.uint8)
    cpu.append(time.process_time() - start)
    wall.append(time.perf_counter() - clock)
print(json.dumps({"cpu": cpu, "wall": wall, "attributed": int(len(rows)), "version": pd.__version__}))
