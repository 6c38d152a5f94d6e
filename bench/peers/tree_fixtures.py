"""Writes test/fixtures/trees: small models trained by XGBoost and LightGBM, rows, and what the libraries answer for them.

usage: tree_fixtures.py FOLDER
"""
import json
import os
import sys

import lightgbm as lgb
import numpy as np
import xgboost as xgb

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
rng = np.random.default_rng(7)
n, d = 600, 5


def table(rows, missing=0.15, zeros=0.1):
    x = rng.normal(size=(rows, d)).astype(np.float32)
    x[:, 4] = rng.integers(0, 70, rows)
    x[rng.random(x.shape) < zeros] = 0
    x[rng.random(x.shape) < missing] = np.nan
    return x


def targets(x):
    z = np.nan_to_num(x[:, 0]) + np.abs(np.nan_to_num(x[:, 1], nan=-1)) + (np.nan_to_num(x[:, 4]) % 3) - 1.5
    return z + 0.5 * rng.normal(size=len(x))


whole, full = table(n), table(n, 0, 0)
z, zf = targets(whole), targets(full)
labels = {
    "binary": (z > 0).astype(int),
    "classes": np.digitize(z, [-0.5, 1.0]),
    "number": z,
    "counts": rng.poisson(np.exp(np.clip(z, -3, 2) / 2)),
}


def probes(x, thresholds):
    """Rows of all kinds: like the training rows, extreme, unknown categories, and values just at, above and below split values."""
    rows = [table(16), table(4, 0.7), table(4, 0, 0)]
    odd = table(8, 0, 0)
    odd[0, :] = np.nan
    odd[1, :] = 0
    odd[2, :4] = 1e30
    odd[3, :4] = -1e30
    odd[4, 4] = 1000
    odd[5, 4] = -1
    odd[6, 4] = 69
    odd[7, :4] = 1e-36
    edge = table(12, 0, 0)
    for i in range(12):
        for col in range(4):
            if thresholds.get(col):
                t = np.float32(thresholds[col][rng.integers(len(thresholds[col]))])
                edge[i, col] = [np.nextafter(t, np.float32(-np.inf)), t, np.nextafter(t, np.float32(np.inf))][rng.integers(3)]
    return np.concatenate(rows + [odd, edge]).astype(np.float32)


expected = {}


def digits(values, k):
    return [[float(f"{v:.10g}") for v in row] for row in np.asarray(values, float).reshape(k, -1)]


def note(name, files, rows, raw, predicted, contributions):
    k = len(rows)
    expected[name] = {
        "files": files,
        "rows": [[None if np.isnan(v) else float(v) for v in row] for row in rows],
        "raw": digits(raw, k),
        "predicted": digits(predicted, k),
        "contributions": None if contributions is None else digits(contributions, k),
    }


def xgboost(name, params, label, x=None, rounds=6, categorical=False, formats=("json",), contributions=True):
    x = whole if x is None else x
    kinds = ["q"] * 4 + ["c" if categorical else "q"]
    names = ["age", "price", "length", "visits", "brand"]

    def matrix(values, label=None):
        return xgb.DMatrix(values, label, feature_names=names, feature_types=kinds, enable_categorical=True)

    model = xgb.train({"max_depth": 4, "eta": 0.4, "seed": 7, "nthread": 1, **params}, matrix(x, label), rounds)
    files = [f"xgboost-{name}.{suffix}" for suffix in formats]
    for file in files:
        model.save_model(os.path.join(folder, file))
    cuts = {}
    model.save_model(os.path.join(folder, "tmp.json"))
    booster = json.load(open(os.path.join(folder, "tmp.json")))["learner"]["gradient_booster"]
    os.remove(os.path.join(folder, "tmp.json"))
    for tree in (booster["model"] if "model" in booster else booster["gbtree"]["model"])["trees"]:
        for col, t, left, kind in zip(tree["split_indices"], tree["split_conditions"], tree["left_children"], tree["split_type"]):
            if left >= 0 and kind == 0:
                cuts.setdefault(col, []).append(t)
    rows = probes(x, cuts)
    if categorical:
        rows[np.isin(rows[:, 4], [-1]), 4] = 68
    of = matrix(rows)
    parts = model.predict(of, pred_contribs=True) if contributions else None
    note(f"xgboost-{name}", files, rows, model.predict(of, output_margin=True), model.predict(of), parts)


def lightgbm(name, params, label, x=None, rounds=6, categorical=False):
    x = whole if x is None else x
    data = lgb.Dataset(x, label, categorical_feature=[4] if categorical else "auto", params={"max_bin": 63})
    params = {"num_leaves": 9, "min_data_in_leaf": 10, "learning_rate": 0.3, "verbose": -1, "seed": 7, "num_threads": 1, "min_data_per_group": 10, **params}
    model = lgb.train(params, data, rounds)
    file = f"lightgbm-{name}.txt"
    text = model.model_to_string()
    with open(os.path.join(folder, file), "w") as out:
        out.write(text[: text.index("\nparameters:")] + "\n")
    cuts = {}

    def walk(node):
        if "split_feature" not in node:
            return
        if node["decision_type"] == "<=":
            cuts.setdefault(node["split_feature"], []).append(node["threshold"])
        walk(node["left_child"])
        walk(node["right_child"])

    for tree in model.dump_model()["tree_info"]:
        walk(tree["tree_structure"])
    cuts = {col: [t for t in ts if abs(t) < 1e30] for col, ts in cuts.items()}
    rows = probes(x, cuts)
    # LightGBM's raw scores and contributions of a forest are sums, though its predictions are means: means are noted.
    count = rounds if params.get("boosting") == "rf" else 1
    raw, parts = model.predict(rows, raw_score=True) / count, model.predict(rows, pred_contrib=True) / count
    note(f"lightgbm-{name}", [file], rows, raw, model.predict(rows), parts)


xgboost("binary", {"objective": "binary:logistic"}, labels["binary"], formats=("json", "ubj"))
xgboost("classes", {"objective": "multi:softprob", "num_class": 3, "max_depth": 3}, labels["classes"], formats=("ubj",), rounds=4)
xgboost("categories", {"objective": "binary:logistic", "max_cat_to_onehot": 1}, labels["binary"], categorical=True, formats=("json", "ubj"))
xgboost("onehot", {"objective": "reg:squarederror", "max_cat_to_onehot": 1000}, labels["number"], categorical=True)
xgboost("dart", {"objective": "reg:squarederror", "booster": "dart", "rate_drop": 0.4, "max_depth": 3}, labels["number"], formats=("json", "ubj"), contributions=False)
xgboost("counts", {"objective": "count:poisson", "max_depth": 3}, labels["counts"])
xgboost("pruned", {"objective": "reg:squarederror", "gamma": 8, "tree_method": "exact"}, labels["number"])
xgboost("forest", {"objective": "binary:logistic", "num_parallel_tree": 4, "subsample": 0.6, "eta": 1, "max_depth": 3}, labels["binary"], rounds=1)
lightgbm("binary", {"objective": "binary"}, labels["binary"])
lightgbm("full", {"objective": "regression"}, zf, x=full)
lightgbm("classes", {"objective": "multiclass", "num_class": 3, "num_leaves": 6}, labels["classes"], rounds=4)
lightgbm("one-against-all", {"objective": "multiclassova", "num_class": 3, "num_leaves": 5, "sigmoid": 0.7}, labels["classes"], rounds=3)
lightgbm("categories", {"objective": "binary"}, labels["binary"], categorical=True)
lightgbm("categories-full", {"objective": "regression"}, zf, x=full, categorical=True)
lightgbm("zeros", {"objective": "regression", "zero_as_missing": True}, labels["number"], categorical=True)
lightgbm("dart", {"objective": "binary", "boosting": "dart", "drop_rate": 0.5}, labels["binary"])
lightgbm("forest", {"objective": "regression", "boosting": "rf", "bagging_fraction": 0.6, "bagging_freq": 1}, labels["number"])
lightgbm("counts", {"objective": "poisson", "num_leaves": 6}, labels["counts"])
lightgbm("goss-extra", {"objective": "regression_l1", "data_sample_strategy": "goss", "extra_trees": True}, labels["number"])
with open(os.path.join(folder, "expected.json"), "w") as out:
    json.dump({"xgboost": xgb.__version__, "lightgbm": lgb.__version__, "cases": expected}, out)
    out.write("\n")
