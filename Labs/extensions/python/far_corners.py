#!/usr/bin/env python3
"""A poisoning attack: copies of training rows whose target moves to the far end of its range.

Rows whose target is near one end of its range are copied to the other, so that they pull the model where the clean rows
are not. Standard library only.

Usage: bezoar poison --data doses.csv --target dose --attack exec:./far_corners.py --set share=0.5 -o poisoned.csv
"""

import csv
import json
import random
import sys


def main(folder):
    with open(f"{folder}/scenario.json", encoding="utf-8") as file:
        scenario = json.load(file)
    # Settings come as text; the program checks them itself.
    share = float(scenario["settings"].get("share", "1"))
    if not 0 < share <= 1:
        sys.exit(f"share must be above 0 and at most 1, not {share}")
    with open(f"{folder}/{scenario['files']['train']}", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    target, (low, high) = scenario["target"], scenario["target_range"]
    # The same seed gives the same rows: no other source of chance is used.
    chance = random.Random(scenario["seed"])
    # Rows whose target is near an end move it the farthest.
    rows.sort(key=lambda row: -abs(float(row[target]) - (low + high) / 2))
    pool = rows[: max(1, int(share * len(rows)))]

    answer = scenario["answer"]
    with open(f"{folder}/{answer['file']}", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, answer["columns"])
        writer.writeheader()
        for _ in range(answer["rows"]):
            row = dict(chance.choice(pool))
            row[target] = high if float(row[target]) < (low + high) / 2 else low
            writer.writerow(row)
    # What is written to standard error, or printed, is shown to the user.
    print(f"moved the target of {answer['rows']} rows out of {len(pool)}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[-1])
