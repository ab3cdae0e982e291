"""Reference values of waves on uniform weights, from sums over all sites and plain sums over a grid of the Gaussian variable."""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy.optimize import brentq

COLUMNS = ["units", "correlation_length", "coefficient", "uniform_eigenvalue", "integrated_cumulant", "uniform_weight", "growth_rate"]

Z = np.linspace(-12, 12, 24001)
WEIGHT = np.exp(-(Z**2) / 2)
WEIGHT /= WEIGHT.sum()
PAIRS = list(itertools.combinations(range(4), 2))


def averages(variance):
    """E sech^2, E f'''' and E f^(6) of f = ln cosh over a field of this variance."""
    t = np.tanh(np.sqrt(variance) * Z)
    sech = 1 - t * t
    return [float(WEIGHT @ (sech * factor)) for factor in (1 + 0 * t, 6 * t**2 - 2, 16 - 120 * t**2 + 120 * t**4)]


def diagrams():
    """Connected ways to join four sites of one leg or three: lines of the pairs, factor, sites of three legs."""
    for lines in itertools.product(range(4), repeat=6):
        legs = [sum(m for pair, m in zip(PAIRS, lines) if site in pair) for site in range(4)]
        reached = {0}
        for _ in range(3):
            for pair, m in zip(PAIRS, lines):
                if m and reached & set(pair):
                    reached |= set(pair)
        if set(legs) <= {1, 3} and len(reached) == 4:
            factor = math.prod(map(math.factorial, legs)) / math.prod(map(math.factorial, lines))
            yield lines, factor, legs.count(3)


def cumulants(units, length, coefficient):
    """Two eigenvalues of the covariance, and the fourth cumulants summed without and with the longest wave on two sites."""
    distance = np.arange(units)
    rho = sum(np.exp(-(((distance + m * units) / length) ** 2)) for m in range(-9, 10))
    rho /= rho[0]
    matrix = rho[(distance[:, None] - distance[None, :]) % units]
    cosine = np.cos(2 * np.pi * distance / units)
    variance = 1 + 6 * coefficient**2
    covariance = (rho + 6 * coefficient**2 * rho**3) / variance
    sums = np.zeros(2)
    for (a, b, c, d, e, f), factor, cubes in diagrams():
        inner = ((rho**b * matrix**d) @ matrix**f * (rho**c * matrix**e)).sum(1) * rho**a
        sums += factor * coefficient**cubes / variance**2 * np.array([inner.sum(), inner @ cosine])
    return covariance.sum(), covariance @ cosine, *sums


def rows():
    """The uniform state on Gaussian visible units and the growth rate of the longest wave."""
    for units, length, coefficient in itertools.product((24, 60), (1.5, 3.0), (-0.1, -0.03, 0.03)):
        uniform, wave, integrated, along = cumulants(units, length, coefficient)

        def sides(s):
            response, fourth, sixth = averages(s)
            square = s / (units * uniform)
            kappa = units * square**2 * integrated
            return response + kappa * sixth / 24, fourth * square

        def slope(s):
            response, square = sides(s)
            return uniform * response + square * integrated / 6 - 1

        start = brentq(lambda s: uniform * averages(s)[0] - 1, 1e-3, uniform**2, xtol=1e-14)
        s = brentq(slope, start / 1.5, 1.5 * start, xtol=1e-14, rtol=1e-14)
        response, square = sides(s)
        found = (uniform, integrated, math.sqrt(s / (units * uniform)), wave * response + square * along / 2 - 1)
        yield [units, length, coefficient, *(f"{x:.9g}" for x in found)]
