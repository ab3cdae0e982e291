#!/usr/bin/env python3
"""Times questions asked from Python beside what one would write with numpy, or take from scikit-learn, in turn and in one run.

    target/python/bin/python scripts/python_peers.py [-o FILE.csv]

Each row: seconds of both, the least of some rounds, their ratio, and the largest difference of the answers where both are certain. The peer's code is below: it
computes the same to the same accuracy, in arrays and without loops over numbers. Needs the environment of scripts/python.py.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable

import numpy as np
from sklearn.neural_network import BernoulliRBM

import saddlepoint as sp

ROUNDS = 5
TOLERANCE = 1e-10

Timed = tuple[float, object]


def timed(call: Callable[[], object]) -> Timed:
    """Seconds of a call, and what it gives."""
    begun = time.perf_counter()
    answer = call()
    return time.perf_counter() - begun, answer


def compared(
    name: str,
    own: Callable[[], object],
    peer: Callable[[], object],
    difference: Callable[[object, object], float] | None,
    rounds: int = ROUNDS,
) -> list[object]:
    """A row: the least time of both, taken in turn."""
    owns, peers = [], []
    for _ in range(rounds):
        owns.append(timed(own))
        peers.append(timed(peer))
    (ours, mine), (theirs, other) = min(owns, key=lambda run: run[0]), min(peers, key=lambda run: run[0])
    off = "" if difference is None else f"{difference(mine, other):.1e}"
    return [name, f"{ours:.4f}", f"{theirs:.4f}", f"{theirs / ours:.1f}", off]


def gauss_hermite(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of a mean over a standard Gaussian."""
    z, w = np.polynomial.hermite_e.hermegauss(nodes)
    return z, w / w.sum()


def training() -> list[object]:
    """Ten passes of persistent contrastive divergence, 2000 samples, 100 x 64 binary units, batches of 100."""
    X = (sp.draw("two-cluster", 2000, units=100, signal=2) + 1) / 2

    def own() -> object:
        return sp.train(
            X, visible="binary", hidden="binary", hidden_units=64, epochs=10, batch=100, learning_rate=0.05, likelihood="none", log_every=10, modes=0
        )

    def peer() -> object:
        return BernoulliRBM(n_components=64, learning_rate=0.05, batch_size=100, n_iter=10, random_state=0).fit(X)

    return compared("training, beside scikit-learn", own, peer, None)


def sampling() -> list[object]:
    """500 sweeps of 100 chains of 200 x 64 spins."""
    rng = np.random.default_rng(0)
    W = rng.normal(0, 0.05, (200, 64))
    machine = sp.RBM(W)

    def own() -> object:
        return machine.gibbs(chains=100, steps=500, burn_in=0, thin=500, modes=0)

    def peer() -> object:
        v = np.where(rng.random((100, 200)) < 0.5, 1.0, -1.0)
        for _ in range(500):
            h = np.where(rng.random((100, 64)) < 1 / (1 + np.exp(-2 * v @ W)), 1.0, -1.0)
            v = np.where(rng.random((100, 200)) < 1 / (1 + np.exp(-2 * h @ W.T)), 1.0, -1.0)
        return v

    return compared("Gibbs sampling, beside numpy", own, peer, None)


def log_partition() -> list[object]:
    """ln Z of 60 x 18 spins by enumeration of the hidden layer."""
    rng = np.random.default_rng(1)
    W = rng.normal(0, 0.2, (60, 18))
    machine, v = sp.RBM(W), np.ones((1, 60))

    def own() -> object:
        # ln p(v) against free units is the log-weight less ln Z.
        return (machine.log_weights(v) - machine.score_samples(v))[0]

    def peer() -> object:
        h = 1.0 - 2.0 * ((np.arange(1 << 18)[:, None] >> np.arange(18)) & 1)
        x = np.abs(h @ W.T)
        terms = (x + np.log1p(np.exp(-2 * x))).sum(axis=1)
        most = terms.max()
        return most + np.log(np.exp(terms - most).sum())

    def difference(mine: object, other: object) -> float:
        # Log-weights leave out N ln 2 of the visible and M ln 2 of the hidden units, or not: the same for all machines.
        free = [0.0, 60 * np.log(2), 78 * np.log(2)]
        return min(abs(float(mine) + less - float(other)) for less in free)  # type: ignore[arg-type]

    return compared("ln Z by enumeration, beside numpy", own, peer, difference)


def law() -> list[object]:
    """Density of sample eigenvalues, three population eigenvalues, 512 places."""
    atoms, gamma = np.array([1.0, 3.0, 7.0]), 1 / 5
    file = np.column_stack([atoms, np.ones(3)])
    x = np.asarray(sp.spectrum("spectrum", file=file, alpha=5, points=512)["x"])

    def own() -> object:
        return sp.spectrum("spectrum", file=file, alpha=5, points=512)["density"]

    def peer() -> object:
        # z = -1/s + gamma sum_k H_k l_k/(1 + l_k s): a polynomial in s for each z.
        factors = [np.poly1d([l, 1.0]) for l in atoms]
        whole = np.poly1d([1.0])
        for factor in factors:
            whole = whole * factor
        without = [whole / factor for factor in factors]
        noise = sum((l * part[0] * gamma / 3 for l, part in zip(atoms, without)), np.poly1d([0.0]))
        s = np.poly1d([1.0, 0.0])
        density = np.empty_like(x)
        for i, z in enumerate(x):
            roots = (s * whole * z + whole - s * noise).roots
            density[i] = max(roots.imag.max(), 0.0) / (np.pi * gamma)
        return density

    def difference(mine: object, other: object) -> float:
        return float(np.abs(np.asarray(mine) - np.asarray(other)).max())

    return compared("law of sample eigenvalues, beside numpy", own, peer, difference)


def state_evolution() -> list[object]:
    """Bayes-optimal overlaps, Rademacher weights and Gaussian hidden units, snr 1, 200 values of alpha."""
    alpha = np.linspace(1.2, 5, 200)
    z, w = gauss_hermite(121)

    def own() -> object:
        table = sp.infer(weight_prior="rademacher", hidden_prior="gaussian", snr=1, alpha="1.2:5:200")
        return table["q_weights"][table["start"] == "informed"]

    def peer() -> object:
        q = np.ones_like(alpha)
        while True:
            hidden = q / (1 + q)
            r = (alpha * hidden)[:, None]
            new = np.tanh(r + np.sqrt(r) * z) @ w
            if np.abs(new - q).max() < TOLERANCE:
                return new
            q = new

    def difference(mine: object, other: object) -> float:
        return float(np.abs(np.asarray(mine) - np.asarray(other)).max())

    return compared("state evolution, beside numpy", own, peer, difference)


def hopfield() -> list[object]:
    """The load up to which the Hopfield model retrieves, at 8 temperatures. At the lowest one 101 nodes are off by 2e-3."""
    temperature = np.linspace(0.1, 0.8, 8)
    z, w = gauss_hermite(361)

    def own() -> object:
        lines = sp.phase_hopfield(temperature="0.1:0.8:8", boundary=True)
        return lines["alpha"][lines["line"] == "retrieval"]

    def retrieves(load: np.ndarray) -> np.ndarray:
        """Whether the iteration from the pattern stays with it; near the end of the state it takes many steps."""
        beta = 1 / temperature
        m, q, r = np.ones_like(beta), np.ones_like(beta), np.ones_like(beta)
        for _ in range(100_000):
            t = np.tanh(beta[:, None] * (m[:, None] + np.sqrt(load * r)[:, None] * z))
            new_m, new_q = t @ w, (t * t) @ w
            is_settled = (np.abs(new_m - m) < TOLERANCE) | (new_m < 0.2)
            m, q = new_m, new_q
            r = q / (1 - beta * (1 - q)) ** 2
            if is_settled.all():
                break
        return m > 0.2

    def peer() -> object:
        low, high = np.zeros_like(temperature), np.full_like(temperature, 0.15)
        # To six digits of the load.
        for _ in range(18):
            middle = (low + high) / 2
            has = retrieves(middle)
            low, high = np.where(has, middle, low), np.where(has, high, middle)
        return (low + high) / 2

    def difference(mine: object, other: object) -> float:
        return float(np.abs(np.asarray(mine) - np.asarray(other)).max())

    return compared("Hopfield line, beside numpy", own, peer, difference, rounds=1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", default="-")
    options = parser.parse_args()
    target = sys.stdout if options.output == "-" else open(options.output, "w", newline="")
    table = csv.writer(target, lineterminator="\n")
    table.writerow(["question", "seconds", "peer_seconds", "ratio", "difference"])
    for case in (training, sampling, log_partition, law, state_evolution, hopfield):
        table.writerow(case())
        target.flush()
