"""Rows of the threshold tables: critical sample sizes, outliers, profiles, crossings, the infinite ring, inverses."""

from __future__ import annotations

from mpmath import mp, mpf

from . import spectra, thresholds
from .covariance_tables import digits
from .populations import everything
from .spectra import Group

# (data, units, beta, states, spike, signal): the parameters that lead every row.
Model = tuple[str, str, str, str, str, str]


def ising(units: int, beta: float) -> tuple[Model, int, list[Group]]:
    """A finite Ising ring."""
    return ("ising-ring", str(units), repr(beta), "", "", ""), units, spectra.ising_ring(units, beta)


def clock(units: int, states: int, beta: float) -> tuple[Model, int, list[Group]]:
    """A finite clock ring; N counts sites."""
    model = ("clock-ring", str(units), repr(beta), str(states), "", "")
    return model, units, spectra.clock_ring(units, states, beta)


def spiked(units: int, spikes: list[float]) -> tuple[Model, int, list[Group]]:
    """Finite spiked data; several spikes are joined by semicolons."""
    model = ("spiked", str(units), "", "", ";".join(repr(s) for s in spikes), "")
    return model, units, spectra.spiked(units, spikes)


def two_cluster(units: int, signal: float) -> tuple[Model, int, list[Group]]:
    """Finite two-cluster data."""
    return ("two-cluster", str(units), "", "", "", repr(signal)), units, spectra.two_cluster(units, signal)


def listed(name: str) -> tuple[Model, int, list[Group]]:
    """A population of covariance_populations.csv whose weights count eigenvalues."""
    population = next(p for p in everything() if p.name == name)
    units = int(sum(population.weights))
    groups = spectra.listed(list(population.eigenvalues), list(population.weights))
    return (f"spectrum:{name}", str(units), "", "", "", ""), units, groups


def chosen_ranks(groups: list[Group]) -> list[int]:
    """All modes of a short list; of a long one the first three, the tenth, the middle and the last."""
    count = sum(1 for g in groups if g.eigenvalue > mpf(10) ** -40)
    if count <= 30:
        return list(range(count))
    return [0, 1, 2, 9, count // 2, count - 1]


def threshold_rows() -> list[list[str]]:
    """alpha_c and P_c per group of equal eigenvalues, mode 0 being the largest; then the crossing criteria."""
    models = [ising(n, b) for n in (6, 21, 50, 100, 1000) for b in (0.1, 0.5, 1.0)]
    models += [ising(50, -0.5), ising(21, -0.7), ising(100, -1.0)]
    models += [clock(20, p, b) for p in (2, 3, 4, 10) for b in (0.5, 1.5)]
    models += [clock(100, 10, 1.5), clock(7, 5, 1.0), clock(12, 3, -0.8), clock(12, 4, -1.0)]
    models += [spiked(100, [0.5]), spiked(1000, [2.0]), spiked(200, [3.0, 1.0, 0.25]), spiked(50, [2.0, 2.0])]
    models += [two_cluster(100, 1.0), two_cluster(1000, 1.5), two_cluster(50, 0.3)]
    models += [listed(name) for name in ("three-atoms", "zeros", "random-1", "random-7", "random-10")]
    rows = []
    for model, units, groups in models:
        for rank in chosen_ranks(groups):
            mode = groups[rank]
            alpha = thresholds.critical_alpha(groups, mode, units)
            rows.append(
                [*model, "spectral", str(rank), mode.label, str(mode.degeneracy), digits(mode.eigenvalue)]
                + [digits(alpha), digits(units * alpha)]
            )
    return rows + asymptotic_rows() + crossing_rows()


def asymptotic_rows() -> list[list[str]]:
    """N -> infinity: alpha_c = 1/l^2 for a spike on iid bulk and b^-4 for two clusters."""
    rows = []
    for spike in (0.25, 0.5, 2.0, 10.0):
        model = ["spiked", "inf", "", "", repr(spike), ""]
        rows.append([*model, "spectral", "0", "spike", "1", digits(1 + mpf(spike)), digits(mpf(spike) ** -2), ""])
    for signal in (0.5, 1.0, 1.5):
        model = ["two-cluster", "inf", "", "", "", repr(signal)]
        top = 1 + mpf(signal) ** 2
        rows.append([*model, "spectral", "0", "xi", "1", digits(top), digits(mpf(signal) ** -4), ""])
    return rows


def crossing_rows() -> list[list[str]]:
    """Signal equal to noise edge on the infinite rings; alpha_c is inf where they never meet."""
    rows = []
    for beta in (0.1, 0.5, 1.0, 1.5):
        model = ["ising-ring", "inf", repr(beta), "", "", ""]
        alpha, top = thresholds.ising_crossing(beta), mp.exp(2 * mpf(beta))
        rows.append([*model, "crossing", "0", "k=0", "1", digits(top), digits(alpha), ""])
    for states in (2, 3, 4, 10):
        for beta in (0.2, 0.5, 1.0, 1.5):
            for name, published in (("crossing", False), ("crossing-published", True)):
                alpha = thresholds.clock_crossing(states, beta, published)
                top = spectra.infinite_clock_top(states, beta)
                model = ["clock-ring", "inf", repr(beta), str(states), "", "", name, "0", "m=1 k=0"]
                degeneracy = "1" if states == 2 else "2"
                rows.append([*model, degeneracy, digits(top), "inf" if alpha is None else digits(alpha), ""])
    return rows


def ring_law_rows() -> list[list[str]]:
    """P_c of the uniform mode: sum over modes, closed form for every N, leading power N^4."""
    rows = []
    for units in (5, 10, 50, 100, 300, 1000, 3000):
        for beta in (0.1, 0.5, 1.0):
            groups = spectra.ising_ring(units, beta)
            summed = units * thresholds.critical_alpha(groups, groups[0], units)
            closed = thresholds.ising_ring_samples(units, beta)
            assert abs(summed / closed - 1) < mpf(10) ** -40
            large = thresholds.ising_ring_large(units, beta)
            rows.append([str(units), repr(beta), digits(summed), digits(closed), digits(large)])
    return rows


def profile_rows() -> list[list[str]]:
    """x* and the squared overlap of the top sample eigenvector with every group (projection on the group)."""
    cases = [(ising(200, 0.5), (2.0, 10.0, 50.0)), (ising(50, 1.0), (0.3, 1.0)), (ising(21, -0.7), (0.5,))]
    cases += [(clock(12, 4, 1.0), (1.0,)), (spiked(100, [0.5]), (2.0,)), (two_cluster(100, 1.0), (0.5,))]
    cases += [(listed("zeros"), (2.0,))]
    rows = []
    for (model, units, groups), alphas in cases:
        for alpha in alphas:
            x, overlaps = thresholds.profile(groups, units, alpha)
            for rank, (group, overlap) in enumerate(zip(groups, overlaps)):
                lead = [*model, repr(alpha), str(rank), group.label, str(group.degeneracy)]
                rows.append([*lead, digits(group.eigenvalue), digits(x), digits(overlap)])
    return rows


def outlier_rows() -> list[list[str]]:
    """psi(l) and the squared overlap above and below threshold (sample_eigenvalue empty where it stays absorbed)."""
    cases = [(ising(50, 0.5), (50.0, 68.0, 69.0, 100.0, 1000.0)), (ising(100, 1.0), (7.0, 8.0, 20.0))]
    cases += [
        (ising(50, -0.5), (100.0,)),
        (clock(20, 10, 1.5), (0.05, 1.0, 100.0)),
        (clock(12, 3, -0.8), (50.0,)),
    ]
    cases += [
        (spiked(1000, [2.0]), (0.2, 0.25, 0.3, 1.0, 10.0)),
        (spiked(200, [3.0, 1.0, 0.25]), (0.5, 2.0, 20.0)),
    ]
    cases += [
        (spiked(50, [2.0, 2.0]), (1.0,)),
        (two_cluster(1000, 1.5), (0.15, 0.25, 1.0)),
        (listed("zeros"), (0.2, 5.0)),
    ]
    rows = []
    for (model, units, groups), alphas in cases:
        for alpha in alphas:
            for rank in range(min(3, len(groups) - 1)):
                mode = groups[rank]
                lead = [
                    *model,
                    repr(alpha),
                    str(rank),
                    mode.label,
                    str(mode.degeneracy),
                    digits(mode.eigenvalue),
                ]
                detached = mpf(alpha) > thresholds.critical_alpha(groups, mode, units)
                psi, overlap = thresholds.outlier(groups, mode, units, alpha)
                rows.append([*lead, digits(psi) if detached else "", str(detached).lower(), digits(overlap)])
    return rows


def infinite_ring_rows() -> list[list[str]]:
    """Edges of the infinite ring."""
    rows = []
    for beta in (0.1, 0.5, 1.0):
        for gamma in (0.01, 0.1, 0.5, 1.0, 5.0):
            lower, upper = thresholds.infinite_ring_edges(beta, gamma)
            rows.append([repr(beta), repr(gamma), digits(lower), digits(upper)])
    return rows


def infinite_ring_density_rows() -> list[list[str]]:
    """Density of the infinite ring across its support."""
    rows = []
    for beta, gamma in ((0.5, 0.1), (0.5, 1.0), (1.0, 0.5), (0.5, 5.0)):
        lower, upper = thresholds.infinite_ring_edges(beta, gamma)
        for share in (0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999):
            x = float(mp.nstr(lower + mpf(share) * (upper - lower), 6))
            rows.append([repr(beta), repr(gamma), repr(x), digits(thresholds.infinite_ring_density(beta, gamma, x))])
    return rows


def inverse_rows() -> list[list[str]]:
    """beta, spike or signal that is critical at a given alpha; alpha at an overlap; eigenvalue behind an outlier."""
    rows = []
    for units, alpha in ((50, 10.0), (50, 68.0), (100, 7.5), (1000, 200.0)):
        target = units * mpf(alpha)
        beta = mp.findroot(
            lambda b: mp.log(thresholds.ising_ring_samples(units, b) / target), (0.05, 3), solver="illinois"
        )
        rows.append(["beta", "ising-ring", str(units), "", repr(alpha), digits(beta)])
    for alpha in (0.1, 1.0, 4.0):
        for units in (100, 1000):
            ratio = mp.sqrt(mpf(alpha) * units / (units - 1))  # lambda/(l - lambda) of the bulk
            rows.append(["spike", "spiked", str(units), "", repr(alpha), digits(1 / ratio)])
            signal = mp.sqrt(units) * mp.atanh(1 / mp.sqrt(1 + units * ratio))
            rows.append(["signal", "two-cluster", str(units), "", repr(alpha), digits(signal)])
        rows.append(["spike", "spiked", "inf", "", repr(alpha), digits(mpf(alpha) ** mpf(-0.5))])
        rows.append(["signal", "two-cluster", "inf", "", repr(alpha), digits(mpf(alpha) ** mpf(-0.25))])
    for make, given in (
        (ising(50, 0.5), "0.5"),
        (spiked(1000, [2.0]), "2.0"),
        (two_cluster(1000, 1.5), "1.5"),
    ):
        model, units, groups = make
        for overlap in (0.1, 0.5, 0.9):
            alpha = thresholds.alpha_at_overlap(groups, groups[0], units, overlap)
            rows.append(["alpha", model[0], model[1], given, repr(overlap), digits(alpha)])
    for gamma, x in ((0.5, 4.0), (0.5, 3.0), (0.1, 2.0), (2.0, 10.0)):
        half = (mpf(x) + 1 - mpf(gamma)) / 2  # l^2 - l (x + 1 - gamma) + x = 0, larger root
        rows.append(["eigenvalue", "iid", "inf", repr(gamma), repr(x), digits(half + mp.sqrt(half**2 - mpf(x)))])
    return rows
