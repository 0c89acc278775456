#!/usr/bin/env python3
"""An extraction attack in two steps: asks a served model about random rows and writes them with its answers.

'bezoar train' learns a copy from the file, and 'bezoar evaluate --against' says how like the model it is. Any program
that speaks HTTP can stand here; one that trains a copy itself writes it as ONNX. Standard library only.

Usage: ask_rows.py URL ROWS FILE [SEED]

    bezoar serve --model model.json --port 8080
    python3 ask_rows.py http://127.0.0.1:8080/v2/models/model 400 asked.csv
    bezoar train --data asked.csv --target label --model softmax --test 0 -o copy.json
    bezoar evaluate --model copy.json --data rows.csv --against model.json
"""

import csv
import json
import random
import sys
import urllib.request

BATCH = 100


def ask(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def main(url, count, path, seed=1):
    # The server says what can be asked: names, lower and upper ends of the columns.
    told = ask(url)["inputs"][0]["parameters"]
    ends = list(zip(told["minimum"], told["maximum"]))
    chance = random.Random(int(seed))
    rows = [[chance.uniform(low, high) for low, high in ends] for _ in range(int(count))]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(told["columns"] + ["label"])
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            answer = ask(
                f"{url}/infer",
                {
                    "inputs": [
                        {
                            "name": "inputs",
                            "shape": [len(part), len(ends)],
                            "datatype": "FP64",
                            "data": [value for row in part for value in row],
                        }
                    ],
                    "outputs": [{"name": "predict"}],
                },
            )
            writer.writerows(row + [label] for row, label in zip(part, answer["outputs"][0]["data"]))


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
