"""Reference values of one step of replica-symmetry breaking, by scipy's fsolve for all unknowns at once.

Averages are plain sums over grids of both Gaussian variables; at T = 0 the inner one is closed, with the normal distribution in logarithms.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import fsolve, minimize_scalar
from scipy.special import log_ndtr, logsumexp

COLUMNS = ["model", "parameter", "temperature", "m", "q_low", "q_high", "y", "free_energy"]

Z = np.linspace(-9, 9, 1441)
WEIGHT = np.exp(-(Z**2) / 2) / np.sqrt(2 * np.pi) * (Z[1] - Z[0])
INNER = np.linspace(-10, 10, 801)
LOG_INNER = -(INNER**2) / 2 - 0.5 * np.log(2 * np.pi) + np.log(INNER[1] - INNER[0])


def averages(mean, between, within, t, y):
    """E ln W, E<tanh>, E<tanh>^2, C and E<T ln 2cosh>."""
    h = mean + np.sqrt(between) * Z
    inner = cold if t == 0 else warm
    log, tanh, c, log_cosh = inner(h, within, t, y)
    return [float(WEIGHT @ values) for values in (log, tanh, tanh**2, c, log_cosh)]


def cold(h, within, _, y):
    """The inner averages at T = 0."""
    width = np.sqrt(within)
    up = y * h + log_ndtr((h + y * within) / width)
    down = -y * h + log_ndtr((-h + y * within) / width)
    both = np.logaddexp(up, down)
    p, q = np.exp(up - both), np.exp(down - both)
    log = y * y * within / 2 + both
    density = np.exp(-h * h / (2 * within) - 0.5 * np.log(2 * np.pi * within) - log)
    size = p * (h + y * within) + q * (y * within - h) + 2 * within * density
    return log, p - q, 2 * density, size


def warm(h, within, t, y):
    """The inner averages at T > 0."""
    u = (h[:, None] + np.sqrt(within) * INNER[None, :]) / t
    log_cosh = np.logaddexp(u, -u)
    weights = LOG_INNER + y * t * log_cosh
    log = logsumexp(weights, axis=1)
    p = np.exp(weights - log[:, None])
    tanh = np.tanh(u)
    return log, (p * tanh).sum(1), (p * (1 - tanh**2)).sum(1) / t, t * (p * log_cosh).sum(1)


def glass(aspect, t):
    """Left sides of the equations of two layers of spins, and f in units of sigma."""

    def left(x):
        low, c, other_low, other_c, y = x
        root = np.sqrt(aspect)
        v = averages(0, root * other_low, root * (1 - t * other_c - other_low), t, y)
        h = averages(0, low / root, (1 - t * c - low) / root, t, y)
        overlaps = (1 - t * c) * (1 - t * other_c) - low * other_low
        slope = root / 2 * overlaps + (v[0] / y - v[4]) / y + aspect * (h[0] / y - h[4]) / y
        f = root / 2 * (y * overlaps - t * c * other_c) - (v[0] + aspect * h[0]) / y
        return [v[2] - low, v[3] - c, h[2] - other_low, h[3] - other_c, slope], f

    x = solve(lambda x: left(x)[0], [0.26, 0.66, 0.26, 0.66, 0.7] if t else [0.45, 0.3, 0.45, 0.3, 1.3])
    return 0.0, x[0], 1 - t * x[1], x[4], left(x)[1]


def hopfield(alpha, t, m, q_low, c, y):
    """Left sides of the equations of the Hopfield model, and f."""
    high = 1 - t * c
    d = 1 - c - y * (high - q_low)
    r_low = q_low / d**2
    r_high = r_low + (high - q_low) / ((1 - c) * d)
    a = averages(m, alpha * r_low, alpha * (r_high - r_low), t, y)
    overlaps = r_high * high - r_low * q_low
    modes = (t - 1 / y) * np.log(1 - c) + np.log(d) / y - q_low / d + r_high * c + y * overlaps
    f = (alpha + m * m + alpha * modes) / 2 - a[0] / y
    step = high - q_low
    slope = alpha / 2 * (np.log((1 - c) / d) / y**2 - step / (y * d) - q_low * step / d**2 + overlaps) + (a[0] / y - a[4]) / y
    return [a[1] - m, a[2] - q_low, a[3] - c, slope], f


def solve(left, start):
    """A root, which must be one."""
    x, _, status, message = fsolve(left, start, full_output=True, xtol=1e-14)
    if max(map(abs, left(x))) > 1e-11:
        raise ArithmeticError(f"{status}: {message}")
    return x


def spin_glass(alpha, t, start):
    """The state without a recalled pattern."""
    x = solve(lambda x: hopfield(alpha, t, 0.0, *x)[0][1:], start)
    return 0.0, x[0], 1 - t * x[1], x[2], hopfield(alpha, t, 0.0, *x)[1]


def capacity():
    """The highest load of a retrieval state at T = 0."""
    x = np.array([0.9964, 0.054, 36.0, 0.13818])

    def load(m):
        nonlocal x
        x = solve(lambda x: hopfield(x[3], 0.0, m, *x[:3])[0], x)
        return x[3]

    load(0.966)
    m = minimize_scalar(lambda m: -load(m), bounds=(0.9655, 0.968), method="bounded", options={"xatol": 1e-7}).x
    alpha = load(m)
    return alpha, (m, x[0], 1.0, x[2], hopfield(alpha, 0.0, m, *x[:3])[1])


def rows():
    """Rows of the table, to the digits that the maximum in y leaves of what is not stationary."""

    def row(model, parameter, t, state):
        m, low, high, y, f = state
        return [model, f"{parameter:.8g}", f"{t:g}", f"{m:.6f}", f"{low:.7f}", f"{high:.7f}", f"{y:.6f}", f"{f:.12f}"]

    for aspect, t in [(1, 0), (0.5, 0), (1, 0.4), (0.5, 0.4)]:
        yield row("glass", aspect, t, glass(aspect, t))
    for alpha, t, start in [(0.138, 0, [0.55, 0.45, 0.6]), (1, 0, [0.53, 0.22, 0.56]), (0.138, 0.3, [0.35, 0.61, 0.24])]:
        yield row("spin-glass", alpha, t, spin_glass(alpha, t, start))
    alpha, state = capacity()
    yield row("capacity", alpha, 0, state)
