"""Simulations: samples of data models, trainings, and experiments that compare them with theory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _native
from ._call import Call, File, Grid, Progress, Seed, Words
from ._machine import RBM, in_memory
from ._table import Table


def draw(
    data: str,
    samples: int,
    *,
    units: int | None = None,
    beta: float | None = None,
    correlation_length: float | None = None,
    states: int | None = None,
    spike: float | None = None,
    signal: float | None = None,
    file: File | npt.ArrayLike | None = None,
    law: Literal["spin", "gaussian"] | None = None,
    encoding: Literal["one-hot", "states", "standardised"] | None = None,
    nonlinearity: str | None = None,
    kurtosis: float | None = None,
    seed: Seed | None = None,
) -> npt.NDArray[Any]:
    """Samples of a data model.

    Parameters
    ----------
    data : str
        The model, as for `threshold`, or ``"ising-torus"``, N = L², or those of `flow_localisation`.
    samples : int
        Number of samples P.
    units, beta, correlation_length, states, spike, signal, file
        As for `threshold`, one value each.
    law : {"spin", "gaussian"}, optional
        Of one unit of iid data. Default ``"spin"``.
    encoding : {"one-hot", "states", "standardised"}, optional
        How a unit of a clock ring is written. Default ``"one-hot"``.
    nonlinearity : str, optional
        ``"erf:G"``, ``"cubic:C"``, ``"sign"`` or ``"rate:F"`` (0 or 1 with the mean F), of ``"nlgp-ring"`` and ``"nlgp-torus"``.
    kurtosis : float, optional
        Excess kurtosis of a unit of ``"elliptical-ring"``.
    seed : int or Generator, optional
        Default 0.

    Returns
    -------
    array of shape (samples, units)
        int8 for spins and states, float64 for real numbers.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.
    """
    call = _draw(data, samples, units, beta, correlation_length, states, spike, signal, file, law, encoding, seed)
    return call.flags(nonlinearity=nonlinearity, kurtosis=kurtosis).draw()[0]


def draw_with_direction(
    data: Literal["spiked", "two-cluster"],
    samples: int,
    *,
    units: int,
    spike: float | None = None,
    signal: float | None = None,
    seed: Seed | None = None,
) -> tuple[npt.NDArray[Any], npt.NDArray[np.float64]]:
    """Samples of a model that plants a direction, as `draw` gives them, and the direction.

    Parameters
    ----------
    data, samples, units, spike, signal, seed
        As for `draw`.

    Returns
    -------
    samples : array of shape (samples, units)
    direction : array of shape (units,)
        Of unit length.

    Raises
    ------
    ValueError
        If the model plants no direction, or an argument is missing or out of its domain.
    """
    values, directions = _draw(data, samples, units, None, None, None, spike, signal, None, None, None, seed).draw()
    if directions is None:
        raise ValueError(f"data {data} plants no directions")
    return values, directions[:, 0]


def _draw(
    data: str, samples: int, units: Any, beta: Any, length: Any, states: Any, spike: Any, signal: Any, file: Any, law: Any, encoding: Any, seed: Any
) -> Call:
    call = Call("simulate", "data").data(
        data, units=units, beta=beta, correlation_length=length, states=states, spike=spike, signal=signal, file=file
    )
    return call.flags(samples=samples, law=law, encoding=encoding).seed(seed)


def train(
    data: str | npt.ArrayLike,
    *,
    hidden_units: int,
    samples: int | None = None,
    units: int | None = None,
    beta: float | None = None,
    correlation_length: float | None = None,
    states: int | None = None,
    spike: float | None = None,
    signal: float | None = None,
    file: File | npt.ArrayLike | None = None,
    standardize: bool = False,
    threshold: float | None = None,
    test: File | npt.ArrayLike | None = None,
    test_samples: int | None = None,
    visible: str | None = None,
    hidden: str | None = None,
    biases: Literal["learned", "none"] | None = None,
    init_scale: float | None = None,
    algorithm: Literal["exact", "cd", "pcd", "rdm"] | None = None,
    gibbs_steps: int | None = None,
    learning_rate: float | None = None,
    batch: int | None = None,
    chains: int | None = None,
    epochs: int | None = None,
    l2: float | None = None,
    replicas: int | str | None = None,
    log_every: int | None = None,
    modes: int | None = None,
    likelihood: Literal["best", "none"] | None = None,
    seed: Seed | None = None,
    progress: Progress = None,
) -> tuple[list[RBM], Table]:
    """Trains Restricted Boltzmann Machines.

    Parameters
    ----------
    data : str or array of shape (samples, units)
        Samples, or a model that draws `samples` of them: see `draw`.
    samples, units, beta, correlation_length, states, spike, signal, file
        Of the model, as for `draw`.
    hidden_units : int
        Number of hidden units M.
    standardize : bool
        Scale real-valued columns to zero mean and unit variance; the machine remembers how.
    threshold : float, optional
        Turn numbers into two values: the upper one above it, the lower one up to it.
    test : array or path, optional
        Samples that are held out; `test_samples` are fresh ones of the model.
    visible, hidden : str, optional
        Kinds of units: ``"spin"``, ``"binary"``, ``"gaussian"``, ``"categorical:P"``, ``"double-well:THETA"``, ``"relu"``. Default: visible units that take
        the data's values; binary hidden units beside binary visible ones, spins otherwise.
    biases : {"learned", "none"}, optional
        Default ``"learned"``.
    init_scale : float, optional
        Standard deviation of the initial weights. Default 0.01.
    algorithm : {"exact", "cd", "pcd", "rdm"}, optional
        Averages over the machine: by enumeration, contrastive divergence, persistent chains (the default), or chains that begin anew in each update.
    gibbs_steps : int, optional
        Sweeps per update. Default 1.
    learning_rate, batch, chains, epochs, l2
        Default 0.05, 100 samples, as many chains of pcd or rdm, 100 and 0.
    replicas : int or str, optional
        Independent trainings: R, or ``"A:B"`` for those of numbers A to B − 1.
    log_every, modes, likelihood
        Epochs between rows of the log, leading modes in it (default 5), and whether it has log-likelihoods.
    seed : int or Generator, optional
        Default 0.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the epochs done and their number.

    Returns
    -------
    machines : list of RBM
        One for each replica.
    log : Table
        A row per logged epoch: log-likelihood in nats, singular values, overlaps.

    Raises
    ------
    ValueError
        If units cannot take the data's values, or an argument is missing or out of its domain.
    """
    call = Call("simulate", "train").data(
        data, units=units, beta=beta, correlation_length=correlation_length, states=states, spike=spike, signal=signal, file=file,
        standardize=standardize,
    )  # fmt: skip
    call.held(test=test).flags(samples=samples, test_samples=test_samples, threshold=threshold, visible=visible, hidden=hidden)
    call.flags(hidden_units=hidden_units, biases=biases, init_scale=init_scale, algorithm=algorithm, gibbs_steps=gibbs_steps)
    call.flags(learning_rate=learning_rate, batch=batch, chains=chains, epochs=epochs, l2=l2, replicas=replicas)
    call.flags(log_every=log_every, modes=modes, likelihood=likelihood)
    log, machines = call.seed(seed).train(progress)
    return [RBM._of(machine) for machine in machines], log


def langevin(
    singular_values: Grid,
    *,
    modes: int | None = None,
    step: float | None = None,
    interval: int | None = None,
    burn_in: int | None = None,
    records: int | None = None,
    walkers: int | None = None,
    limit: float | None = None,
    seed: Seed | None = None,
    progress: Progress = None,
) -> Table:
    """Langevin dynamics in the modes of a machine of infinitely many spins; of a given machine see `RBM.langevin`.

    Parameters
    ----------
    singular_values : grid
        At least 0.
    modes : int, optional
        Leading modes to show. Default: all.
    step : float, optional
        Time of a step. Default 0.05.
    interval, burn_in, records, walkers : int, optional
        Steps between records (10), records that are dropped first (100) and that count (1000), independent walkers (100).
    limit : float, optional
        Size of a variable at which its mode has diverged. Default 1e6.
    seed : int or Generator, optional
        Default 0.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        Variance and relaxation rate of each mode, and whether it diverged.

    Raises
    ------
    ValueError
        If an argument is out of its domain.
    """
    call = Call("simulate", "langevin").flags(singular_values=singular_values, modes=modes, step=step, interval=interval, burn_in=burn_in)
    return call.flags(records=records, walkers=walkers, limit=limit).seed(seed).table(progress)


def validate(
    name: str,
    preset: Literal["quick", "standard", "paper"] = "quick",
    *,
    replicas: int | None = None,
    target_error: float | None = None,
    file: File | npt.ArrayLike | None = None,
    machine: RBM | File | None = None,
    seed: Seed | None = None,
    progress: Progress = None,
    **parameters: Grid | Words,
) -> Table:
    """Compares predictions with simulations of finite size.

    Parameters
    ----------
    name : str
        One of `experiments`.
    preset : {"quick", "standard", "paper"}
        Seconds, minutes or an hour on two cores.
    replicas : int, optional
        Replicas of each point.
    target_error : float, optional
        Standard error of every mean: as many replicas as it takes.
    file : array or path, optional
        Data of your own for hierarchical-learning, and for retarded-learning with ``data="samples"``.
    machine : RBM or path, optional
        A machine of your own for landau.
    seed : int or Generator, optional
        Default 0.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the tasks done and their number.
    **parameters
        The experiment's own, to ask it at other points.

    Returns
    -------
    Table
        ``theory``, ``simulation``, ``standard_error``, ``z_score``, ``agrees``; control rows have a theory that is wrong on purpose.

    Raises
    ------
    ValueError
        If there is no such experiment or parameter, or a value is out of its domain.

    Warns
    -----
    ShortfallWarning
        If a row disagrees, or a control agrees.
    """
    call = Call("validate", name).flags(preset=preset, replicas=replicas, target_error=target_error, **parameters)
    return call.held(file=file, machine=in_memory(machine)).seed(seed).table(progress)


@dataclass(frozen=True)
class Parameter:
    """A parameter of an experiment: its name, what it is, its values and its default, in words."""

    name: str
    meaning: str
    values: str
    default: str


@dataclass(frozen=True)
class Experiment:
    """An experiment: its name, what it compares, and its parameters."""

    name: str
    description: str
    parameters: tuple[Parameter, ...]


def experiments() -> list[Experiment]:
    """The experiments of `validate`, whose parameters have their names here with ``_`` for ``-``."""

    def parameter(name: str, meaning: str, values: str, default: str) -> Parameter:
        return Parameter(name.replace("-", "_"), meaning, values, default)

    return [Experiment(name, description, tuple(parameter(*one) for one in given)) for name, description, given in _native.experiments()]
