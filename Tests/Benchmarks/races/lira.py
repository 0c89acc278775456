"""Races the likelihood ratio with 256 logistic shadow models against scikit-learn and joblib on the same 2,000 people.

Run: python3 Tests/Benchmarks/races/lira.py ADULT.csv .build/release/bezoar [--seeds 5]

Both train 256 shadow models and one target on halves of the same pool, one-hot columns, penalty 1, online ratio with a
fixed deviation around means. Our time is that of the whole program, from its start to its report. The peer's is given
twice: with its imports and the reading of the data, and without. It uses all cores by joblib with one BLAS thread each
and the faster of two solvers. Because the machine may be shared, processor times stand beside, the peer's of the same
fits one after the other in one process. Areas are means over the seeds (other targets, other halves).
"""
import time

START = time.perf_counter(), time.process_time()

import argparse
import csv
import json
import os
import pathlib
import resource
import subprocess
import tempfile

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score


def pool(path, folder):
    with open(path) as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file)]
    header, rows = rows[0], [row for row in rows[1:] if row and "?" not in row]
    chosen = np.random.default_rng(1).choice(len(rows), 2000, replace=False)
    rows = [rows[i] for i in chosen]
    target = pathlib.Path(folder) / "pool.csv"
    with open(target, "w", newline="") as file:
        csv.writer(file).writerows([header] + rows)
    columns = []
    for index in range(len(header) - 1):
        values = [row[index] for row in rows]
        try:
            numbers = np.array([float(v) for v in values])
            columns.append(((numbers - numbers.mean()) / numbers.std())[:, None])
        except ValueError:
            levels = sorted(set(values))
            columns.append(np.array([[v == level for level in levels] for v in values], float))
    y = np.array([row[-1] == ">50K" for row in rows], int)
    return target, np.hstack(columns), y


def fit(x, y, member, solver):
    model = LogisticRegression(C=1, solver=solver, max_iter=1000).fit(x[member], y[member])
    score = model.decision_function(x)
    return np.where(y == 1, score, -score)


def peer(x, y, seed, solver, jobs):
    rng = np.random.default_rng(seed)
    n, count = len(y), 256
    order = rng.uniform(size=(count, n)).argsort(0).argsort(0)
    members = order < count // 2
    target = np.zeros(n, bool)
    target[rng.choice(n, n // 2, replace=False)] = True
    start = time.perf_counter()
    scores = np.array(Parallel(n_jobs=jobs)(delayed(fit)(x, y, m, solver) for m in members))
    observed = fit(x, y, target, solver)
    seen = np.where(members, scores, np.nan)
    unseen = np.where(members, np.nan, scores)
    centre_in, centre_out = np.nanmean(seen, 0), np.nanmean(unseen, 0)
    residual = np.where(members, scores - centre_in, scores - centre_out)
    deviation = np.sqrt((residual**2).mean())
    ratio = ((observed - centre_out) ** 2 - (observed - centre_in) ** 2) / (2 * deviation**2)
    return roc_auc_score(target, ratio), time.perf_counter() - start


def ours(program, data, seed, folder):
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run(
        [program, "membership", "--train", "logistic", "--data", data, "--target", "income", "--shadows", "256",
         "--attack", "lira", "--seed", str(seed), "--output", f"{folder}/out", "--json", "--quiet"],
        check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.perf_counter() - start
    return json.loads(output)["outcomes"][0]["metrics"]["auc"], seconds, after.ru_utime - before.ru_utime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("adult")
    parser.add_argument("program")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, x, y = pool(arguments.adult, folder)
        ready = time.perf_counter() - START[0], time.process_time() - START[1]
        jobs = os.cpu_count()
        Parallel(n_jobs=jobs)(delayed(fit)(x, y, np.arange(len(y)) % 2 == 0, "lbfgs") for _ in range(4))
        mine, theirs = [], {"lbfgs": [], "newton-cholesky": []}
        for seed in range(1, arguments.seeds + 1):
            mine.append(ours(arguments.program, data, seed, folder))
            for solver in theirs:
                theirs[solver].append(peer(x, y, seed, solver, jobs))
        processor = {}
        for solver in theirs:
            before = time.process_time()
            peer(x, y, 1, solver, 1)
            processor[solver] = time.process_time() - before
        print(f"columns {x.shape[1]}, seeds {arguments.seeds}, cores {jobs}")
        print(f"bezoar: AUC {np.mean([m[0] for m in mine]):.4f}, best {min(m[1] for m in mine):.2f} s, "
              f"processor {min(m[2] for m in mine):.2f} s")
        for solver, runs in theirs.items():
            print(f"{solver}: AUC {np.mean([r[0] for r in runs]):.4f}, best {min(r[1] for r in runs):.2f} s, "
                  f"processor {processor[solver]:.2f} s")
        best = min(r[1] for runs in theirs.values() for r in runs)
        wall, used = min(m[1] for m in mine), min(m[2] for m in mine)
        print(f"imports and data of the peer: {ready[0]:.2f} s, processor {ready[1]:.2f} s")
        print(f"ratio of times {(best + ready[0]) / wall:.1f} (without imports {best / wall:.1f}), of processor times "
              f"{(min(processor.values()) + ready[1]) / used:.1f} (without {min(processor.values()) / used:.1f})")


main()
