"""Populations for the covariance tables: lists of doubles, so that every program reads exactly the same numbers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from mpmath import mpf

from .law import Law, edges, lowest_point, support
from .spectra import ising_ring


@dataclass(frozen=True)
class Population:
    """A named list of eigenvalues and weights (doubles; the weights need not sum to 1)."""

    name: str
    eigenvalues: tuple[float, ...]
    weights: tuple[float, ...]
    gammas: tuple[float, ...]

    def law(self, gamma: float) -> Law:
        """The limit law of this population at one gamma."""
        return Law.new(self.eigenvalues, self.weights, gamma)


def simple() -> list[Population]:
    """Small hand-made populations, with repeated and zero eigenvalues among them."""
    return [
        Population("iid", (1.0,), (1.0,), (1e-3, 0.1, 0.5, 1.0 - 1e-6, 1.0, 1.0 + 1e-6, 2.0, 1e3)),
        Population("three-atoms", (1.0, 3.0, 7.0), (1.0, 1.0, 1.0), (0.01, 0.2, 1.0, 5.0, 100.0)),
        Population("two-atoms", (1.0, 10.0), (0.5, 0.5), (0.1, 0.9)),
        Population("wide", (1e-6, 1.0, 1e6), (1.0, 2.0, 1.0), (0.05, 3.0)),
        Population("repeated", (2.0, 0.5, 2.0, 2.0, 0.5, 5.0), (1.0, 1.0, 1.0, 0.5, 2.0, 1.0), (0.05, 1.0)),
        Population("zeros", (0.0, 0.0, 1.0, 4.0), (1.0, 2.0, 2.0, 1.0), (0.1, 1.5, 4.0, 20.0)),
        Population("faint-spike", (1.0, 4.0), (1.0, 1e-6), (0.5,)),
    ]


def rings() -> list[Population]:
    """Finite Ising rings: one eigenvalue per distinct wave number, weighted by its degeneracy."""
    result = []
    for units, beta, gammas in [
        (20, 0.5, (0.01, 0.1, 1.0)),
        (20, 1.0, (0.1, 2.0)),
        (50, 0.5, (0.1, 1.0)),
        (50, 1.0, (0.02, 0.5)),
        (1000, 0.5, (1e-3, 0.1)),
        (1000, 1.0, (0.5,)),
    ]:
        groups = ising_ring(units, beta)
        name = f"ring-{units}-{beta:g}"
        values = tuple(float(group.eigenvalue) for group in groups)
        result.append(Population(name, values, tuple(float(group.degeneracy) for group in groups), gammas))
    return result


def touching() -> list[Population]:
    """Two intervals whose gap is 1e-3, 1e-6, 1e-9 of its position, and their mirror images just past contact."""
    families = [
        ("pair", 0.1, lambda r: (1.0, r), (1.0, 1.0), (1.5, 10.0)),
        ("uneven", 0.3, lambda r: (1.0, r, 40.0), (1.0, 9.0, 2.0), (1.5, 12.0)),
        ("tail", 2.0, lambda r: (0.25, 1.0, r), (6.0, 3.0, 1.0), (2.0, 200.0)),
    ]
    result = []
    for name, gamma, atoms, weights, bracket in families:

        def lowest(r, atoms=atoms, weights=weights, gamma=gamma):
            law = Law.new(atoms(r), weights, gamma)
            k = law.eigenvalues.index(mpf(r))
            return law.g(lowest_point(law, law.eigenvalues[k - 1], law.eigenvalues[k]))[0]

        contact = bisect(lambda r: 1 - lowest(r), mpf(bracket[0]), mpf(bracket[1]))
        for exponent in (3, 6, 9):

            def excess(r, atoms=atoms, weights=weights, gamma=gamma, exponent=exponent):
                return gap_above(Law.new(atoms(r), weights, gamma), mpf(r)) - mpf(10) ** -exponent

            opened = bisect(excess, contact, mpf(bracket[1]))
            for label, r in (("open", float(opened)), ("closed", float(2 * contact - opened))):
                result.append(Population(f"{name}-{label}-1e-{exponent}", atoms(r), weights, (gamma,)))
    return result


def gap_above(law: Law, eigenvalue: mpf) -> mpf:
    """Relative width of the gap just below the interval that holds an eigenvalue; 0 if there is none."""
    intervals, images = support(law), edges(law)
    for k in range(1, len(intervals)):
        if intervals[k][0] < eigenvalue < intervals[k][1]:
            return (images[k][0] - images[k - 1][1]) / images[k][0]
    return mpf(0)


def bisect(f, low: mpf, high: mpf) -> mpf:
    """Root of a rising f to 1e-20, more than a double can hold."""
    while high - low > mpf(10) ** -20 * high:
        middle = (low + high) / 2
        if f(middle) < 0:
            low = middle
        else:
            high = middle
    return high


def randoms() -> list[Population]:
    """Twelve random populations of up to 200 eigenvalues, gamma spread over 1e-3..1e3.

    Powers are taken in high precision and then rounded, so that the doubles are the same on every machine.
    """
    generator = random.Random(20240611)
    decades = (6, 2, 10, 0, 8, 4, 11, 5, 1, 7, 3, 9)  # which twelfth of the range of log gamma
    result = []
    for index in range(12):
        size = (3, 5, 8, 13, 20, 40, 60, 80, 120, 150, 200, 200)[index]
        gamma = float(mpf(10) ** mpf(-3 + (decades[index] + generator.random()) / 2))
        spread = (0.3, 1.0, 2.0, 4.0)[index % 4]
        values = [float(mpf(10) ** mpf(generator.uniform(-spread / 2, spread / 2))) for _ in range(size)]
        weights = [1.0 if index % 3 == 0 else generator.uniform(0.1, 2.0) for _ in range(size)]
        if index % 3 == 1:
            for k in range(0, size, 4):
                values[k] = values[0]  # repeated
        if index % 4 == 2:
            for k in range(1, size, 5):
                values[k] = 0.0
        if index % 4 == 3:
            for k in range(1, size, 3):
                values[k] = values[k - 1] * (1.0 + 1e-7 * generator.random())  # nearly repeated
        result.append(Population(f"random-{index + 1}", tuple(values), tuple(weights), (gamma,)))
    return result


@cache
def everything() -> tuple[Population, ...]:
    """Every population, in the order of the tables."""
    return (*simple(), *rings(), *touching(), *randoms())
