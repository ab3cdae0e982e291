"""Reference values of the phases: the Hopfield model by mpmath, the RBM ensemble on fine grids.

Order parameters come from the equations as they are written, by Newton's method in all of them; nothing is parametrised, no
average is taken over the field instead of z, and the laws of the components are integrated as they are.
"""

from __future__ import annotations

from itertools import pairwise

import mpmath as mp
import numpy as np
from scipy.optimize import fsolve

DIGITS = 20
HOPFIELD = ["alpha", "temperature", "branch", "m", "q", "r", "free_energy", "at_stability"]
HOPFIELD_LINES = ["line", "temperature", "alpha", "m"]
ENSEMBLE = [
    "components", "sigma", "w", "kappa", "visible_field", "hidden_field",
    "m_visible", "m_hidden", "q_visible", "q_hidden", "free_energy", "at_stability",
]  # fmt: skip


def gaussian(f, breakpoint=0):
    """Average of f over a standard Gaussian."""
    points = sorted({mp.mpf(-13), mp.mpf(-4), mp.mpf(0), mp.mpf(4), mp.mpf(13), min(max(breakpoint, -12), 12)})
    return mp.quad(lambda z: f(z) * mp.exp(-z * z / 2), points) / mp.sqrt(2 * mp.pi)


def show(x):
    """Fifteen digits, as Rust reads them."""
    return mp.nstr(mp.mpf(x), 15)


class Hopfield:
    """The equations of Amit, Gutfreund and Sompolinsky at temperature > 0."""

    def __init__(self, alpha, temperature):
        self.alpha, self.temperature = mp.mpf(alpha), mp.mpf(temperature)
        self.beta = 1 / self.temperature

    def average(self, f, m, r):
        """Average of f over the field of a spin."""
        width = mp.sqrt(self.alpha * r)
        return gaussian(lambda z: f(self.beta * (m + width * z)), -m / width)

    def solve(self, start):
        """m, q and r next to the start; m = 0 where it starts at 0."""

        def left(m, q, r):
            new_q = self.average(lambda h: mp.tanh(h) ** 2, m, r)
            new_m = self.average(mp.tanh, m, r) if start[0] else mp.mpf(0)
            return m - new_m, q - new_q, r - q / (1 - self.beta * (1 - q)) ** 2

        return mp.findroot(left, start, tol=mp.mpf(10) ** (-2 * DIGITS + 6))

    def free_energy(self, m, q, r):
        """Free energy per spin."""
        c, t = self.beta * (1 - q), self.temperature
        spins = t * self.average(lambda h: mp.log(2 * mp.cosh(h)), m, r)
        modes = t * mp.log(1 - c) - q / (1 - c) + r * c
        return (self.alpha + m**2 + self.alpha * modes) / 2 - spins

    def at_stability(self, m, q, r):
        """Left side of the condition of de Almeida and Thouless."""
        fourth = self.average(lambda h: mp.sech(h) ** 4, m, r)
        return self.alpha * self.beta**2 * fourth / (1 - self.beta * (1 - q)) ** 2


HOPFIELD_POINTS = [
    ("0.05", "0.1", "retrieval", (0.999, 0.999, 1.0)),
    ("0.05", "0.4", "retrieval", (0.96, 0.93, 1.3)),
    ("0.1", "0.3", "retrieval", (0.953, 0.933, 1.55)),
    ("0.05", "0.4", "spin-glass", (0, 0.7, 19)),
    ("0.1", "0.9", "spin-glass", (0, 0.32, 5.35)),
    ("1", "0.3", "spin-glass", (0, 0.862, 2.95)),
]


def hopfield_rows():
    """States at finite temperature."""
    mp.mp.dps = DIGITS
    rows = []
    for alpha, temperature, branch, start in HOPFIELD_POINTS:
        model = Hopfield(alpha, temperature)
        state = list(model.solve(start))
        values = [*state, model.free_energy(*state), model.at_stability(*state)]
        rows.append([alpha, temperature, branch, *map(show, values)])
    return rows


def cold_lines():
    """Capacity and coexistence at T = 0, from the energies written out."""
    curve = lambda t: mp.erf(t / mp.sqrt(2)) / t - mp.sqrt(2 / mp.pi) * mp.exp(-t * t / 2)  # noqa: E731
    top = mp.findroot(lambda t: mp.diff(curve, t), 2.13)

    def difference(t):
        m, root = mp.erf(t / mp.sqrt(2)), curve(t)
        width = m / t
        c = mp.sqrt(2 / mp.pi) * mp.exp(-t * t / 2) / width
        energy = -(m**2) / 2 + root**2 / 2 * (1 - 1 / (1 - c) ** 2)
        glass_width = root + mp.sqrt(2 / mp.pi)
        glass_c = mp.sqrt(2 / mp.pi) / glass_width
        return energy - root**2 / 2 * (1 - 1 / (1 - glass_c) ** 2)

    even = mp.findroot(difference, (4.0, 4.6), solver="anderson")
    magnetization = lambda t: mp.erf(t / mp.sqrt(2))  # noqa: E731
    return [
        ["retrieval", "0", show(curve(top) ** 2), show(magnetization(top))],
        ["coexistence", "0", show(curve(even) ** 2), show(magnetization(even))],
    ]


def fold(temperature, start):
    """Load at which two retrieval states merge: the Jacobian of the equations in (m, r) is singular."""

    def left(m, r, alpha):
        model = Hopfield(alpha, temperature)
        beta, width = model.beta, mp.sqrt(alpha * r)

        def average(f):
            return model.average(f, m, r)

        e = average(lambda h: mp.sech(h) ** 2)
        k = average(lambda h: mp.tanh(h) * mp.sech(h) ** 2)
        b = average(lambda h: 3 * mp.sech(h) ** 4 - 2 * mp.sech(h) ** 2)
        c, q = beta * e, 1 - e
        # Variance of beta times the field is alpha beta^2 r.
        m_m, m_r = beta * e, -(beta**2) * alpha * k
        q_m, q_r = 2 * beta * k, beta**2 * alpha * b
        r_q = (1 / (1 - c) ** 2) - 2 * q * beta / (1 - c) ** 3
        determinant = (1 - m_m) * (1 - r_q * q_r) - m_r * r_q * q_m
        assert width > 0
        return m - average(mp.tanh), r - q / (1 - c) ** 2, determinant

    m, _, alpha = mp.findroot(left, start, tol=mp.mpf(10) ** (-2 * DIGITS + 6))
    return ["retrieval", str(temperature), show(alpha), show(m)]


def even(temperature, start):
    """Load at which the retrieval state and the spin glass have one free energy."""

    def left(m, q, r, glass_q, glass_r, alpha):
        model = Hopfield(alpha, temperature)
        c, glass_c = model.beta * (1 - q), model.beta * (1 - glass_q)
        return (
            m - model.average(mp.tanh, m, r),
            q - model.average(lambda h: mp.tanh(h) ** 2, m, r),
            r - q / (1 - c) ** 2,
            glass_q - model.average(lambda h: mp.tanh(h) ** 2, mp.mpf(0), glass_r),
            glass_r - glass_q / (1 - glass_c) ** 2,
            model.free_energy(m, q, r) - model.free_energy(mp.mpf(0), glass_q, glass_r),
        )

    solution = mp.findroot(left, start, tol=mp.mpf(10) ** (-2 * DIGITS + 8))
    return ["coexistence", str(temperature), show(solution[5]), show(solution[0])]


def hopfield_line_rows():
    """Points of the lines of the diagram."""
    mp.mp.dps = DIGITS
    folds = [("0.2", (0.951, 2.2, 0.12256)), ("0.5", (0.846, 3.5, 0.0588155)), ("0.9", (0.4164, 19, 0.0025684))]
    rows = cold_lines()
    for temperature, (m, r, alpha) in folds:
        rows.append(fold(temperature, (m, fold_noise(temperature, m, r, alpha), alpha)))
    rows.append(even("0.5", (0.938, 0.89, 1.5, 0.58, 30, 0.0280763)))
    return rows


def fold_noise(temperature, m, guess, alpha):
    """r at given m and load, to start from."""
    model = Hopfield(alpha, temperature)
    return mp.findroot(lambda r: m - model.average(mp.tanh, mp.mpf(m), r), guess, tol=1e-8)


def component_rule(law):
    """Nodes and weights of the components of a mode."""
    if law == "gaussian":
        u = np.arange(-9, 9.01, 1 / 16)
        weights = np.exp(-u * u / 2)
    elif law == "laplace":
        x, w = np.polynomial.legendre.leggauss(40)
        ends = [0, 0.25, 0.5, 1, 2, 4, 8, 16, 28]
        pieces = [((a + b) / 2 + (b - a) / 2 * x, (b - a) / 2 * w) for a, b in pairwise(ends)]
        u = np.concatenate([node for node, _ in pieces])
        weights = np.concatenate([weight for _, weight in pieces]) * np.exp(-np.sqrt(2) * u)
        u, weights = np.concatenate([u, -u]), np.concatenate([weights, weights])
    else:
        density = float(law.split(":")[1]) if ":" in law else 1.0
        u = np.array([0, 1, -1]) / np.sqrt(density)
        weights = np.array([1 - density, density / 2, density / 2])
    return u, weights / weights.sum()


def layer(law, noise, coupling, field):
    """q, m, E ln 2cosh and E sech^4 of a layer, on a grid over z and the components."""
    z = np.arange(-10, 10.01, 1 / 16)
    u, weights = component_rule(law)
    weights = weights[:, None] * np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()
    h = np.sqrt(noise) * z + coupling * u[:, None] + field
    tanh = np.tanh(h)
    functions = (tanh**2, u[:, None] * tanh, np.logaddexp(h, -h), np.cosh(h) ** -4)
    return [float((weights * f).sum()) for f in functions]


def ensemble_row(law, sigma, w, kappa, fields, start):
    """One state of the RBM ensemble, in double precision: right to 1e-13."""
    noise, coupling, aspect = float(sigma) ** 2, float(w), float(kappa)
    root = np.sqrt(aspect)

    def both(q, m):
        hidden = layer(law, noise * q / root, coupling * m / root, float(fields[1]))
        return layer(law, noise * root * hidden[0], root * coupling * hidden[1], float(fields[0])), hidden

    def left(x):
        return np.array(both(*x)[0][:2]) - x

    x = fsolve(left, start, xtol=1e-13)
    x = x + left(x)
    assert np.abs(left(x)).max() < 1e-13
    (q, m), (visible, hidden) = x, both(*x)
    energy = root * coupling * m * hidden[1] - noise * root * (1 - q) * (1 - hidden[0]) / 2
    energy -= visible[2] + aspect * hidden[2]
    values = [m, hidden[1], q, hidden[0], energy, noise**2 * visible[3] * hidden[3]]
    return [law, sigma, w, kappa, *fields, *(f"{x:.13g}" for x in values)]


ENSEMBLE_POINTS = [
    ("gaussian", "0.5", "1.5", "0.5", ("0", "0"), (0.25, 0.4)),
    ("gaussian", "0.8", "2", "2", ("0", "0"), (0.56, 0.56)),
    ("rademacher", "0.5", "1.5", "0.5", ("0", "0"), (0.4986, 0.6796)),
    ("rademacher", "1.5", "1.6", "1", ("0", "0"), (0.3867, 0.1836)),
    ("laplace", "0.5", "1.5", "0.5", ("0", "0"), (0.1733, 0.3639)),
    ("sparse:0.1", "1.5", "3", "1", ("0", "0"), (0.4517, 0.3053)),
    ("rademacher", "0.5", "1.5", "0.5", ("0.2", "-0.1"), (0.5, 0.68)),
]


def ensemble_rows():
    """States of the RBM ensemble."""
    return [ensemble_row(*point) for point in ENSEMBLE_POINTS]
