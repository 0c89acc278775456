"""Races OptP and TRIM against the published point-by-point search in NumPy, in one run.

Run: BEZOAR_DATA=FOLDER python3 Tests/Peers/race_attacks.py BEZOAR [ROWS ...]
BEZOAR is the release program, FOLDER holds iwpc-onehot.csv, ROWS are training rows (300 by default; 1561 takes
minutes). The program's own time of the attack is read from its timings.json, damage from results.json; both sides
use one BLAS thread. The splits are not the same rows, so damage is compared as a ratio to the clean error.
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def ours(program, rows, folder):
    subprocess.run([program, "reproduce", "dosage", "--data", "iwpc-onehot", "--training-rows", str(rows), "--seeds",
                    "1", "--attacks", "optp", "--defences", "none,trim,trim-plain", "--threads", "1", "--quiet",
                    "--output", folder], check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(folder, "timings.json")) as file:
        steps = {step["name"]: step["seconds"] for step in json.load(file)["steps"]}
    with open(os.path.join(folder, "results.json")) as file:
        outcomes = json.load(file)["outcomes"]
    return steps, outcomes


def peer(rows, model, rate):
    data = os.path.join(os.environ["BEZOAR_DATA"], "iwpc-onehot.csv")
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    run = subprocess.run([sys.executable, os.path.join(HERE, "optp_pointwise.py"), "--data", data, "--model", model,
                          "--attack", "optp", "--n", str(rows), "--rate", str(rate), "--seed", "1"],
                         check=True, capture_output=True, text=True, env=environment)
    return json.loads(run.stdout)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for rows in [int(text) for text in sys.argv[2:]] or [300]:
        with tempfile.TemporaryDirectory() as folder:
            steps, outcomes = ours(sys.argv[1], rows, folder)
        # Eleven attacks a run: five rates and one single rate for either model, all in one sum.
        print(f"n = {rows}: our OptP takes {steps['attack optp']:.2f} s for 12 attacks of both models, "
              f"TRIM {steps['defence trim']:.3f} s and plain TRIM {steps['defence trim-plain']:.3f} s for 12 fits")
        for model in ("ridge", "lasso"):
            mine = [o for o in outcomes if (o["model"], o["attack"], o["defence"], o["rate"]) ==
                    (model, "optp", "none", 0.08)][0]["metrics"]
            theirs = peer(rows, model, 0.08)
            print(model, "8 %: peer", json.dumps(theirs), "| ours: test MSE", mine["test_mse"], "clean",
                  mine["clean_test_mse"], "median", mine["dose_change_median"])


main()
