"""Races a random forest end to end against scikit-learn: reading a table, training, writing the model; then loading it.

Run: python3 Tests/Benchmarks/races/forest.py BEZOAR [ROUNDS]
100 trees on 100,000 rows of 50 numbers, both sides on two threads, one after the other, several rounds; the ratio is that
of the best times. Each side is a process of its own, its start included; its peak memory is that of the operating
system. Loading answers one row; what Python takes to start and to import is given beside scikit-learn's loading.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

TRAIN = """
import joblib, pandas as pd, sys
from sklearn.ensemble import RandomForestClassifier
table = pd.read_csv(sys.argv[1])
model = RandomForestClassifier(n_estimators=100, n_jobs=2, random_state=0)
model.fit(table.drop(columns="y"), table["y"])
joblib.dump(model, sys.argv[2])
"""
LOAD = """
import joblib, pandas as pd, sys, time
import sklearn.ensemble
row = pd.read_csv(sys.argv[1]).drop(columns="y")
started = time.perf_counter()
model = joblib.load(sys.argv[2])
model.n_jobs = 1
model.predict_proba(row)
print(time.perf_counter() - started)
"""


def run(command):
    """Seconds and peak megabytes of a process, and what it prints."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - started, usage.ru_maxrss / 1024, output


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    bezoar, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 3
    random = np.random.default_rng(1)
    times = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        x = np.round(random.normal(size=(100_000, 50)), 6)
        y = (x[:, 0] + x[:, 1] * x[:, 2] + 0.5 * x[:, 3] + random.normal(size=len(x)) > 0).astype(int)
        header = ",".join(f"x{column}" for column in range(50)) + ",y"
        for name, rows in (("table", len(x)), ("row", 1)):
            np.savetxt(folder / f"{name}.csv", np.column_stack([x[:rows], y[:rows]]), delimiter=",", header=header,
                       comments="", fmt=["%.6f"] * 50 + ["%d"])
        table, row, ours, theirs = (str(folder / name) for name in ("table.csv", "row.csv", "m.json", "m.joblib"))
        for _ in range(rounds):
            for name, command in (
                    ("train ours", [bezoar, "train", "--data", table, "--target", "y", "--model", "forest", "--test", "0",
                                    "--threads", "2", "--output", ours]),
                    ("train scikit-learn", [sys.executable, "-c", TRAIN, table, theirs]),
                    ("load ours", [bezoar, "predict", "--model", ours, "--data", row]),
                    ("load scikit-learn", [sys.executable, "-c", LOAD, row, theirs])):
                seconds, megabytes, output = run(command)
                if name == "load scikit-learn":
                    seconds = float(output)
                times.setdefault(name, []).append((seconds, megabytes))
        for name, path in (("ours", ours), ("scikit-learn", theirs)):
            print(f"file of {name}: {os.path.getsize(path) / 2**20:.1f} MB")
    for name, found in times.items():
        best = min(seconds for seconds, _ in found)
        print(f"{name:20} {best:7.2f} s, {max(megabytes for _, megabytes in found):6.0f} MB of memory at most")
    print(f"train: {min(times['train scikit-learn'])[0] / min(times['train ours'])[0]:.1f}x, wanted 4x")


if __name__ == "__main__":
    main()
