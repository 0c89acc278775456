"""Races decision trees against scikit-learn on the same data, one after the other, several rounds.

Run: python3 Tests/Benchmarks/races/trees.py BEZOAR-BENCHMARK
scikit-learn grows a tree on one core whatever is there; ours is timed on one and on two. Features are rounded to
single precision first, which scikit-learn works in. Rounds are interleaved; the ratio is that of the best times.
"""
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
from sklearn.tree import DecisionTreeClassifier

WANTED = {"full-1": 2, "full-2": 3, "depth8-1": 6, "depth8-2": 6, "predict": 1}


def problem(folder, name, rows, seed):
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, 20)).astype(np.float32).astype(float)
    y = (x[:, 0] + x[:, 1] * x[:, 2] + 0.5 * x[:, 3] + random.normal(size=rows) > 0).astype(int)
    np.concatenate([[rows, 20, 2], y, x.ravel()]).astype(float).tofile(pathlib.Path(folder) / f"{name}.f64")
    return x, y


def timed(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    theirs, ours = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        full, deep = problem(folder, "full", 50_000, 1), problem(folder, "depth8", 200_000, 2)
        rows, _ = problem(folder, "predict", 1_000_000, 3)
        for _ in range(3):
            run = subprocess.run([sys.argv[1], "--trees", folder, "--threads", "2", "--runs", "3"], check=True,
                                 capture_output=True, text=True)
            for name, seconds, _ in (line.split() for line in run.stdout.splitlines()):
                ours.setdefault(name, []).append(float(seconds))
            for name, (x, y), depth in (("full", full, None), ("depth8", deep, 8)):
                seconds, _ = timed(lambda: DecisionTreeClassifier(max_depth=depth, random_state=0).fit(x, y))
                theirs.setdefault(name, []).append(seconds)
            model = DecisionTreeClassifier(max_depth=8, random_state=0).fit(*full)
            theirs.setdefault("predict", []).append(timed(lambda: model.predict(rows))[0])
    for name, wanted in WANTED.items():
        peer, mine = min(theirs[name.split("-")[0]]), min(ours[name])
        print(f"{name:10} scikit-learn {peer:7.3f} s, ours {mine:7.4f} s: {peer / mine:5.1f}x, wanted {wanted}x")


if __name__ == "__main__":
    main()
