"""Two attacks that rest on chance, with scikit-learn and many seeds: how far apart are the figures of single runs?

    python3 Tests/Peers/inversion_reference.py gss gss-happiness.csv [seeds]
    python3 Tests/Peers/inversion_reference.py faces [seeds]

`gss`: counts of the leaves (white box) and confusion (black box) on trees of at most 159 leaves, entropy, indicators, for
"watched x-rated movies in the last year". `faces`: reconstruction of digits from a softmax model by numeric gradients, with
confidences rounded, judged by a support vector machine.
"""

import csv
import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import matthews_corrcoef
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

TARGET = "Happiness of marriage"
SENSITIVE = "watched x-rated movies in the last year"


def people(path):
    """Indicators of the categories, numbers as they are; what is not given is a category or the mean."""
    with open(path, newline=None, encoding="latin1") as file:
        rows = list(csv.reader(file))
    header, rows = rows[0], rows[1:]
    target, sensitive = header.index(TARGET), header.index(SENSITIVE)
    rows = [row for row in rows if row[target] and row[sensitive]]
    columns = []
    for place, name in enumerate(header):
        values = [row[place] for row in rows]
        if name in ("year", "id", TARGET, SENSITIVE):
            continue
        if name in ("age", "children"):
            words = {"89 OR OLDER": 89.0, "EIGHT OR MORE": 8.0}
            numbers = np.array([words.get(v, float(v) if v and v not in words else np.nan) for v in values])
            columns.append(np.where(np.isnan(numbers), np.nanmean(numbers), numbers))
        else:
            columns += [np.array([v == level for v in values], float) for level in sorted(set(values))]
    secret = np.array([row[sensitive] == "YES" for row in rows])
    labels = np.unique([row[target] for row in rows], return_inverse=True)[1]
    # The sensitive value is one column; the two indicators of a one-hot code would say the same.
    return np.column_stack(columns + [secret.astype(float)]), secret.astype(int), labels


def tree_attacks(x, secret, labels, seed, leaves=159):
    random = np.random.default_rng(seed)
    order = random.permutation(len(x))
    train = order[len(x) // 4 :]
    model = DecisionTreeClassifier(criterion="entropy", max_leaf_nodes=leaves, random_state=seed)
    model.fit(x[train], labels[train])
    tree = model.tree_
    counts = tree.value[:, 0, :] * tree.n_node_samples[:, None]
    sums = tree.n_node_samples.astype(float)
    place = x.shape[1] - 1
    prior = np.array([np.mean(secret[train] == v) for v in (0, 1)])
    known, truth, classes = x[train].copy(), secret[train], labels[train]

    def compatible(value, node=0):
        if tree.children_left[node] < 0:
            return sums[node]
        left, right = tree.children_left[node], tree.children_right[node]
        if tree.feature[node] == place:
            return compatible(value, left if value <= tree.threshold[node] else right)
        return compatible(value, left) + compatible(value, right)

    confusion = np.zeros((model.n_classes_, model.n_classes_))
    np.add.at(confusion, (classes, model.predict(known)), 1)
    confusion /= np.maximum(confusion.sum(1, keepdims=True), 1)
    # How many people a leaf would hold if the secret said nothing of the rest.
    expected = np.zeros(tree.node_count)
    for value in (0, 1):
        known[:, place] = value
        np.add.at(expected, model.apply(known), prior[value])
    scores = {name: [] for name in ("with the lower sum", "without", "expected below", "black box")}
    for value in (0, 1):
        known[:, place] = value
        leaf = model.apply(known)
        above = counts[leaf, classes]
        scores["with the lower sum"].append(prior[value] * above / compatible(value))
        scores["without"].append(prior[value] * above)
        scores["expected below"].append(prior[value] * above / expected[leaf])
        scores["black box"].append(prior[value] * confusion[classes, model.predict(known)])
    result = {}
    for name, score in scores.items():
        score = np.column_stack(score)
        empty = score.sum(1) == 0
        score[empty] = prior
        guess = score.argmax(1)
        found = guess[truth == 1].mean()
        precise = truth[guess == 1].mean() if guess.any() else np.nan
        result[name] = ((guess == truth).mean(), precise, found, matthews_corrcoef(truth, guess))
    return result


def gss(path, seeds):
    x, secret, labels = people(path)
    print(f"{len(x)} people, {secret.mean():.4f} watched")
    runs = [tree_attacks(x, secret, labels, seed) for seed in range(1, seeds + 1)]
    for name in runs[0]:
        table = np.array([run[name] for run in runs])
        for column, words in enumerate(("accuracy", "precision", "recall", "MCC")):
            values = table[:, column]
            print(
                f"{name:20} {words:10} mean {np.nanmean(values):.4f} sd {np.nanstd(values, ddof=1):.4f} "
                f"min {np.nanmin(values):.4f} max {np.nanmax(values):.4f}")


def face(model, label, step, difference, iterations=1500, rate=0.1, target=0.99, window=100):
    """Fredrikson et al., CCS 2015, algorithm 1, from nothing, by differences."""

    def ask(points):
        p = model.predict_proba(points)[:, label]
        return p if step is None else np.round(p / step) * step

    point = np.zeros(64)
    costs, best = [], (-1.0, point)
    for _ in range(iterations + 1):
        p = ask(np.vstack([point, point + difference * np.eye(64)]))
        if p[0] > best[0]:
            best = (p[0], point)
        if p[0] >= target or (len(costs) >= window and 1 - p[0] >= max(costs[-window:])):
            break
        costs.append(1 - p[0])
        point = np.clip(point + rate * (p[1:] - p[0]) / difference, 0, 1)
    return best


def faces(seeds):
    digits = load_digits()
    x, y = digits.data / 16, digits.target
    table = {}
    for seed in range(1, seeds + 1):
        order = np.random.default_rng(seed).permutation(len(x))
        half, rest = order[: len(x) // 2], order[len(x) // 2 :]
        model = LogisticRegression(C=1, max_iter=2000, tol=1e-8).fit(x[half], y[half])
        judge = SVC(C=10, gamma="scale").fit(x[rest], y[rest])
        for step in (None, 0.001, 0.005, 0.01, 0.05, 0.1):
            for difference in (0.02, 0.05, 0.1, 0.2, 1):
                found = [face(model, label, step, difference) for label in range(10)]
                points = np.array([point for _, point in found])
                full = np.abs(points).max(1) > 1e-9
                right = (judge.predict(points) == np.arange(10)) & full
                table.setdefault((step, difference), []).append((right.mean(), full.mean()))
        print(f"seed {seed} of {seeds}", file=sys.stderr)
    for (step, difference), values in table.items():
        values = np.array(values)
        print(
            f"rounded to {step}, differences {difference}: identified {values[:, 0].mean():.3f} "
            f"(sd {values[:, 0].std(ddof=1):.3f}), not empty {values[:, 1].mean():.3f} "
            f"(sd {values[:, 1].std(ddof=1):.3f}); all empty in {np.mean(values[:, 1] == 0):.2f} of the runs")


if __name__ == "__main__":
    if sys.argv[1] == "gss":
        gss(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 20)
    else:
        faces(int(sys.argv[2]) if len(sys.argv) > 2 else 10)
