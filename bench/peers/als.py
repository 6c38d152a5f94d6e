"""Implicit ALS of the library `implicit` on rec-ml-1m-implicit: CPU seconds of the fit alone, as one line of JSON.

usage: als.py FOLDER FACTORS ITERATIONS THREADS cholesky|cg REPEATS
"""
import gzip, json, os, sys, time

folder, factors, iterations, threads, solver, repeats = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5], int(sys.argv[6])
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy, scipy.sparse, implicit
from implicit.als import AlternatingLeastSquares


def pairs(name):
    rows, cols = [], []
    with gzip.open(os.path.join(folder, name), "rt") as lines:
        for line in lines:
            user, *items = map(int, line.split())
            rows += [user] * len(items)
            cols += items
    return rows, cols


rows, cols = pairs("train.txt.gz")
test = pairs("test.txt.gz")
shape = (max(rows + test[0]) + 1, max(cols + test[1]) + 1)
# A confidence of 1 + alpha on observed pairs: implicit takes it as the value.
train = scipy.sparse.csr_matrix((numpy.full(len(rows), 3, numpy.float32), (rows, cols)), shape=shape)
cpu = []
for _ in range(repeats):
    model = AlternatingLeastSquares(
        factors=factors, regularization=50.0, iterations=iterations, num_threads=threads, use_cg=solver == "cg", use_gpu=False, random_state=7
    )
    before, wall = time.process_time(), time.perf_counter()
    model.fit(train, show_progress=False)
    cpu.append((time.process_time() - before, time.perf_counter() - wall))
held = scipy.sparse.csr_matrix((numpy.ones(len(test[0])), (test[0], test[1])), shape=shape)
scores = model.user_factors @ model.item_factors.T
scores[train.nonzero()] = -numpy.inf
top = numpy.argsort(-scores, axis=1)[:, :20]
gains = 1 / numpy.log2(numpy.arange(2, 22))
ndcg = []
for user in range(shape[0]):
    wanted = set(held[user].indices)
    if wanted:
        ndcg.append(sum(g for g, item in zip(gains, top[user]) if item in wanted) / gains[: len(wanted)].sum())
print(json.dumps({"version": implicit.__version__, "cpuSeconds": [c for c, _ in cpu], "wallSeconds": [w for _, w in cpu], "ndcg": float(numpy.mean(ndcg))}))
