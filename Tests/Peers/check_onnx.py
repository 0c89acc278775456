"""Every kind of model that Bezoar trains, as ONNX in both flavours, against Bezoar itself.

Usage: python3 Tests/Peers/check_onnx.py .build/release/bezoar   (a build with --traits ONNX)

A table of 10,000 rows with numbers, categories and gaps is made; its numbers are of single precision, so that both
flavours see the same. Each model is trained, written in both flavours, checked by onnx.checker, run by onnxruntime
and compared with `bezoar predict`. Labels must be the same everywhere; probabilities and numbers may differ by 1e-15
(exact) and 1e-5 (compat), numbers relative to their size, which counts as at least the median of all. Ends with 1 if a
difference is larger.
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import pandas as pd

ROWS = 10_000
LIMITS = {"exact": 1e-15, "compat": 1e-5}
MODELS = [
    ("logistic", "income", []),
    ("logistic", "income", ["--scale", "unit", "--missing", "own-level"]),
    ("logistic", "income", ["--bins", "6"]),
    ("softmax", "group", ["--missing", "zero"]),
    ("tree", "income", ["--missing", "zero", "--bins", "9", "--set", "maximumDepth=6"]),
    ("softmax", "group", []),
    ("ovr", "group", ["--scale", "symmetric"]),
    ("tree", "group", ["--set", "maximumDepth=8"]),
    ("tree", "group", ["--one-hot", "--missing", "impute", "--scale", "standard"]),
    ("tree", "income", ["--set", "confidence=laplace", "--missing", "own-level"]),
    ("forest", "group", ["--set", "treeCount=20"]),
    ("forest", "income", ["--set", "treeCount=15", "--one-hot", "--missing", "impute", "--scale", "unit"]),
    # Even numbers of trees with pure leaves: equal votes are common.
    *[("forest", "income", ["--set", f"treeCount={count}"]) for count in (2, 6, 10, 12, 14)],
    ("mlp", "group", ["--set", "hidden=[8]"]),
    ("mlp", "income", ["--set", "hidden=[8,5]", "--set", "activation=tanh"]),
    ("ols", "amount", []),
    ("ridge", "amount", ["--set", "penalty=0.1", "--bins", "5"]),
    ("lasso", "amount", ["--set", "penalty=0.01"]),
    ("elastic-net", "amount", ["--set", "penalty=0.01", "--scale", "unit"]),
    ("tree-regressor", "amount", ["--set", "maximumDepth=9"]),
    ("mlp-regressor", "amount", ["--set", "hidden=[6]"]),
]


def table():
    random = np.random.default_rng(7)
    single = lambda values: values.astype(np.float32).astype(float)
    frame = pd.DataFrame(
        {
            "age": random.integers(17, 90, ROWS).astype(float),
            "pay": single(random.lognormal(3, 0.6, ROWS)),
            "rate": single(random.normal(0.001, 0.0005, ROWS)),
            "city": random.choice(["Basel", "Graz", "Ulm", "Lyon"], ROWS),
            "job": random.choice(["cook", "nurse", "smith"], ROWS),
        }
    )
    score = frame.age / 30 + 2000 * frame.rate + (frame.city == "Ulm") - (frame.job == "cook")
    score += random.normal(0, 0.7, ROWS)
    frame["income"] = np.where(score > 3.4, "high", "low")
    frame["group"] = np.digitize(score, [2.5, 3.5, 4.5])
    frame["amount"] = 100 * score + frame.pay
    for column in ["age", "rate", "city"]:
        frame.loc[random.random(ROWS) < 0.05, column] = None
    return frame


def inputs(session, frame):
    result = {}
    for value in session.get_inputs():
        column = frame[value.name]
        if value.type == "tensor(string)":
            array = column.fillna("").astype(str).to_numpy(dtype=object)
        else:
            array = column.to_numpy(dtype=np.float64 if value.type == "tensor(double)" else np.float32)
        result[value.name] = array.reshape(-1, 1)
    return result


def compare(path, frame, answers, target):
    """Largest difference and share of equal labels."""
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    found = session.run(None, inputs(session, frame))
    if len(found) == 1:
        truth = answers[target].map(float).to_numpy()
        size = np.maximum(np.abs(truth), np.median(np.abs(truth)))
        return np.max(np.abs(found[0].ravel() - truth) / size), 1.0
    truth = answers.filter(like="probability:").map(float).to_numpy()
    same = np.mean(np.asarray(found[0]).astype(str) == answers[target].to_numpy())
    return np.max(np.abs(found[1] - truth)), same


def main(program):
    folder = pathlib.Path(tempfile.mkdtemp())
    run = lambda *arguments: subprocess.run([program, *arguments, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    frame = table()
    data = str(folder / "table.csv")
    frame.to_csv(data, index=False)
    failed = False
    print("| model | encoding and settings | flavour | bytes | largest difference | equal labels | back |")
    print("| --- | --- | --- | ---: | ---: | ---: | --- |")
    targets = ["income", "group", "amount"]
    for kind, target, settings in MODELS:
        ignored = ",".join(t for t in targets if t != target)
        model, back, csv = str(folder / "model.json"), str(folder / "back.json"), str(folder / "p.csv")
        run("train", "--data", data, "--target", target, "--model", kind, "-o", model, "--ignore", ignored, *settings)
        run("predict", "--model", model, "--data", data, "-o", csv)
        answers = pd.read_csv(csv, dtype=str, keep_default_na=False)
        for flavour, limit in LIMITS.items():
            path = str(folder / "model.onnx")
            run("model", "convert", model, path, "--flavour", flavour)
            run("model", "convert", path, back)
            difference, same = compare(path, frame, answers, target)
            returned = pathlib.Path(model).read_bytes() == pathlib.Path(back).read_bytes()
            good = difference <= limit and same == 1 and returned
            failed = failed or not good
            print(
                f"| {kind} | {' '.join(settings) or 'default'} | {flavour} | {pathlib.Path(path).stat().st_size} | "
                f"{difference:.1e} | {100 * same:.4g} % | {'equal' if returned else 'DIFFERS'} |"
                + ("" if good else " **over the limit**"),
                flush=True,
            )
    sys.exit(1 if failed else 0)


main(sys.argv[1])
