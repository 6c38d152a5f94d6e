"""Scoring peers for bench/scoring.bench.ts.

usage: tree_scoring.py train FOLDER                trains the models and writes rows.f32 (100,000 x 50) there, unless they are there
       tree_scoring.py score FOLDER WORK COUNT     one JSON line: CPU seconds of each of COUNT runs of `bulk`, or the mean over COUNT of
                                                  `request`; there also `elapsed`, seconds of each
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np

ROWS, COLUMNS, TREES, BULK, REQUEST = 100_000, 50, 500, 1_000_000, 100


def train(folder):
    import lightgbm as lgb
    import xgboost as xgb

    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(7)
    x = rng.normal(size=(ROWS, COLUMNS)).astype(np.float32)
    x[rng.random(x.shape) < 0.02] = np.nan
    z = np.nan_to_num(x)
    weights = rng.normal(size=COLUMNS) * (rng.random(COLUMNS) < 0.4)
    score = z @ weights + 2 * np.sin(z[:, 0] * z[:, 1]) + np.abs(z[:, 2]) + z[:, 3] * z[:, 4]
    y = (score + rng.logistic(size=ROWS) > np.median(score)).astype(np.float32)
    x.tofile(os.path.join(folder, "rows.f32"))
    settings = {"objective": "binary:logistic", "max_depth": 6, "eta": 0.1, "nthread": 2, "seed": 7}
    xgb.train(settings, xgb.DMatrix(x, y), TREES).save_model(os.path.join(folder, "xgboost.ubj"))
    settings = {"objective": "binary", "num_leaves": 63, "learning_rate": 0.1, "num_threads": 2, "seed": 7, "verbose": -1}
    lgb.train(settings, lgb.Dataset(x, y), TREES).save_model(os.path.join(folder, "lightgbm.txt"))


def scorers(folder):
    """Every peer as a function from rows to predictions, one thread each."""
    found = {}
    try:
        import xgboost as xgb

        booster = xgb.Booster(model_file=os.path.join(folder, "xgboost.ubj"))
        booster.set_param({"nthread": 1})
        found["xgboost", f"XGBoost {xgb.__version__} inplace_predict"] = booster.inplace_predict
    except ImportError:
        pass
    try:
        import lightgbm as lgb

        model = lgb.Booster(model_file=os.path.join(folder, "lightgbm.txt"))
        found["lightgbm", f"LightGBM {lgb.__version__} predict"] = lambda x: model.predict(x, num_threads=1)
    except ImportError:
        pass
    try:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        for name in ("xgboost", "lightgbm"):
            session = onnxruntime.InferenceSession(os.path.join(folder, f"{name}.onnx"), options)
            run = lambda x, session=session: session.run(["prediction"], {"rows": x})[0]
            found[name, f"ONNX Runtime {onnxruntime.__version__}"] = run
    except ImportError:
        pass
    return found


def score(folder, work, count):
    rows = np.fromfile(os.path.join(folder, "rows.f32"), np.float32).reshape(ROWS, COLUMNS)
    out = []
    for (model, peer), predict in scorers(folder).items():
        predictions = np.asarray(predict(rows[:1000]), np.float64).ravel()
        elapsed = []
        if work == "bulk":
            data = np.tile(rows, (BULK // ROWS, 1))
            seconds = []
            for _ in range(count):
                start = time.process_time()
                predict(data)
                seconds.append(time.process_time() - start)
        else:
            requests = [np.ascontiguousarray(rows[at : at + REQUEST]) for at in range(0, ROWS, REQUEST)]
            for request in requests[:200]:
                predict(request)
            before = time.process_time()
            for turn in range(count):
                start = time.perf_counter()
                predict(requests[turn % len(requests)])
                elapsed.append(time.perf_counter() - start)
            seconds = [(time.process_time() - before) / count]
        out.append({"model": model, "peer": peer, "seconds": seconds, "elapsed": elapsed, "predictions": predictions.tolist()})
    print(json.dumps(out))


if sys.argv[1] == "train":
    train(sys.argv[2])
else:
    score(sys.argv[2], sys.argv[3], int(sys.argv[4]))
