"""One small binary machine with its partition function: enumerated, and with Gaussian reciprocal variables."""

from __future__ import annotations

import numpy as np
from mpmath import exp, log, matrix, mp, mpf

from .covariance_tables import digits

UNITS = 8
SCALE = 0.01


def draw() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights and biases of standard deviation 0.01, the first draw of NumPy's default generator."""
    generator = np.random.default_rng(0)
    weights = generator.normal(size=(UNITS, UNITS)) * SCALE
    visible = generator.normal(size=UNITS) * SCALE
    hidden = generator.normal(size=UNITS) * SCALE
    return weights, visible, hidden


def enumerated(weights: np.ndarray, visible: np.ndarray, hidden: np.ndarray) -> mpf:
    """ln Z as the sum over all states of the visible units."""
    total = mpf(0)
    for state in range(2**UNITS):
        v = [state >> i & 1 for i in range(UNITS)]
        weight = exp(sum((mpf(float(visible[i])) for i in range(UNITS) if v[i]), mpf(0)))
        for j in range(UNITS):
            field = mpf(float(hidden[j])) + sum((mpf(float(weights[i, j])) for i in range(UNITS) if v[i]), mpf(0))
            weight *= 1 + exp(field)
        total += weight
    return log(total)


def gaussian(weights: np.ndarray, visible: np.ndarray, hidden: np.ndarray) -> mpf:
    """ln Z for units that are Gaussian with mean 1/2 and variance 1/4, as a determinant and a quadratic form.

    The precision matrix is [[4, -W], [-W', 4]]; it knows nothing of singular values.
    """
    size = 2 * UNITS
    precision = matrix(size, size)
    for i in range(size):
        precision[i, i] = mpf(4)
    for i in range(UNITS):
        for j in range(UNITS):
            precision[i, UNITS + j] = precision[UNITS + j, i] = -mpf(float(weights[i, j]))
    bias = matrix([mpf(float(x)) for x in (*visible, *hidden)])
    linear = bias + matrix([mpf(2)] * size)
    quadratic = (linear.T * mp.lu_solve(precision, linear))[0] / 2
    # Normalisation of the free units: 4^(1/2) per unit from the determinant, and 4 (1/2)^2 / 2 in the exponent.
    return size * log(2) + size * log(4) / 2 - log(mp.det(precision)) / 2 + quadratic - size * mpf(1) / 2


def machine_rows() -> list[list[str]]:
    """Parameters in the order W (row by row), b, c, and ln Z twice."""
    weights, visible, hidden = draw()
    rows = [["W", repr(float(x))] for x in weights.ravel()]
    rows += [["b", repr(float(x))] for x in visible] + [["c", repr(float(x))] for x in hidden]
    rows.append(["exact", digits(enumerated(weights, visible, hidden))])
    rows.append(["gaussian", digits(gaussian(weights, visible, hidden))])
    return rows
