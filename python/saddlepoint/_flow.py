"""Questions about learning without noise."""

from __future__ import annotations

from typing import Literal

from ._call import Call, Grid, Progress, Seed, Words
from ._table import Table


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


def flow_short_chains(
    *,
    eigenvalues: Grid,
    gibbs_steps: Grid | None = None,
    sample_steps: Grid | None = None,
    progress: Progress = None,
) -> Table:
    """What learning with short chains from independent units converges to, and what samples remember of it.

    Parameters
    ----------
    eigenvalues : grid
        Eigenvalues of the data's covariance, at least 0.
    gibbs_steps : grid, optional
        Sweeps of the chains in an update, whole numbers from 1. Default 1.
    sample_steps : grid, optional
        Sweeps after which samples are looked at, whole numbers from 1. Default 1 to 100.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``singular_value`` and that of the likelihood, ``likelihood_singular_value``; ``variance`` of samples along the mode and at equilibrium.

    Raises
    ------
    ValueError
        If an argument is out of its domain.

    Notes
    -----
    Gaussian units, each mode alone. Decelle, Furtlehner & Seoane, Adv. Neural Inf. Process. Syst. 34 (2021), for the memory of chains.
    """
    call = Call("flow", "short-chains").flags(eigenvalues=eigenvalues, gibbs_steps=gibbs_steps, sample_steps=sample_steps)
    return call.table(progress)


def flow_persistent_chains(
    *,
    eigenvalues: Grid,
    learning_rate: Grid,
    gibbs_steps: Grid | None = None,
    initial_singular_value: float | None = None,
    updates: int | None = None,
    summary: bool = False,
    batch: int | None = None,
    progress: Progress = None,
) -> Table:
    """How learning with persistent chains goes at a finite learning rate, when the chains lag behind the machine.

    Parameters
    ----------
    eigenvalues : grid
        Eigenvalues of the data's covariance, at least 0.
    learning_rate : grid
        Learning rates > 0.
    gibbs_steps : grid, optional
        Sweeps of the chains in an update, whole numbers from 1. Default 1.
    initial_singular_value : float, optional
        Before the first update, above 0 and below 1. Default 0.1.
    updates : int, optional
        Number of updates, each with a row. Default 100.
    summary : bool
        A row per training: what small deviations from its end do.
    batch : int, optional
        With `summary`: samples per update, of Gaussian data, and as many chains. Default 100.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``update``, ``singular_value``, ``variance`` of the chains, and ``equilibrium_singular_value``, if the chains did not lag behind; or ``decay``, ``period``,
        the learning rates ``oscillates_from`` and ``unstable_from``, and ``singular_value_deviation``.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.

    Notes
    -----
    Gaussian units, each mode alone. Tieleman, ICML (2008), for the algorithm.
    """
    call = Call("flow", "persistent-chains").flags(eigenvalues=eigenvalues, learning_rate=learning_rate, gibbs_steps=gibbs_steps)
    call.flags(initial_singular_value=initial_singular_value, updates=updates, batch=batch)
    return call.switches(summary=summary).table(progress)


def flow_ring(
    *,
    units: Grid,
    beta: Grid | None = None,
    correlation_length: Grid | None = None,
    states: int | None = None,
    hidden_units: Grid | None = None,
    hidden: str | None = None,
    method: Literal["exact", "small-beta"] | None = None,
    summary: bool = False,
    trajectory: bool = False,
    time: Grid | None = None,
    init_scale: float | None = None,
    starts: int | None = None,
    seed: Seed | None = None,
    progress: Progress = None,
) -> Table:
    """What hidden units learn from infinitely many configurations of a ring: place cells.

    Parameters
    ----------
    units : grid
        Sites N, whole numbers from 3.
    beta, correlation_length, states
        As for `threshold`; `states` (2 to 12) make a clock ring.
    hidden_units : grid, optional
        Numbers of hidden units: 1 to 16, or, for the optimum on an Ising ring, up to N; those beyond 16 reach arcs, outside of which
        their weights are 0. Default 1.
    hidden : str, optional
        ``"spin"`` (the default), ``"gaussian"``, ``"double-well:THETA"`` or ``"relu"`` (of these at most 3), or ``"binary"``: with biases a spin of
        half the weights. Relu and binary units learn biases, relu on an Ising ring only.
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
        ``hidden_unit``, ``site``, ``weight``, and the biases of units that have some; or centres, widths (FWHM, in sites) and log-likelihoods in nats.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.

    Notes
    -----
    Harsh et al., J. Phys. A 53, 174002 (2020).
    """
    call = Call("flow", "ring").flags(units=units, beta=beta, correlation_length=correlation_length, states=states, hidden_units=hidden_units)
    call.switches(summary=summary, trajectory=trajectory).flags(hidden=hidden, method=method, time=time, init_scale=init_scale, starts=starts)
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


def flow_localisation(
    data: Literal["nlgp-ring", "nlgp-torus", "elliptical-ring"],
    *,
    units: Grid,
    correlation_length: Grid,
    nonlinearity: Words | None = None,
    kurtosis: Grid | None = None,
    visible: Literal["gaussian", "spin"] | None = None,
    biases: Literal["learned", "none"] | None = None,
    progress: Progress = None,
) -> Table:
    """Whether a hidden unit localises on translation-invariant data of any kurtosis, and from which size on.

    Parameters
    ----------
    data : {"nlgp-ring", "nlgp-torus", "elliptical-ring"}
        A Gaussian process through a nonlinearity at each site, or times one random number for all sites.
    units : grid
        Number of sites; squares on a torus.
    correlation_length : grid
        That of the Gaussian process, in sites, at most 20.
    nonlinearity : str or sequence of str, optional
        ``"erf:G"``, ``"cubic:C"``, ``"sign"`` or ``"rate:F"`` (0 or 1 with the mean F, standardised), for nlgp data; cubic only on a torus.
    kurtosis : grid, optional
        Excess kurtosis of one unit >= 0, for elliptical data.
    visible : {"gaussian", "spin"}, optional
        Visible units; spin for ``"sign"`` only. Default gaussian.
    biases : {"learned", "none"}, optional
        Biases of the machine, which only data of ``"rate:F"`` make. Default learned.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``integrated_cumulant``, whose sign decides on long rings; ``growth_rate`` of the longest wave on uniform weights; ``units_critical``.

    Raises
    ------
    ValueError
        If an argument is missing, has no meaning for the data, or is out of its domain.

    Notes
    -----
    To first order in the fourth cumulants and second order in the third ones; ``valid`` and ``growth_rate_error`` say how good that is.
    """
    call = Call("flow", "localisation").flags(
        data=data,
        units=units,
        correlation_length=correlation_length,
        nonlinearity=nonlinearity,
        kurtosis=kurtosis,
        visible=visible,
        biases=biases,
    )
    return call.table(progress)


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
