"""Trees of scikit-learn on tables with missing values, as references; writes Tests/Fixtures/trees-gaps.json.

Run: python3 Tests/Fixtures/make/trees_gaps.py
Features are multiples of 1/1024, which scikit-learn's single precision holds exactly. The trees are predicted on rows in
which every feature may be missing, also where training saw no gap. A threshold of infinity, which asks whether there is
a value, is written as null.
"""
import json
import os
from functools import partial

import numpy as np
import sklearn
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def numbers(values):
    return [None if not np.isfinite(value) else float(value) for value in np.ravel(values)]


def described(make, x, y, rows, **extra):
    model, *others = [make(random_state=state).fit(x, y) for state in range(8)]
    for other in others:
        if not np.array_equal(model.tree_.feature, other.tree_.feature):
            raise SystemExit("two splits of this tree are equally good; take another seed")
    tree = model.tree_
    answers = model.predict_proba(rows) if hasattr(model, "predict_proba") else model.predict(rows).reshape(-1, 1)
    path = model.cost_complexity_pruning_path(x, y)
    return extra | {
        "feature": tree.feature.tolist(), "threshold": numbers(tree.threshold), "rows": tree.n_node_samples.tolist(),
        "missing_left": np.asarray(tree.missing_go_to_left).astype(bool).tolist(),
        "left": tree.children_left.tolist(), "right": tree.children_right.tolist(),
        "impurity": tree.impurity.tolist(), "importances": model.feature_importances_.tolist(),
        "path_strength": path.ccp_alphas.tolist(), "answers": answers.tolist()}


def main():
    random = np.random.default_rng(13)
    x = np.round(random.normal(size=(400, 5)) * 1024) / 1024
    signal = x[:, 0] + x[:, 1] * x[:, 2] + 0.5 * x[:, 3] + 0.5 * random.normal(size=400)
    # Gaps by chance, gaps that tell something, and a column without any.
    x[random.uniform(size=400) < 0.2, 0] = np.nan
    x[(signal > 0.8) & (random.uniform(size=400) < 0.7), 1] = np.nan
    x[(signal < -0.8) & (random.uniform(size=400) < 0.4), 2] = np.nan
    x[random.uniform(size=400) < 0.9, 3] = np.nan
    classes = np.digitize(signal, [-0.7, 0.6])
    rows = np.round(random.normal(size=(200, 5)) * 1024) / 1024
    rows[random.uniform(size=rows.shape) < 0.3] = np.nan
    cases = []
    for criterion in ("gini", "entropy"):
        for limits in ({"max_depth": 4, "min_samples_leaf": 8}, {"max_leaf_nodes": 9, "min_samples_leaf": 8}):
            make = partial(DecisionTreeClassifier, criterion=criterion, **limits)
            cases.append(described(make, x, classes, rows, criterion=criterion, limits=limits))
    for limits in ({"max_depth": 5, "min_samples_leaf": 3}, {"max_leaf_nodes": 14}):
        make = partial(DecisionTreeRegressor, **limits)
        cases.append(described(make, x, signal, rows, criterion="squared", limits=limits))
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "trees-gaps.json")
    with open(path, "w") as file:
        json.dump({"source": f"scikit-learn {sklearn.__version__}, Tests/Fixtures/make/trees_gaps.py",
                   "features": [numbers(row) for row in x], "classes": classes.tolist(), "numbers": signal.tolist(),
                   "rows": [numbers(row) for row in rows], "cases": cases}, file)


if __name__ == "__main__":
    main()
