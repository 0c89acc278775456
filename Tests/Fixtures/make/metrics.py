"""Metrics of scikit-learn on random answers, as references; writes Tests/Fixtures/metrics.json.

Run: python3 Tests/Fixtures/make/metrics.py
The calibration error is not one of scikit-learn's; it is computed from the definition of Guo et al. (2017).
"""
import json
import os

import numpy as np
import sklearn
from sklearn import metrics


def calibration(p, labels, bins=10):
    """Expected calibration error: bins (k/10, (k+1)/10] of the confidence in the predicted class."""
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    error = 0.0
    for index in range(bins):
        inside = (confidence > index / bins) & (confidence <= (index + 1) / bins)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return float(error)


def case(seed, rows, classes, ties):
    random = np.random.default_rng(seed)
    raw = random.gamma(1.0, size=(rows, classes))
    labels = random.integers(0, classes, rows)
    raw[np.arange(rows), labels] += 0.7
    if ties:
        raw = np.round(raw * 2) + 1
    p = raw / raw.sum(axis=1, keepdims=True)
    predicted = p.argmax(axis=1)
    recalls = metrics.recall_score(labels, predicted, average=None, labels=range(classes))
    return {
        "probabilities": p.tolist(), "labels": labels.tolist(),
        "accuracy": metrics.accuracy_score(labels, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, predicted),
        "log_loss": metrics.log_loss(labels, p, labels=range(classes)),
        "brier": float(metrics.brier_score_loss(labels, p[:, 1] if classes == 2 else p, labels=range(classes))),
        "area": metrics.roc_auc_score(labels, p[:, 1]) if classes == 2
        else metrics.roc_auc_score(labels, p, multi_class="ovr", average="macro"),
        "precisions": metrics.precision_score(labels, predicted, average=None, zero_division=0).tolist(),
        "recalls": recalls.tolist(), "f1": metrics.f1_score(labels, predicted, average=None).tolist(),
        "macro_f1": metrics.f1_score(labels, predicted, average="macro"),
        "mcc": metrics.matthews_corrcoef(labels, predicted),
        "calibration": calibration(p, labels),
        "g_mean": float(np.prod(recalls) ** (1 / classes)),
        "confusion": metrics.confusion_matrix(labels, predicted).tolist()}


def main():
    cases = [case(1, 60, 2, False), case(2, 60, 2, True), case(3, 80, 4, False), case(4, 80, 3, True)]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "metrics.json")
    with open(path, "w") as file:
        json.dump({"source": f"scikit-learn {sklearn.__version__}, Tests/Fixtures/make/metrics.py",
                   "cases": cases}, file)


main()
