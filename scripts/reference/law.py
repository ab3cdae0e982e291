"""Limit law of the sample covariance spectrum of a discrete population, in high precision.

With c_k = gamma w_k lambda_k^2, mean field u = -1/s (s: companion Stieltjes transform) and weights w_k of sum 1,

    z(u) = u + gamma <lambda> + sum_k c_k / (u - lambda_k),      z'(u) = 1 - g(u),
    g(u) = sum_k c_k / (u - lambda_k)^2

(Silverstein & Bai, J. Multivariate Anal. 54, 175 (1995)). Two consequences carry this module:

* edges: g is convex between two neighbouring eigenvalues, so g = 1 has zero or two roots there, one root below all
  eigenvalues and one above; the images z(u) of the roots are the edges of the support (Silverstein & Choi,
  J. Multivariate Anal. 54, 295 (1995));
* density: u = a + i b with b > 0 has real z(u) iff sum_k c_k/((a - lambda_k)^2 + b^2) = 1, which has exactly one root b
  for every a with g(a) > 1. So the support is swept by the real number a, x = Re z(a + i b(a)) increases with a, and no
  branch has to be chosen. Masses are integrals over a by tanh-sinh quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mpmath import mp, mpc, mpf

mp.dps = 60


@dataclass(frozen=True)
class Law:
    """Population eigenvalues (distinct, ascending, positive), weights c_k, and what else z(u) needs."""

    eigenvalues: tuple[mpf, ...]
    strengths: tuple[mpf, ...]
    gamma: mpf
    mean: mpf
    second_moment: mpf
    zero_weight: mpf

    @staticmethod
    def new(eigenvalues, weights, gamma) -> Law:
        """Collect equal eigenvalues and set zeros apart; weights are divided by their sum."""
        total = sum((mpf(w) for w in weights), mpf(0))
        collected: dict[mpf, mpf] = {}
        for value, weight in zip(eigenvalues, weights, strict=True):
            collected[mpf(value)] = collected.get(mpf(value), mpf(0)) + mpf(weight) / total
        gamma = mpf(gamma)
        zero_weight = collected.pop(mpf(0), mpf(0))
        values = tuple(sorted(value for value, weight in collected.items() if weight > 0))
        return Law(
            values,
            tuple(gamma * collected[v] * v**2 for v in values),
            gamma,
            mp.fsum(collected[v] * v for v in values),
            mp.fsum(collected[v] * v**2 for v in values),
            zero_weight,
        )

    def atom_at_zero(self) -> mpf:
        """Mass at x = 0: the sample covariance has rank min(P, N (1 - zero_weight))."""
        return max(self.zero_weight, 1 - 1 / self.gamma, mpf(0))

    def z(self, u):
        """z(u) for real or complex u."""
        terms = [c / (u - v) for v, c in zip(self.eigenvalues, self.strengths)]
        return u + self.gamma * self.mean + mp.fsum(terms)

    def g(self, u) -> tuple[mpf, mpf, mpf]:
        """g(u), g'(u) and g''(u) for real u."""
        g0 = g1 = g2 = mpf(0)
        for v, c in zip(self.eigenvalues, self.strengths):
            r = 1 / (u - v)
            term = c * r * r
            g0 += term
            term *= r
            g1 -= 2 * term
            g2 += 6 * term * r
        return g0, g1, g2


def bracketed_newton(f, low, high, rising: bool):
    """Root of a monotone f (value and slope) inside (low, high): Newton, halving when it leaves the bracket."""
    x = (low + high) / 2
    for _ in range(20 * mp.dps):
        value, slope = f(x)
        if (value > 0) == rising:
            high = x
        else:
            low = x
        new = x - value / slope if slope != 0 else mp.inf
        if abs(new - x) <= mpf(10) ** (10 - mp.dps) * abs(x):
            return new
        x = new if low < new < high else (low + high) / 2
    raise ArithmeticError("no convergence in bracketed_newton")


def lowest_point(law: Law, left: mpf, right: mpf):
    """Minimum of g between two neighbouring eigenvalues, where its slope vanishes."""

    def slope(u):
        _, g1, g2 = law.g(u)
        return g1, g2

    return bracketed_newton(slope, left, right, rising=True)


def point_below_one(law: Law, left: mpf, right: mpf):
    """A point between two neighbouring eigenvalues where g < 1, or None when convexity shows that there is none.

    The tangent of a convex g bounds it from below over the whole bracket that still holds its minimum.
    """
    low, high = left, right
    u = (low + high) / 2
    while True:
        g0, g1, g2 = law.g(u)
        if g0 < 1:
            return u
        if g0 + min(g1 * (low - u), g1 * (high - u)) > 1:
            return None
        low, high = (low, u) if g1 > 0 else (u, high)
        new = u - g1 / g2
        u = new if low < new < high else (low + high) / 2
        if high - low < mpf(10) ** (10 - mp.dps) * high:
            raise ArithmeticError("the intervals touch to within the working precision")


def unit_root(law: Law, low: mpf, high: mpf, falling: bool):
    """Root of g = 1 inside (low, high), from g^(-1/2) = 1, which is nearly linear beside a pole."""

    def distance(u):
        g0, g1, _ = law.g(u)
        return g0 ** mpf(-0.5) - 1, -g1 / 2 * g0 ** mpf(-1.5)

    return bracketed_newton(distance, low, high, rising=falling)


def gap_is_closed(law: Law, k: int) -> bool:
    """True if the two poles around gap k keep g above 1: min c/(u-l)^2 + d/(m-u)^2 = (c^(1/3) + d^(1/3))^3/(m-l)^2."""
    c, d = law.strengths[k], law.strengths[k + 1]
    width = law.eigenvalues[k + 1] - law.eigenvalues[k]
    return (mp.cbrt(c) + mp.cbrt(d)) ** 3 > width**2


@cache
def support(law: Law) -> tuple[tuple[mpf, mpf], ...]:
    """Intervals of u (real part a) over which the density is positive, ascending."""
    values = law.eigenvalues
    top = values[-1]
    critical = law.gamma * (1 - law.zero_weight)  # g(0): above 1 the lowest root is negative
    if critical == 1:
        lower = mpf(0)
    elif critical < 1:
        lower = unit_root(law, mpf(0), values[0], falling=False)
    else:
        lower = unit_root(law, top * (1 - mp.sqrt(law.gamma)) * 2, mpf(0), falling=False)
    roots = [lower]
    for k in range(len(values) - 1):
        if gap_is_closed(law, k):
            continue
        middle = point_below_one(law, values[k], values[k + 1])
        if middle is not None:
            roots.append(unit_root(law, values[k], middle, falling=True))
            roots.append(unit_root(law, middle, values[k + 1], falling=False))
    roots.append(unit_root(law, top, top * (1 + 2 * mp.sqrt(law.gamma)), falling=True))
    return tuple(zip(roots[0::2], roots[1::2], strict=True))


def edges(law: Law) -> list[tuple[mpf, mpf]]:
    """Edges x of every interval of the support, ascending."""
    return [(mpf(0) if low == 0 else law.z(low), law.z(high)) for low, high in support(law)]


def height(law: Law, a: mpf):
    """b^2 from sum_k c_k/((a - lambda_k)^2 + b^2) = 1, with the sums of c/D^2 and c (a - lambda)/D^2 at the root.

    1/h is concave and increasing in b^2, so Newton's steps on 1/h = 1 from the left never overshoot.
    """
    squares = [(a - v) ** 2 for v in law.eigenvalues]
    q = max(max(c - d for c, d in zip(law.strengths, squares)), mpf(0))
    tolerance = mpf(10) ** (5 - mp.dps)
    for _ in range(200):
        h = slope = mpf(0)
        for c, d in zip(law.strengths, squares):
            r = 1 / (d + q)
            term = c * r
            h += term
            slope += term * r
        step = h * (h - 1) / slope
        q += step
        if abs(step) <= tolerance * abs(q) or abs(h - 1) <= tolerance:
            break
    q = max(q, mpf(0))
    second = cross = mpf(0)
    for v, c, d in zip(law.eigenvalues, law.strengths, squares):
        r = 1 / (d + q)
        term = c * r * r
        second += term
        cross += term * (a - v)
    return q, second, cross


def position(law: Law, a: mpf) -> mpf:
    """x(a) = Re z(a + i b(a))."""
    q, _, _ = height(law, a)
    terms = [c * (a - v) / ((a - v) ** 2 + q) for v, c in zip(law.eigenvalues, law.strengths)]
    return a + law.gamma * law.mean + mp.fsum(terms)


def measure(law: Law, a: mpf) -> tuple[mpf, mpf, mpf]:
    """(1, x, x^2) f(x) dx/da: the integrands of mass, mean and second moment."""
    q, second, cross = height(law, a)
    b_slope = -cross / second  # b db/da
    x = a + law.gamma * law.mean
    spread = mpf(0)
    for v, c in zip(law.eigenvalues, law.strengths):
        r = 1 / ((a - v) ** 2 + q)
        x += c * (a - v) * r
        spread += c * ((a - v) * r) ** 2
    slope = 2 - 2 * spread - 2 * b_slope * cross
    density = mp.sqrt(q) / (a * a + q) / (mp.pi * law.gamma)
    return density * slope, x * density * slope, x * x * density * slope


def real_part(law: Law, x: mpf, interval: tuple[mpf, mpf]) -> mpf:
    """The a with x(a) = x, by bisection and then complex Newton on z(u) = x."""
    low, high = interval
    for _ in range(24):
        a = (low + high) / 2
        if position(law, a) < x:
            low = a
        else:
            high = a
    a = (low + high) / 2
    return solve_z(law, x, mpc(a, mp.sqrt(height(law, a)[0])), (low, high)).real


def solve_z(law: Law, x: mpf, u: mpc, bracket: tuple[mpf, mpf]) -> mpc:
    """Root of z(u) = x in the upper half plane next to a good start; halves the bracket while Newton misbehaves."""
    low, high = bracket
    slack = (high - low) / 4
    for _ in range(200):
        start = u
        for _ in range(60):
            slope = 1 - mp.fsum(c / (u - v) ** 2 for v, c in zip(law.eigenvalues, law.strengths))
            step = (law.z(u) - x) / slope
            u -= step
            if u.imag <= 0 or not low - slack < u.real < high + slack:
                break
            if abs(step) <= mpf(10) ** (16 - mp.dps) * abs(u.imag):
                return u
        middle = start.real
        if position(law, middle) < x:
            low = middle
        else:
            high = middle
        slack = (high - low) / 4
        middle = (low + high) / 2
        u = mpc(middle, mp.sqrt(height(law, middle)[0]))
    raise ArithmeticError("no convergence in solve_z")


def density(law: Law, x: mpf) -> tuple[mpf, mpf]:
    """Density f(x) = Im s/(pi gamma), s = -1/u, and its condition number |x f'(x)/f(x)|; zeros off the support."""
    for interval, (left, right) in zip(support(law), edges(law), strict=True):
        if left < x < right:
            a = real_part(law, x, interval)
            u = mpc(a, mp.sqrt(height(law, a)[0]))
            u = solve_z(law, x, u, (a, a + (interval[1] - interval[0])))
            slope = 1 - mp.fsum(c / (u - v) ** 2 for v, c in zip(law.eigenvalues, law.strengths))
            s = -1 / u
            s_slope = 1 / (u * u * slope)
            return s.imag / (mp.pi * law.gamma), abs(x * s_slope.imag / s.imag)
    return mpf(0), mpf(0)


@cache
def _nodes(level: int, dps: int):
    """Tanh-sinh nodes of one level: (distance from the nearer end of [0, 1], weight, side)."""
    h = mpf(2) ** -level
    nodes, k = [], 0
    while True:
        t = k * h
        e = mp.exp(-mp.pi * mp.sinh(t))
        d = e / (1 + e)
        weight = mp.pi * mp.cosh(t) * e / (1 + e) ** 2
        if d * weight < mpf(10) ** -(3 * dps // 2):
            return h, nodes
        if level == 0 or k % 2 == 1:
            nodes += [(d, weight, 0)] if k == 0 else [(d, weight, 0), (d, weight, 1)]
        k += 1


def integrate(f, low: mpf, high: mpf, tolerances: list[mpf]) -> tuple[mpf, ...]:
    """Vector tanh-sinh quadrature (Takahasi & Mori, Publ. RIMS 9, 721 (1974)), halving h until two levels agree."""
    width = high - low
    sums, old = None, None
    for level in range(14):
        h, nodes = _nodes(level, mp.dps)
        for d, weight, side in nodes:
            value = f(high - d * width if side else low + d * width)
            terms = [weight * v for v in value]
            sums = terms if sums is None else [s + t for s, t in zip(sums, terms)]
        new = [h * width * s for s in sums]
        if old is not None and level >= 3 and all(abs(n - o) <= t for n, o, t in zip(new, old, tolerances)):
            return tuple(new)
        old = new
    raise ArithmeticError("quadrature did not converge")


def cumulative(law: Law, points: list[mpf]) -> tuple[list[mpf], tuple[mpf, mpf, mpf]]:
    """F(x) at ascending points, by quadrature over a, and the moments 0, 1, 2 of the whole law (atom included).

    Breakpoints: the eigenvalues (b peaks near them), the lowest points of g between them, the points asked for.
    """
    # At the hard edge x = 0 the density diverges as x^(-1/2), so that rounding of a costs half of the digits.
    with mp.workdps(60 if law.gamma * (1 - law.zero_weight) == 1 else 36):
        atom = law.atom_at_zero()
        moments = [atom, mpf(0), mpf(0)]
        second = law.second_moment + law.gamma * law.mean**2
        tolerances = [mpf(10) ** -22 * scale for scale in (mpf(1), law.mean, second)]
        values = {x: atom if x >= 0 else mpf(0) for x in points}
        for interval, (left, right) in zip(support(law), edges(law), strict=True):
            inside = [x for x in points if left < x < right]
            with mp.workdps(60):
                stops = {real_part(law, x, interval): x for x in inside}
            cuts = sorted(set(interval) | set(stops) | set(_breaks(law, interval)))
            for low, high in zip(cuts, cuts[1:]):
                part = integrate(lambda a: measure(law, a), low, high, tolerances)
                moments = [m + p for m, p in zip(moments, part)]
                if high in stops:
                    values[stops[high]] = moments[0]
            for x in points:
                if x >= right:
                    values[x] = moments[0]
        return [values[x] for x in points], tuple(moments)


def _breaks(law: Law, interval: tuple[mpf, mpf]) -> list[mpf]:
    """Eigenvalues and lowest points of g inside an interval of u."""
    inside = [v for v in law.eigenvalues if interval[0] < v < interval[1]]
    return inside + [lowest_point(law, left, right) for left, right in zip(inside, inside[1:])]


def closed_form_cumulative(law: Law, x: mpf) -> mpf:
    """F(x) from the primitive of the companion transform: a second route, used only to check the quadrature.

    1 + gamma (F(x) - 1) = (1/pi) Im[s x + ln s - gamma sum_k w_k ln(1 + lambda_k s)], with c_k/lambda_k^2 = gamma w_k.
    """
    for interval, (left, right) in zip(support(law), edges(law), strict=True):
        if left < x < right:
            a = real_part(law, x, interval)
            u = mpc(a, mp.sqrt(height(law, a)[0]))
            s = -1 / u
            terms = [c / v**2 * mp.log(1 + v * s) for v, c in zip(law.eigenvalues, law.strengths)]
            value = mp.im(s * x + mp.log(s) - mp.fsum(terms)) / mp.pi
            return 1 + (value - 1) / law.gamma
    raise ValueError("x is outside the support")
