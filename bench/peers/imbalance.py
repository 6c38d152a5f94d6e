"""Resampling with imbalanced-learn and logistic regression of scikit-learn, one thread, for bench/sampling.bench.ts: prints one JSON line.

usage: imbalance.py compare FOLDER COLUMNS | imbalance.py speed FOLDER COLUMNS
"""
import json
import os
import sys
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")
import imblearn
import numpy as np
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, recall_score, roc_auc_score

mode, folder, columns = sys.argv[1], sys.argv[2], int(sys.argv[3])


def read(name, width=None):
    values = np.fromfile(os.path.join(folder, name), np.float32)
    return values if width is None else values.reshape(-1, width)


if mode == "speed":
    minority = read("minority.f32", columns)
    # The frequent class is needed to ask for 44,000 of the rare one; its own rows cost nothing.
    rows = np.vstack([minority, np.zeros((44_000, columns), np.float32)])
    labels = np.r_[np.ones(len(minority)), np.zeros(44_000)]
    cpu = []
    for seed in range(3):
        start = time.process_time()
        SMOTE(k_neighbors=5, random_state=seed).fit_resample(rows, labels)
        cpu.append(time.process_time() - start)
    print(json.dumps({"cpu": cpu}))
    sys.exit()

train, labels = read("train.f32", columns), read("train-labels.f32")
test, truth = read("test.f32", columns), read("test-labels.f32")
samplers = {
    "as it is": lambda seed: None,
    "down-sampled": lambda seed: RandomUnderSampler(random_state=seed),
    "up-sampled": lambda seed: RandomOverSampler(random_state=seed),
    "SMOTE": lambda seed: SMOTE(random_state=seed),
}
methods = {}
for name, make in samplers.items():
    found = {"rows": 0, "cpu": 0, "auc": [], "ap": [], "recall": []}
    times = []
    for seed in range(1, 6):
        sampler = make(seed)
        rows, targets = (train, labels) if sampler is None else sampler.fit_resample(train, labels)
        start = time.process_time()
        model = LogisticRegression(C=0.1, max_iter=2000).fit(rows, targets)
        times.append(time.process_time() - start)
        scores = model.predict_proba(test)[:, 1]
        found["rows"] = len(rows)
        found["auc"].append(roc_auc_score(truth, scores))
        found["ap"].append(average_precision_score(truth, scores))
        found["recall"].append(recall_score(truth, scores >= 0.5))
    found["cpu"] = sorted(times)[2]
    methods[name] = found
print(json.dumps({"version": imblearn.__version__, "methods": methods}))
