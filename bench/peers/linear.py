"""scikit-learn and Vowpal Wabbit on the rows of bench/linear.bench.ts: prints one JSON line, CPU seconds of one work each time it is asked.

usage: linear.py FOLDER WORK...   FOLDER holds <name>-indices.u32, <name>-labels.f32 and meta.json; WORK is one of the keys of `works` below
"""
import json
import os
import sys
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")
import numpy as np
import scipy.sparse as sparse
import sklearn
from sklearn.linear_model import LogisticRegression, SGDClassifier

folder = sys.argv[1]
meta = json.load(open(os.path.join(folder, "meta.json")))


def rows(name):
    indices = np.fromfile(os.path.join(folder, f"{name}-indices.u32"), np.uint32).astype(np.int32)
    labels = np.fromfile(os.path.join(folder, f"{name}-labels.f32"), np.float32).astype(int)
    each, width = meta[name]["each"], meta[name]["width"]
    offsets = np.arange(0, len(indices) + 1, each, dtype=np.int32)
    x = sparse.csr_matrix((np.ones(len(indices)), indices, offsets), shape=(len(labels), width))
    x.sort_indices()
    return x, labels


def timed(run):
    start = time.process_time()
    value = run()
    return time.process_time() - start, value


def sgd_fit(name):
    x, y = rows(name)
    model = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=1, tol=None, shuffle=False)
    return timed(lambda: model.fit(x, y) and None)


def sgd_partial(name):
    x, y = rows(name)
    model = SGDClassifier(loss="log_loss", alpha=1e-6, learning_rate="constant", eta0=0.05, shuffle=False)
    return timed(lambda: model.partial_fit(x, y, classes=[0, 1]) and None)


def objective(x, y, model, l2):
    z = x @ model.coef_[0] + model.intercept_[0]
    return float(np.sum(np.logaddexp(0, z) - y * z) + l2 / 2 * np.sum(model.coef_**2))


def batch(name, tol):
    x, y = rows(name)
    model = LogisticRegression(C=1.0, solver="lbfgs", tol=tol, max_iter=100_000)
    seconds, _ = timed(lambda: model.fit(x, y))
    return seconds, objective(x, y, model, 1.0)


def vw(name, options, namespaces, most=10**9):
    """One pass from the binary cache, so that text is parsed once, before the clock starts."""
    import vowpalwabbit

    text = os.path.join(folder, f"{name}-{'fields' if namespaces else 'plain'}.vw")
    if not os.path.exists(text):
        x, y = rows(name)
        x, y = x[:most], y[:most]
        each = meta[name]["each"]
        with open(text, "w") as file:
            for row, label in zip(x.indices.reshape(-1, each), y):
                parts = [f"|{chr(97 + i)} {col}" for i, col in enumerate(row)] if namespaces else ["| " + " ".join(map(str, row))]
                file.write(f"{2 * label - 1} {' '.join(parts)}\n")
    flags = f"--loss_function logistic -b 20 -d {text} --cache --quiet {options}"
    if not os.path.exists(text + ".cache"):
        vowpalwabbit.Workspace(flags).finish()
    return timed(lambda: vowpalwabbit.Workspace(flags).finish())


# Fewer rows: it learns some thirty thousand a second.
pairs = " ".join(f"--lrq {a}{b}8" for i, a in enumerate("abcdefghij") for b in "abcdefghij"[i + 1 :])
works = {
    "sgd": lambda: sgd_fit("stream"),
    "sgd-partial": lambda: sgd_partial("stream"),
    "vw-ftrl": lambda: vw("stream", "--ftrl --ftrl_alpha 0.1 --ftrl_beta 1", False),
    "vw-lrq": lambda: vw("fields", pairs, True, 20000),
    "batch": lambda: batch("fields", 1e-4),
    "batch-tight": lambda: batch("fields", 1e-9),
}
out = {"sklearn": sklearn.__version__}
for work in sys.argv[2:]:
    try:
        seconds, value = works[work]()
        out[work] = {"cpuSeconds": seconds, **({} if value is None else {"value": value})}
    except ImportError as missing:
        out[work] = {"missing": str(missing)}
try:
    import vowpalwabbit

    out["vowpalwabbit"] = vowpalwabbit.__version__
except ImportError:
    pass
print(json.dumps(out))
