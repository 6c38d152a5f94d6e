"""Fits scikit-learn's linear models to their optimum and writes test/fixtures/linear/scikit-learn.json.

usage: linear_fixtures.py OUT_FILE
Values are multiples of 1/64, exact in single precision. Every case minimises sum_i weight_i * loss_i + l1 |w| + l2/2 |w|^2, intercept free.
"""
import json
import sys

import numpy as np
import scipy.optimize
import sklearn
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, PoissonRegressor, Ridge

rng = np.random.default_rng(7)
grid = lambda a: np.round(np.asarray(a) * 64) / 64
n, d = 120, 6
dense = grid(rng.normal(size=(n, d)) * np.array([1, 2, 0.5, 3, 1, 1]) + np.array([0, 1, -2, 5, 0, 0]))
sparse = grid(np.where(rng.random((n, 12)) < 0.25, rng.normal(size=(n, 12)) + 1, 0))
weights = grid(rng.integers(1, 4, n) / 2)
offset = grid(rng.normal(size=n) * 0.3)


def targets(x, family):
    true = np.linspace(-1, 1, x.shape[1])
    score = (x - x.mean(0)) @ true * 0.5
    if family == "squared":
        return grid(score + rng.normal(size=n) * 0.5 + 2)
    if family == "logistic":
        return (rng.random(n) < 1 / (1 + np.exp(-score))).astype(float)
    return rng.poisson(np.exp(np.clip(score * 0.4 + 0.5, -3, 3))).astype(float)


y = {(name, family): targets(x, family) for name, x in (("dense", dense), ("sparse", sparse)) for family in ("squared", "logistic", "poisson")}
tight = dict(tol=1e-14, max_iter=1_000_000)
cases = []


def case(name, rows, family, model, l1=0.0, l2=0.0, weighted=False, intercept=True):
    x = {"dense": dense, "sparse": sparse}[rows]
    model.fit(x, y[rows, family], sample_weight=weights if weighted else None)
    coef, b = np.ravel(model.coef_), float(np.ravel(model.intercept_)[0]) if intercept else 0.0
    cases.append(dict(name=name, rows=rows, family=family, l1=l1, l2=l2, weighted=weighted, intercept=intercept, coefficients=list(map(float, coef)), b=b))


total = float(weights.sum())
case("LinearRegression", "dense", "squared", LinearRegression())
case("LinearRegression, no intercept", "dense", "squared", LinearRegression(fit_intercept=False), intercept=False)
case("Ridge", "dense", "squared", Ridge(3.0, tol=1e-14, solver="cholesky"), l2=3.0, weighted=True)
case("Lasso", "dense", "squared", Lasso(0.1, **tight), l1=0.1 * n)
case("ElasticNet", "sparse", "squared", ElasticNet(0.05, l1_ratio=0.4, **tight), l1=0.05 * 0.4 * n, l2=0.05 * 0.6 * n)
case("LogisticRegression L2", "dense", "logistic", LogisticRegression(C=0.5, solver="newton-cholesky", **tight), l2=2.0, weighted=True)
case("LogisticRegression L2", "sparse", "logistic", LogisticRegression(C=2.0, solver="newton-cholesky", **tight), l2=0.5)
case("LogisticRegression L1", "dense", "logistic", LogisticRegression(l1_ratio=1, C=0.2, solver="saga", random_state=1, **tight), l1=5.0)
case("LogisticRegression elastic net", "sparse", "logistic", LogisticRegression(l1_ratio=0.5, C=0.5, solver="saga", random_state=1, **tight), l1=1.0, l2=1.0)
case("LogisticRegression, no intercept", "sparse", "logistic", LogisticRegression(C=1.0, solver="newton-cholesky", fit_intercept=False, **tight), l2=1.0, intercept=False)
case("PoissonRegressor", "dense", "poisson", PoissonRegressor(alpha=0.1, solver="newton-cholesky", **tight), l2=0.1 * total, weighted=True)
case("PoissonRegressor", "sparse", "poisson", PoissonRegressor(alpha=0.02, solver="newton-cholesky", **tight), l2=0.02 * n)

# scikit-learn has no offsets: the same optimum by scipy, for Poisson and logistic regression.
for family, mean in (("poisson", np.exp), ("logistic", lambda z: 1 / (1 + np.exp(-z)))):
    x, t = np.c_[dense, np.ones(n)], y["dense", family]
    ridge = np.r_[np.full(d, 2.0), 0]

    def equations(w):
        return x.T @ (weights * (mean(x @ w + offset) - t)) + ridge * w

    found = scipy.optimize.root(equations, np.zeros(d + 1), method="hybr", tol=1e-14)
    assert np.abs(equations(found.x)).max() < 1e-8, found
    cases.append(dict(name="scipy, with offset", rows="dense", family=family, l1=0.0, l2=2.0, weighted=True, intercept=True, offset=True, coefficients=list(map(float, found.x[:-1])), b=float(found.x[-1])))

out = dict(
    about=f"scikit-learn {sklearn.__version__}, made by bench/peers/linear_fixtures.py",
    dense=dense.tolist(), sparse=sparse.tolist(), weights=weights.tolist(), offset=offset.tolist(),
    targets={f"{rows} {family}": v.tolist() for (rows, family), v in y.items()}, cases=cases,
)
with open(sys.argv[1], "w") as file:
    text = json.dumps(out)
    file.write(text.replace('], "', '],\n"').replace('}, {', '},\n{') + "\n")
