"""Bayes-optimal inference of rank-one spiked data: scalar channels, fixed points and thresholds, in high precision.

Everything is an integral over the observation y = sqrt(r) x + z of the scalar channel, with the densities of y given each
component of the prior written out; no transformation of the Rust crate is used.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from mpmath import mp, mpf

DIGITS = 30  # of the integrals; 18 are written, fewer of what is much smaller than 1
# name -> (density, Gaussian?)
Law = tuple[str, str]


def parse(law: str) -> tuple[mpf, bool]:
    """Density of the nonzero values, and whether they are Gaussian."""
    name, _, density = law.partition(":")
    return mpf(density or 1), name.endswith("gaussian")


def normal(y, variance=1):
    """Density of N(0, variance)."""
    return mp.exp(-y * y / (2 * variance)) / mp.sqrt(2 * mp.pi * variance)


def observation(law: str, r) -> Callable:
    """y -> (p(y), <x>, <x^2>)."""
    rho, gaussian = parse(law)

    def slab(y):
        total = rho * normal(y, 1 + r / rho)
        none = (1 - rho) * normal(y)
        mean = mp.sqrt(r) * y / (rho + r)
        return total + none, total * mean, total * (mean * mean + 1 / (rho + r))

    def spikes(y):
        value = 1 / mp.sqrt(rho)
        up = rho / 2 * normal(y - mp.sqrt(r) * value)
        down = rho / 2 * normal(y + mp.sqrt(r) * value)
        return up + down + (1 - rho) * normal(y), value * (up - down), value * value * (up + down)

    def moments(y):
        density, first, second = (slab if gaussian else spikes)(y)
        return density, first / density, second / density

    return moments


def integrals(law: str, r, integrand: Callable) -> list[mpf]:
    """2 int_0^inf integrand(p(y), <x>, <x^2>, y) dy by the trapezoid rule, halved until nothing changes."""
    rho, gaussian = parse(law)
    moments = observation(law, r)
    # Where all densities, and their products with logarithms, are below exp(-70).
    reach = 12 * mp.sqrt(1 + r / rho) if gaussian else mp.sqrt(r / rho) + 12
    step, sums, last = mpf(1), [v / 2 for v in integrand(*moments(mpf(0)), mpf(0))], None
    nodes = range(1, int(reach) + 1)
    for _ in range(14):
        for k in nodes:
            values = integrand(*moments(k * step), k * step)
            sums = [total + value for total, value in zip(sums, values)]
        found = [2 * step * total for total in sums]
        if last and all(abs(a - b) <= mpf(10) ** -20 * abs(a) for a, b in zip(found, last)):
            return found
        step, last = step / 2, found
        nodes = range(1, int(reach / step) + 1, 2)
    raise ArithmeticError(f"{law} at r = {r}: no convergence")


@cache
def channel(law: str, r) -> tuple[mpf, mpf, mpf]:
    """f = E <x>^2, 1 - f = E var x, f' = E (var x)^2."""
    if r == 0:
        return mpf(0), mpf(1), mpf(1)
    with mp.workdps(DIGITS + 8):  # s - m^2 of a value that is nearly certain
        return tuple(integrals(law, r, lambda p, m, s, _: (p * m * m, p * (s - m * m), p * (s - m * m) ** 2)))


@cache
def free_entropy(law: str, r) -> mpf:
    """psi = E ln [p(y)/p_0(y)]."""
    if r == 0:
        return mpf(0)
    with mp.workdps(DIGITS + 8):  # positive and negative parts nearly cancel at small r
        return integrals(law, r, lambda p, m, s, y: (p * mp.log(p / normal(y)) - p + normal(y),))[0]


def fixed_point(laws: Law, snr, r) -> tuple[mpf, mpf, mpf, mpf]:
    """alpha(r), d ln alpha/d ln r, q_w, q_s: every r is the precision of a fixed point at one alpha."""
    q_w, _, slope_w = channel(laws[0], r)
    q_s, _, slope_s = channel(laws[1], snr * q_w)
    return r / (snr * q_s), 1 - snr * slope_s * slope_w * r / q_s, q_w, q_s


def total_free_entropy(laws: Law, snr, r) -> mpf:
    """alpha psi_h(snr q_w) + psi_w(r) - r q_w/2 at the fixed point of r."""
    if r == 0:
        return mpf(0)
    alpha, _, q_w, _ = fixed_point(laws, snr, r)
    return alpha * free_entropy(laws[1], snr * q_w) + free_entropy(laws[0], r) - r * q_w / 2


def fold(laws: Law, snr, lower, upper) -> mpf:
    """r between two signs of d alpha/dr, by Anderson and Bjorck's method."""
    return mp.findroot(lambda r: fixed_point(laws, snr, r)[1], (lower, upper), solver="anderson", tol=1e-20)


def at_alpha(laws: Law, snr, alpha, lower, upper) -> mpf:
    """r of the fixed point at alpha on a rising part of the curve."""
    f = lambda r: fixed_point(laws, snr, r)[0] / alpha - 1  # noqa: E731
    return mp.findroot(f, (lower, upper), solver="anderson", tol=1e-20)


def critical(laws: Law, snr) -> tuple[mpf, mpf, mpf, mpf, str]:
    """alpha at which q = 0 is unstable, of the upper fold, of equal free entropies, of the lower fold; order."""
    spectral = 1 / mpf(snr) ** 2
    rho = parse(laws[0])[0]
    grid = [rho * mpf(10) ** (mpf(k) / 6) for k in range(-18, 13)]
    rising = [fixed_point(laws, snr, r)[1] > 0 for r in grid]
    turns = [k for k in range(len(grid) - 1) if rising[k] != rising[k + 1]]
    if not turns:
        return spectral, spectral, spectral, spectral, "continuous"
    first, second = turns  # one maximum and one minimum in all models listed
    top, bottom = (fold(laws, snr, grid[k], grid[k + 1]) for k in (first, second))
    algorithmic, spinodal = (fixed_point(laws, snr, r)[0] for r in (top, bottom))

    def difference(alpha):
        low = mpf(0) if alpha <= spectral else at_alpha(laws, snr, alpha, top / 10**6, top)
        upper = 2 * alpha * snr
        high = at_alpha(laws, snr, alpha, bottom, upper)
        return total_free_entropy(laws, snr, high) - total_free_entropy(laws, snr, low)

    information = mp.findroot(difference, (spinodal * mpf("1.0001"), algorithmic), solver="anderson", tol=1e-18)
    return spectral, spinodal, information, algorithmic, "first-order"


def digits(value) -> str:
    """Eighteen digits."""
    return mp.nstr(mp.mpf(value), 18, min_fixed=-4, max_fixed=20)


def channel_rows() -> list[list[str]]:
    """Scalar channels of all laws, from weak to strong."""
    laws = ["rademacher", "gaussian"]
    laws += [f"sparse-{name}:{rho}" for name in ("rademacher", "gaussian") for rho in ("0.02", "0.05", "0.3")]
    rows = []
    with mp.workdps(DIGITS):
        for law in laws:
            density, gaussian = parse(law)
            for r in ("0.0001", "0.01", "0.1", "0.5", "1", "3", "10"):
                if gaussian or mpf(r) < 160 * density:  # beyond, the error is below 1e-9
                    values = [*channel(law, mpf(r)), free_entropy(law, mpf(r))]
                    rows.append([law, r, *map(digits, values)])
    return rows


def critical_rows() -> list[list[str]]:
    """Thresholds of models with and without a jump."""
    models = [
        (("gaussian", "gaussian"), "0.7"),
        (("rademacher", "gaussian"), "2"),
        (("sparse-rademacher:0.05", "gaussian"), "1"),
        (("sparse-rademacher:0.02", "gaussian"), "1"),
        (("sparse-rademacher:0.02", "rademacher"), "1.5"),
        (("sparse-rademacher:0.1", "gaussian"), "1"),
        (("sparse-gaussian:0.02", "gaussian"), "0.5"),
        (("rademacher", "sparse-rademacher:0.05"), "3"),
    ]
    rows = []
    for laws, snr in models:
        with mp.workdps(DIGITS):
            *values, order = critical(laws, mpf(snr))
            rows.append([*laws, snr, *map(digits, values), order])
    return rows


def evolution_rows() -> list[list[str]]:
    """Fixed points on rising parts of the curve, named by their precision."""
    models = [
        (("sparse-rademacher:0.05", "gaussian"), "1", ("0.01", "0.3", "2")),
        (("sparse-gaussian:0.1", "rademacher"), "2", ("0.6", "1", "20")),
        (("rademacher", "rademacher"), "0.8", ("0.001", "0.4", "8")),
    ]
    rows = []
    for laws, snr, precisions in models:
        for r in precisions:
            with mp.workdps(DIGITS):
                alpha, _, q_w, q_s = fixed_point(laws, mpf(snr), mpf(r))
                values = (alpha, q_w, q_s, total_free_entropy(laws, mpf(snr), mpf(r)))
                rows.append([*laws, snr, *map(digits, values)])
    return rows
