"""Exact eigenvalues of the population covariance of finite data models, as groups of equal eigenvalues."""

from __future__ import annotations

from dataclasses import dataclass

from mpmath import mp, mpf


@dataclass(frozen=True)
class Group:
    """Equal eigenvalues: their value, how many there are, and which mode they belong to."""

    eigenvalue: mpf
    degeneracy: int
    label: str


def descending(groups: list[Group]) -> list[Group]:
    """Groups from the largest eigenvalue down; groups that are equal by accident become one.

    On the clock ring of four states t_2 = t_1^2, so that (m=1, q=pi/2) and (m=2, q=pi) coincide exactly.
    """
    merged: list[Group] = []
    for group in sorted(groups, key=lambda group: -group.eigenvalue):
        last = merged[-1] if merged else None
        if last and last.eigenvalue - group.eigenvalue <= mpf(10) ** -40 * last.eigenvalue:
            label = f"{last.label} + {group.label}"
            merged[-1] = Group(last.eigenvalue, last.degeneracy + group.degeneracy, label)
        else:
            merged.append(group)
    return merged


def circulant_eigenvalue(correlations: list[mpf], k: int) -> mpf:
    """sum_d C_d cos(2 pi k d/N), term by term."""
    units = len(correlations)
    return mp.fsum(c * mp.cospi(mpf(2 * (k * d % units)) / units) for d, c in enumerate(correlations))


def ising_ring(units: int, beta) -> list[Group]:
    """Ising ring, C_d = (t^d + t^(N-d))/(1 + t^N), t = tanh beta.

    lambda_k = (1 - t^N)/(1 + t^N) (1 - t^2)/(1 + t^2 - 2 t cos q), q = 2 pi k/N: the discrete Fourier transform of C_d
    summed as two geometric series; `self_checks` compares with the transform term by term.
    """
    t = mp.tanh(mpf(beta))
    finite = (1 - t**units) / (1 + t**units) * (1 - t**2)
    groups = []
    for k in range(units // 2 + 1):
        value = finite / (1 + t**2 - 2 * t * mp.cospi(mpf(2 * k) / units))
        groups.append(Group(value, 1 if 2 * k in (0, units) else 2, f"k={k}"))
    return descending(groups)


def ising_ring_correlations(units: int, beta) -> list[mpf]:
    """C_d of the finite ring."""
    t = mp.tanh(mpf(beta))
    return [(t**d + t ** (units - d)) / (1 + t**units) for d in range(units)]


def transfer_eigenvalues(states: int, beta) -> list[mpf]:
    """L_m = sum_a exp(beta cos(2 pi a/p)) cos(2 pi a m/p), m = 0..p-1."""
    angles = [mp.cospi(mpf(2 * a) / states) for a in range(states)]
    weights = [mp.exp(mpf(beta) * c) for c in angles]
    return [
        mp.fsum(w * mp.cospi(mpf(2 * (a * m % states)) / states) for a, w in enumerate(weights)) for m in range(states)
    ]


def clock_ring(units: int, states: int, beta) -> list[Group]:
    """Standardised one-hot units of the finite clock ring, all N p eigenvalues (N of them zero).

    C_m(d) = p/(p-1) sum_n L_(n+m)^d L_n^(N-d) / sum_n L_n^N  for m = 1..p-1, then its Fourier transform in d.
    Equal eigenvalues: m and p - m (t_m = t_(p-m)), k and N - k.
    """
    levels = transfer_eigenvalues(states, beta)
    partition = mp.fsum(level**units for level in levels)
    factor = mpf(states) / (states - 1)
    groups = [Group(mpf(0), units, "zero")]
    for m in range(1, states // 2 + 1):
        correlations = [mpf(0)] * units
        for n in range(states):
            up, down = levels[(n + m) % states], levels[n]
            powers = [down**units]
            for d in range(1, units):
                powers.append(up**d * down ** (units - d))
            correlations = [c + factor * x / partition for c, x in zip(correlations, powers)]
        angular = 1 if 2 * m == states else 2
        for k in range(units // 2 + 1):
            spatial = 1 if 2 * k in (0, units) else 2
            value = circulant_eigenvalue(correlations, k)
            groups.append(Group(value, angular * spatial, f"m={m} k={k}"))
    return descending(groups)


def infinite_clock_top(states: int, beta) -> mpf:
    """Largest eigenvalue of the infinite clock ring, p/(p-1) (L_0 + L_1)/(L_0 - L_1)."""
    levels = transfer_eigenvalues(states, beta)
    return mpf(states) / (states - 1) * (levels[0] + levels[1]) / (levels[0] - levels[1])


def spiked(units: int, spikes: list) -> list[Group]:
    """N - s eigenvalues 1 and one eigenvalue 1 + l_j per spike (equal spikes form a group)."""
    groups = [Group(mpf(1), units - len(spikes), "bulk")]
    for spike in sorted(set(spikes)):
        groups.append(Group(1 + mpf(spike), spikes.count(spike), f"l={spike!r}"))
    return descending(groups)


def two_cluster(units: int, signal) -> list[Group]:
    """p(v) ~ cosh(b xi.v/sqrt N): C_ij = t^2 xi_i xi_j for i != j with t = tanh(b/sqrt N), C_ii = 1."""
    square = mp.tanh(mpf(signal) / mp.sqrt(units)) ** 2
    return descending([Group(1 + (units - 1) * square, 1, "xi"), Group(1 - square, units - 1, "bulk")])


def listed(eigenvalues: list[float], weights: list[float] | None = None) -> list[Group]:
    """A list of eigenvalues; equal ones are collected."""
    counts: dict[float, int] = {}
    for index, value in enumerate(eigenvalues):
        counts[value] = counts.get(value, 0) + (1 if weights is None else int(weights[index]))
    return descending([Group(mpf(v), n, repr(v)) for v, n in counts.items()])
