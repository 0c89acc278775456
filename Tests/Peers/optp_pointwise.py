#!/usr/bin/env python3
"""The point-by-point poisoning attack on linear regression, as published, for races and comparisons.

Jagielski, Oprea, Biggio, Liu, Nita-Rotaru, Li, "Manipulating machine learning", IEEE S&P 2018.
Written from the paper's formulas and the published settings; scikit-learn does every fit. It keeps what
makes the published algorithm slow: one least-squares solve per poison row and step, one refit of the
model per line-search try, one acceptance decision for the whole batch.

    optp_pointwise.py --data iwpc-onehot.csv --model ridge --attack optp --n 300 --rate .08 --seed 1

prints one JSON document per (rate, seed). Set OPENBLAS_NUM_THREADS=1 for times comparable with the table
in measured/poisoning.md. Only the attack is timed (wall and processor seconds); reading the file and choosing the
LASSO's penalty are not.
"""

import argparse
import csv
import json
import sys
import time
import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import Lasso, LassoCV, Ridge

RIDGE_PENALTY = 0.1
DOSE_SCALE, DOSE_OFFSET = 312.9, 2.1  # mg/week per unit of the scaled target of iwpc-onehot.csv


@dataclass
class Part:
    x: np.ndarray
    y: np.ndarray

    def joined(self, other):
        return Part(np.vstack([self.x, other.x]), np.concatenate([self.y, other.y]))


def read_table(path):
    """Features, target (first column) and the one-hot groups: columns that share the text before ':'."""
    with open(path, newline="") as file:
        names = next(csv.reader(file))[1:]
        values = np.array([row for row in csv.reader(file) if row], dtype=float)
    columns = {}
    for index, name in enumerate(names):
        if ":" in name:
            columns.setdefault(name.split(":")[0], []).append(index)
    return Part(values[:, 1:], values[:, 0]), [np.array(group) for group in columns.values()]


def split(table, sizes, seed):
    """Training, test and validation rows, and the generator that goes on to draw the poison."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(table.y))
    bounds = np.cumsum(sizes)
    if bounds[-1] > len(order):
        sys.exit(f"{bounds[-1]} rows asked for, the table has {len(order)}")
    parts = [Part(table.x[rows], table.y[rows]) for rows in np.split(order, bounds)[:3]]
    return *parts, random


def mean_squared_error(model, part):
    return float(np.mean((model.predict(part.x) - part.y) ** 2))


class Learner:
    """Ridge (penalty 0.1), OLS (ridge with 1e-5) or LASSO whose penalty was chosen on the clean rows."""

    def __init__(self, kind, train):
        self.kind = kind
        self.penalty = {"ridge": RIDGE_PENALTY, "ols": 1e-5}.get(kind)
        if kind == "lasso":
            self.penalty = float(LassoCV(max_iter=10000).fit(train.x, train.y).alpha_)

    def fit(self, part):
        if self.kind == "lasso":
            return Lasso(alpha=self.penalty, max_iter=10000).fit(part.x, part.y)
        return Ridge(alpha=self.penalty).fit(part.x, part.y)

    def regularisation(self, model):
        """The penalty term that the published training objective adds: a norm, not a squared norm."""
        if self.kind == "lasso":
            return self.penalty * np.abs(model.coef_).sum()
        return self.penalty * np.linalg.norm(model.coef_) / 2 if self.kind == "ridge" else 0.0

    def regularisation_gradient(self, model):
        if self.kind == "lasso":
            return self.penalty * np.sign(model.coef_)
        return self.penalty * model.coef_ if self.kind == "ridge" else np.zeros_like(model.coef_)


def draw_poison_start(name, train, count, random):
    """Rows of the training set with a changed response: BFlip, InvFlip or the influence-weighted flip."""
    weights = None
    if name == "inflip":
        inner = train.x.T @ train.x + 0.01 * np.eye(train.x.shape[1])
        hat = train.x @ np.linalg.solve(inner, train.x.T)
        weights = np.maximum(hat.sum(axis=1) * (0.5 + np.abs(train.y - 0.5)), 0)
        weights /= weights.sum()
    rows = random.choice(len(train.y), count, replace=count > len(train.y), p=weights)
    y = train.y[rows]
    changed = {"bflip": np.where(1 - y > 0.5, 1.0, 0.0), "invflip": 1 - y,
               "inflip": 1 - np.floor(y + 0.5)}[name]
    return Part(train.x[rows].copy(), changed)


def sample_statp(train, groups, count, random):
    """StatP: rows drawn from the training distribution, rounded to corners, labelled against a model."""
    dimension = train.x.shape[1]
    covariance = np.cov(train.x.T) + 0.01 * np.eye(dimension)
    drawn = random.multivariate_normal(train.x.mean(axis=0), covariance, count)
    x = (drawn > 0.5).astype(float)
    for group in groups:
        best = group[np.argmax(drawn[:, group], axis=1)]
        kept = x[np.arange(count), best]
        x[:, group] = 0
        x[np.arange(count), best] = kept
    substitute = Ridge(alpha=0.01).fit(train.x, train.y)
    return Part(x, np.clip(np.round(1 - substitute.predict(x)), 0, 1))


class PointwiseAttack:
    """Gradient ascent on each poison row by itself (OptP; BGD with other settings)."""

    minimum_steps, maximum_steps, maximum_tries = 15, 50, 100

    def __init__(self, learner, train, valid, groups, objective, argument, eta, beta, epsilon):
        self.learner, self.train, self.valid, self.groups = learner, train, valid, groups
        self.on_validation, self.with_response = objective == "validation", argument == "xy"
        self.eta, self.beta, self.epsilon = eta, beta, epsilon
        rows, dimension = train.x.shape
        sigma = train.x.T @ train.x / rows
        if learner.kind == "ridge":
            sigma = sigma + learner.penalty * np.eye(dimension)
        mean = train.x.mean(axis=0)
        self.kkt = np.block([[sigma, mean[:, None]], [mean[None, :], np.ones((1, 1))]])

    def objective(self, model):
        if self.on_validation:
            return mean_squared_error(model, self.valid)
        return mean_squared_error(model, self.train) + self.learner.regularisation(model)

    def gradient(self, model, x, y):
        """The unit direction of ascent (d values for x, one for y) by implicit differentiation."""
        w, rows = model.coef_, len(self.train.y)
        dimension = len(w)
        right = np.empty((dimension + 1, dimension + 1))
        right[:dimension, :dimension] = np.outer(x, w) + (w @ x + model.intercept_ - y) * np.eye(dimension)
        right[:dimension, dimension] = -x
        right[dimension, :dimension] = w
        right[dimension, dimension] = -1
        change = np.linalg.lstsq(self.kkt, -right / rows, rcond=None)[0]
        data = self.valid if self.on_validation else self.train
        residual = model.predict(data.x) - data.y
        outer = np.append(data.x.T @ residual, residual.sum()) / len(residual)
        if not self.on_validation:
            outer[:dimension] += self.learner.regularisation_gradient(model)
        direction = outer @ change
        if not self.with_response:
            direction[dimension] = 0
        length = np.linalg.norm(direction)
        return direction / length if length > 0 else direction

    def line_search(self, x, y, direction):
        """Extends the step while the objective of the clean rows plus this one row rises."""
        def value(point):
            alone = Part(point[None, :-1], point[-1:])
            return self.objective(self.learner.fit(self.train.joined(alone)))

        point, step = np.append(x, y), self.eta
        best = value(point)
        for _ in range(self.maximum_tries):
            candidate = np.clip(point + step * direction, 0, 1)
            reached = value(candidate)
            if reached < best:
                break
            gained, point, best = reached - best, candidate, reached
            if gained < 1e-8:
                break
            step *= self.beta
        return self.project(point[:-1]), point[-1]

    def project(self, x):
        """One indicator per group at most: the largest, if it exceeds 1 / (1 + size of the group)."""
        x = x.copy()
        for group in self.groups:
            top = group[np.argmax(x[group])]
            on = x[top] > 1 / (1 + len(group))
            x[group] = 0
            x[top] = float(on)
        return x

    def run(self, poison):
        model = self.learner.fit(self.train.joined(poison))
        reached = self.objective(model)
        initial_eta = self.eta
        for step in range(1, self.maximum_steps + 1):
            moved = Part(poison.x.copy(), poison.y.copy())
            for i in range(len(poison.y)):
                direction = self.gradient(model, poison.x[i], poison.y[i])
                moved.x[i], moved.y[i] = self.line_search(poison.x[i], poison.y[i], direction)
            candidate = self.learner.fit(self.train.joined(moved))
            value = self.objective(candidate)
            change = abs(value - reached)
            if value > reached:
                poison, model, reached = moved, candidate, value
            else:
                self.eta *= 0.75
            if step >= self.minimum_steps and change <= self.epsilon:
                break
        self.eta = initial_eta
        return poison, step


def trim(learner, data, keep):
    """TRIM as corrected in 2021: starts from all rows, keeps the `keep` smallest residuals, to a fixed point."""
    rows = np.arange(len(data.y))
    for _ in range(400):
        model = learner.fit(Part(data.x[rows], data.y[rows]))
        chosen = np.sort(np.argsort((model.predict(data.x) - data.y) ** 2, kind="stable")[:keep])
        if np.array_equal(chosen, rows):
            break
        rows = chosen
    return learner.fit(Part(data.x[rows], data.y[rows])), rows


def median_dose_change(clean, poisoned, test):
    before, after = (DOSE_OFFSET + DOSE_SCALE * model.predict(test.x) for model in (clean, poisoned))
    return float(np.median(np.abs(after - before) / np.abs(before)))


def attack(options, learner, train, valid, groups, random, count):
    """The poison, the name of the settings used, and the number of outer steps."""
    if options.attack == "statp":
        return sample_statp(train, groups, count, random), 0
    bgd = options.attack == "bgd"
    start = draw_poison_start("invflip" if bgd else options.init, train, count, random)
    optimiser = PointwiseAttack(
        learner, train, valid, groups, "training" if bgd else options.objective,
        "x" if bgd else options.argument, options.eta, options.beta, options.epsilon)
    return optimiser.run(start)


def outcome(options, table, groups, rate, seed):
    n = options.n
    sizes = (n, options.test or (500 if n == 300 else n), options.valid or (250 if n == 300 else n))
    train, test, valid, random = split(table, sizes, seed)
    learner = Learner(options.model, train)
    clean = learner.fit(train)
    count = int(0.5 + n * rate / (1 - rate))
    started, started_cpu = time.perf_counter(), time.process_time()
    poison, steps = attack(options, learner, train, valid, groups, random, count)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - started_cpu
    mixed = train.joined(poison)
    poisoned = learner.fit(mixed)
    document = {
        "model": options.model, "penalty": learner.penalty, "attack": options.attack,
        "train": sizes[0], "test": sizes[1], "valid": sizes[2], "poison": count, "rate": rate, "seed": seed,
        "clean_test_mse": mean_squared_error(clean, test), "test_mse": mean_squared_error(poisoned, test),
        "valid_mse": mean_squared_error(poisoned, valid),
        "dose_change_median": median_dose_change(clean, poisoned, test),
        "steps": steps, "seconds": round(seconds, 3), "cpu_seconds": round(cpu_seconds, 3)}
    if options.trim:
        shuffled = random.permutation(len(mixed.y))
        started = time.perf_counter()
        defended, kept = trim(learner, Part(mixed.x[shuffled], mixed.y[shuffled]), n)
        document["trim_seconds"] = round(time.perf_counter() - started, 4)
        document["trim_test_mse"] = mean_squared_error(defended, test)
        document["trim_poison_kept"] = float(np.mean(shuffled[kept] >= n) * n / max(count, 1))
    if options.save:
        np.savetxt(options.save, np.column_stack([poison.y, poison.x]), delimiter=",", fmt="%.17g")
    return document


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="iwpc-onehot.csv")
    parser.add_argument("--model", choices=["ridge", "lasso", "ols"], default="ridge")
    parser.add_argument("--attack", choices=["optp", "bgd", "statp"], default="optp")
    parser.add_argument("--n", type=int, default=300, help="training rows; 300 goes with 500 test, 250 valid")
    parser.add_argument("--test", type=int, help="test rows (otherwise 500 for n = 300, else n)")
    parser.add_argument("--valid", type=int, help="validation rows (otherwise 250 for n = 300, else n)")
    parser.add_argument("--rate", type=float, nargs="+", default=[0.08], help="poison / (clean + poison)")
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--objective", choices=["training", "validation"], default="validation")
    parser.add_argument("--argument", choices=["x", "xy"], default="xy")
    parser.add_argument("--init", choices=["bflip", "invflip", "inflip"], default="bflip")
    parser.add_argument("--eta", type=float, default=0.5)
    parser.add_argument("--beta", type=float, default=0.1)
    parser.add_argument("--epsilon", type=float, default=1e-3)
    parser.add_argument("--trim", action="store_true", help="also defend with TRIM and report it")
    parser.add_argument("--save", help="write the poison rows here as CSV, target first")
    return parser.parse_args()


def main():
    options = arguments()
    warnings.filterwarnings("ignore")  # scikit-learn's convergence notes, one per refit
    table, groups = read_table(options.data)
    for rate in options.rate:
        for seed in options.seed:
            print(json.dumps(outcome(options, table, groups, rate, seed)), flush=True)


if __name__ == "__main__":
    main()
