"""Reference values for the linear learners, written to Tests/Fixtures/linear.json.

Run: python3 Tests/Fixtures/make/linear.py   (scikit-learn 1.9.1, numpy 2)
"""
import itertools
import json
import pathlib
import warnings

import numpy as np
import sklearn
from scipy.optimize import minimize
from sklearn.linear_model import (ElasticNet, ElasticNetCV, HuberRegressor, Lasso, LassoCV,
                                  LinearRegression, Ridge, TheilSenRegressor)
from sklearn.linear_model._huber import _huber_loss_and_gradient
from sklearn.model_selection import KFold

warnings.filterwarnings("ignore")
TIGHT = dict(tol=1e-15, max_iter=1_000_000)


def rounded(values):
    """Numbers short enough for a small file; the fits use exactly these."""
    return np.round(np.asarray(values), 6)


def sample(rng, n, d, offset=0.0, scales=None, noise=0.5):
    base = rng.normal(size=(n, d)) @ (np.eye(d) + 0.3 * rng.normal(size=(d, d)))
    x = rounded(base * (scales if scales is not None else 1.0) + offset)
    w = np.where(np.arange(d) % 3 == 0, 2.0, 0.0) + 0.3 * (np.arange(d) % 2)
    y = rounded((x - x.mean(0)) / x.std(0) @ w + noise * rng.normal(size=n) + 7)
    return x, y


def objective(x, y, u, model, l1, l2):
    r = y - x @ model.coef_ - model.intercept_
    w = model.coef_
    return float(u @ r**2 / (2 * u.sum()) + l1 * abs(w).sum() + l2 / 2 * w @ w)


def described(model, **more):
    return dict(weights=model.coef_.tolist(), intercept=float(model.intercept_), **more)


def problem(name, x, y, u=None):
    n = len(y)
    ones = np.ones(n) if u is None else u
    centred = x - np.average(x, axis=0, weights=ones)
    alpha = 0.1 * abs(centred.T @ (ones * (y - np.average(y, weights=ones)))).max() / ones.sum()
    alpha = float(np.round(alpha, 6))
    lasso = Lasso(alpha=alpha, **TIGHT).fit(x, y, sample_weight=u)
    net = ElasticNet(alpha=alpha, l1_ratio=0.4, **TIGHT).fit(x, y, sample_weight=u)
    return dict(
        name=name, features=x.tolist(), target=y.tolist(), sampleWeights=None if u is None else u.tolist(),
        penalty=alpha, mixing=0.4, ridgePenalty=2.5,
        leastSquares=described(LinearRegression().fit(x, y, sample_weight=u)),
        ridge=described(Ridge(alpha=2.5, solver="svd").fit(x, y, sample_weight=u)),
        lasso=described(lasso, objective=objective(x, y, ones, lasso, alpha, 0)),
        elasticNet=described(net, objective=objective(x, y, ones, net, 0.4 * alpha, 0.6 * alpha)))


def tight_huber(x, y, u):
    """scikit-learn's fit, continued on its own objective because its relative tolerance on the value (2e-9)
    stops it at five digits."""
    model = HuberRegressor(epsilon=1.35, alpha=0.1, tol=1e-13, max_iter=100_000).fit(x, y, u)
    point = np.concatenate([model.coef_, [model.intercept_, model.scale_]])
    args = (x, y, 1.35, 0.1, u)
    found = minimize(_huber_loss_and_gradient, point, jac=True, args=args, method="BFGS",
                     options=dict(gtol=1e-10, maxiter=10_000))
    assert found.fun <= _huber_loss_and_gradient(point, *args)[0] + 1e-12
    assert abs(found.x - point).max() < 1e-3
    return dict(weights=found.x[:-2].tolist(), intercept=float(found.x[-2]), scale=float(found.x[-1]))


def huber(rng):
    x, y = sample(rng, 80, 4)
    y[:12] += 25
    u = rounded(rng.uniform(0.2, 2, size=80))
    return dict(features=x.tolist(), target=y.tolist(), sampleWeights=u.tolist(), epsilon=1.35, penalty=0.1,
                plain=tight_huber(x, y, np.ones(80)), weighted=tight_huber(x, y, u))


def paths(rng):
    x, y = sample(rng, 103, 10, noise=2.0)
    lasso = LassoCV(cv=5, **TIGHT).fit(x, y)
    net = ElasticNetCV(cv=5, l1_ratio=0.5, **TIGHT).fit(x, y)
    penalties = np.geomspace(1000, 0.1, 20)
    errors = [[np.mean((y[t] - Ridge(alpha=a, solver="svd").fit(x[f], y[f]).predict(x[t])) ** 2)
               for f, t in KFold(5).split(x)] for a in penalties]
    def path(model):
        return dict(penalties=model.alphas_.tolist(), errors=model.mse_path_.mean(axis=1).tolist(),
                    best=float(model.alpha_), fit=described(model))
    return dict(features=x.tolist(), target=y.tolist(), folds=5, lasso=path(lasso), elasticNet=path(net),
                ridgePenalties=penalties.tolist(), ridgeErrors=np.mean(errors, axis=1).tolist())


def theil_sen(rng):
    x, y = sample(rng, 30, 2)
    y[:4] += 40
    model = TheilSenRegressor(max_iter=10_000, tol=1e-12, random_state=0).fit(x, y)
    return dict(features=x.tolist(), target=y.tolist(), fit=described(model))


def trimmed(rng):
    x, y = sample(rng, 15, 2)
    y[[1, 5, 9]] -= 30
    best = min((LinearRegression().fit(x[list(s)], y[list(s)]) for s in itertools.combinations(range(15), 11)),
               key=lambda m: np.sort((y - m.predict(x)) ** 2)[:11].sum())
    cost = float(np.sort((y - best.predict(x)) ** 2)[:11].sum())
    return dict(features=x.tolist(), target=y.tolist(), kept=11, cost=cost, fit=described(best))


def main():
    rng = np.random.default_rng(20181)
    x, y = sample(rng, 60, 8)
    doubled = np.column_stack([x[:, :5], x[:, 2], np.full(60, 3.3)])
    scales = np.array([1, 1e3, 1e-2, 10, 1, 5])
    result = dict(
        source=f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, Tests/Fixtures/make/linear.py",
        problems=[
            problem("plain", x, y),
            problem("weighted", x, y, rounded(np.where(np.arange(60) % 7 == 0, 0, rng.uniform(0.1, 3, 60)))),
            problem("offset", *sample(rng, 50, 6, offset=1000.0, scales=scales)),
            problem("wide", *sample(rng, 12, 20)),
            problem("dependent", doubled, y)],
        huber=huber(rng), paths=paths(rng), theilSen=theil_sen(rng), trimmed=trimmed(rng))
    target = pathlib.Path(__file__).parent.parent / "linear.json"
    target.write_text(json.dumps(result) + "\n")


main()
