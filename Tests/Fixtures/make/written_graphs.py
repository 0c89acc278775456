"""What onnxruntime computes from the ONNX files that Bezoar writes; writes Tests/Fixtures/onnx/written.json.

Usage: python3 Tests/Fixtures/make/written_graphs.py Tests/Fixtures/onnx

The files are golden-*.exact.onnx and golden-*.compat.onnx, which a test makes again from golden-*.json byte by byte. The
rows have numbers of single precision, gaps, and a category that training did not see; every other number is a threshold
of a tree or near one.
"""

import json
import pathlib
import sys

import numpy as np
import onnxruntime

ROWS = 40


def rows(columns):
    random = np.random.default_rng(3)
    values = {
        "age": random.integers(36, 160, ROWS) / 2,
        "pay": random.integers(80, 800, ROWS) / 8,
        "city": random.choice(["Basel", "Graz", "Ulm", "Wien"], ROWS, p=[0.3, 0.3, 0.3, 0.1]),
        "member": random.choice(["no", "yes"], ROWS),
    }
    gaps = {name: random.random(ROWS) < 0.1 for name in values}
    return {
        name: [None if gap else value for value, gap in zip(values[name].tolist(), gaps[name])] for name in columns
    }


def answers(path):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    types = {value.name: value.type for value in session.get_inputs()}
    table = rows(types)
    feed = {}
    for name, column in table.items():
        if types[name] == "tensor(string)":
            array = np.array([value or "" for value in column], dtype=object)
        else:
            kind = np.float64 if types[name] == "tensor(double)" else np.float32
            array = np.array([np.nan if value is None else value for value in column], dtype=kind)
        feed[name] = array.reshape(-1, 1)
    found = session.run(None, feed)
    result = {"rows": table}
    if len(found) == 1:
        return result | {"numbers": found[0].ravel().astype(float).tolist()}
    return result | {"labels": [str(label) for label in found[0]], "probabilities": found[1].astype(float).tolist()}


def main(folder):
    models = []
    for path in sorted(folder.glob("golden-*.onnx")):
        name, flavour, _ = path.name.rsplit(".", 2)
        models.append({"name": name, "flavour": flavour} | answers(path))
    source = f"onnxruntime {onnxruntime.__version__}, script Tests/Fixtures/make/written_graphs.py"
    document = {"source": source, "models": models}
    (folder / "written.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(f"{len(models)} models")


main(pathlib.Path(sys.argv[1]))
