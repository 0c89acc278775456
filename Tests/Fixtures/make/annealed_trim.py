"""The annealed TRIM in NumPy, as a reference for the defence `trim`; writes Tests/Fixtures/annealed-trim.json.

Run: python3 Tests/Fixtures/make/annealed_trim.py
Three small tables with noise, one-hot columns and poison of high leverage; for each the kept rows, the chosen penalty
and the weights (intercept last).
"""
import json
import os

import numpy as np
from scipy.stats import norm

LADDER = (3000.0, 1000.0, 300.0, 100.0, 30.0, 10.0)
CHOICES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)


def ridge(a, y, penalty):
    """Weights and unpenalised intercept; the last column of `a` is one."""
    system = a.T @ a
    order = len(system) - 1
    system[np.arange(order), np.arange(order)] += penalty
    return np.linalg.solve(system, a.T @ y)


def smallest(scores, keep):
    return np.sort(np.argsort(scores, kind="stable")[:keep])


def concentrate(a, y, rows, keep, penalty):
    for _ in range(40):
        chosen = smallest((y - a @ ridge(a[rows], y[rows], penalty)) ** 2, keep)
        if np.array_equal(rows, chosen):
            break
        rows = chosen
    return rows


def leave_one_out_penalty(x, y):
    """Penalty of the smallest leave-one-out error, by the hat matrix of the centred rows."""
    centred, values = x - x.mean(axis=0), y - y.mean()

    def error(penalty):
        hat = centred @ np.linalg.solve(centred.T @ centred + penalty * np.eye(x.shape[1]), centred.T)
        leverage = 1 / len(y) + np.diag(hat)
        return np.mean(((values - hat @ values) / np.maximum(1 - leverage, 1e-3)) ** 2)

    return min(CHOICES, key=error)


def annealed_trim(x, y, keep, readmission=3.0):
    a = np.hstack([x, np.ones((len(y), 1))])
    rows = smallest(np.abs(y - np.median(y)), keep)
    for penalty in LADDER:
        rows = concentrate(a, y, rows, keep, penalty)
    chosen = leave_one_out_penalty(x[rows], y[rows])
    for penalty in (np.sqrt(10 * chosen), chosen):
        rows = concentrate(a, y, rows, keep, penalty)
    residuals = y - a @ ridge(a[rows], y[rows], chosen)
    share = keep / len(y)
    q = norm.ppf((1 + share) / 2)
    deviation = np.sqrt(np.mean(residuals[rows] ** 2) / (1 - 2 * q * norm.pdf(q) / share))
    rows = np.union1d(rows, np.flatnonzero(np.abs(residuals) <= readmission * deviation))
    return rows, ridge(a[rows], y[rows], chosen), chosen


def table(seed, clean=90, poison=12):
    random = np.random.default_rng(seed)
    numbers = random.random((clean + poison, 3))
    group = random.integers(0, 4, clean + poison)
    group[clean:] = 3
    x = np.hstack([numbers, np.eye(4)[group]])
    y = 0.2 + 0.3 * x[:, 0] - 0.1 * x[:, 1] + 0.05 * group + 0.02 * random.standard_normal(clean + poison)
    y[clean:] = 1.0
    order = random.permutation(clean + poison)
    return np.round(x[order], 4), np.round(np.clip(y[order], 0, 1), 4)


def main():
    cases = []
    for seed in (1, 2, 3):
        x, y = table(seed)
        keep = len(y) - round(len(y) * 0.12)
        rows, weights, penalty = annealed_trim(x, y, keep)
        cases.append({"features": x.tolist(), "target": y.tolist(), "rate": 0.12, "kept": rows.tolist(),
                      "penalty": penalty, "weights": weights.tolist()})
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "annealed-trim.json")
    with open(path, "w") as file:
        json.dump({"source": f"numpy {np.__version__}, Tests/Fixtures/make/annealed_trim.py", "cases": cases}, file)


main()
