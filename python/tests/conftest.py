"""The command line program of the same wheel, to compare with."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np
import pytest

import saddlepoint as sp

matplotlib.use("Agg")

PROGRAM = Path(sys.executable).parent / "saddlepoint"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the program."""
    return subprocess.run([str(PROGRAM), *arguments], capture_output=True, text=True)


def cells(text: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV text."""
    header, *rows = csv.reader(text.splitlines())
    return header, rows


def agrees(value: object, text: str) -> bool:
    """Whether a value is what the text of a cell reads back as, to the last bit."""
    if value is None:
        return text == ""
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, int):
        return text == str(value)
    if isinstance(value, float):
        return float(text).hex() == value.hex()
    return text == value


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> tuple[sp.RBM, Path]:
    """A small machine and its file."""
    path = tmp_path_factory.mktemp("machine") / "machine.npz"
    machines, _ = sp.train("ising-ring", samples=400, units=12, beta=0.8, hidden_units=2, epochs=10, biases="none")
    machines[0].save(path)
    return machines[0], path


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[np.ndarray, Path]:
    """Samples of a ring and their file."""
    path = tmp_path_factory.mktemp("samples") / "ring.npy"
    values = sp.draw("ising-ring", 300, units=12, beta=0.8, seed=5)
    np.save(path, values)
    return values, path


Compare = Callable[..., None]


@pytest.fixture
def compare() -> Compare:
    """Asserts that a table has the cells that the program prints for some arguments."""

    def check(table: sp.Table, *arguments: str, but: str = "") -> None:
        ended = run(*arguments, "--format", "csv", "--quiet")
        assert ended.returncode in (0, 1), ended.stderr
        header, rows = cells(ended.stdout)
        assert list(table.keys()) == header
        assert len(table) == len(rows) > 0
        for row, texts in zip(table, rows):
            for (name, value), text in zip(row.items(), texts):
                assert name == but or agrees(value, text), (name, value, text)

    return check
