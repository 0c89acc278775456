"""PRADA's rule as released, and Shapiro and Wilk's test, on fixed streams.

Writes Tests/Fixtures/prada.json: samples with SciPy's W and p, and streams of queries with the distances, every W and
the alarms of the rule of the released code (Juuti et al., EuroS&P 2019; github.com/SSGAalto/
prada-protecting-against-dnn-model-stealing-attacks, src/growing_set.py), written down anew from its description.

    python3 Tests/Fixtures/make/prada.py > Tests/Fixtures/prada.json
"""
import json

import numpy as np
import scipy
from scipy import stats


class Rule:
    """Growing sets of one client."""

    def __init__(self, delta):
        self.delta = delta
        self.members, self.entries, self.threshold, self.nearest = {}, {}, {}, {}
        self.queries, self.alarm = 0, False
        self.statistics, self.alarms = [], []

    def query(self, x, label):
        if label not in self.members:
            self.members[label], self.entries[label], self.threshold[label] = [x], [0.0], 0.0
        else:
            d = min(float(np.sqrt(np.sum((m - x) ** 2))) for m in self.members[label])
            self.nearest.setdefault(label, []).append(d)
            if d > self.threshold[label]:
                self.members[label].append(x)
                self.entries[label].append(d)
                e = np.asarray(self.entries[label])
                self.threshold[label] = max(e.mean() - e.std(), self.threshold[label])
        if self.queries % 10 == 0:
            kept = self.kept()
            if len(kept) > 100:
                w = float(stats.shapiro(kept).statistic)
                self.statistics.append([self.queries, w])
                self.alarm = w < self.delta
        self.alarms.append(self.alarm)
        self.queries += 1

    def kept(self):
        every = [d for ds in self.nearest.values() if len(ds) >= 10 for d in ds]
        if not every:
            return np.asarray([])
        every = np.asarray(every)
        return every[abs(every - every.mean()) < 3 * every.std()]


def stream(name, rows, labels, delta):
    rule = Rule(delta)
    for x, label in zip(rows, labels):
        rule.query(x, int(label))
    first = rule.alarms.index(True) if True in rule.alarms else None
    return {
        "name": name, "delta": delta, "rows": np.asarray(rows).tolist(), "labels": [int(l) for l in labels],
        "statistics": rule.statistics, "firstAlarm": first, "alarms": sum(rule.alarms),
        "distances": {str(l): d for l, d in rule.nearest.items()}, "kept": rule.kept().tolist(),
    }


def main():
    rng = np.random.default_rng(16)
    samples = []
    for n in (3, 4, 5, 6, 11, 12, 50, 101, 500, 2000):
        for name, x in (("normal", rng.normal(size=n)), ("uniform", rng.uniform(size=n)), ("lognormal", np.exp(rng.normal(size=n)))):
            x = np.round(x, 6)
            w, p = stats.shapiro(x)
            samples.append({"name": f"{name} {n}", "values": x.tolist(), "statistic": float(w), "pValue": float(p)})
    weights = rng.normal(size=(3, 4))

    def labels(rows):
        return (np.asarray(rows) @ weights.T).argmax(axis=1)

    uniform = np.round(rng.uniform(-1, 1, size=(320, 4)), 4)
    centres = rng.uniform(-0.5, 0.5, size=(5, 4))
    clusters = np.clip(np.round(centres[rng.integers(5, size=320)] + rng.normal(scale=0.1, size=(320, 4)), 4), -1, 1)
    seeds = clusters[:40]
    steps = [seeds]
    for _ in range(3):
        steps.append(np.round(np.clip(np.vstack(steps) + 0.01 * rng.choice([-1, 1], size=(sum(map(len, steps)), 4)), -1, 1), 4))
    augmented = np.vstack(steps)
    streams = [
        stream(name, rows, labels(rows), delta)
        for name, rows in (("uniform", uniform), ("clusters", clusters), ("augmented", augmented))
        for delta in (0.9, 0.95)
    ]
    origin = f"SciPy {scipy.__version__}, NumPy {np.__version__}, script Tests/Fixtures/make/prada.py"
    print(json.dumps({"source": origin, "samples": samples, "streams": streams}))


if __name__ == "__main__":
    main()
