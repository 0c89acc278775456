"""The least normal noise for budgets, as dp-accounting 0.6.0 finds it on a grid of settings.

python3 Tests/Fixtures/make/noise.py > Tests/Fixtures/noise.json

The epsilon of a noise is the smaller of what loss distributions (grid 1e-4, rounded up, the larger of add and remove) and
Renyi divergences (standard orders) say; the noise is found by Brent's method to 1e-9 of itself. Without sampling it is the
exact one of the Gaussian mechanism, in 50 digits.
"""

import itertools
import json
import math
import sys

import mpmath
from dp_accounting import dp_event
from dp_accounting.pld import privacy_loss_distribution as pld
from dp_accounting.rdp import rdp_privacy_accountant as rdp
from scipy.optimize import brentq

INTERVAL = 1e-4


def sampled(q, sigma, steps, delta):
    one = pld.from_gaussian_mechanism(sigma, sampling_prob=q, value_discretization_interval=INTERVAL)
    loss = one.self_compose(steps).get_epsilon_for_delta(delta)
    accountant = rdp.RdpAccountant()
    accountant.compose(dp_event.PoissonSampledDpEvent(q, dp_event.GaussianDpEvent(sigma)), steps)
    return float(min(loss, accountant.get_epsilon(delta)))


def least(function, start):
    low = high = start
    while function(high) > 0:
        low, high = high, high * 1.3
    while function(low) <= 0:
        low, high = low / 1.3, low
    root = brentq(lambda x: function(math.exp(x)), math.log(low), math.log(high), xtol=1e-9)
    return math.exp(root)


def exact(epsilon, delta):
    mpmath.mp.dps = 50
    epsilon, delta = mpmath.mpf(epsilon), mpmath.mpf(delta)

    def excess(sigma):
        first = mpmath.ncdf(1 / (2 * sigma) - epsilon * sigma)
        return first - mpmath.exp(epsilon) * mpmath.ncdf(-1 / (2 * sigma) - epsilon * sigma) - delta

    low, high = mpmath.mpf("0.001"), mpmath.mpf("1e7")
    for _ in range(200):
        middle = mpmath.sqrt(low * high)
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high


def main():
    cases = []
    grid = itertools.product([0.1, 0.5, 1, 3, 8], [1e-5, 1e-7], [(0.001, 10000), (0.01, 1000), (0.1, 30), (0.5, 5)])
    settings = [(e, d, q, t) for e, d, (q, t) in grid]
    # Losses of one step below the grid, a long run, and many rows in a step.
    settings += [(0.002, 1e-5, 0.01, 1000), (0.1, 1e-5, 0.01, 1000), (0.02, 1e-5, 0.01, 100), (2, 1e-6, 0.004, 20000)]
    for epsilon, delta, q, steps in settings:
        guess = max(0.3, q * math.sqrt(2 * steps * math.log(1 / delta)) / epsilon)
        sigma = least(lambda s: math.log(max(sampled(q, s, steps, delta), 1e-12) / epsilon), guess)
        cases.append({"epsilon": epsilon, "delta": delta, "samplingRate": q, "steps": steps, "sigma": sigma})
        print(len(cases), cases[-1], file=sys.stderr)
    for epsilon, delta, steps in itertools.product([0.001, 0.1, 1, 20], [1e-3, 1e-6, 1e-10], [1, 400]):
        sigma = float(exact(epsilon, delta) * mpmath.sqrt(steps))
        cases.append({"epsilon": epsilon, "delta": delta, "samplingRate": 1, "steps": steps, "sigma": sigma})
    json.dump({"source": "dp-accounting 0.6.0 and mpmath, Tests/Fixtures/make/noise.py",
               "interval": INTERVAL, "cases": cases}, sys.stdout, indent=0)
    print()


main()
