"""Attacks on an attribute through a decision tree: the Adversarial Robustness Toolbox 1.20.1 beside this project.

    python3 -m venv /tmp/art && /tmp/art/bin/pip install adversarial-robustness-toolbox==1.20.1 scikit-learn
    /tmp/art/bin/python Tests/Fixtures/make/tree_inversion_art.py ../shared/datasets Tests/Fixtures/tree-inversion-art.json

Writes the tree, the attacked rows, the toolbox's guesses and its time; TreePeerTests repeats the guesses on the same
tree and rows and compares the times.
"""

import csv
import json
import sys
import time

import numpy as np
from art.attacks.inference.attribute_inference import (
    AttributeInferenceWhiteBoxDecisionTree,
    AttributeInferenceWhiteBoxLifestyleDecisionTree,
)
from art.estimators.classification.scikitlearn import ScikitlearnDecisionTreeClassifier
from sklearn.tree import DecisionTreeClassifier

TARGET = "How do you like your steak prepared?"
SENSITIVE = "Have you ever cheated on your significant other?"


def main(folder, output):
    with open(f"{folder}/steak.csv", encoding="latin1") as file:
        rows = list(csv.reader(file))
    header, rows = rows[0], rows[2:]
    target, sensitive = header.index(TARGET), header.index(SENSITIVE)
    rows = [row for row in rows if row[target] and row[sensitive]]
    used = [i for i, name in enumerate(header) if name not in (TARGET, "RespondentID", "Do you eat steak?")]
    # The toolbox refuses the last column, so the sensitive one must not stand there.
    levels = [sorted({row[i] for row in rows}) for i in used]
    x = np.array([[float(levels[k].index(row[i])) for k, i in enumerate(used)] for row in rows])
    classes = sorted({row[target] for row in rows})
    y = np.array([classes.index(row[target]) for row in rows])
    place = used.index(sensitive)
    model = DecisionTreeClassifier(max_leaf_nodes=120, random_state=1).fit(x, y)
    art = ScikitlearnDecisionTreeClassifier(model)
    values = [0.0, 1.0]
    priors = [float(np.mean(x[:, place] == v)) for v in values]
    without = np.delete(x, place, axis=1)
    results, seconds = {}, {}
    for name, attack, label in [
        ("lifestyle", AttributeInferenceWhiteBoxLifestyleDecisionTree(art, attack_feature=place), None),
        ("agreement", AttributeInferenceWhiteBoxDecisionTree(art, attack_feature=place), y),
    ]:
        start = time.perf_counter()
        guess = attack.infer(without, label, values=values, priors=priors)
        seconds[name] = time.perf_counter() - start
        results[name] = [int(v) for v in np.asarray(guess).ravel()]
        print(name, f"{seconds[name]:.3f} s", "accuracy", np.mean(np.asarray(results[name]) == x[:, place]))
    tree = model.tree_
    document = {
        "source": "adversarial-robustness-toolbox 1.20.1, scikit-learn, script Tests/Fixtures/make/tree_inversion_art.py",
        "sensitive": place,
        "priors": priors,
        "classes": len(classes),
        "feature": [max(int(f), 0) for f in tree.feature],
        "threshold": [float(t) for t in tree.threshold],
        "left": [max(int(c), 0) for c in tree.children_left],
        "right": [max(int(c), 0) for c in tree.children_right],
        "counts": [[float(round(v * n)) for v in tree.value[i, 0]] for i, n in enumerate(tree.n_node_samples)],
        "rows": [[int(v) for v in row] for row in x],
        "labels": [int(v) for v in y],
        "guesses": results,
        "seconds": seconds,
    }
    with open(output, "w") as file:
        json.dump(document, file, separators=(",", ":"))
        file.write("\n")


main(sys.argv[1], sys.argv[2])
