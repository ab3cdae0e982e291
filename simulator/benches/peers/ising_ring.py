#!/usr/bin/env python3
"""Exact samples of the Ising ring in numpy, timed (peer of the criterion bench of the sampler).

A bond is satisfied with probability p = e^beta/(2 cosh beta), independently, except that the number of broken bonds
is even. So N - 1 bonds are drawn freely, the last one is what closes the ring, and the configuration is kept with
probability e^(beta b_N)/e^|beta|: exact, with acceptance above 1/2 on long rings. Spins are the running parity of the
bonds. Times are CPU time of one core.

    python simulator/benches/peers/ising_ring.py
"""

import argparse
import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core, before numpy is loaded
import numpy as np  # noqa: E402


def broken_bonds(rng, shape, probability):
    """Array of 0/1 (uint8), 1 with the given probability exact to 2^-53: 16 random bits decide, ties draw again."""
    bits = rng.bit_generator.random_raw(-(-shape[0] * shape[1] // 4)).view(np.uint16)
    bits = bits[: shape[0] * shape[1]].reshape(shape)
    threshold = int(probability * 65536)
    broken = (bits < threshold).view(np.uint8)
    ties = np.flatnonzero(bits == threshold)
    broken.ravel()[ties] = rng.random(ties.size) < probability * 65536 - threshold
    return broken


def running_parity(bits):
    """Exclusive or of all rows up to each row, in log2 N passes over the array."""
    shift = 1
    while shift < len(bits):
        bits[shift:] ^= bits[:-shift].copy()
        shift *= 2


def sample(rng, units, beta, samples, batch=512):
    """samples x units array of +-1 (int8), in batches that stay in the cache; one column per sample until the end."""
    probability = 1 / (1 + np.exp(2 * beta))
    reject = 1 - np.exp(-2 * abs(beta))
    spins = np.empty((samples, units), np.int8)
    filled = 0
    while filled < samples:
        up = broken_bonds(rng, (units, batch), probability)
        up[0] = rng.integers(0, 2, batch, np.uint8)
        running_parity(up)
        unlikely = (up[0] ^ up[-1]) == (beta > 0)  # the last bond, which closes the ring, costs energy
        kept = ~unlikely | (rng.random(batch) >= reject)
        values = (2 * up - 1).view(np.int8).T[kept][: samples - filled]
        spins[filled : filled + len(values)] = values
        filled += len(values)
    return spins


def check(rng, units, beta, samples=400_000):
    """Largest |z| over distances of the measured correlations against (t^d + t^(N-d))/(1 + t^N)."""
    spins = sample(rng, units, beta, samples)
    t, d = np.tanh(beta), np.arange(1, units)
    exact = (t**d + t ** (units - d)) / (1 + t**units)
    measured = (spins[:, :1] * spins[:, 1:]).mean(axis=0)
    return np.max(np.abs(measured - exact) / np.sqrt((1 - exact**2) / samples))


def main():
    """Print a check and the best rate of several runs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=100, help="units N (default: 100)")
    parser.add_argument("--beta", type=float, default=0.5, help="coupling (default: 0.5)")
    parser.add_argument("--samples", type=int, default=200_000, help="configurations per run (default: 200000)")
    parser.add_argument("--repeats", type=int, default=7, help="the best of so many runs counts (default: 7)")
    arguments = parser.parse_args()
    rng = np.random.Generator(np.random.SFC64(1))
    print(f"largest |z| of the correlations: N=8 {check(rng, 8, 0.5):.2f}, N=7, beta=-0.7 {check(rng, 7, -0.7):.2f}")
    times = []
    for _ in range(arguments.repeats):
        start = time.process_time()
        sample(rng, arguments.units, arguments.beta, arguments.samples)
        times.append(time.process_time() - start)
    rate = arguments.samples / min(times) / 1e6
    print(f"ising ring, N={arguments.units}, beta={arguments.beta}: {rate:.2f} million configurations/s")


if __name__ == "__main__":
    main()
