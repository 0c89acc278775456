#!/usr/bin/env python3
"""Writes Tests/Fixtures/no-intercept.json: linear and logistic models through the origin, by scikit-learn.

    python3 Tests/Fixtures/make/no_intercept.py Tests/Fixtures/no-intercept.json

60 rows of four features with means far from zero and a constant one; sample weights; a number and three classes to
predict. Every fit has fit_intercept=False.
"""

import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier

warnings.filterwarnings("ignore")


def main():
    random = np.random.default_rng(7)
    x = np.column_stack([
        random.normal(3, 1, 60), random.normal(-20, 5, 60), random.uniform(0, 1, 60), random.normal(0, 1, 60),
        np.full(60, 2.0)]).round(3)
    y = (x @ [1.5, -0.2, 4, 0, 1.2] + random.normal(0, 0.5, 60)).round(3)
    scores = np.column_stack([x @ [0.5, 0, 1, 0, -0.5], x @ [0, -0.05, -2, 1, 0.2], x @ [0.1, 0.02, 0, -1, 0.5]])
    labels = np.argmax(scores + random.gumbel(size=scores.shape), axis=1)
    weights = random.uniform(0.5, 2, 60).round(2)
    binary = (labels == 0).astype(int)
    off = {"fit_intercept": False}
    exact = {"tol": 1e-13, "max_iter": 1_000_000}
    linear = {
        "ols": LinearRegression(**off).fit(x, y, weights),
        "ridge": Ridge(alpha=3, solver="cholesky", **off).fit(x, y, weights),
        "lasso": Lasso(alpha=0.2, **off, **exact).fit(x, y, weights),
        "elasticNet": ElasticNet(alpha=0.2, l1_ratio=0.4, **off, **exact).fit(x, y, weights),
    }
    for name, absolute, square in (("lasso", 0.2, 0), ("elasticNet", 0.08, 0.12)):
        # Coordinate descent leaves digits to win on the features that it found.
        model, total = linear[name], weights.sum()
        active = np.flatnonzero(model.coef_)
        part = x[:, active]
        curvature = part.T @ (weights[:, None] * part) / total + square * np.eye(len(active))
        right = part.T @ (weights * y) / total - absolute * np.sign(model.coef_[active])
        polished = np.zeros_like(model.coef_)
        polished[active] = np.linalg.solve(curvature, right)
        assert np.abs(polished - model.coef_).max() < 1e-4, name
        model.coef_ = polished
    newton = {"solver": "newton-cholesky", "tol": 1e-13, "max_iter": 1000}
    classes = {
        "logistic": LogisticRegression(C=2, **off, **newton).fit(x, binary, weights),
        "sparse": LogisticRegression(
            C=0.5, l1_ratio=1, solver="liblinear", tol=1e-13, max_iter=1_000_000, **off).fit(x, binary),
        "softmax": LogisticRegression(C=2, **off, **newton).fit(x, labels, weights),
    }
    rest = OneVsRestClassifier(LogisticRegression(C=2, **off, **newton)).fit(x, labels)
    document = {
        "source": f"scikit-learn {sklearn.__version__}, Tests/Fixtures/make/no_intercept.py",
        "features": x.tolist(), "target": y.tolist(), "labels": labels.tolist(), "weights": weights.tolist(),
        **{name: model.coef_.tolist() for name, model in linear.items()},
        **{name: (model.coef_ - (model.coef_.mean(axis=0) if len(model.coef_) > 1 else 0)).tolist()
           for name, model in classes.items()},
        "oneVsRest": [model.coef_[0].tolist() for model in rest.estimators_],
    }
    with open(sys.argv[1], "w") as file:
        json.dump(document, file, indent=0)
        file.write("\n")


if __name__ == "__main__":
    main()
