"""Questions about data, inference and phases: predictions, no randomness unless said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _native
from ._call import Call, File, Grid, Progress, Seed, Words
from ._table import Table

Data = Any
"""``"iid"``, ``"spiked"``, ``"two-cluster"``, ``"ising-ring"``, ``"clock-ring"``, ``"spectrum"``, ``"samples"``, or an array of samples, one per row."""

_Array = npt.NDArray[np.float64]


def threshold(
    data: Data,
    *,
    units: Grid | None = None,
    beta: Grid | None = None,
    correlation_length: Grid | None = None,
    states: int | None = None,
    spike: Grid | None = None,
    signal: Grid | None = None,
    file: File | npt.ArrayLike | None = None,
    columns: str | None = None,
    alpha: Grid | None = None,
    criterion: Words | None = None,
    hidden: Words | None = None,
    biases: Literal["learned", "none"] | None = None,
    l2: Grid | None = None,
    weight_prior: Words | None = None,
    modes: int | Literal["all"] | None = None,
    groups: bool = False,
    explain: bool = False,
    observed: Grid | None = None,
    power: float | None = None,
    level: float | None = None,
    progress: Progress = None,
) -> Table:
    """Critical sample sizes of a model: from how many samples on learning sees a mode of the data.

    Several grids make their product, the last of them varying fastest.

    Parameters
    ----------
    data : str
        The model: ``"iid"``, ``"spiked"``, ``"two-cluster"``, ``"ising-ring"``, ``"clock-ring"``, or ``"spectrum"`` for any eigenvalues of the population
        covariance. Of an array of samples see `threshold_samples`.
    units : grid, optional
        Number of units N, whole numbers from 2, or ``"inf"``.
    beta : grid, optional
        Coupling of neighbouring units of a ring; negative is antiferromagnetic.
    correlation_length : grid, optional
        Instead of `beta`: correlation length ξ of an Ising ring in sites, tanh β = exp(−1/ξ).
    states : int, optional
        States of a clock unit, 2 to 1000.
    spike : grid, optional
        Excess eigenvalue ℓ > 0 of spiked data: the population eigenvalue is 1 + ℓ.
    signal : grid, optional
        Signal b > 0 of two clusters: the population eigenvalue is 1 + b².
    file : path or array, optional
        For ``data="spectrum"``: the eigenvalues, one per unit; or two columns of eigenvalues and weights.
    columns : str, optional
        Columns of a file, ``"0:2"``.
    alpha : grid, optional
        Samples per unit α = P/N > 0: what the sample then shows of each mode.
    criterion : str or sequence, optional
        ``"spectral"`` (the eigenvector appears; the default), ``"crossing"``, ``"crossing-published"``, ``"maximum-likelihood"`` (a hidden unit learns the
        mode), ``"bayes"`` (the best possible inference does).
    hidden, biases, l2
        Of the maximum-likelihood criterion: see `learn`.
    weight_prior : str or sequence, optional
        Of the bayes criterion: see `infer`.
    modes : int or "all", optional
        How many modes, from the leading one down. Default 1.
    groups : bool
        Take close modes together that stand out as a group.
    explain : bool
        A table of answers in words instead: what the top eigenvectors show, from how many samples on a machine learns, and what each number means.
    observed : grid, optional
        Sample eigenvalues outside of the bulk, whose population eigenvalues are wanted at `alpha`.
    power, level : float, optional
        Also the samples at which a test of this level (default 0.01) sees the mode with this probability.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``alpha_c``, critical samples per unit, and ``samples_c`` = N α_c; at given `alpha` also ``sample_eigenvalue``, ``detached`` and
        ``overlap_squared``, the squared cosine between the eigenvectors of sample and population.

    Raises
    ------
    ValueError
        If an argument is missing, has no meaning for the model, or is out of its domain.

    Notes
    -----
    Many units and samples at a fixed ratio. Baik & Silverstein, J. Multivariate Anal. 97, 1382 (2006); Harsh et al., J. Phys. A 53, 174002 (2020).

    Examples
    --------
    >>> import saddlepoint as sp
    >>> sp.threshold("ising-ring", units=50, beta=0.5)["samples_c"].round(3)
    array([3416.072])
    """
    call = Call("threshold").data(
        data, units=units, beta=beta, correlation_length=correlation_length, states=states, spike=spike, signal=signal, file=file, columns=columns
    )
    call.flags(alpha=alpha, criterion=criterion, hidden=hidden, biases=biases, l2=l2, weight_prior=weight_prior)
    return call.switches(groups=groups, explain=explain).flags(modes=modes, observed=observed, power=power, level=level).table(progress)


def threshold_samples(
    data: File | npt.ArrayLike | None = None,
    *,
    sums: Sequence[File] = (),
    columns: str | None = None,
    transpose: bool = False,
    standardize: bool = False,
    null: Literal["auto", "theory", "permutation", "columns"] | None = None,
    permutations: int | None = None,
    level: float | None = None,
    power: float | None = None,
    modes: int | Literal["all"] | None = None,
    explain: bool = False,
    memory: str | int | None = None,
    seed: Seed | None = None,
    progress: Progress = None,
) -> Table:
    """The modes that a data matrix shows, and how many samples they take.

    Parameters
    ----------
    data : array of shape (samples, units), or path
        One sample per row. Columns that do not vary are left out; the others are centred. An array of float64 in C order is read where it is.
    sums : sequence of path, optional
        Files of `save_sums` in place of data: all the parts of one table.
    columns : str, optional
        Columns of a file: ``"0:784"``, ``":-1"``, names.
    transpose : bool
        One sample per column.
    standardize : bool
        Scale every column to unit variance.
    null : str, optional
        What the sample eigenvalues are compared with: the theory, shuffled columns (``"permutation"``), or their limit law (``"columns"``). Default
        ``"auto"``: the theory, and both where its assumptions do not hold.
    permutations : int, optional
        Shuffled data sets, 5 or more. Default 99.
    level : float, optional
        Probability that the test sees a mode in noise alone. Default 0.01.
    power : float, optional
        Probability with which a mode shall be seen. Default 0.9.
    modes : int or "all", optional
        Default: those that the sample shows, and the next one.
    explain : bool
        A table of answers in words instead: how many modes stand out, what that means, and what could still hide.
    memory : str or int, optional
        Bytes to take, such as ``"1G"``: larger ``.npy`` and HDF5 files are read by blocks.
    seed : int or Generator, optional
        Of the permutations. Default 0.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        A row for each eigenvalue that stands out, with the population ``eigenvalue`` and ``overlap_squared`` behind it, ``p_value``, and
        ``detection_samples``, the number of samples that shows it with probability `power`. In the last row nothing more stands out.

    Raises
    ------
    ValueError
        For fewer than 3 samples, fewer than 2 columns that vary, or a number that is not finite, with its place.
    OSError
        If a file cannot be read.

    Notes
    -----
    ``alpha`` is (P − 1)/N, since the columns are centred; N counts those that vary.
    """
    call = Call("threshold").flags(data="samples", columns=columns, memory=memory)
    call.switches(transpose=transpose, standardize=standardize, explain=explain).flags(sums=[*sums] or None)
    if data is not None:
        call.samples(data)
    call.flags(null=null, permutations=permutations, level=level, power=power, modes=modes)
    return call.seed(seed).table(progress)


def save_sums(
    data: File,
    sums: File,
    *,
    shard: str | None = None,
    columns: str | None = None,
    transpose: bool = False,
    memory: str | int | None = None,
    progress: Progress = None,
) -> None:
    """Writes the sums over the samples of a file, or of a part of them, which `threshold_samples` takes in place of the samples.

    Parameters
    ----------
    data : path
        An ``.npy`` or HDF5 file of one sample per row.
    sums : path
        The ``.npz`` that is written.
    shard : str, optional
        ``"K/N"``: the K-th of N parts of the samples, from 1. Default: all of them.
    columns, transpose, memory, progress
        As for `threshold_samples`.

    Raises
    ------
    ValueError
        If an argument is out of its domain, or a number is not finite, with its place.
    OSError
        If a file cannot be read or written.
    """
    call = Call("threshold").flags(data="samples", file=data, save_sums=sums, shard=shard, columns=columns, memory=memory)
    call.switches(transpose=transpose).save_sums(progress)


def solve_for(
    unknown: Literal["beta", "spike", "signal", "alpha"],
    data: Data,
    *,
    units: Grid | None = None,
    beta: Grid | None = None,
    correlation_length: Grid | None = None,
    states: int | None = None,
    spike: Grid | None = None,
    signal: Grid | None = None,
    file: File | npt.ArrayLike | None = None,
    alpha: Grid | None = None,
    overlap: Grid | None = None,
    criterion: Words | None = None,
    hidden: Words | None = None,
    biases: Literal["learned", "none"] | None = None,
    l2: Grid | None = None,
    weight_prior: Words | None = None,
    modes: int | Literal["all"] | None = None,
    progress: Progress = None,
) -> Table:
    """The parameter at which a threshold, or an overlap, is reached.

    Parameters
    ----------
    unknown : {"beta", "spike", "signal", "alpha"}
        What is solved for: a parameter of the data at given `alpha`, or `alpha` at given `overlap`.
    overlap : grid, optional
        Squared overlap to reach, at least 0 and below 1. Default 0, the threshold itself.
    data, units, beta, correlation_length, states, spike, signal, file, alpha, criterion, hidden, biases, l2, weight_prior, modes, progress
        As for `threshold`, without the unknown.

    Returns
    -------
    Table
        The unknown in its own column.

    Raises
    ------
    ValueError
        If the model has no such parameter, or an argument is missing.
    """
    call = Call("threshold").data(
        data, units=units, beta=beta, correlation_length=correlation_length, states=states, spike=spike, signal=signal, file=file
    )
    call.flags(solve_for=unknown, alpha=alpha, overlap=overlap, criterion=criterion, hidden=hidden, biases=biases)
    return call.flags(l2=l2, weight_prior=weight_prior, modes=modes).table(progress)


def spectrum(
    data: Data,
    *,
    units: Grid | None = None,
    beta: Grid | None = None,
    correlation_length: Grid | None = None,
    states: int | None = None,
    spike: Grid | None = None,
    signal: Grid | None = None,
    file: File | npt.ArrayLike | None = None,
    columns: str | None = None,
    transpose: bool = False,
    standardize: bool = False,
    alpha: Grid | None = None,
    points: int | None = None,
    progress: Progress = None,
) -> Table:
    """The limit law of the eigenvalues of a sample covariance; of a data matrix, the law fitted to its bulk.

    Parameters
    ----------
    data : str or array of shape (samples, units)
        A model, as for `threshold`, or samples.
    alpha : grid
        Samples per unit > 0; an array of samples has its own.
    points : int, optional
        Points of each law, 16 to 1000000, crowded at the edges. Default 512.
    units, beta, correlation_length, states, spike, signal, file, columns, transpose, standardize, progress
        As for `threshold` and `threshold_samples`.

    Returns
    -------
    Table
        ``x``, ``density`` and ``cumulative``; of samples also ``sample_cumulative`` and ``outlier``.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.

    Notes
    -----
    Marchenko & Pastur, Math. USSR Sb. 1, 457 (1967); Silverstein, J. Multivariate Anal. 55, 331 (1995).
    """
    call = Call("spectrum").data(
        data, units=units, beta=beta, correlation_length=correlation_length, states=states, spike=spike, signal=signal, file=file,
        columns=columns, transpose=transpose, standardize=standardize,
    )  # fmt: skip
    return call.flags(alpha=alpha, points=points).table(progress)


def edges(
    data: Data,
    *,
    units: Grid | None = None,
    beta: Grid | None = None,
    correlation_length: Grid | None = None,
    states: int | None = None,
    spike: Grid | None = None,
    signal: Grid | None = None,
    file: File | npt.ArrayLike | None = None,
    alpha: Grid | None = None,
    progress: Progress = None,
) -> Table:
    """The edges of the law of sample eigenvalues.

    Parameters
    ----------
    data, units, beta, correlation_length, states, spike, signal, file, alpha, progress
        As for `spectrum`.

    Returns
    -------
    Table
        ``edge``, ``side`` and ``x``.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.
    """
    call = Call("spectrum").data(
        data, units=units, beta=beta, correlation_length=correlation_length, states=states, spike=spike, signal=signal, file=file
    )
    return call.switches(edges=True).flags(alpha=alpha).table(progress)


def profile(
    data: Data,
    *,
    units: Grid | None = None,
    beta: Grid | None = None,
    correlation_length: Grid | None = None,
    states: int | None = None,
    spike: Grid | None = None,
    signal: Grid | None = None,
    file: File | npt.ArrayLike | None = None,
    alpha: Grid | None = None,
    progress: Progress = None,
) -> Table:
    """The squared overlap of the top sample eigenvector with every mode of a finite population.

    Parameters
    ----------
    data, units, beta, correlation_length, states, spike, signal, file, alpha, progress
        As for `spectrum`; models only.

    Returns
    -------
    Table
        ``mode``, ``eigenvalue`` and ``overlap_squared``.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.
    """
    call = Call("spectrum").data(
        data, units=units, beta=beta, correlation_length=correlation_length, states=states, spike=spike, signal=signal, file=file
    )
    return call.switches(profile=True).flags(alpha=alpha).table(progress)


class Law:
    """The law of the eigenvalues of a sample covariance, to be asked anywhere: see `law`."""

    def __init__(self, native: _native.Law) -> None:
        self._native = native

    @property
    def alpha(self) -> float:
        """Samples per unit α."""
        return self._native.alpha

    @property
    def atom(self) -> float:
        """Mass at zero."""
        return self._native.atom

    @property
    def edges(self) -> _Array:
        """Lower and upper edge of each interval of the support: shape (intervals, 2), ascending."""
        return np.array(self._native.edges, float).reshape(-1, 2)

    def pdf(self, x: npt.ArrayLike) -> _Array:
        """Density of the continuous part; 0 outside of the support, inf at a hard edge."""
        return self._at(self._native.pdf, x)

    def cdf(self, x: npt.ArrayLike) -> _Array:
        """Fraction of the eigenvalues at or below x, the atom at zero included."""
        return self._at(self._native.cdf, x)

    def ppf(self, p: npt.ArrayLike) -> _Array:
        """The eigenvalue below which a fraction p of them lies, 0 ≤ p ≤ 1; in a gap its lower end."""
        return self._at(self._native.ppf, p)

    @staticmethod
    def _at(function: Any, x: npt.ArrayLike) -> _Array:
        values = np.asarray(x, dtype=np.float64)
        result: _Array = function(np.ascontiguousarray(values.ravel())).reshape(values.shape)
        return result[()]

    def __repr__(self) -> str:
        intervals = ", ".join(f"[{low:.6g}, {high:.6g}]" for low, high in self.edges)
        return f"Law(alpha={self.alpha:.6g}, support {intervals})"


def law(
    data: Data,
    *,
    units: float | str | None = None,
    beta: float | None = None,
    correlation_length: float | None = None,
    states: int | None = None,
    spike: float | None = None,
    signal: float | None = None,
    file: File | npt.ArrayLike | None = None,
    alpha: float | None = None,
    standardize: bool = False,
) -> Law:
    """The limit law of the eigenvalues of a sample covariance, with its functions.

    Parameters
    ----------
    data, units, beta, correlation_length, states, spike, signal, file, alpha, standardize
        As for `spectrum`, one value each. Of an array of samples the law fitted to their bulk.

    Returns
    -------
    Law
        With ``pdf``, ``cdf``, ``ppf`` and ``edges``.

    Raises
    ------
    ValueError
        If an argument is missing, has several values or is out of its domain.

    Examples
    --------
    >>> import saddlepoint as sp
    >>> sp.law("iid", alpha=4).edges
    array([[0.25, 2.25]])
    """
    call = Call("spectrum").data(
        data, units=units, beta=beta, correlation_length=correlation_length, states=states, spike=spike, signal=signal, file=file,
        standardize=standardize,
    )  # fmt: skip
    return Law(call.flags(alpha=alpha).law())


def learn(
    data: Data,
    *,
    alpha: Grid,
    units: Grid | None = None,
    beta: Grid | None = None,
    correlation_length: Grid | None = None,
    states: int | None = None,
    spike: Grid | None = None,
    signal: Grid | None = None,
    file: File | npt.ArrayLike | None = None,
    hidden: Words | None = None,
    biases: Literal["learned", "none"] | None = None,
    l2: Grid | None = None,
    all_branches: bool = False,
    method: Literal["replica", "linear-response"] | None = None,
    progress: Progress = None,
) -> Table:
    """Learning curves of one hidden unit, by maximum likelihood.

    Parameters
    ----------
    data, units, beta, correlation_length, states, spike, signal, file, progress
        As for `threshold`; or an array of samples, whose population is estimated.
    alpha : grid
        Samples per unit > 0.
    hidden : str or sequence, optional
        Kinds of the hidden unit: ``"spin"`` (the default), ``"binary"``, ``"gaussian"``, ``"double-well:THETA"``, ``"relu"``.
    biases : {"learned", "none"}, optional
        Of the visible units and of the hidden one. Default ``"learned"``.
    l2 : grid, optional
        Weight penalty ε ≥ 0: (ε/2)|w|² is taken from the mean log-likelihood. Default 0.
    all_branches : bool
        A row for each solution, and not only for that of the highest training likelihood.
    method : {"replica", "linear-response"}, optional
        Many units and samples at a fixed ratio (the default), or many samples of an Ising ring of given size.

    Returns
    -------
    Table
        ``m``, weight on the planted direction; ``overlap_squared``; ``train_loglik`` and ``test_loglik`` in nats per sample above uniform units;
        ``at_stability`` < 1 where replica symmetry holds; ``assumption``; ``stop``.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.

    Warns
    -----
    ShortfallWarning
        If the equations of a row were not solved.
    """
    call = Call("learn").data(
        data, units=units, beta=beta, correlation_length=correlation_length, states=states, spike=spike, signal=signal, file=file
    )
    call.switches(all_branches=all_branches).flags(alpha=alpha, hidden=hidden, biases=biases, l2=l2, method=method)
    return call.table(progress)
