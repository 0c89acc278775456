"""Trees of scikit-learn on small tables, as references; writes Tests/Fixtures/trees.json.

Run: python3 Tests/Fixtures/make/trees.py
Features are multiples of 1/1024, which scikit-learn's single precision holds exactly, and continuous enough that no
two splits are equally good in the nodes that these limits allow. The cases "tied" are the opposite: single splits on
few whole numbers, with repeated columns, where many splits are equally good and only their impurity can be compared.
"""
import json
import os
from functools import partial

import numpy as np
import sklearn
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def described(model, x, extra):
    tree = model.tree_
    path = model.cost_complexity_pruning_path(x, extra.pop("target"), sample_weight=extra.get("weights"))
    return extra | {
        "feature": tree.feature.tolist(), "threshold": tree.threshold.tolist(), "rows": tree.n_node_samples.tolist(),
        "weight": tree.weighted_n_node_samples.tolist(), "impurity": tree.impurity.tolist(),
        "left": tree.children_left.tolist(), "right": tree.children_right.tolist(),
        "value": tree.value.reshape(tree.node_count, -1).tolist(),
        "importances": model.feature_importances_.tolist(),
        "path_strength": path.ccp_alphas.tolist(), "path_impurity": path.impurities.tolist()}


def grown(make, x, y, **arguments):
    """The tree, after a check that no tie was broken by scikit-learn's random order of the features."""
    model, *others = [make(random_state=state).fit(x, y, **arguments) for state in range(8)]
    for other in others:
        if not np.array_equal(model.tree_.feature, other.tree_.feature):
            raise SystemExit("two splits of this tree are equally good; take another seed")
    return model


def tied(seed):
    """Impurities of single splits among which several are best."""
    random = np.random.default_rng(seed)
    x = random.integers(0, 3, (60, 4))
    x = np.hstack([x, x[:, ::-1], 2 - x])
    y = np.clip(x[:, 0] + x[:, 1] - 1 + random.integers(-1, 2, 60), 0, 2)
    result = {"features": x.tolist(), "classes": y.tolist()}
    for criterion in ("gini", "entropy", "squared"):
        make = partial(DecisionTreeRegressor) if criterion == "squared" else partial(
            DecisionTreeClassifier, criterion=criterion)
        trees = [make(max_depth=1, random_state=state).fit(x, y).tree_ for state in range(12)]
        if len({int(tree.feature[0]) for tree in trees}) < 2:
            raise SystemExit("no two splits are equally good; take another seed")
        result[criterion] = float(np.dot(trees[0].weighted_n_node_samples[1:], trees[0].impurity[1:]) / 60)
    return result


def main():
    random = np.random.default_rng(35)
    x = np.round(random.normal(size=(300, 5)) * 1024) / 1024
    signal = x[:, 0] + x[:, 1] * x[:, 2] + 0.5 * x[:, 3] + 0.7 * random.normal(size=300)
    classes = np.digitize(signal, [-1, 0.5])
    weights = np.round(random.uniform(0.25, 2, 300) * 64) / 64
    cases = []
    for criterion in ("gini", "entropy"):
        for limits in ({"max_depth": 4, "min_samples_leaf": 8}, {"max_leaf_nodes": 9, "min_samples_leaf": 8},
                       {"min_impurity_decrease": 0.01, "min_samples_leaf": 8},
                       {"min_samples_leaf": 12, "ccp_alpha": 0.01}):
            model = grown(partial(DecisionTreeClassifier, criterion=criterion, **limits), x, classes)
            cases.append(described(model, x, {"criterion": criterion, "limits": limits, "target": classes}))
    weighted = {"max_depth": 4, "min_samples_leaf": 8}
    model = grown(partial(DecisionTreeClassifier, **weighted), x, classes, sample_weight=weights)
    cases.append(described(model, x, {"criterion": "gini", "limits": weighted, "target": classes,
                                      "weights": weights.tolist()}))
    for limits in ({"max_depth": 5, "min_samples_leaf": 3}, {"max_leaf_nodes": 12}):
        model = grown(partial(DecisionTreeRegressor, **limits), x, signal)
        cases.append(described(model, x, {"criterion": "squared", "limits": limits, "target": signal}))
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "trees.json")
    with open(path, "w") as file:
        json.dump({"source": f"scikit-learn {sklearn.__version__}, Tests/Fixtures/make/trees.py",
                   "features": x.tolist(), "classes": classes.tolist(), "numbers": signal.tolist(), "cases": cases,
                   "tied": [tied(seed) for seed in range(1, 5)]},
                  file)


main()
