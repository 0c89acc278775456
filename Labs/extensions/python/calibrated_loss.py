#!/usr/bin/env python3
"""An attack on membership: the loss on a record, less what models that never saw the record say of it.

Where there are no shadow models it is the loss alone. Standard library only.

Source: Watson et al., On the Importance of Difficulty Calibration in Membership Inference Attacks, ICLR 2022.

Usage: bezoar membership --train tree --data adult --target income --rows 500 --shadows 8 \\
         --attack gap,exec:./calibrated_loss.py
"""

import csv
import json
import math
import sys


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def logit(answer, label):
    """The score of the true class; shadow-scores.csv has the same of every shadow model."""
    if f"p{label}" not in answer:
        return 1.0 if answer["label"] == label else 0.0
    true = float(answer[f"p{label}"])
    others = sum(float(value) for name, value in answer.items() if name[0] == "p" and name != f"p{label}")
    return math.log(true + 1e-45) - math.log(others + 1e-45)


def main(folder):
    with open(f"{folder}/scenario.json", encoding="utf-8") as file:
        scenario = json.load(file)
    tables = {name: read(f"{folder}/{path}") for name, path in scenario["files"].items()}
    models = [f"model{number + 1}" for number in range(scenario["shadow_models"])]

    answer = scenario["answer"]
    with open(f"{folder}/{answer['file']}", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(answer["columns"])
        for place, record in enumerate(tables["records"]):
            score = logit(tables["answers"][place], record[scenario["target"]])
            unseen = [
                float(tables["shadow-scores"][place][model])
                for model in models
                if tables["shadow-members"][place][model] == "0"
            ]
            if unseen:
                score -= sum(unseen) / len(unseen)
            writer.writerow([record["row"], score])


if __name__ == "__main__":
    main(sys.argv[-1])
