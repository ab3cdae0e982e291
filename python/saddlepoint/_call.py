"""From keyword arguments of Python to the arguments of a command, and from its answer to a table."""

from __future__ import annotations

import math
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from . import _native
from ._table import Observables, Table

Grid = Union[float, str, Sequence[float], npt.NDArray[Any]]
"""One value, several, or a text as the command line takes it: ``"0.1:1:10"``, ``"1:1e4:9:log"``, ``"0.2,0.5"``."""

Words = Union[str, Sequence[str]]
"""One word or several."""

File = Union[str, "os.PathLike[str]"]
"""The name of a file."""

Seed = Union[int, np.random.Generator]
"""A whole number from 0, or a generator from which one is drawn."""

Progress = Union[bool, Callable[[int, int], object], None]
"""True for a bar of tqdm, or a function of the steps done and their number."""


class ShortfallWarning(UserWarning):
    """Rows of a table are no full answer: a solver did not converge, or an assumption does not hold. The command line has exit status 1 for them."""


class Call:
    """A command with its arguments, made step by step."""

    def __init__(self, *command: str) -> None:
        self._arguments = [*command]
        self._held: list[tuple[str, object]] = []

    def flags(self, **given: object) -> Call:
        """Adds a flag with its value for each argument that is given."""
        self._arguments += [f"{_flag(name)}={_text(value, name)}" for name, value in given.items() if value is not None]
        return self

    def switches(self, **given: bool) -> Call:
        """Adds a flag without a value for each argument that is true."""
        self._arguments += [_flag(name) for name, holds in given.items() if holds]
        return self

    def held(self, **given: object) -> Call:
        """Adds a flag for each file, array or machine that is given."""
        for name, value in given.items():
            if value is not None:
                self._hold(name, name, value)
        return self

    def several(self, name: str, values: Iterable[object]) -> Call:
        """Adds a flag for each of several files or machines."""
        for number, value in enumerate(values):
            self._hold(name, f"{name} {number}", value)
        return self

    def _hold(self, flag: str, label: str, value: object) -> Call:
        """Adds a flag for a file, or for what messages call by a label in its place."""
        if isinstance(value, (str, os.PathLike)):
            return self.flags(**{flag: os.fspath(value)})
        self._held.append((f"<{label}>", value if isinstance(value, _native.Machine) else matrix(value, label)))
        return self.flags(**{flag: f"<{label}>"})

    def data(self, data: object, *, file: object = None, transpose: bool = False, standardize: bool = False, **given: object) -> Call:
        """Adds the flags of a data model; an array in its place is a matrix of samples."""
        self.switches(transpose=transpose, standardize=standardize)
        if isinstance(data, str):
            return self.flags(data=data, **given).held(file=file)
        if file is not None:
            raise ValueError("data is an array of samples: leave file out")
        return self.flags(data="samples", **given).samples(data)

    def samples(self, data: object) -> Call:
        """Adds the samples, in a file or in an array."""
        return self._hold("file", "data", data)

    def seed(self, seed: Seed | None) -> Call:
        """Adds the seed of the random numbers."""
        if isinstance(seed, np.random.Generator):
            seed = int(seed.integers(2**63))
        return self.flags(seed=seed)

    def table(self, progress: Progress = None) -> Table:
        """The table with which the command answers."""
        if not progress:
            return table(_native.table(self._arguments, self._held))
        with _told(progress) as tell:
            return table(_native.table(self._arguments, self._held, tell))

    def train(self, progress: Progress = None) -> tuple[Table, list[_native.Machine]]:
        """The log of a training, and its machines."""
        with _told(progress) as tell:
            log, machines = _native.train(self._arguments, self._held, tell)
        return table(log), machines

    def gibbs(self, progress: Progress = None) -> tuple[npt.NDArray[Any], Observables]:
        """The configurations of a machine, and its observables."""
        with _told(progress) as tell:
            configurations, sampling = _native.gibbs(self._arguments, self._held, tell)
        observables = Observables(sampling)
        _warn(observables.shortfalls)
        return configurations, observables

    def configurations(self) -> npt.NDArray[Any]:
        """The configurations of a machine alone."""
        return _native.gibbs(self._arguments, self._held)[0]

    def save_sums(self, progress: Progress = None) -> None:
        """Writes the sums over samples into the file that is named."""
        with _told(progress) as tell:
            _native.save_sums(self._arguments, tell)

    def draw(self) -> tuple[npt.NDArray[Any], npt.NDArray[np.float64] | None]:
        """Samples, and planted directions."""
        return _native.draw(self._arguments, self._held)

    def hidden_means(self) -> npt.NDArray[np.float64]:
        """Means of hidden units."""
        return _native.hidden_means(self._arguments, self._held)

    def log_weights(self) -> npt.NDArray[np.float64]:
        """Log-likelihoods of samples but for ln Z."""
        return _native.log_weights(self._arguments, self._held)

    def law(self) -> _native.Law:
        """A law of sample eigenvalues."""
        return _native.law(self._arguments, self._held)


def table(answer: _native.Answer) -> Table:
    """The table of an answer; warns of rows that are no full answer."""
    _warn(answer.shortfalls)
    return Table(answer)


def _warn(shortfalls: list[str]) -> None:
    """Warns of rows that are no full answer."""
    for line in shortfalls:
        warnings.warn(line, ShortfallWarning, stacklevel=_outside())


def matrix(values: object, name: str) -> npt.NDArray[np.float64]:
    """A matrix of float64, not copied where it is one already; a vector becomes one column."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name}: an array of {array.dtype} holds no real numbers; give one of numbers")
    array = np.asarray(array, dtype=np.float64)
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim < 2:
        raise ValueError(f"{name}: is a single number; give an array of one row per sample")
    return array.reshape(array.shape[0], math.prod(array.shape[1:]))


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _text(value: object, name: str = "") -> str:
    """A value as the command line takes it: numbers in the shortest form that reads back as the same one."""
    if isinstance(value, str):
        return value
    if type(value) is int or type(value) is float:
        return repr(value)  # By far the most frequent ones.
    if isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name}: {value} is neither a number nor a word")
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, np.ndarray):
        return _text(value.tolist(), name)
    if isinstance(value, Iterable) and not isinstance(value, Mapping):
        return ",".join(_text(one, name) for one in value)
    raise ValueError(f"{name}: {value!r} is neither a number nor a word, and no list of them")


def _outside() -> int:
    """How many frames up the caller of this package is."""
    level, frame = 1, sys._getframe(1)
    here = os.path.dirname(__file__)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(here):
        level, frame = level + 1, frame.f_back
    return level


@contextmanager
def _told(progress: Progress) -> Iterator[Callable[[int, int, str], object] | None]:
    """What the computation calls with steps done, their number, and what is being done."""
    if progress is None or progress is False:
        yield None
    elif progress is True:
        try:
            from tqdm.auto import tqdm
        except ImportError as error:
            raise ImportError("progress=True needs tqdm: pip install tqdm, or give a function of the steps done and their number") from error
        with tqdm(leave=False) as bar:

            def show(done: int, total: int, stage: str) -> None:
                bar.total = total or None
                bar.set_description(stage or None, refresh=False)
                bar.update(done - bar.n)

            yield show
    else:
        yield lambda done, total, _: progress(done, total)
