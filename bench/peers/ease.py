"""EASE in numpy, one thread, for bench/ease.bench.ts: prints one JSON line with the CPU seconds of each training and the quality of the last.

usage: ease.py DATA_FOLDER L2 REPEATS
"""
import gzip
import json
import os
import sys
import time

os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
import scipy.sparse as sparse


def pairs(path):
    rows, cols = [], []
    with gzip.open(path, "rt") as lines:
        for line in lines:
            user, *items = map(int, line.split())
            rows += [user] * len(items)
            cols += items
    return np.array(rows), np.array(cols)


def matrix(part, shape):
    return sparse.csr_matrix((np.ones(len(part[0]), np.float32), part), shape=shape)


def train(x, l2, dense):
    """The usual few lines; the Gram matrix by sparse or dense product, whichever is faster here."""
    gram = x.toarray().T @ x.toarray() if dense else (x.T @ x).toarray()
    system = gram.astype(np.float64)
    system[np.diag_indices_from(system)] += l2
    inverse = np.linalg.inv(system)
    weights = inverse / -np.diag(inverse)
    weights[np.diag_indices_from(weights)] = 0
    return weights.astype(np.float32)


def evaluate(x, test, weights, k=20):
    scores = x @ weights
    scores[x.nonzero()] = -np.inf
    top = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    hits = np.take_along_axis(test.toarray(), top, 1)
    held = np.asarray(test.sum(axis=1)).ravel()
    use = held > 0
    discount = 1 / np.log2(np.arange(k) + 2)
    ideal = np.cumsum(discount)[np.minimum(held[use], k).astype(int) - 1]
    return float(((hits * discount).sum(1)[use] / ideal).mean()), float((hits.sum(1)[use] / held[use]).mean())


folder, l2, repeats = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
parts = [pairs(os.path.join(folder, name)) for name in ("train.txt.gz", "test.txt.gz")]
shape = tuple(max(int(part[side].max()) for part in parts) + 1 for side in (0, 1))
x, test = (matrix(part, shape) for part in parts)
cpu = {"sparse": [], "dense": []}
for _ in range(repeats):
    for name, times in cpu.items():
        start = time.process_time()
        weights = train(x, l2, name == "dense")
        times.append(time.process_time() - start)
best = min(cpu, key=lambda name: sorted(cpu[name])[repeats // 2])
ndcg, recall = evaluate(x, test, weights)
print(json.dumps({"cpuSeconds": cpu[best], "gram": best, "ndcg": ndcg, "recall": recall, "numpy": np.__version__}))
