"""Races OptP against the published point-by-point search in NumPy, on the same rows, in one run.

Run: BEZOAR_DATA=FOLDER python3 Tests/Benchmarks/races/attacks.py BEZOAR [ROWS ...] [--rates R ...] [--seeds S ...]
BEZOAR is the release program and FOLDER holds iwpc-onehot.csv. ROWS are training rows (300 by default; 1561 takes
minutes a cell). For every cell the peer's split is written as a column, the program poisons those rows with the
same penalty, and scikit-learn fits both poisoned sets and measures them on the same test rows, which neither
attack saw. Times are those of the attacks alone, on one BLAS thread.
"""
import argparse
import csv
import os
import re
import subprocess
import sys
import tempfile
import time
import types

os.environ["OPENBLAS_NUM_THREADS"] = "1"

# The published attack, which is a peer of its own.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Peers"))

import numpy as np  # noqa: E402

import optp_pointwise as peer  # noqa: E402


def poison_with_program(program, table, names, order, sizes, model, penalty, rate, seed, folder):
    """Poison of the program for the given split, with the seconds that the attack took."""
    words = ["training"] * sizes[0] + ["test"] * sizes[1] + ["validation"] * sizes[2]
    part = dict(zip(order[:sum(sizes)], words))
    path, out = os.path.join(folder, "table.csv"), os.path.join(folder, "poisoned.csv")
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names + ["part"])
        # Rows outside the three parts would only cost reading time, but they hold the ranges of the features.
        for row in range(len(table.y)):
            writer.writerow([repr(float(table.y[row]))] + [repr(float(v)) for v in table.x[row]]
                            + [part.get(row, "test")])
    run = subprocess.run([program, "poison", "--data", path, "--target", names[0], "--parts", "part", "--attack", "optp",
                          "--model", model, "--penalty", repr(penalty), "--rate", str(rate), "--seed", str(seed),
                          "--threads", "1", "-o", out], check=True, capture_output=True, text=True)
    seconds = float(re.search(r"attack: ([0-9.]+) s", run.stderr + run.stdout).group(1))
    with open(out, newline="") as file:
        rows = list(csv.reader(file))
    with open(os.path.join(folder, "poisoned.flags.csv"), newline="") as file:
        flags = [line["is_poison"] == "1" for line in csv.DictReader(file)]
    columns = [rows[0].index(name) for name in names]
    values = np.array([[float(row[c]) for c in columns] for row, flag in zip(rows[1:], flags) if flag])
    return peer.Part(values[:, 1:], values[:, 0]), seconds


def cell(program, data, rows, model, rate, seed):
    table, groups = peer.read_table(data)
    with open(data, newline="") as file:
        names = next(csv.reader(file))
    sizes = (rows, 500 if rows == 300 else rows, 250 if rows == 300 else rows)
    train, test, valid, random = peer.split(table, sizes, seed)
    order = np.random.default_rng(seed).permutation(len(table.y))
    learner = peer.Learner(model, train)
    clean = peer.mean_squared_error(learner.fit(train), test)
    options = types.SimpleNamespace(attack="optp", init="bflip", objective="validation", argument="xy", eta=0.5,
                                    beta=0.1, epsilon=1e-3)
    count = int(0.5 + rows * rate / (1 - rate))
    started = time.perf_counter()
    theirs, _ = peer.attack(options, learner, train, valid, groups, random, count)
    seconds = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        ours, our_seconds = poison_with_program(program, table, names, order, sizes, model, learner.penalty, rate,
                                                seed, folder)
    assert len(ours.y) == count, "both attacks spend the same budget"
    damage = [peer.mean_squared_error(learner.fit(train.joined(poison)), test) for poison in (theirs, ours)]
    return clean, *damage, seconds, our_seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("rows", nargs="*", type=int, default=[300])
    parser.add_argument("--rates", nargs="+", type=float, default=[0.08])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--models", nargs="+", default=["ridge", "lasso"])
    options = parser.parse_args()
    peer.warnings.filterwarnings("ignore")
    data = os.path.join(os.environ["BEZOAR_DATA"], "iwpc-onehot.csv")
    for rows in options.rows or [300]:
        for model in options.models:
            for rate in options.rates:
                cells = np.array([cell(options.program, data, rows, model, rate, seed) for seed in options.seeds])
                clean, theirs, ours, seconds, our_seconds = cells.mean(axis=0)
                worse = int((cells[:, 2] < cells[:, 1]).sum())
                print(f"{model} n={rows} {rate:.0%} seeds={len(cells)}: clean {clean:.4f}, peer {theirs:.4f} in "
                      f"{seconds:.2f} s, ours {ours:.4f} in {our_seconds:.3f} s: damage x{ours / theirs:.2f}, "
                      f"time 1/{seconds / our_seconds:.0f}; seeds with less damage: {worse}", flush=True)


if __name__ == "__main__":
    main()
