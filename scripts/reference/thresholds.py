"""Critical sample sizes, outliers, overlap profiles and crossing criteria, in high precision."""

from __future__ import annotations

from mpmath import mp, mpc, mpf

from .law import bracketed_newton
from .spectra import Group, infinite_clock_top


def rest_sums(groups: list[Group], mode: Group, units: int) -> tuple[mpf, mpf]:
    """A = (1/N) sum_rest (lambda/(l - lambda))^2 and B = (1/N) sum_rest lambda/(l - lambda), without the group of l."""
    ratios = [(g.eigenvalue / (mode.eigenvalue - g.eigenvalue), g.degeneracy) for g in groups if g is not mode]
    a = mp.fsum(n * r * r for r, n in ratios) / units
    b = mp.fsum(n * r for r, n in ratios) / units
    return a, b


def critical_alpha(groups: list[Group], mode: Group, units: int) -> mpf:
    """alpha_c = (1/N) sum_rest lambda^2/(l - lambda)^2 (Bai & Yao, J. Multivariate Anal. 106, 167 (2012))."""
    return rest_sums(groups, mode, units)[0]


def outlier(groups: list[Group], mode: Group, units: int, alpha) -> tuple[mpf, mpf]:
    """psi(l) = l (1 + gamma B); squared overlap l psi'(l)/psi(l) = (1 - gamma A)/(1 + gamma B), 0 below alpha_c."""
    a, b = rest_sums(groups, mode, units)
    gamma = 1 / mpf(alpha)
    overlap = (1 - gamma * a) / (1 + gamma * b)
    return mode.eigenvalue * (1 + gamma * b), max(overlap, mpf(0))


def alpha_at_overlap(groups: list[Group], mode: Group, units: int, overlap) -> mpf:
    """alpha at which the squared overlap is X: (1 - gamma A)/(1 + gamma B) = X gives alpha = (A + X B)/(1 - X)."""
    a, b = rest_sums(groups, mode, units)
    return (a + mpf(overlap) * b) / (1 - mpf(overlap))


def edge_field(groups: list[Group], units: int, alpha) -> mpf:
    """x* > lambda_max with gamma (1/N) sum (lambda/(x* - lambda))^2 = 1 over all modes."""
    gamma = 1 / mpf(alpha)
    top = max(g.eigenvalue for g in groups)

    def distance(x):
        g0 = gamma / units * mp.fsum(g.degeneracy * (g.eigenvalue / (x - g.eigenvalue)) ** 2 for g in groups)
        g1 = gamma / units * mp.fsum(-2 * g.degeneracy * g.eigenvalue**2 / (x - g.eigenvalue) ** 3 for g in groups)
        return g0 ** mpf(-0.5) - 1, -g1 / 2 * g0 ** mpf(-1.5)

    return bracketed_newton(distance, top, top * (1 + 2 * mp.sqrt(gamma)), rising=True)


def profile(groups: list[Group], units: int, alpha) -> tuple[mpf, list[mpf]]:
    """x* and the mean squared overlap with every group, degeneracy lambda/(x* - lambda)^2 over its sum
    (Ledoit & Peche, Probab. Theory Relat. Fields 151, 233 (2011), at the edge)."""
    x = edge_field(groups, units, alpha)
    weights = [g.degeneracy * g.eigenvalue / (x - g.eigenvalue) ** 2 for g in groups]
    return x, [w / mp.fsum(weights) for w in weights]


def ising_crossing(beta) -> mpf:
    """alpha where e^(2 beta) = (1 + sqrt gamma)^2."""
    return 1 / (mp.exp(mpf(beta)) - 1) ** 2


def clock_crossing(states: int, beta, published: bool) -> mpf | None:
    """alpha where the top eigenvalue of the infinite clock ring meets the noise edge; None if it never does.

    published: p/(p-1) + (1 + sqrt(gamma p))^2; standardised one-hot units: p/(p-1) (1 + sqrt(gamma (p-1)))^2.
    """
    factor = mpf(states) / (states - 1)
    top = infinite_clock_top(states, beta)
    root = mp.sqrt(top - factor) - 1 if published else mp.sqrt(top / factor) - 1
    if root <= 0:
        return None
    gamma = root**2 / (states if published else states - 1)
    return 1 / gamma


def ising_ring_samples(units: int, beta) -> mpf:
    """P_c of the uniform mode of the finite ring in closed form (beta > 0):

    1/lambda ~ cosh 2 beta - sinh 2 beta cos q gives lambda/(l - lambda) = 1/(e^(2 beta) sinh(2 beta) (1 - cos q)); with
    sum_k 1/sin^4(pi k/N) = (N^2 - 1)(N^2 + 11)/45: P_c = (N^2 - 1)(N^2 + 11)/(180 sinh^2(2 beta) e^(4 beta)).
    """
    beta = mpf(beta)
    n = mpf(units) ** 2
    return (n - 1) * (n + 11) / (180 * mp.sinh(2 * beta) ** 2 * mp.exp(4 * beta))


def ising_ring_large(units: int, beta) -> mpf:
    """2 zeta(4) N^4/(4 pi^4 sinh^2(2 beta) e^(4 beta)), the leading power of the above."""
    beta = mpf(beta)
    return 2 * mp.zeta(4) * mpf(units) ** 4 / (4 * mp.pi**4 * mp.sinh(2 * beta) ** 2 * mp.exp(4 * beta))


def infinite_ring_root(u, beta):
    """sqrt(u^2 - 2 u cosh 2 beta + 1) ~ u at infinity, with its cut on [e^(-2 beta), e^(2 beta)]."""
    low, high = mp.exp(-2 * mpf(beta)), mp.exp(2 * mpf(beta))
    return mp.sqrt(mpc(u) - low) * mp.sqrt(mpc(u) - high)


def infinite_ring_psi(u, beta, gamma):
    """z(u) = u + gamma u/sqrt(u^2 - 2 u cosh 2 beta + 1)."""
    return u + mpf(gamma) * u / infinite_ring_root(u, beta)


def infinite_ring_edges(beta, gamma) -> tuple[mpf, mpf]:
    """Both edges of the infinite ring: psi'(u) = 1 + gamma d/du [u/R] = 0, R = +-(u^2 - 2 u cosh 2 beta + 1)^(1/2).

    d/du [u/R] = (1 - u cosh 2 beta)/R^3 with R ~ +u above the spectrum and R < 0 below it; the roots are bracketed.
    """
    beta, gamma = mpf(beta), mpf(gamma)
    cosh, low, high = mp.cosh(2 * beta), mp.exp(-2 * beta), mp.exp(2 * beta)

    def slope(u, sign):
        r = u * u - 2 * u * cosh + 1
        value = 1 + sign * gamma * (1 - u * cosh) / r ** mpf(1.5)
        bend = -cosh / r ** mpf(1.5) - 3 * (1 - u * cosh) * (u - cosh) / r ** mpf(2.5)
        return value, sign * gamma * bend

    upper = bracketed_newton(lambda u: slope(u, 1), high, high * (1 + 2 * mp.sqrt(gamma)), rising=True)
    if gamma == 1:
        lower = mpf(0)
    elif gamma < 1:
        lower = bracketed_newton(lambda u: slope(u, -1), mpf(0), low, rising=False)
    else:
        lower = bracketed_newton(lambda u: slope(u, -1), -2 * high * mp.sqrt(gamma), mpf(0), rising=False)
    return mp.re(infinite_ring_psi(lower, beta, gamma)), mp.re(infinite_ring_psi(upper, beta, gamma))


def infinite_ring_density(beta, gamma, x) -> mpf:
    """Density from the quartic (x - u)^2 (u^2 - 2 u cosh 2 beta + 1) = gamma^2 u^2, root with Im u > 0 and z(u) = x."""
    beta, gamma, x = mpf(beta), mpf(gamma), mpf(x)
    cosh = mp.cosh(2 * beta)
    square, ring = [1, -2 * x, x * x], [1, -2 * cosh, 1]
    quartic = [mpf(0)] * 5
    for i, p in enumerate(square):
        for j, q in enumerate(ring):
            quartic[i + j] += p * q
    quartic[2] -= gamma**2
    tiny = mpf(10) ** (-mp.dps // 3)
    roots = mp.polyroots(quartic, maxsteps=500, extraprec=400)
    good = [u for u in roots if mp.im(u) > tiny and abs(infinite_ring_psi(u, beta, gamma) - x) < tiny]
    if not good:
        return mpf(0)
    (u,) = good
    return mp.im(-1 / u) / (mp.pi * gamma)
