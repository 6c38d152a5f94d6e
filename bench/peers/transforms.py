"""One transform or selection statistic of scikit-learn, one thread, for bench/transforms.bench.ts: prints one JSON line with CPU seconds.

usage: transforms.py NAME FILE ROWS COLS LABELS
FILE holds ROWS x COLS f32 numbers, row-major, LABELS as many bytes of 0 and 1 as rows.
"""
import json
import os
import sys
import time

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")
import numpy as np
import sklearn
from sklearn import feature_selection as fs
from sklearn import preprocessing as pp
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, MissingIndicator, SimpleImputer


class Cap:
    """What people write: percentiles of each column, then clip."""

    def fit(self, x, y=None):
        self.ends = np.nanpercentile(x, [1, 99], axis=0).astype(np.float32)
        return self

    def transform(self, x):
        return np.clip(x, self.ends[0], self.ends[1])


class Indicator:
    """The rows with the indicators beside them."""

    def fit(self, x, y=None):
        self.inner = MissingIndicator().fit(x)
        return self

    def transform(self, x):
        return np.hstack([x, self.inner.transform(x).astype(np.float32)])


def discrete_information(x, y):
    return fs.mutual_info_classif(x, y, discrete_features=True)


TRANSFORMS = {
    "minMax": lambda: pp.MinMaxScaler(clip=True),
    "zScore": pp.StandardScaler,
    "robust": pp.RobustScaler,
    "maxAbs": pp.MaxAbsScaler,
    "log1p": lambda: pp.FunctionTransformer(np.log1p),
    "quantile": pp.QuantileTransformer,
    "quantile to normal": lambda: pp.QuantileTransformer(output_distribution="normal"),
    "buckets": lambda: pp.KBinsDiscretizer(10, encode="ordinal", strategy="quantile", quantile_method="averaged_inverted_cdf", dtype=np.float32),
    "power": pp.PowerTransformer,
    "cap": Cap,
    "impute mean": lambda: SimpleImputer(strategy="mean"),
    "impute median": lambda: SimpleImputer(strategy="median"),
    "impute mode": lambda: SimpleImputer(strategy="most_frequent"),
    "missing indicator": Indicator,
    "impute by model": lambda: IterativeImputer(max_iter=3),
    "label": lambda: pp.OrdinalEncoder(dtype=np.float32),
    "one-hot": lambda: pp.OneHotEncoder(sparse_output=False, handle_unknown="ignore", dtype=np.float32),
}
STATISTICS = {
    "anova": fs.f_classif,
    "correlation": fs.f_regression,
    "chi-square": fs.chi2,
    "mutual information": discrete_information,
    "variance": lambda x, y: fs.VarianceThreshold().fit(x).variances_,
}


def cpu(work):
    begun = time.process_time()
    result = work()
    return time.process_time() - begun, result


def main():
    name, path, rows, cols, labels = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    x = np.fromfile(path, np.float32).reshape(rows, cols)
    y = np.fromfile(labels, np.uint8).astype(np.int64)
    found = {"sklearn": sklearn.__version__, "numpy": np.__version__}
    if name == "target":
        found["fit"], encoder = cpu(lambda: pp.TargetEncoder(smooth=10.0, cv=5, target_type="continuous").fit(x, y))
        found["transform"], _ = cpu(lambda: encoder.transform(x))
    elif name in STATISTICS:
        found["fit"], _ = cpu(lambda: STATISTICS[name](x, y))
        found["transform"] = 0
    else:
        step = TRANSFORMS[name]()
        found["fit"], _ = cpu(lambda: step.fit(x))
        found["transform"], _ = cpu(lambda: step.transform(x))
    print(json.dumps(found))


main()
