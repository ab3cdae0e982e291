"""Checks of the reference values themselves: closed forms against sums over all configurations."""

from __future__ import annotations

from itertools import product

from mpmath import mp, mpf

from . import spectra, thresholds


def compare(found: list[mpf], expected: list[mpf], what: str) -> None:
    """Two lists of eigenvalues agree to 1e-30 after sorting."""
    pairs = list(zip(sorted(found), sorted(expected), strict=True))
    assert all(abs(a - b) < mpf(10) ** -30 for a, b in pairs), what


def expanded(groups: list[spectra.Group]) -> list[mpf]:
    """Every eigenvalue as often as it occurs."""
    return [g.eigenvalue for g in groups for _ in range(g.degeneracy)]


def eigenvalues(features, weights: list[mpf]) -> list[mpf]:
    """Eigenvalues of the covariance of standardised features over weighted configurations."""
    total, size = mp.fsum(weights), len(features[0])
    mean = [mp.fsum(w * f[i] for w, f in zip(weights, features)) / total for i in range(size)]
    matrix = mp.matrix(size, size)
    for i in range(size):
        for j in range(size):
            raw = mp.fsum(w * f[i] * f[j] for w, f in zip(weights, features)) / total
            matrix[i, j] = raw - mean[i] * mean[j]
    scale = [mp.sqrt(matrix[i, i]) for i in range(size)]
    for i in range(size):
        for j in range(size):
            matrix[i, j] /= scale[i] * scale[j]
    return list(mp.eigsy(matrix, eigvals_only=True))


def enumerated_clock_ring(units: int, states: int, beta) -> list[mpf]:
    """All p^N configurations of the clock ring as one-hot units."""
    features, weights = [], []
    for angles in product(range(states), repeat=units):
        energy = mp.fsum(mp.cospi(mpf(2 * (angles[i] - angles[(i + 1) % units])) / states) for i in range(units))
        weights.append(mp.exp(mpf(beta) * energy))
        features.append([mpf(a == b) for a in angles for b in range(states)])
    return eigenvalues(features, weights)


def enumerated_ising_ring(units: int, beta) -> list[mpf]:
    """All 2^N configurations of the Ising ring."""
    features = [[mpf(v) for v in spins] for spins in product((-1, 1), repeat=units)]
    weights = [mp.exp(mpf(beta) * mp.fsum(v[i] * v[(i + 1) % units] for i in range(units))) for v in features]
    return eigenvalues(features, weights)


def enumerated_two_cluster(units: int, signal) -> list[mpf]:
    """All 2^N configurations of the two-cluster teacher, xi = 1."""
    features = [[mpf(v) for v in spins] for spins in product((-1, 1), repeat=units)]
    weights = [mp.cosh(mpf(signal) * mp.fsum(v) / mp.sqrt(units)) for v in features]
    return eigenvalues(features, weights)


def run() -> None:
    """All checks; an AssertionError names the one that fails."""
    for units, beta in ((3, 0.5), (6, 1.0), (5, -0.7), (6, -0.3)):
        compare(expanded(spectra.ising_ring(units, beta)), enumerated_ising_ring(units, beta), "ising-ring")
    for units, states, beta in ((4, 3, 0.8), (3, 4, -0.6), (5, 2, 0.5), (3, 5, 1.5)):
        clock = expanded(spectra.clock_ring(units, states, beta))
        compare(clock, enumerated_clock_ring(units, states, beta), "clock-ring")
    compare(expanded(spectra.two_cluster(6, 1.2)), enumerated_two_cluster(6, 1.2), "two-cluster")
    correlations = spectra.ising_ring_correlations(50, 0.5)
    found = [spectra.circulant_eigenvalue(correlations, k) for k in range(50)]
    compare(expanded(spectra.ising_ring(50, 0.5)), found, "ising-ring transform")
    groups = spectra.clock_ring(80, 10, 1.5)
    assert abs(groups[0].eigenvalue - spectra.infinite_clock_top(10, 1.5)) < mpf(10) ** -6, "infinite clock ring"
    units = 400  # the bulk of a long ring has the edge of the infinite one
    edge = thresholds.edge_field(spectra.ising_ring(units, 0.5), units, 10)
    _, upper = thresholds.infinite_ring_edges(0.5, mpf(1) / 10)
    psi = mp.re(thresholds.infinite_ring_psi(edge, 0.5, mpf(1) / 10))
    assert abs(psi - upper) < mpf(10) ** -8, "infinite ising ring"
