"""Units in a field, in high precision, and maximum-likelihood learning by one hidden unit.

The saddle-point equations are written as they are printed: averages over the cavity field with the maximiser found at each
of its values, the derivative by Stein's lemma, the second moment of the hidden unit by quadrature over its input. The Rust
crate integrates over the maximiser, with the derivative in closed form, and knows the second moment.
"""

from __future__ import annotations

import numpy as np
from mpmath import mp, mpf
from scipy import optimize, special

DIGITS = 50  # differences of large numbers lose up to a dozen, and 20 are written


def half_line(precision, field):
    """ln of the integral of exp(c x - p x^2/2) over x > 0, the mean and the variance of x."""
    t = field / mp.sqrt(precision)
    ratio = mp.sqrt(mp.pi / 2) * mp.exp(t * t / 2) * mp.erfc(-t / mp.sqrt(2))
    mean = t + 1 / ratio
    return mp.log(ratio / mp.sqrt(precision)), mean / mp.sqrt(precision), (1 - mean / ratio) / precision


def unit(name: str):
    """(a, b) -> (phi, mean, variance) of a unit."""
    kind, _, parameter = name.partition(":")
    theta = mpf(parameter or 0)

    def spin(a, b):
        return mp.log(2 * mp.cosh(b)) - a / 2, mp.tanh(b), mp.sech(b) ** 2

    def binary(a, b):
        mean = 1 / (1 + mp.exp(a / 2 - b))
        return mp.log1p(mp.exp(b - a / 2)), mean, mean / (1 + mp.exp(b - a / 2))

    def gaussian(a, b):
        return (b * b / (1 + a) + mp.log(2 * mp.pi / (1 + a))) / 2, b / (1 + a), 1 / (1 + a)

    def relu(a, b):
        return half_line(1 + a, b)

    def double_well(a, b):
        sides = [half_line(1 + a, sign * b - theta) for sign in (1, -1)]
        weights = [mp.exp(side[0]) for side in sides]
        total = sum(weights)
        mean = (weights[0] * sides[0][1] - weights[1] * sides[1][1]) / total
        second = sum(w * (side[2] + side[1] ** 2) for w, side in zip(weights, sides)) / total
        return mp.log(total), mean, second - mean**2

    return {"spin": spin, "binary": binary, "gaussian": gaussian, "relu": relu, "double-well": double_well}[kind]


UNITS = ["spin", "binary", "gaussian", "relu", "double-well:-0.5", "double-well:-3", "double-well:-40"]


def unit_rows() -> list[list[str]]:
    """Values of the three functions, far into both tails."""
    rows = []
    with mp.workdps(DIGITS):
        for name in UNITS:
            for a in ("0", "0.7", "-0.6"):
                for b in ("-300", "-30", "-8", "-3.1", "-2.9", "-1", "-0.01", "0", "0.01", "0.5", "2", "7", "40", "500"):
                    values = unit(name)(mpf(a), mpf(b))
                    rows.append([name, a, b, *(mp.nstr(value, 20, min_fixed=0, max_fixed=0) for value in values)])
    return rows


class Problem:
    """One hidden unit before data of a planted law (centre, variance) and other eigenvalues with weights, in doubles."""

    def __init__(self, name: str, law, others, alpha: float):
        self.potential, self.law, self.alpha = potential(name), law, alpha
        self.others = np.array(others)
        # Where the maximiser may jump: at the point of symmetry of the potential, where <h> is this.
        self.middle = {"binary": 0.5}.get(name, 0.0)

    def maximiser(self, omega, v):
        """argmax of phi(h) - (h - omega)^2/(2 v), by bisection on the side of the jump on which omega lies."""
        side = np.where(omega + v * self.middle >= 0, 1.0, -1.0)
        low, high = np.zeros_like(omega), side * (np.abs(omega) + 1)
        excess = lambda h: side * (h - omega - v * self.potential(h)[1])
        while np.any(excess(high) < 0):
            high = np.where(excess(high) < 0, 2 * high, high)
        # With a convex or concave phi' on one side of the symmetric point the last zero is the maximum.
        low = self.beyond_the_unstable(v) * side
        for _ in range(80):
            middle = (low + high) / 2
            below = excess(middle) < 0
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return (low + high) / 2

    def beyond_the_unstable(self, v):
        """Largest h >= 0 with v phi'' = 1, or 0; for a rectified unit, which has no such h, far below."""
        grid = np.linspace(0, 50, 500_001)
        unstable = grid[v * self.potential(grid)[2] > 1]
        if unstable.size:
            return unstable[-1]
        return -1e3

    def averages(self, m, q, v):
        """E g^2, E dg/domega, E x g, E phi(h*), E phi(omega)."""
        centre, variance = self.law
        spread = np.sqrt(q + m * m * variance)
        total = np.zeros(5)
        for sign in (1, -1) if centre else (1,):
            mean = m * centre * sign
            jump = (-v * self.middle - mean) / spread
            marks = [-13.0, *np.linspace(-9, 9, 19), 13.0]
            marks = np.array(sorted([*marks, jump] if abs(jump) < 13 else marks))
            z, weight = panels(marks)
            omega = mean + spread * z
            value, g, _ = self.potential(self.maximiser(omega, v))
            terms = np.array([g * g, g * z / spread, g, value, self.potential(omega)[0]])
            part = terms @ (weight * np.exp(-z * z / 2)) / np.sqrt(2 * np.pi)
            part[2] = sign * centre * part[2] + m * variance * part[1]
            total += part / (2 if centre else 1)
        return total

    def model(self, rho):
        """r and ln E exp(phi(sqrt(rho) z))."""
        width = 1 if self.potential(np.array([30.0]))[2][0] < 0.1 else 1 / np.sqrt(1 - rho)
        reach = (14 + 4 * np.sqrt(rho)) * width
        z, weight = panels(np.linspace(-reach, reach, 121))
        value, mean, variance = self.potential(np.sqrt(rho) * z)
        weight = weight * np.exp(value - z * z / 2) / np.sqrt(2 * np.pi)
        return (weight @ (variance + mean**2)) / weight.sum(), np.log(weight.sum())

    def equations(self, m, q, v, rho):
        """Relative differences of the two sides, and the log-likelihoods of training and fresh samples."""
        squared, response, aligned, trained, fresh = self.averages(m, q, v)
        r, log_norm = self.model(rho)
        chi, lam = self.alpha * squared, -self.alpha * response
        x, weight = self.others.T
        d = self.alpha * r + lam * x
        differences = [
            np.sum(weight * x / d) / v - 1,
            np.sum(weight * chi * x**2 / d**2) / q - 1,
            (m * m + np.sum(weight * chi * x / d**2)) / rho - 1,
        ]
        if m:
            differences.append(aligned / r / m - 1)
        return differences, trained - log_norm, fresh - log_norm


def potential(name: str):
    """h -> (phi, phi', phi'') in doubles."""
    kind, _, parameter = name.partition(":")
    theta = float(parameter or 0)

    def spin(h):
        return np.logaddexp(h, -h), np.tanh(h), np.cosh(np.clip(h, -300, 300)) ** -2.0

    def binary(h):
        mean = special.expit(h)
        return np.logaddexp(0, h), mean, mean * special.expit(-h)

    def half(t):
        ratio = np.sqrt(np.pi / 2) * special.erfcx(-t / np.sqrt(2))
        log = t * t / 2 + special.log_ndtr(t) + np.log(2 * np.pi) / 2
        with np.errstate(over="ignore"):
            return log, t + 1 / ratio, 1 - (t + 1 / ratio) / ratio

    def double_well(h):
        one, other = half(h - theta), half(-h - theta)
        up = special.expit(one[0] - other[0])
        mean = up * one[1] - (1 - up) * other[1]
        second = up * (one[2] + one[1] ** 2) + (1 - up) * (other[2] + other[1] ** 2)
        return np.logaddexp(one[0], other[0]), mean, second - mean**2

    return {"spin": spin, "binary": binary, "relu": half, "double-well": double_well}[kind]


NODES = np.polynomial.legendre.leggauss(24)


def panels(marks):
    """Nodes and weights of the Gauss-Legendre rule between neighbouring marks."""
    half, middle = np.diff(marks) / 2, (marks[1:] + marks[:-1]) / 2
    return (middle[:, None] + half[:, None] * NODES[0]).ravel(), (half[:, None] * NODES[1]).ravel()


def two_cluster(b):
    """Projection law and other eigenvalues of infinitely many spins in two clusters."""
    return (b, 1.0), [(1.0, 1.0)]


def spiked(spike):
    """One Gaussian spike on white noise."""
    return (0.0, 1 + spike), [(1.0, 1.0)]


def thirds(_):
    """Noise of eigenvalues 1, 3 and 7."""
    return (0.0, 1.0), [(x, 1 / 3) for x in (1.0, 3.0, 7.0)]


DATA = {"two-cluster": two_cluster, "spiked": spiked, "thirds": thirds}

# unit, data, its parameter, alpha, and rough m, Q, V, rho to start from (m = 0: the noise branch).
POINTS = [
    ("spin", "two-cluster", "1.5", "2", "1.4832 0.6955 0.6288 2.8953"),
    ("spin", "two-cluster", "1", "4", "0.9456 0.5861 0.4614 1.4803"),
    ("spin", "two-cluster", "1", "1", "0 3.1774 1.8049 3.1774"),
    ("spin", "two-cluster", "1.5", "0.6", "1.2469 2.9823 2.2362 4.5370"),
    ("spin", "spiked", "2", "4", "1.2701 0.4232 0.3750 2.0362"),
    ("spin", "thirds", "0", "0.6", "0 121.08 10.627 19.406"),
    ("binary", "two-cluster", "1.5", "4", "0.7758 0.4695 0.5473 1.0714"),
    ("binary", "two-cluster", "1.5", "0.3", "0 4.3428 4.2482 4.3428"),
    ("relu", "spiked", "2", "4", "0.2919 0.2611 0.2451 0.3463"),
    ("double-well:-1", "two-cluster", "1", "4", "0.4647 0.1345 0.1128 0.3505"),
    ("double-well:-3", "two-cluster", "1", "1", "0 0.2008 0.1217 0.2008"),
]


def learning_rows() -> list[list[str]]:
    """Solutions of the saddle-point equations, in doubles, to the ten digits that the rules used are good for."""
    rows = []
    for name, data, parameter, alpha, start in POINTS:
        law, others = DATA[data](float(parameter))
        problem = Problem(name, law, others, float(alpha))
        guess = np.array([float(x) for x in start.split()])
        free = 1 if guess[0] == 0 else 0
        known = guess[:free]
        sides = lambda log: problem.equations(*known, *np.exp(log))[0]
        solved = optimize.root(sides, np.log(guess[free:]), tol=1e-13)
        worst = np.max(np.abs(sides(solved.x)))
        assert worst < 1e-11, (name, data, parameter, alpha, worst)
        values = [*known, *np.exp(solved.x)]
        _, train, test = problem.equations(*values)
        rows.append([name, data, parameter, alpha, *(f"{x:.10g}" for x in [*values, train, test])])
    return rows


UNIT_HEADER = ["unit", "precision", "field", "log_partition", "mean", "variance"]
HEADER = ["unit", "data", "parameter", "alpha", "m", "q", "v", "rho", "train_log_likelihood", "test_log_likelihood"]
