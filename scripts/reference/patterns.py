"""Reference values of machines of random sparse weights, in double precision.

The signs of the recalled patterns are enumerated, visible units summed over their two values, hidden units integrated over h on panels, or rectified ones that are hardly held by the error
function, and all fields over a fine grid of z. The five equations are solved as they are written; curvatures are second differences of the free energy in unequal magnetizations.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.optimize import fsolve
from scipy.special import erfcx, log_ndtr, logsumexp

COLUMNS = [
    "alpha", "density", "scale", "visible", "hidden", "field", "threshold", "recalled",
    "m", "square_visible", "overlap_visible", "square_hidden", "overlap_hidden", "free_energy", "at_stability", "curvature_apart",
]  # fmt: skip


def grid(steps):
    """Nodes and weights of a standard Gaussian, some steps per unit."""
    z = np.arange(-9, 9.01, 1 / steps)
    return z, np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()


def panels(ends):
    """Nodes and logarithms of weights of Gauss-Legendre rules between neighbouring ends."""
    x, w = np.polynomial.legendre.leggauss(24)
    middle, half = (ends[1:] + ends[:-1]) / 2, np.diff(ends) / 2
    return (middle[:, None] + half[:, None] * x).ravel(), np.log(half[:, None] * w).ravel()


def values(unit):
    """Values of a unit and their logarithmic weights without a field."""
    if unit in ("spin", "binary"):
        return np.array([-1.0, 1.0] if unit == "spin" else [0.0, 1.0]), np.zeros(2)
    well = float(unit.split(":")[1]) if ":" in unit else 0.0
    h, weights = panels(np.arange(0.0 if unit == "relu" else -60.0, 60.1, 0.5))
    return h, weights - h * h / 2 - well * np.abs(h)


def respond(unit, precision, fields):
    """Logarithm of the sum, mean and mean square of a unit in each of the fields."""
    if unit == "relu" and len(fields) > 1000:
        # Of a glass, where it is far out and panels would have to be long; elsewhere this loses some digits.
        a = 1 + precision
        u = fields / np.sqrt(a)
        slope = np.sqrt(2 / np.pi) / erfcx(-u / np.sqrt(2))
        log = np.log(2 * np.pi / a) / 2 + u * u / 2 + log_ndtr(u)
        return log, (u + slope) / np.sqrt(a), (1 + u * (u + slope)) / a
    x, weights = values(unit)
    exponents = weights - precision * x * x / 2 + fields[..., None] * x
    log = logsumexp(exponents, axis=-1)
    law = np.exp(exponents - log[..., None])
    return log, law @ x, law @ (x * x)


class Machine:
    """One ensemble at a number of recalled patterns."""

    def __init__(self, alpha, density, scale, visible, hidden, field, threshold, recalled):
        self.alpha, self.scale, self.field, self.threshold = map(float, (alpha, scale, field, threshold))
        p = float(density)
        self.w, self.visible, self.hidden, self.recalled = self.scale / np.sqrt(p), visible, hidden, int(recalled)
        self.signs = np.array(list(product([-1, 0, 1], repeat=self.recalled)), dtype=float).reshape(3**self.recalled, self.recalled)
        # A glass of rectified units, hardly held, answers over a small part of a unit of z.
        self.z, self.weights = grid(512 if hidden == "relu" and recalled == "0" and float(alpha) > 0.05 else 16)
        self.chances = np.prod(np.where(self.signs == 0, 1 - p, p / 2), axis=1)

    def layers(self, magnetizations, noise):
        """Responses of visible units, one row per choice of signs, and of hidden units."""
        square_v, overlap_v, square_h, overlap_h = noise
        strength = self.alpha * self.scale**2
        fields = self.field + self.w * self.signs @ magnetizations
        fields = fields[:, None] + np.sqrt(strength * overlap_h) * self.z
        visible = respond(self.visible, -strength * (square_h - overlap_h), fields)
        fields = self.scale * np.sqrt(overlap_v) * self.z - self.threshold
        return visible, respond(self.hidden, -(self.scale**2) * (square_v - overlap_v), fields)

    def over(self, f):
        """Average over signs and noise."""
        return self.chances @ (f @ self.weights)

    def free_energy(self, magnetizations, noise):
        """-ln Z/N at any order parameters."""
        visible, hidden = self.layers(magnetizations, noise)
        pairs = noise[0] * noise[2] - noise[1] * noise[3]
        bound = (self.alpha * self.scale**2 * pairs + magnetizations @ magnetizations) / 2
        return bound - self.over(visible[0]) - self.alpha * (self.weights @ hidden[0])

    def image(self, x):
        """The right sides of the five equations."""
        (_, v, v2), (_, h, h2) = self.layers(np.full(self.recalled, x[0]), x[1:])
        m = self.w * self.over(self.signs[:, :1] * v) if self.recalled else 0.0
        return np.array([m, self.over(v2), self.over(v * v), self.weights @ h2, self.weights @ (h * h)])

    def solve(self, start):
        """The state next to the start."""
        x = fsolve(lambda x: self.image(x) - x, start, xtol=1e-14)
        # The map itself brings a solution nearer, but for one that it leaves: there a further search does.
        for better in (self.image, lambda x: fsolve(lambda x: self.image(x) - x, x, xtol=1e-15, epsfcn=1e-12)):
            y = better(x)
            if np.abs(self.image(y) - y).max() < np.abs(self.image(x) - x).max():
                x = y
        assert np.abs(self.image(x) - x).max() < 1e-11 * max(1, x.max()), (start, x, self.image(x) - x)
        return x

    def at_stability(self, x):
        """Left side of the condition of de Almeida and Thouless."""
        (_, v, v2), (_, h, h2) = self.layers(np.full(self.recalled, x[0]), x[1:])
        return self.alpha * self.scale**4 * self.over((v2 - v * v) ** 2) * (self.weights @ (h2 - h * h) ** 2)

    def curvature_apart(self, x):
        """Second difference of f along (1, -1, 0, ...)/sqrt 2."""
        if self.recalled < 2:
            return ""
        step = 2e-3 * x[0]
        along = np.zeros(self.recalled)
        along[:2] = np.array([1, -1]) / np.sqrt(2)
        f = [self.free_energy(np.full(self.recalled, x[0]) + k * step * along, x[1:]) for k in (-2, -1, 0, 1, 2)]
        return f"{(-f[0] + 16 * f[1] - 30 * f[2] + 16 * f[3] - f[4]) / (12 * step**2):.6g}"


# A point, then m, Q, q, R and r to start from.
POINTS = [
    (("0.04", "1", "1.6", "spin", "gaussian", "0", "0", "1"), (1.55, 1, 0.94, 3, 3)),
    (("0.002", "1", "1.8", "spin", "gaussian", "0", "0", "3"), (0.87, 1, 0.9, 8, 7)),
    (("0.01", "0.1", "3.8", "binary", "relu", "-3", "5", "0"), (0, 0.048, 0.002, 0.075, 0.038)),
    (("0.01", "0.1", "3.8", "binary", "relu", "-3", "5", "1"), (0.59, 0.092, 0.05, 0.08, 0.04)),
    (("0.01", "0.1", "3.8", "binary", "relu", "-3", "5", "4"), (0.5, 0.185, 0.147, 0.098, 0.051)),
    (("0.5", "0.1", "3.8", "binary", "relu", "-3", "5", "6"), (0.446, 0.23, 0.18, 0.125, 0.068)),
    (("0.3", "0.8", "1.3", "spin", "relu", "0.2", "1.5", "1"), (1, 1, 0.7, 0.5, 0.3)),
    (("0.001", "0.2", "4", "binary", "double-well:-1", "-4", "0.3", "2"), (0.76, 0.174, 0.152, 15.9, 13.6)),
    (("0.7", "0.5", "1.4", "spin", "spin", "0.1", "0.2", "0"), (0, 1, 0.5, 1, 0.5)),
    (("0.7", "0.5", "2", "spin", "binary", "0", "0.5", "0"), (0, 1, 0.2, 0.4, 0.2)),
    # Glasses of hidden units that are nearly thrown to infinity.
    (("0.1", "0.1", "3.8", "binary", "relu", "-3", "5", "0"), (0, 0.291465, 0.222891, 15.46866, 15.11724)),
    (("1.3", "0.1", "3.8", "binary", "relu", "-3", "5", "0"), (0, 0.443823, 0.382088, 2.232569, 2.00925)),
]


def rows():
    """States of machines of random sparse weights."""
    table = []
    for point, start in POINTS:
        machine = Machine(*point)
        x = machine.solve(np.array(start, dtype=float))
        numbers = [*x, machine.free_energy(np.full(machine.recalled, x[0]), x[1:]), machine.at_stability(x)]
        table.append([*point, *(f"{number:.13g}" for number in numbers), machine.curvature_apart(x)])
    return table
