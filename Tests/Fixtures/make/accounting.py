"""200 random settings of sampled normal noise and what dp-accounting 0.6.0 says of them.

python3 Tests/Fixtures/make/accounting.py > Tests/Fixtures/accounting.json

Divergences are of one step at whole orders. Losses are on a grid of 2e-3 or finer, once rounded up and once
down, so the true epsilon lies between the two; down loses half a point of the grid in every step, so that grid is finer.
The same for Laplace noise, half of it at scales whose largest loss is a point of the grid.
"""

import json
import math
import sys

import numpy as np
from dp_accounting.pld import privacy_loss_distribution as pld
from dp_accounting.rdp import rdp_privacy_accountant as rdp

ORDERS = [2, 3, 5, 8, 16, 32, 64]


def epsilon(q, sigma, steps, delta, interval, pessimistic):
    one = pld.from_gaussian_mechanism(
        sigma, sampling_prob=q, value_discretization_interval=interval,
        pessimistic_estimate=pessimistic, use_connect_dots=pessimistic)
    return one.self_compose(steps).get_epsilon_for_delta(delta)


def main():
    random = np.random.default_rng(20261125)
    cases = []
    while len(cases) < 200:
        q = 1.0 if random.random() < 0.1 else float(10 ** random.uniform(-3, -0.3))
        sigma = float(2 ** random.uniform(-0.5, 3))
        steps = int(10 ** random.uniform(0, 4))
        delta = float(10 ** -int(random.integers(4, 9)))
        accountant = rdp.RdpAccountant(ORDERS)
        divergences = rdp._compute_rdp_poisson_subsampled_gaussian(q, sigma, np.array(ORDERS, dtype=float))
        rough = min(steps * d + math.log(1 / delta) / (a - 1) for a, d in zip(ORDERS, divergences))
        if rough > 30:
            continue
        interval = 2e-3 if steps < 1000 else 5e-4
        cases.append({
            "samplingRate": q, "sigma": sigma, "steps": steps, "delta": delta,
            "divergences": [float(d) for d in divergences], "interval": interval,
            "upper": float(epsilon(q, sigma, steps, delta, interval, True)),
            "lower": float(epsilon(q, sigma, steps, delta, min(interval, max(0.01 / steps, 3e-5)), False)),
        })
        print(len(cases), cases[-1]["upper"], cases[-1]["lower"], file=sys.stderr)
    laplace = []
    while len(laplace) < 40:
        steps = int(10 ** random.uniform(0, 2.5))
        delta = float(10 ** -int(random.integers(4, 9)))
        largest = float(10 ** random.uniform(-2.5, 0.3))
        if len(laplace) % 2:
            largest = max(round(largest, 2), 0.01)
        if steps * largest > 100:
            continue
        bounds = [
            float(pld.from_laplace_mechanism(
                1 / largest, value_discretization_interval=interval, pessimistic_estimate=pessimistic,
                use_connect_dots=pessimistic).self_compose(steps).get_epsilon_for_delta(delta))
            for pessimistic, interval in ((True, 1e-3), (False, min(1e-3, max(0.01 / steps, 1e-5))))
        ]
        laplace.append({"scale": 1 / largest, "steps": steps, "delta": delta, "interval": 1e-3,
                        "upper": bounds[0], "lower": bounds[1]})
    json.dump({"source": "dp-accounting 0.6.0, Tests/Fixtures/make/accounting.py", "orders": ORDERS,
               "cases": cases, "laplace": laplace}, sys.stdout)
    print()


main()
