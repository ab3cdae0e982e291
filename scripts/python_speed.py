"""Measures what the Python package costs: a call without computation, and large arrays on their way in.

target/python/bin/python scripts/python_speed.py
"""

import resource
import time
from collections.abc import Callable

import numpy as np

import saddlepoint as sp
from saddlepoint import _native


def microseconds(call: Callable[[], object], repeats: int = 2000) -> float:
    """The least time of a call in five rounds."""
    rounds = []
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(repeats):
            call()
        rounds.append((time.perf_counter() - begun) / repeats * 1e6)
    return min(rounds)


def main() -> None:
    arguments = ["threshold", "--quiet", "--data=iid", "--units=10"]
    print(f"critical sample size of one point: {microseconds(lambda: sp.threshold('iid', units=10)):.1f} us")
    print(f"  of which the extension module: {microseconds(lambda: _native.table(arguments)):.1f} us")
    print(f"  a call with an unknown flag: {microseconds(lambda: refused(arguments)):.1f} us")
    X = np.random.default_rng(0).normal(size=(5000, 2000))
    begun, before = time.perf_counter(), peak()
    (machine,), _ = sp.train(X, hidden_units=1, epochs=0, likelihood="none", modes=0, visible="gaussian")
    print(
        f"5000 x 2000 numbers into samples of a training: {1e3 * (time.perf_counter() - begun):.0f} ms, peak of memory + {peak() - before:.0f} MB for 80 MB"
    )
    begun = time.perf_counter()
    sp.threshold_samples(X)
    print(f"threshold_samples of them: {time.perf_counter() - begun:.2f} s")


def refused(arguments: list[str]) -> None:
    try:
        _native.table([*arguments, "--nothing"])
    except ValueError:
        pass


def peak() -> float:
    """The most memory that the process has taken, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    main()
