"""Races the linear learners against scikit-learn on the same shapes, one after the other, several rounds.

Run: OPENBLAS_CORETYPE=SkylakeX python3 Tests/Benchmarks/races/linear.py COMMAND [ARGUMENT ...]
COMMAND is the benchmark program; it prints lines `name seconds` for ols, ridge, lasso and lasso-path.
scikit-learn runs with its own BLAS and all cores; OPENBLAS_CORETYPE is taken out of its environment.
Rounds are interleaved, so that other load on the machine meets both; the ratio is that of the best times.
"""
import json
import os
import subprocess
import sys

PEER = r"""
import json, time, warnings
import numpy as np
from sklearn.linear_model import Lasso, LassoCV, LinearRegression, Ridge
warnings.filterwarnings("ignore")
rng = np.random.default_rng(1)

def sample(n, d):
    x = rng.uniform(-1.732, 1.732, size=(n, d))
    return x, x[:, ::10] @ np.arange(1.0, 1 + len(range(0, d, 10))) + rng.uniform(-8, 8, size=n)

def best(make, x, y, repeats=3):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        make().fit(x, y)
        times.append(time.perf_counter() - start)
    return min(times)

x, y = sample(200_000, 100)
times = {"ols": best(LinearRegression, x, y, 2),
         "ridge": best(lambda: Ridge(alpha=1, solver="cholesky"), x, y),
         "lasso": best(lambda: Lasso(alpha=0.05), x, y)}
x, y = sample(20_000, 100)
times["lasso-path"] = best(lambda: LassoCV(cv=5, n_jobs=2), x, y)
times["lasso-path"] = min(times["lasso-path"], best(lambda: LassoCV(cv=5), x, y))
print(json.dumps(times))
"""
TARGETS = {"ols": 8, "ridge": 2, "lasso": 2, "lasso-path": 3}


def ours(command):
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    return {name: float(seconds) for name, seconds in (line.split()[:2] for line in lines if line.strip())
            if name in TARGETS}


def peer():
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    run = subprocess.run([sys.executable, "-c", PEER], check=True, capture_output=True, text=True, env=environment)
    return json.loads(run.stdout)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rounds = [(peer(), ours(sys.argv[1:])) for _ in range(4)]
    print(f"{'fit':12} {'scikit-learn':>14} {'ours':>10} {'ratio':>7} {'wanted':>7}")
    for name, wanted in TARGETS.items():
        theirs, mine = (min(r[side][name] for r in rounds) for side in (0, 1))
        print(f"{name:12} {theirs:12.4f} s {mine:8.4f} s {theirs / mine:6.1f}x {wanted:6}x")


main()
