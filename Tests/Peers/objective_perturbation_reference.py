"""Objective perturbation of diffprivlib 0.6.6 on Adult, for the accuracy of ours.

pip install diffprivlib==0.6.6 scikit-learn==1.6.1 pandas
python3 Tests/Peers/objective_perturbation_reference.py --data adult.csv --seeds 5

30,162 complete rows without education and fnlwgt, 87 columns of indicators and of numbers scaled to [0, 1], divided by
the square root of the 12 columns, no intercept, C = 1/(n Lambda) with Lambda = 1e-3, a quarter of the rows for the test.
"""

import argparse

import numpy as np
import pandas as pd
from diffprivlib.models import LogisticRegression


def rows(path):
    table = pd.read_csv(path, skipinitialspace=True)
    table = table[(table != "?").all(axis=1)]
    labels = table["income"].astype(str).str.contains(">50K").astype(int).to_numpy()
    table = table.drop(columns=["education", "fnlwgt", "income"])
    numbers = [c for c in table if pd.api.types.is_numeric_dtype(table[c])]
    features = pd.get_dummies(table, dtype=float)
    for name in numbers:
        features[name] = (features[name] - features[name].min()) / (features[name].max() - features[name].min())
    return features.to_numpy() / np.sqrt(table.shape[1]), labels


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    features, labels = rows(options.data)
    print(features.shape, "majority", 1 - labels.mean())
    for epsilon in [0.5, 1, 5]:
        found = []
        for seed in range(options.seeds):
            order = np.random.RandomState(seed).permutation(len(labels))
            test, train = order[: len(labels) // 4], order[len(labels) // 4:]
            model = LogisticRegression(
                epsilon=epsilon, data_norm=1, C=1 / (len(train) * 1e-3), fit_intercept=False, max_iter=1000,
                random_state=seed)
            found.append(model.fit(features[train], labels[train]).score(features[test], labels[test]))
        print(epsilon, round(np.mean(found), 4), round(np.std(found, ddof=1), 4))


main()
