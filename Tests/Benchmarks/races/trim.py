"""Races TRIM against TRIM in NumPy and scikit-learn on the same poisoned rows, one after the other.

Run: OPENBLAS_CORETYPE=SkylakeX BEZOAR_DATA=FOLDER python3 Tests/Benchmarks/races/trim.py BEZOAR BEZOAR-BENCHMARK [ROWS ...]
FOLDER holds iwpc-onehot.csv. The program poisons ROWS training rows (300 and 1561 by default) with OptP and mixes
them; both sides then trim the same file, each timed by the least processor time of several runs on one BLAS thread,
reading not included. OPENBLAS_CORETYPE names the kernel that `bezoar` would choose by itself on this processor; leave
it out where OpenBLAS knows the processor. The peer is `trim` of optp_pointwise.py: scikit-learn's Ridge or Lasso, all
rows at the start, as the authors' corrected code.
"""
import os
import re
import subprocess
import sys
import tempfile
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"

# The published attack, which is a peer of its own.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Peers"))

import numpy as np  # noqa: E402

import optp_pointwise as peer  # noqa: E402
import attacks  # noqa: E402


def best(work, repeats=15):
    times = []
    for _ in range(repeats):
        started = time.process_time()
        result = work()
        times.append(time.process_time() - started)
    return min(times), result


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, benchmark = sys.argv[1:3]
    peer.warnings.filterwarnings("ignore")
    data = os.path.join(os.environ["BEZOAR_DATA"], "iwpc-onehot.csv")
    table, _ = peer.read_table(data)
    names = ["y"] + [f"x{index}" for index in range(table.x.shape[1])]
    for rows in [int(text) for text in sys.argv[3:]] or [300, 1561]:
        train, _, _, random = peer.split(table, (rows, rows, rows), 1)
        order = np.random.default_rng(1).permutation(len(table.y))
        for model in ("ridge", "lasso"):
            learner = peer.Learner(model, train)
            with tempfile.TemporaryDirectory() as folder:
                poison, _ = attacks.poison_with_program(
                    program, table, names, order, (rows, rows, rows), model, learner.penalty, .08, 1, folder)
                mixed = train.joined(poison)
                shuffled = random.permutation(len(mixed.y))
                mixed = peer.Part(mixed.x[shuffled], mixed.y[shuffled])
                path = os.path.join(folder, "mixed.csv")
                np.savetxt(path, np.column_stack([mixed.y, mixed.x]), delimiter=",", fmt="%.17g",
                           header=",".join(names), comments="")
                run = subprocess.run([benchmark, "--trim", path, "--rate", repr(len(poison.y) / len(mixed.y)),
                                      "--penalty", repr(learner.penalty), "--runs", "15"],
                                     check=True, capture_output=True, text=True)
            seconds, (model_fit, kept) = best(lambda: peer.trim(learner, mixed, rows))
            error = float(np.mean((model_fit.predict(mixed.x[kept]) - mixed.y[kept]) ** 2))
            print(f"{model} n={rows}: NumPy {seconds * 1e3:.2f} ms, kept MSE {error:.6f}, "
                  f"poison kept {np.mean(shuffled[kept] >= rows) * rows / len(poison.y):.2f}")
            for line in run.stdout.splitlines():
                name, ours, kept_error, rejected = re.match(r"(\S+) (\S+) (\S+) ?(\S*)", line).groups()
                if not name.endswith(model):
                    continue
                gone = [int(text) for text in rejected.split(",") if text]
                if name.startswith("trim-plain"):
                    assert set(gone) == set(range(len(mixed.y))) - set(kept), "both sides keep the same rows"
                left = 1 - np.sum(shuffled[gone] >= rows) / len(poison.y)
                print(f"  {name}: {float(ours) * 1e3:.2f} ms, 1/{seconds / float(ours):.1f}, kept MSE "
                      f"{float(kept_error):.6f}, poison kept {left:.2f}", flush=True)


if __name__ == "__main__":
    main()
