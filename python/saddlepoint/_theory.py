"""Questions about data, inference and phases: predictions, no randomness unless said."""

from __future__ import annotations

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
    return call.switches(groups=groups).flags(modes=modes, observed=observed, power=power, level=level).table(progress)


def threshold_samples(
    data: File | npt.ArrayLike,
    *,
    columns: str | None = None,
    transpose: bool = False,
    standardize: bool = False,
    null: Literal["auto", "theory", "permutation", "columns"] | None = None,
    permutations: int | None = None,
    level: float | None = None,
    power: float | None = None,
    modes: int | Literal["all"] | None = None,
    memory: str | int | None = None,
    seed: Seed | None = None,
    progress: Progress = None,
) -> Table:
    """The modes that a data matrix shows, and how many samples they take.

    Parameters
    ----------
    data : array of shape (samples, units), or path
        One sample per row. Columns that do not vary are left out; the others are centred. An array of float64 in C order is read in place and copied once.
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
    call.switches(transpose=transpose, standardize=standardize).samples(data).flags(null=null, permutations=permutations, level=level, power=power, modes=modes)
    return call.seed(seed).table(progress)


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


def infer(
    *,
    alpha: Grid,
    snr: Grid | None = None,
    weight_prior: Words | None = None,
    hidden_prior: Words | None = None,
    student_beta: Grid | None = None,
    teacher_beta: Grid | None = None,
    student_weights: Words | None = None,
    teacher_weights: Words | None = None,
    student_hidden: Words | None = None,
    teacher_hidden: Words | None = None,
    progress: Progress = None,
) -> Table:
    """What the best possible inference of a receptive field learns, or a student of another temperature or other laws than its teacher.

    Parameters
    ----------
    alpha : grid
        Samples per unit > 0.
    snr : grid, optional
        Signal-to-noise ratio > 0 of v = √(snr/N) s ξ + noise.
    weight_prior, hidden_prior : str or sequence, optional
        Laws of ξ and s: ``"rademacher"``, ``"gaussian"``, ``"soft:OMEGA"``, ``"sparse-rademacher:RHO"``, ``"sparse-gaussian:RHO"``.
    student_beta, teacher_beta : grid, optional
        Instead of `snr`: inverse temperatures of a student and of the teacher whose samples it has.
    student_weights, teacher_weights, student_hidden, teacher_hidden : str or sequence, optional
        Their laws: ``"rademacher"``, ``"gaussian"``, ``"soft:OMEGA"``.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        Overlaps, mean squared errors, free entropy and mutual information in nats; of a student ``m``, ``q``, evidence, stability.

    Raises
    ------
    ValueError
        If an argument is missing, contradicts another one or is out of its domain.
    """
    call = Call("infer").flags(alpha=alpha, snr=snr, weight_prior=weight_prior, hidden_prior=hidden_prior)
    call.flags(student_beta=student_beta, teacher_beta=teacher_beta, student_weights=student_weights, teacher_weights=teacher_weights)
    return call.flags(student_hidden=student_hidden, teacher_hidden=teacher_hidden).table(progress)


def infer_critical(
    *,
    snr: Grid | None = None,
    weight_prior: Words | None = None,
    hidden_prior: Words | None = None,
    student_beta: Grid | None = None,
    teacher_beta: Grid | None = None,
    student_weights: Words | None = None,
    teacher_weights: Words | None = None,
    student_hidden: Words | None = None,
    teacher_hidden: Words | None = None,
    patterns: Grid | None = None,
    correlation: Grid | None = None,
    progress: Progress = None,
) -> Table:
    """The critical samples per unit of inference.

    Parameters
    ----------
    snr, weight_prior, hidden_prior, student_beta, teacher_beta, student_weights, teacher_weights, student_hidden, teacher_hidden, progress
        As for `infer`.
    patterns, correlation : grid, optional
        Numbers of patterns of the teacher and the overlap of any two of them.

    Returns
    -------
    Table
        ``alpha_spectral``, ``alpha_spinodal``, ``alpha_it``, ``alpha_alg`` and the order of the transition; of a student and a teacher the lines between
        what is learnt, what is agreed on and what is not known.

    Raises
    ------
    ValueError
        If an argument is missing, contradicts another one or is out of its domain.
    """
    call = Call("infer").switches(critical=True).flags(snr=snr, weight_prior=weight_prior, hidden_prior=hidden_prior)
    call.flags(student_beta=student_beta, teacher_beta=teacher_beta, student_weights=student_weights, teacher_weights=teacher_weights)
    call.flags(student_hidden=student_hidden, teacher_hidden=teacher_hidden)
    return call.flags(patterns=patterns, correlation=correlation).table(progress)


def phase_rbm(
    *,
    w: Grid | None = None,
    sigma: Grid,
    kappa: Grid | None = None,
    components: Words | None = None,
    visible_field: float | None = None,
    hidden_field: float | None = None,
    all_branches: bool = False,
    boundary: bool = False,
    progress: Progress = None,
) -> Table:
    """Phases of an RBM of spins whose weights are modes and noise, W = w u vᵀ + noise.

    Parameters
    ----------
    w : grid, optional
        Singular value of the mode, at least 0; several modes as ``"1.5+1.2+1"``. Not with `boundary`.
    sigma : grid
        Noise of the weights, at least 0: entries N(0, σ²/√(NM)).
    kappa : grid, optional
        Hidden units per visible unit > 0. Default 1.
    components : str or sequence, optional
        Laws of the components of the mode: ``"gaussian"`` (the default), ``"rademacher"``, ``"laplace"``, ``"sparse:RHO"``.
    visible_field, hidden_field : float, optional
        Uniform fields. Default 0.
    all_branches : bool
        Every branch found, and not only that of the lowest free energy.
    boundary : bool
        The lines of the diagram instead: w of each at `sigma` and `kappa`.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``m_visible``, ``m_hidden``, ``q_visible``, ``q_hidden``, ``free_energy`` per visible unit, ``at_stability``, ``phase``; or the lines.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.
    """
    call = Call("phase").flags(model="rbm", w=w, sigma=sigma, kappa=kappa, components=components, visible_field=visible_field)
    return call.flags(hidden_field=hidden_field).switches(all_branches=all_branches, boundary=boundary).table(progress)


def phase_hopfield(
    *,
    alpha: Grid | None = None,
    temperature: Grid | None = None,
    all_branches: bool = False,
    boundary: bool = False,
    progress: Progress = None,
) -> Table:
    """Phases of the Hopfield model.

    Parameters
    ----------
    alpha : grid, optional
        Patterns per spin > 0.
    temperature : grid, optional
        Temperature, at least 0.
    all_branches : bool
        Every branch found, and not only that of the lowest free energy.
    boundary : bool
        The lines of the diagram instead: `alpha` at `temperature`, or `temperature` at `alpha`.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``m``, ``q``, ``r``, ``free_energy``, ``at_stability``, ``phase``; or the lines.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.

    Notes
    -----
    Amit, Gutfreund & Sompolinsky, Ann. Phys. 173, 30 (1987).
    """
    call = Call("phase").flags(model="hopfield", alpha=alpha, temperature=temperature)
    return call.switches(all_branches=all_branches, boundary=boundary).table(progress)


def flow_modes(
    *,
    eigenvalues: Grid,
    time: Grid | None = None,
    initial_singular_value: float | None = None,
    hidden_units: int | None = None,
    init_scale: float | None = None,
    growth: Literal["gaussian", "binary"] | None = None,
    emergence: bool = False,
    progress: Progress = None,
) -> Table:
    """Singular values of the weights while a machine learns data of given covariance.

    Parameters
    ----------
    eigenvalues : grid
        Eigenvalues of the data's covariance, one per direction, at least 0.
    time : grid, optional
        Times, at least 0, in updates times learning rate; needed without `emergence`.
    initial_singular_value : float, optional
        At time 0, above 0 and below 1. Default 0.001.
    hidden_units : int, optional
        Start from random weights of this many hidden units instead.
    init_scale : float, optional
        Their standard deviation > 0. Default 0.01.
    growth : {"gaussian", "binary"}, optional
        Growth rate of small weights: λ − 1 (the default), or λ/4 − 1/16.
    emergence : bool
        With `hidden_units`: the time at which each mode leaves the bulk of the initial weights, in place of rows in time.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``time``, ``mode``, ``eigenvalue``, ``singular_value``.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.
    """
    call = Call("flow", "modes").flags(time=time, eigenvalues=eigenvalues, initial_singular_value=initial_singular_value)
    return call.flags(hidden_units=hidden_units, init_scale=init_scale, growth=growth).switches(emergence=emergence).table(progress)


def flow_ring(
    *,
    units: Grid,
    beta: Grid | None = None,
    correlation_length: Grid | None = None,
    states: int | None = None,
    hidden_units: Grid | None = None,
    method: Literal["exact", "small-beta"] | None = None,
    summary: bool = False,
    trajectory: bool = False,
    time: Grid | None = None,
    init_scale: float | None = None,
    starts: int | None = None,
    seed: Seed | None = None,
    progress: Progress = None,
) -> Table:
    """What spin hidden units learn from infinitely many configurations of a ring: place cells.

    Parameters
    ----------
    units : grid
        Sites N, whole numbers from 3.
    beta, correlation_length, states
        As for `threshold`; `states` (2 to 12) make a clock ring.
    hidden_units : grid, optional
        Numbers of hidden units, 1 to 16. Default 1.
    method : {"exact", "small-beta"}, optional
        Gradient of the log-likelihood: exactly (the default), or to leading order in a small coupling.
    summary : bool
        A row per hidden unit: where its field is, how wide, how good the machine is.
    trajectory : bool
        Rows in time: gradient flow from small irregular weights.
    time, init_scale
        Of the trajectory. Default ``"0:400:41"`` and 0.01.
    starts : int, optional
        Starts of the search, 1 to 1000. Default 4.
    seed : int or Generator, optional
        Of the irregular weights. Default 0.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``hidden_unit``, ``site``, ``weight``; or centres, widths (FWHM, in sites) and log-likelihoods in nats.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.

    Notes
    -----
    Harsh et al., J. Phys. A 53, 174002 (2020).
    """
    call = Call("flow", "ring").flags(units=units, beta=beta, correlation_length=correlation_length, states=states, hidden_units=hidden_units)
    call.switches(summary=summary, trajectory=trajectory).flags(method=method, time=time, init_scale=init_scale, starts=starts)
    return call.seed(seed).table(progress)


def flow_stability(*, beta: Grid | None = None, correlation_length: Grid | None = None, progress: Progress = None) -> Table:
    """The smallest rings on which a hidden unit becomes a place cell.

    Parameters
    ----------
    beta, correlation_length : grid, optional
        Coupling > 0, or correlation length, of an Ising ring.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``n_unstable``, from which on uniform weights are unstable, and ``n_coexistence``, from which on a place cell is better.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.
    """
    return Call("flow", "stability").flags(beta=beta, correlation_length=correlation_length).table(progress)


def flow_diffusion(
    *,
    units: Grid,
    learning_rate: Grid,
    batch: Grid,
    beta: Grid | None = None,
    correlation_length: Grid | None = None,
    hidden_units: Grid | None = None,
    samples: Grid | None = None,
    sampled_negative_phase: bool = False,
    landscape: bool = False,
    progress: Progress = None,
) -> Table:
    """How the noise of stochastic learning moves a place cell around the ring, and whether a finite data set pins it.

    Parameters
    ----------
    units : grid
        Sites N, enough for a place cell.
    learning_rate, batch : grid
        Learning rate > 0 and samples per update.
    beta, correlation_length, hidden_units
        As for `flow_ring`.
    samples : grid, optional
        Samples of the data set. Default: fresh ones in every update.
    sampled_negative_phase : bool
        As many persistent chains as the batch has samples.
    landscape : bool
        The landscape itself: covariance of the log-likelihoods at two places against their distance.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``diffusion``, ``temperature``, ``barrier``, ``regime``; or the landscape.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.
    """
    call = Call("flow", "diffusion").flags(units=units, beta=beta, correlation_length=correlation_length, hidden_units=hidden_units)
    call.flags(learning_rate=learning_rate, batch=batch, samples=samples)
    return call.switches(sampled_negative_phase=sampled_negative_phase, landscape=landscape).table(progress)
