"""Races the logistic learners against scikit-learn on the same data, one after the other, several rounds.

Run: OPENBLAS_CORETYPE=SkylakeX python3 Tests/Benchmarks/races/classifiers.py ADULT.csv COMMAND [ARGUMENT ...]
COMMAND is the benchmark program; a folder of problems is appended to its arguments, and it prints lines
`name seconds check`. scikit-learn runs with its own BLAS and all cores; OPENBLAS_CORETYPE is taken out of its
environment. Of its solvers the fastest counts whose objective is within 1e-6 of the optimum, which ours meets to
1e-12 (`check` is our objective). Rounds are interleaved; the ratio is that of the best times.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

TARGETS = {"binary": 2.5, "softmax": 4, "predict": 1, "shadow": 5}


def read(folder, name):
    raw = np.fromfile(pathlib.Path(folder) / f"{name}.f64")
    n, d = int(raw[0]), int(raw[1])
    return raw[3 + n:].reshape(n, d), raw[3:3 + n].astype(int)


def write(folder, name, x, y, classes):
    np.concatenate([[len(y), x.shape[1], classes], y, x.ravel()]).astype(float).tofile(
        pathlib.Path(folder) / f"{name}.f64")


def problems(folder, adult):
    rng = np.random.default_rng(1)
    x = rng.standard_normal((200_000, 100))
    y = rng.uniform(size=len(x)) < 1 / (1 + np.exp(-x @ rng.normal(size=100, scale=0.3)))
    write(folder, "binary", x, y, 2)
    x = rng.standard_normal((50_000, 100))
    scores = x @ rng.normal(size=(100, 5), scale=0.3)
    write(folder, "softmax", x, (scores + rng.gumbel(size=scores.shape)).argmax(1), 5)
    write(folder, "predict", rng.standard_normal((1_000_000, 20)), np.zeros(1_000_000), 2)
    from make_logistic_fixtures import encoded
    write(folder, "shadow", *encoded(pathlib.Path(adult), True, -1), 2)


def objective(x, y, model):
    penalty = (model.coef_**2).sum() / 2
    scores = x @ model.coef_.T + model.intercept_
    if scores.shape[1] == 1:
        return np.logaddexp(0, np.where(y == 1, -1, 1) * scores[:, 0]).sum() + penalty
    return (np.logaddexp.reduce(scores, axis=1) - scores[np.arange(len(y)), y]).sum() + penalty


def shadow(x, y, model):
    from sklearn.linear_model import LogisticRegression
    rows = (np.arange(1000) * 7919 + model * 104_729) % len(y)
    return LogisticRegression(max_iter=1000).fit(x[rows], y[rows])


def peer(folder):
    """Runs in a process of its own and prints `name seconds objective`."""
    import time
    import warnings
    from joblib import Parallel, delayed
    from sklearn.linear_model import LogisticRegression
    warnings.filterwarnings("ignore")

    def timed(work):
        start = time.perf_counter()
        result = work()
        return time.perf_counter() - start, result

    for name in ("binary", "softmax"):
        x, y = read(folder, name)
        for solver, tolerances in (("lbfgs", (1e-4, 1e-5, 1e-6)), ("newton-cg", (1e-4, 1e-6))):
            for tol in tolerances:
                model = LogisticRegression(solver=solver, tol=tol, max_iter=1000)
                seconds, model = timed(lambda: model.fit(x, y))
                print(name, seconds, objective(x, y, model), f"{solver},{tol}")
    x, _ = read(folder, "predict")
    model = LogisticRegression().fit(x[:100], np.arange(100) % 2)
    print("predict", min(timed(lambda: model.predict_proba(x))[0] for _ in range(3)), 0, "predict_proba")
    x, y = read(folder, "shadow")
    for backend in ("loky", "threading"):
        with Parallel(n_jobs=2, backend=backend) as parallel:
            parallel(delayed(shadow)(x, y, model) for model in range(4))
            print("shadow", timed(lambda: parallel(delayed(shadow)(x, y, i) for i in range(1000)))[0], 0, backend)


def lines(command, environment):
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return [line.split() for line in run.stdout.splitlines() if line.split()[:1] and line.split()[0] in TARGETS]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    if sys.argv[1] == "--peer":
        return peer(sys.argv[2])
    plain = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    with tempfile.TemporaryDirectory() as folder:
        problems(folder, sys.argv[1])
        times = {name: ([], []) for name in TARGETS}
        for _ in range(int(os.environ.get("ROUNDS", 2))):
            ours = lines(sys.argv[2:] + [folder], os.environ)
            optimum = {name: float(check) for name, _, check, *_ in ours}
            for name, seconds, *_ in ours:
                times[name][1].append(float(seconds))
            for name, seconds, value, how in lines([sys.executable, __file__, "--peer", folder], plain):
                excess = float(value) / optimum[name] - 1 if name in ("binary", "softmax") else 0
                print(f"  {name:8} {how:18} {float(seconds):8.3f} s  excess objective {excess:.1e}", flush=True)
                if excess <= 1e-6:
                    times[name][0].append(float(seconds))
    print(f"{'task':10} {'scikit-learn':>14} {'ours':>10} {'ratio':>7} {'wanted':>7}")
    for name, wanted in TARGETS.items():
        theirs, mine = (min(side) for side in times[name])
        print(f"{name:10} {theirs:12.4f} s {mine:8.4f} s {theirs / mine:6.1f}x {wanted:6}x")


if __name__ == "__main__":
    main()
