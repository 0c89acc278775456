"""Membership figures of scikit-learn over many seeds, each with its mean and its standard deviation.

    python3 Tests/Peers/privacy_reference.py yeom iwpc-scaled.csv [seeds]
    python3 Tests/Peers/privacy_reference.py lira adult.csv [seeds]

`yeom`: regression trees of every depth on the warfarin patients; the advantage of an attacker who calls a patient a member
whose error is below the root mean square of the members' and does not know the size of the others' (Yeom et al., CSF
2018). `lira`: the likelihood ratio with 64 shadow models and a fixed deviation on 2,000 people of Adult, half of them
members (Carlini et al., IEEE S&P 2022), beside one threshold on the loss.
"""

import csv
import sys
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

DEPTHS = (1, 5, 8, 10, 12, 15, 20, 25, 30)


def spread(name, values):
    values = np.array(values)
    print(
        f"{name:40} {values.mean():.4f} (sd {values.std(ddof=1):.4f}) over {len(values)}", flush=True)


def patients(path):
    """Numbers, and indicators of all levels of a category but the first."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    header, rows = rows[0], rows[1:]
    columns = []
    for place, name in enumerate(header[:-1]):
        values = [row[place] for row in rows]
        if name in ("age", "height", "weight"):
            columns.append(np.array(values, float))
        else:
            columns += [np.array([v == level for v in values], float) for level in sorted(set(values))[1:]]
    return np.column_stack(columns), np.array([row[-1] for row in rows], float)


def yeom(path, seeds):
    x, y = patients(path)
    for depth in DEPTHS:
        found = []
        for seed in range(1, seeds + 1):
            order = np.random.default_rng(seed).permutation(len(y))
            train, test = order[: len(y) * 3 // 4], order[len(y) * 3 // 4 :]
            tree = DecisionTreeRegressor(max_depth=depth, random_state=seed).fit(x[train], y[train])
            members, others = np.abs(y[train] - tree.predict(x[train])), np.abs(y[test] - tree.predict(x[test]))
            limit = np.sqrt((members**2).mean())
            found.append((members < limit).mean() - (others < limit).mean())
        spread(f"depth {depth}", found)


def people(path):
    with open(path) as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file)]
    header, rows = rows[0], [row for row in rows[1:] if row and "?" not in row]
    place = header.index("marital-status")
    for row in rows:
        row[place] = "married" if row[place] in ("Married-civ-spouse", "Married-AF-spouse") else "single"
    columns = []
    for index, name in enumerate(header[:-1]):
        if name in ("fnlwgt", "education-num", "relationship"):
            continue
        values = [row[index] for row in rows]
        try:
            numbers = np.array([float(v) for v in values])
            least, most = numbers.min(), numbers.max()
            columns.append((2 * (numbers - least) / (most - least) - 1)[:, None])
        except ValueError:
            levels = sorted(set(values))
            columns.append(np.array([[v == level for level in levels] for v in values], float))
    return np.hstack(columns), np.array([row[-1] == ">50K" for row in rows], int)


MODELS = {
    "logistic": lambda seed: LogisticRegression(C=1, max_iter=1000),
    "tree-leaf-5": lambda seed: DecisionTreeClassifier(min_samples_leaf=5, random_state=seed),
    "tree-full": lambda seed: DecisionTreeClassifier(random_state=seed),
    "mlp-64": lambda seed: MLPClassifier(
        (64,), learning_rate_init=5e-3, batch_size=100, max_iter=60, n_iter_no_change=1000, random_state=seed),
}


def confidence(model, x, y):
    own = model.predict_proba(x)[np.arange(len(y)), y]
    return np.log(own + 1e-45) - np.log(1 - own + 1e-45)


def attack(x, y, make, seed, shadows=64):
    random = np.random.default_rng(seed)
    chosen = random.choice(len(y), 2000, replace=False)
    x, y = x[chosen], y[chosen]
    seen = random.uniform(size=(shadows, len(y))).argsort(0).argsort(0) < shadows // 2
    member = np.zeros(len(y), bool)
    member[random.choice(len(y), len(y) // 2, replace=False)] = True
    fit = lambda rows, number: confidence(make(1000 * seed + number).fit(x[rows], y[rows]), x, y)
    scores = np.array([fit(rows, number) for number, rows in enumerate(seen)])
    observed = fit(member, shadows)
    inside, outside = np.where(seen, scores, np.nan), np.where(seen, np.nan, scores)
    centre_in, centre_out = np.nanmean(inside, 0), np.nanmean(outside, 0)
    deviation = np.sqrt((np.where(seen, scores - centre_in, scores - centre_out) ** 2).mean())
    online = ((observed - centre_out) ** 2 - (observed - centre_in) ** 2) / (2 * deviation**2)
    return [roc_auc_score(member, score) for score in (online, (observed - centre_out) / deviation, observed)]


def lira(path, seeds):
    x, y = people(path)
    for name, make in MODELS.items():
        areas = np.array([attack(x, y, make, seed) for seed in range(1, seeds + 1)])
        for column, words in enumerate(("online", "offline", "one threshold")):
            spread(f"{name}, {words}", areas[:, column])
        spread(f"{name}, gain of the better ratio", areas[:, :2].max(1) - areas[:, 2])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    {"yeom": yeom, "lira": lira}[sys.argv[1]](sys.argv[2], count)
