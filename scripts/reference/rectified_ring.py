"""Machines of rectified hidden units with biases that learn a small Ising ring: all configurations are summed, and SciPy climbs."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr

HEADER = ["units", "beta", "hidden_units", "log_likelihood", "least_bias"]
CASES = [(6, 0.5, 1), (8, 1.0, 1), (8, 1.0, 2)]
STARTS = 8

# From this bias on a unit is Gaussian, and where the climb ends is up to its tolerance.
GAUSSIAN = 6.0

# The largest sum of |w| of a unit, in units of the square root of the sites: above it a unit is about to copy one site, and would go on for ever.
RUNAWAY = 5.0


def climb(units: int, beta: float, hidden: int) -> list[tuple[float, np.ndarray]]:
    """Log-likelihoods relative to independent spins and biases of the hidden units, from several starts; none whose weights run off."""
    v = 1.0 - 2.0 * (np.arange(2**units)[:, None] >> np.arange(units) & 1)
    p = np.exp(beta * (v * np.roll(v, -1, 1)).sum(1))
    p /= p.sum()

    def means(inputs: np.ndarray) -> np.ndarray:
        return inputs + np.exp(-(inputs**2) / 2 - log_ndtr(inputs)) / np.sqrt(2 * np.pi)

    def cost(x: np.ndarray) -> tuple[float, np.ndarray]:
        """Visible biases are counted from those that make up for the hidden means without an input."""
        w, c, centred = x[: units * hidden].reshape(hidden, units), x[units * hidden :][:hidden], x[-units:]
        mean = means(c)
        visible = centred - mean @ w
        inputs = v @ w.T + c
        logs = v @ visible + (inputs**2 / 2 + log_ndtr(inputs)).sum(1)
        top = logs.max()
        q = np.exp(logs - top)
        z = q.sum()
        excess = p - q / z
        h = means(inputs)
        of_visible = excess @ v
        of_w = (h * excess[:, None]).T @ v - mean[:, None] * of_visible
        of_c = excess @ h - (1 - (mean - c) * mean) * (w @ of_visible)
        value = p @ logs - top - np.log(z) + units * np.log(2)
        return -value, -np.concatenate([of_w.ravel(), of_c, of_visible])

    generator = np.random.default_rng(0)
    found = []
    for start in range(STARTS):
        w = 0.3 * generator.normal(size=units * hidden)
        x = np.concatenate([w, np.full(hidden, start % 3 - 1.0), np.zeros(units)])
        end = minimize(cost, x, jac=True, method="L-BFGS-B", options={"maxiter": 20000, "maxfun": 50000, "ftol": 1e-16, "gtol": 1e-9})
        if np.abs(end.x[: units * hidden].reshape(hidden, units)).sum(1).max() <= RUNAWAY * np.sqrt(units):
            found.append((-end.fun, end.x[units * hidden :][:hidden]))
    return found


def rows() -> list[list[str]]:
    """The best of the starts; the least bias where one is small enough to matter."""
    table = []
    for units, beta, hidden in CASES:
        value, biases = max(climb(units, beta, hidden), key=lambda end: end[0])
        least = biases.min()
        table.append([str(units), str(beta), str(hidden), f"{value:.7f}", f"{least:.3f}" if least < GAUSSIAN else ""])
    return table
