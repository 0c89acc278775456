#!/usr/bin/env python3
"""A detector: an alarm when many queries of a client differ from an earlier one in one column only.

Thieves who look for a boundary move one column at a time. Standard library only.

Usage: bezoar serve --model model.json --detector exec:./repeated_rows.py
"""

import collections
import json
import sys

KEPT = 200
LEAST = 20


def main(folder):
    with open(f"{folder}/scenario.json", encoding="utf-8") as file:
        json.load(file)
    clients = collections.defaultdict(lambda: (collections.deque(maxlen=KEPT), [0, 0]))
    # The first line says that queries may come.
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        query = json.loads(line)
        earlier, counts = clients[query["client"]]
        counts[0] += 1
        if any(sum(a != b for a, b in zip(query["row"], row)) == 1 for row in earlier):
            counts[1] += 1
        earlier.append(query["row"])
        share = counts[1] / counts[0]
        reading = {"score": share, "alarm": counts[0] >= LEAST and share > 0.5}
        # One line a query, sent at once.
        print(json.dumps(reading), flush=True)


if __name__ == "__main__":
    main(sys.argv[-1])
