"""Rows of the covariance tables: populations, support edges, density with cumulative, moments."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

from mpmath import mp, mpf

from .law import Law, closed_form_cumulative, cumulative, density, edges, lowest_point, position, support
from .populations import Population, everything

# Quadrature visits every eigenvalue of an interval: affordable up to this many.
CUMULATIVE_LIMIT = 50


def digits(value, count: int = 30) -> str:
    """Decimal string of a high-precision number."""
    return mp.nstr(value, count, strip_zeros=True, min_fixed=-6, max_fixed=12)


def population_rows() -> list[list[str]]:
    """Eigenvalues and weights; decimal strings that read back to exactly the doubles used."""
    return [
        [population.name, repr(value), repr(weight)]
        for population in everything()
        for value, weight in zip(population.eigenvalues, population.weights)
    ]


def edge_rows() -> list[list[str]]:
    """Every edge of the support (the atom at zero is not one)."""
    rows = []
    for population in everything():
        for gamma in population.gammas:
            for number, pair in enumerate(edges(population.law(gamma)), start=1):
                for side, x in zip(("lower", "upper"), pair):
                    rows.append([population.name, repr(gamma), str(number), side, digits(x)])
    return rows


def moment_rows() -> list[list[str]]:
    """Atom at zero and the first three moments: m1 = <l>, m2 = <l^2> + gamma <l>^2,
    m3 = <l^3> + 3 gamma <l> <l^2> + gamma^2 <l>^3 (free cumulants of the Marchenko-Pastur map)."""
    rows = []
    for population in everything():
        for gamma in population.gammas:
            law = population.law(gamma)
            first, second = law.mean, law.second_moment
            third = mp.fsum(c * v for v, c in zip(law.eigenvalues, law.strengths)) / law.gamma
            m2 = second + law.gamma * first**2
            m3 = third + 3 * law.gamma * first * second + law.gamma**2 * first**3
            values = [law.atom_at_zero(), first, m2, m3]
            rows.append([population.name, repr(gamma)] + [digits(v) for v in values])
    return rows


def rounded(x: mpf, left: mpf, right: mpf) -> float:
    """A short double near x, still inside (left, right)."""
    short = float(mp.nstr(x, 6))
    return short if left < short < right else float(x)


def points(law: Law) -> list[mpf]:
    """Where the density is asked for: near each edge, across each interval, at dips, in gaps and outside."""
    intervals, images = support(law), edges(law)
    chosen = range(len(images)) if len(images) <= 6 else (0, 1, len(images) // 2, len(images) - 1)
    found = {2 * images[-1][1]}
    for k in chosen:
        (low, high), (left, right) = intervals[k], images[k]
        for distance in (mpf(10) ** -3, mpf(10) ** -6, mpf(10) ** -9):
            near = [left * (1 + distance) if left > 0 else right * distance, right * (1 - distance)]
            found |= {mpf(float(x)) for x in near if left < mpf(float(x)) < right}
        for share in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98):
            found.add(mpf(rounded(position(law, low + mpf(share) * (high - low)), left, right)))
        inside = [v for v in law.eigenvalues if low < v < high]
        if len(inside) <= 6:
            dips = [lowest_point(law, u, v) for u, v in zip(inside, inside[1:])]
            found |= {mpf(float(position(law, a))) for a in dips}
        if k > 0:
            below = images[k - 1][1]
            found.add(mpf(rounded((below + left) / 2, below, left)))
    if images[0][0] > 0:
        found.add(mpf(rounded(images[0][0] / 2, mpf(0), images[0][0])))
    return sorted(found)


def density_rows(jobs: int = 1) -> list[list[str]]:
    """Density, its condition number |x f'/f| and, for small populations, the cumulative with the atom included."""
    cases = [(population, gamma) for population in everything() for gamma in population.gammas]
    if jobs == 1:
        blocks = map(density_block, cases)
    else:
        with ProcessPoolExecutor(jobs) as pool:
            blocks = list(pool.map(density_block, cases))
    return [row for block in blocks for row in block]


def density_block(case: tuple[Population, float]) -> list[list[str]]:
    """Rows of one law, after checks of its mass, mean and second moment and of the closed form of the cumulative."""
    population, gamma = case
    law = population.law(gamma)
    where = points(law)
    masses = [""] * len(where)
    if len(law.eigenvalues) <= CUMULATIVE_LIMIT:
        values, moments = cumulative(law, where)
        exact = (mpf(1), law.mean, law.second_moment + law.gamma * law.mean**2)
        assert all(abs(m / e - 1) < mpf(10) ** -19 for m, e in zip(moments, exact)), (
            population.name,
            gamma,
            moments,
        )
        masses = [digits(v, 19) for v in values]
        check_closed_form(law, where, values)
    rows = []
    for x, mass in zip(where, masses):
        f, condition = density(law, x)
        rows.append([population.name, repr(gamma), repr(float(x)), digits(f), digits(condition, 6), mass])
    return rows


def check_closed_form(law: Law, where: list[mpf], values: list[mpf]) -> None:
    """The primitive of the companion transform agrees with the quadrature."""
    inside = [(x, v) for x, v in zip(where, values) if any(left < x < right for left, right in edges(law))]
    for x, value in inside:
        assert abs(closed_form_cumulative(law, x) - value) < mpf(10) ** -19, (x, value)
