"""Races whole programs at sizes that tables have: wide (100 x 10,000), 1,000 classes, 5 million rows x 4, 1 million x 10.

Run: python3 Tests/Benchmarks/races/sizes.py BEZOAR [ROUNDS]
Each race is a model trained on all rows of a CSV file and written to a file: `bezoar train` beside scikit-learn with
pandas, one after the other, on one thread each. A side is a process of its own, its start and its imports included; what
Python takes to import, and reading, are given apart.
Memory is the peak of the process by the operating system; the size of the data is that of its numbers as doubles.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd

THREADS = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")}

SKLEARN = """
import sys, time
started = time.perf_counter()
import joblib, pandas as pd
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
imports = time.perf_counter() - started
started = time.perf_counter()
table = pd.read_csv(sys.argv[1])
reading = time.perf_counter() - started
model = {
    "ridge": lambda: make_pipeline(StandardScaler(), Ridge(alpha=1.0)),
    "logistic": lambda: make_pipeline(StandardScaler(), LogisticRegression(C=1.0)),
    "tree": lambda: DecisionTreeClassifier(max_depth=10, random_state=0),
}[sys.argv[3]]()
x, y = table.drop(columns="y"), table["y"]
model.fit(x, y)
joblib.dump(model, sys.argv[2])
print(imports, reading, model.score(x, y) if len(x) <= 100_000 else "")
"""
PANDAS = "import sys, pandas as pd; pd.read_csv(sys.argv[1])"

# Name, model of ours with its settings, model of scikit-learn.
RACES = [
    ("wide", ["ridge", "--set", "penalty=1"], "ridge"),
    ("wide-classes", ["logistic", "--set", "penalty=1"], "logistic"),
    ("classes", ["tree", "--set", "maximumDepth=10"], "tree"),
    ("five-million", ["logistic", "--set", "penalty=1"], "logistic"),
    ("million", ["ridge", "--set", "penalty=1"], "ridge"),
]


def tables(folder):
    random = np.random.default_rng(0)

    def write(name, x, y):
        frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])])
        frame["y"] = y
        frame.to_csv(folder / f"{name}.csv", index=False)
        return frame.shape[0] * frame.shape[1] * 8 / 2**20

    wide = np.round(random.standard_normal((100, 10_000)), 4)
    sizes = {"wide": write("wide", wide, np.round(2 * wide[:, 0] + wide[:, 1], 4)),
             "wide-classes": write("wide-classes", wide, np.where(wide[:, 0] + wide[:, 1] > 0, "yes", "no"))}
    label = random.integers(0, 1000, 50_000)
    x = 3 * random.standard_normal((1000, 10))[label] + random.standard_normal((50_000, 10))
    sizes["classes"] = write("classes", np.round(x, 4), [f"c{k}" for k in label])
    x = np.round(random.standard_normal((5_000_000, 3)), 5)
    sizes["five-million"] = write(
        "five-million", x, np.where(x.sum(axis=1) + random.standard_normal(len(x)) > 0, "yes", "no"))
    x = np.round(random.standard_normal((1_000_000, 10)), 5)
    sizes["million"] = write("million", x, np.round(x.sum(axis=1) + random.standard_normal(len(x)), 5))
    return sizes


# A process begins with the memory of the one that starts it as its peak, so that a small one must start it.
LAUNCH = """
import resource, subprocess, sys, time
started = time.perf_counter()
done = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.perf_counter() - started, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime, file=sys.stderr)
sys.exit(done.returncode)
"""


def run(command):
    """Seconds, peak megabytes, processor seconds and output of a process."""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", LAUNCH, *command], capture_output=True, text=True,
                          env={**os.environ, **THREADS})
    if done.returncode:
        raise SystemExit(f"{command} failed")
    seconds, megabytes, processor = map(float, done.stderr.split())
    return seconds, megabytes, processor, done.stdout


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    bezoar, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 3
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        sizes = tables(folder)
        ours, theirs = str(folder / "m.json"), str(folder / "m.joblib")
        print(f"{'race':14} {'data MB':>8} {'':14} {'best s':>7} {'cpu s':>7} {'peak MB':>8} {'x data':>7}")
        for name, model, peer in RACES:
            data = str(folder / f"{name}.csv")
            sides = {
                "bezoar": [bezoar, "train", "--data", data, "--target", "y", "--model", *model, "--test", "0",
                           "--threads", "1", "--output", ours],
                "scikit-learn": [sys.executable, "-c", SKLEARN, data, theirs, peer],
                "pandas alone": [sys.executable, "-c", PANDAS, data],
            }
            found = {side: [] for side in sides}
            for _ in range(rounds):
                for side, command in sides.items():
                    found[side].append(run(command))
            for side, runs in found.items():
                seconds, peak = min(r[0] for r in runs), max(r[1] for r in runs)
                said = ""
                if side == "scikit-learn":
                    imports, reading, *_ = runs[0][3].split()
                    said = f"  imports {float(imports):.2f} s, reading {float(reading):.2f} s"
                print(f"{name:14} {sizes[name]:8.1f} {side:14} {seconds:7.2f} {min(r[2] for r in runs):7.2f} {peak:8.0f} "
                      f"{peak / sizes[name]:7.1f}{said}", flush=True)


if __name__ == "__main__":
    main()
