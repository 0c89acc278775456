"""Losses of scikit-learn's multilayer perceptrons from a given start; writes Tests/Fixtures/networks.json.

"highest" is the highest loss of eleven runs: the first, and ten whose starting weights are changed by a relative 1e-9.

Run: python3 Tests/Fixtures/make/networks.py
"""
import json
import os
import warnings

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor


def trained(model, x, y, change=None):
    """The start of the network and the loss where L-BFGS ends; `change` is the generator of changes of the start."""
    warnings.filterwarnings("ignore")
    first = {}
    original = model._init_coef

    def remember(inputs, outputs, dtype):
        weights, biases = original(inputs, outputs, dtype)
        if change is not None:
            weights = weights * (1 + 1e-9 * change.normal(size=weights.shape))
            biases = biases * (1 + 1e-9 * change.normal(size=biases.shape))
        first.setdefault("layers", []).append({"weights": weights.T.tolist(), "biases": biases.tolist()})
        return weights, biases

    model._init_coef = remember
    model.set_params(max_iter=2000, max_fun=200000, tol=1e-9)
    model.fit(x, y)
    return first["layers"], float(model.loss_)


def main():
    random = np.random.default_rng(5)
    x = np.round(random.normal(size=(60, 3)), 3)
    classes = np.digitize(x[:, 0] + x[:, 1] * x[:, 2], [-0.5, 0.5])
    numbers = np.round(np.sin(x[:, 0]) + x[:, 1] * x[:, 2], 3)
    cases = []
    for activation in ("tanh", "relu", "logistic"):
        for hidden in ((20,), (20, 10)):
            settings = dict(hidden_layer_sizes=hidden, activation=activation, solver="lbfgs", alpha=0.1, random_state=1)
            for kind, model, y in (("classes", MLPClassifier(**settings), classes),
                                   ("numbers", MLPRegressor(**settings), numbers)):
                layers, loss = trained(model, x, y)
                change = np.random.default_rng(7)
                others = [trained(type(model)(**settings), x, y, change)[1] for _ in range(10)]
                print(f"{kind}, {activation}, {hidden}: {loss:.6f}, {min(others):.6f} to {max(others):.6f}", flush=True)
                cases.append({"kind": kind, "activation": activation, "hidden": list(hidden), "penalty": 0.1,
                              "start": layers, "loss": loss, "highest": max(others + [loss])})
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "networks.json")
    with open(path, "w") as file:
        json.dump({"source": f"scikit-learn {sklearn.__version__}, Tests/Fixtures/make/networks.py",
                   "features": x.tolist(), "classes": classes.tolist(), "numbers": numbers.tolist(),
                   "cases": cases}, file)


main()
