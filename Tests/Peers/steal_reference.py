"""Equation solving against a softmax model, with NumPy, SciPy and scikit-learn.

The victim is a model file of `bezoar train digits --model softmax -o victim.json`, or, without one, a softmax
regression (C = 1) that scikit-learn fits to its digits, scaled to -1...1. Prints one JSON document per attack:
queries, disagreement on 10,000 uniform rows and on the data, total variation, processor seconds of the solver.

  python3 Tests/Peers/steal_reference.py [--model victim.json] [--seed 1 2 3]
"""

import argparse
import json
import time

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression


def probabilities(weights, intercepts, rows):
    scores = rows @ weights.T + intercepts
    return np.exp(scores - logsumexp(scores, axis=1, keepdims=True))


def victim(path):
    rows = load_digits().data / 8 - 1
    if path:
        model = json.load(open(path))["pipeline"]["model"]["parameters"]
        weights = np.array(model["weights"]["elements"]).reshape(model["weights"]["rows"], -1)
        return weights, np.array(model["intercepts"]), rows if weights.shape[1] == 64 else None
    fit = LogisticRegression(C=1, tol=1e-8, max_iter=2000).fit(rows, load_digits().target)
    return fit.coef_, fit.intercept_, rows


def log_ratio(queries, answers):
    logs = np.log(answers)
    logs -= logs.mean(axis=1, keepdims=True)
    system = np.hstack([queries, np.ones((len(queries), 1))])
    return np.linalg.lstsq(system, logs, rcond=None)[0].T, 1


def cross_entropy(queries, answers):
    system = np.hstack([queries, np.ones((len(queries), 1))])
    shape = (answers.shape[1], system.shape[1])

    def objective(point):
        scores = system @ point.reshape(shape).T
        all_ = logsumexp(scores, axis=1, keepdims=True)
        loss = -(answers * (scores - all_)).sum() / len(system)
        gradient = (np.exp(scores - all_) - answers).T @ system / len(system)
        return loss, gradient.ravel()

    result = minimize(
        objective, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B",
        options=dict(maxcor=50, maxiter=3000, maxfun=10**5, gtol=1e-10, ftol=1e-30))
    return result.x.reshape(shape), result.nit


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model")
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    arguments = parser.parse_args()
    weights, intercepts, data = victim(arguments.model)
    classes, columns = weights.shape
    for seed in arguments.seed:
        random = np.random.default_rng(seed)
        uniform = random.uniform(-1, 1, (10_000, columns))
        truth = probabilities(weights, intercepts, uniform)
        for name, solver, count in [
            ("log-ratio", log_ratio, columns + 1), ("equation", cross_entropy, classes * (columns + 1))]:
            queries = random.uniform(-1, 1, (count, columns))
            answers = probabilities(weights, intercepts, queries)
            start, cpu = time.perf_counter(), time.process_time()
            solution, steps = solver(queries, answers)
            seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
            own = probabilities(solution[:, :-1], solution[:, -1], uniform)
            report = dict(
                attack=name, seed=seed, queries=count, steps=steps, seconds=round(seconds, 4),
                cpu_seconds=round(cpu, 4), r_unif=float((own.argmax(1) != truth.argmax(1)).mean()),
                tv_unif=float(abs(own - truth).sum(1).mean() / 2))
            if data is not None:
                left = probabilities(solution[:, :-1], solution[:, -1], data).argmax(1)
                report["r_test"] = float((left != probabilities(weights, intercepts, data).argmax(1)).mean())
            print(json.dumps(report))


if __name__ == "__main__":
    main()
