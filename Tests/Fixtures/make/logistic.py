"""Reference values for the logistic family, written to Tests/Fixtures/logistic.json.

Run: python3 Tests/Fixtures/make/logistic.py [FOLDER]   (scikit-learn 1.9.1, numpy 2)
FOLDER holds adult.csv, mushrooms.csv, pima-diabetes.csv and breast-cancer-wisconsin.csv; without it the
references of these tables stay as they are in the file. Tables are encoded as in LogisticFixtures.swift:
columns of numbers are scaled to [0, 1], all others become one indicator per level in sorted order.
"""
import json
import pathlib
import sys
import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.multiclass import OneVsRestClassifier

warnings.filterwarnings("ignore")
OUTPUT = pathlib.Path(__file__).parent.parent / "logistic.json"
TABLES = {"adult": (True, -1), "mushrooms": (True, 0), "pima-diabetes": (False, -1),
          "breast-cancer-wisconsin": (False, -1)}


def tight(c=1.0, **more):
    return LogisticRegression(C=c, solver="newton-cholesky", tol=1e-12, max_iter=1000, **more)


def polished(x, y, u, penalty, w, b):
    """A few exact Newton steps on the binary objective; takes away what the stopping rule left."""
    z = np.c_[x, np.ones(len(x))]
    v = np.r_[w, b]
    ridge = np.r_[np.full(len(w), penalty), 0]
    for _ in range(3):
        p = 1 / (1 + np.exp(-(z @ v)))
        h = (z * (u * p * (1 - p))[:, None]).T @ z + np.diag(ridge)
        v = v - np.linalg.solve(h, z.T @ (u * (p - y)) + ridge * v)
    return v[:-1], v[-1]


def sparse(x, y, penalty):
    """Logistic regression with an absolute penalty: exact Newton steps on the support, checked for optimality."""
    model = LogisticRegression(C=1 / penalty, l1_ratio=1, solver="saga", tol=1e-9, max_iter=200_000).fit(x, y)
    w, b = model.coef_[0], model.intercept_[0]
    live = abs(w) > 1e-7
    s = np.sign(w[live])
    z = np.c_[x[:, live], np.ones(len(x))]
    v = np.r_[w[live], b]
    for _ in range(20):
        p = 1 / (1 + np.exp(-(z @ v)))
        g = z.T @ (p - y) + np.r_[penalty * s, 0]
        v = v - np.linalg.solve((z * (p * (1 - p))[:, None]).T @ z, g)
    full = np.zeros(x.shape[1])
    full[live] = v[:-1]
    p = 1 / (1 + np.exp(-(x @ full + v[-1])))
    slope = x.T @ (p - y)
    assert (np.sign(full[live]) == s).all() and (abs(slope[~live]) <= penalty * (1 + 1e-9)).all()
    return dict(weights=[full.tolist()], intercepts=[float(v[-1])])


def described(model):
    return dict(weights=np.atleast_2d(model.coef_).tolist(), intercepts=np.atleast_1d(model.intercept_).tolist())


def binary(x, y, penalty=1.0, u=None, **more):
    model = tight(1 / penalty, **more).fit(x, y, sample_weight=u)
    weights = np.ones(len(y)) if u is None else np.asarray(u)
    if more.get("class_weight") == "balanced":
        totals = np.array([weights[y == k].sum() for k in (0, 1)])
        weights = weights * (weights.sum() / (2 * totals))[y]
    w, b = polished(x, y, weights, penalty, model.coef_[0], model.intercept_[0])
    assert np.allclose(w, model.coef_[0], rtol=1e-5, atol=1e-6), abs(w - model.coef_[0]).max()
    return dict(weights=[w.tolist()], intercepts=[float(b)])


def one_versus_rest(x, y):
    fits = [binary(x, (y == k).astype(int)) for k in range(y.max() + 1)]
    model = OneVsRestClassifier(tight()).fit(x, y)
    return dict(weights=[f["weights"][0] for f in fits], intercepts=[f["intercepts"][0] for f in fits],
                probabilities=model.predict_proba(x[:5]).tolist())


def scored(x, y, fit):
    """A fit with the log loss and the area under the curve (macro, one against the rest) of its probabilities."""
    z = x @ np.array(fit["weights"]).T + fit["intercepts"]
    if z.shape[1] == 1:
        p = 1 / (1 + np.exp(-z[:, 0]))
        return dict(fit, logLoss=log_loss(y, p), area=roc_auc_score(y, p))
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    return dict(fit, logLoss=log_loss(y, p), area=roc_auc_score(y, p, multi_class="ovr", average="macro"))


def small():
    rng = np.random.default_rng(3)
    x, y = load_iris(return_X_y=True)
    soft = tight().fit(x, y)
    iris = dict(features=x.tolist(), labels=y.tolist(), softmax=scored(x, y, described(soft)), oneVsRest=one_versus_rest(x, y),
                probabilities=soft.predict_proba(x[:5]).tolist())
    x, y = load_digits(return_X_y=True)
    x, y = x[:300], y[:300]
    digits = dict(features=x.astype(int).tolist(), labels=y.tolist(),
                  softmax=scored(x, y, described(tight().fit(x, y))),
                  softmaxPenalty=25.0, softmaxPenalised=scored(x, y, described(tight(1 / 25).fit(x, y))),
                  even=binary(x, y % 2))
    x, y = load_breast_cancer(return_X_y=True)
    x, y = x[:250], y[:250]
    u = np.round(rng.uniform(0, 3, size=len(y)), 2)
    u[::17] = 0
    cancer = dict(features=x.tolist(), labels=y.tolist(), sampleWeights=u.tolist(),
                  plain=scored(x, y, binary(x, y)),
                  weighted=binary(x, y, 2.5, u), balanced=binary(x, y, 1.0, u, class_weight="balanced"),
                  sparsePenalty=3.0, sparse=sparse((x - x.min(0)) / (x.max(0) - x.min(0)), y, 3.0))
    return dict(iris=iris, digits=digits, cancer=cancer)


def encoded(path, header, target):
    rows = [[cell.strip() for cell in line.split(",")] for line in path.read_text().split("\n") if line.strip()]
    columns = [list(column) for column in zip(*rows[int(header):])]
    levels = sorted(set(columns[target]))
    y = np.array([levels.index(value) for value in columns.pop(target)])
    parts = []
    for column in columns:
        try:
            values = np.array([float(value) for value in column])
            parts.append(((values - values.min()) / ((values.max() - values.min()) or 1))[:, None])
        except ValueError:
            names = sorted(set(column))
            parts.append(np.array([[float(value == name) for name in names] for value in column]))
    return np.hstack(parts), y


def main():
    document = small()
    document["source"] = "scikit-learn 1.9.1, Tests/Fixtures/make/logistic.py"
    if len(sys.argv) > 1:
        document["tables"] = {}
        for name, (header, target) in TABLES.items():
            x, y = encoded(pathlib.Path(sys.argv[1]) / f"{name}.csv", header, target)
            document["tables"][name] = dict(rows=len(y), columns=x.shape[1], fit=scored(x, y, binary(x, y)))
    else:
        document["tables"] = json.loads(OUTPUT.read_text())["tables"]
    OUTPUT.write_text(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
