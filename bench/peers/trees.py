"""Boosted trees by a peer, for bench/trees.bench.ts: trains once and prints one JSON line with CPU and wall seconds of training, and quality on the test rows.

usage: trees.py xgboost|lightgbm|sklearn FOLDER TASK THREADS

Training is timed from the matrix in memory, the library's own binning included.
"""
import json
import os
import sys
import time

import numpy as np

name, folder, task, threads = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])


def read(part):
    y = np.fromfile(os.path.join(folder, part + "_y.f32"), np.float32)
    x = np.fromfile(os.path.join(folder, part + "_x.f32"), np.float32).reshape(len(y), -1)
    queries = os.path.join(folder, part + "_q.i32")
    return x, y, np.fromfile(queries, np.int32) if os.path.exists(queries) else None


def auc(scores, labels):
    from scipy.stats import rankdata

    ranks, ones = rankdata(scores), labels.sum()
    return float((ranks[labels == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(labels) - ones)))


def ndcg10(scores, labels, queries):
    total, judged, start = 0.0, 0, 0
    discounts = 1 / np.log2(np.arange(10) + 2)
    for size in queries:
        y, s = labels[start : start + size], scores[start : start + size]
        start += size
        ideal = (2 ** np.sort(y)[::-1][:10] - 1) @ discounts[: min(10, size)]
        if ideal > 0:
            total += ((2 ** y[np.argsort(-s, kind="stable")[:10]] - 1) @ discounts[: min(10, size)]) / ideal
            judged += 1
    return total / judged


x, y, queries = read("train")
is_leaf, is_ranking = "leaves" in task, queries is not None
if name == "xgboost":
    import xgboost as library

    settings = {
        "tree_method": "hist",
        "eta": 0.1,
        "lambda": 1,
        "nthread": threads,
        "verbosity": 0,
        "objective": "rank:ndcg" if is_ranking else "binary:logistic",
        "min_child_weight": 1e-3 if is_ranking or is_leaf else 1,
        **({"max_depth": 0, "max_leaves": 63, "grow_policy": "lossguide"} if is_leaf else {"max_depth": 6}),
        **({"lambdarank_pair_method": "topk", "lambdarank_num_pair_per_sample": 30} if is_ranking else {}),
    }

    def train():
        data = library.QuantileDMatrix(x, y, group=queries, nthread=threads)
        return library.train(settings, data, 100)

    def predict(model, rows):
        return model.inplace_predict(rows)

elif name == "lightgbm":
    import lightgbm as library

    settings = {
        "learning_rate": 0.1,
        "lambda_l2": 1,
        "num_threads": threads,
        "verbose": -1,
        "objective": "lambdarank" if is_ranking else "binary",
        "lambdarank_truncation_level": 30,
        "num_leaves": 63 if is_leaf else 64,
        "max_depth": -1 if is_leaf else 6,
        "min_data_in_leaf": 20 if is_leaf else 0,
        "min_sum_hessian_in_leaf": 1e-3 if is_leaf or is_ranking else 1,
        "force_row_wise": True,
    }

    def train():
        data = library.Dataset(x, y, group=queries, params={"verbose": -1, "num_threads": threads})
        return library.train(settings, data, 100)

    def predict(model, rows):
        return model.predict(rows, num_threads=1)

else:
    import sklearn as library
    from sklearn.ensemble import HistGradientBoostingClassifier

    shape = {"max_leaf_nodes": 63, "min_samples_leaf": 20} if is_leaf else {"max_leaf_nodes": None, "max_depth": 6, "min_samples_leaf": 1}

    def train():
        return HistGradientBoostingClassifier(max_iter=100, learning_rate=0.1, l2_regularization=1, early_stopping=False, **shape).fit(x, y)

    def predict(model, rows):
        return model.predict_proba(rows)[:, 1]


cpu, wall = time.process_time(), time.perf_counter()
model = train()
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
x, y, queries = read("test")
scores = predict(model, x)
quality = ndcg10(scores, y, queries) if is_ranking else auc(scores, y)
print(json.dumps({"cpu": cpu, "wall": wall, "quality": quality, "version": library.__version__}))
