"""Questions about inference and about the phases of given ensembles."""

from __future__ import annotations

from ._call import Call, Grid, Progress, Words
from ._table import Table


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
    one_step: bool = False,
    progress: Progress = None,
) -> Table:
    """Phases of an RBM of spins whose weights are modes and noise, W = w u vᵀ + noise.

    Parameters
    ----------
    w : grid, optional
        Singular value of the mode, at least 0; several modes as ``"1.5+1.2+1"``, or ``"2+0:2:41"``. Not with `boundary`.
    sigma : grid
        Noise of the weights, at least 0: entries N(0, σ²/√(NM)).
    kappa : grid, optional
        Hidden units per visible unit > 0. Default 1.
    components : str or sequence, optional
        Laws of the components of all modes: ``"gaussian"`` (the default), ``"rademacher"``, ``"laplace"``, ``"sparse:RHO"``; or one of each mode,
        ``"laplace+gaussian"``.
    visible_field, hidden_field : float, optional
        Uniform fields. Default 0.
    all_branches : bool
        Every branch found, and not only that of the lowest free energy.
    boundary : bool
        The lines of the diagram instead: w of each at `sigma` and `kappa`.
    one_step : bool
        One step of broken replica symmetry beside a glass of one mode at zero fields.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``m_visible``, ``m_hidden``, ``q_visible``, ``q_hidden``, ``free_energy`` per visible unit, ``at_stability``, ``phase``; or the lines.
        With several modes a magnetization of each, ``m_visible_0``, ``m_visible_1``, …, which are ``recalled``, and ``at_mixing``.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.
    """
    call = Call("phase").flags(model="rbm", w=w, sigma=sigma, kappa=kappa, components=components, visible_field=visible_field)
    return call.flags(hidden_field=hidden_field).switches(all_branches=all_branches, boundary=boundary, one_step=one_step).table(progress)


def phase_hopfield(
    *,
    alpha: Grid | None = None,
    temperature: Grid | None = None,
    all_branches: bool = False,
    boundary: bool = False,
    one_step: bool = False,
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
    one_step : bool
        One step of broken replica symmetry beside each state in which symmetry is broken; of the lines that of the retrieval states, at `temperature`.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``m``, ``q``, ``r``, ``free_energy``, ``at_stability``, ``phase``; or the lines. With `one_step` also ``one_step_m``, ``one_step_q_low``, ``one_step_q_high``,
        ``one_step_y`` and ``one_step_free_energy``.

    Raises
    ------
    ValueError
        If an argument is missing or out of its domain.

    Notes
    -----
    Amit, Gutfreund & Sompolinsky, Ann. Phys. 173, 30 (1987). One step: Crisanti, Amit & Gutfreund, Europhys. Lett. 2, 337 (1986).
    """
    call = Call("phase").flags(model="hopfield", alpha=alpha, temperature=temperature)
    return call.switches(all_branches=all_branches, boundary=boundary, one_step=one_step).table(progress)


def phase_patterns(
    *,
    alpha: Grid,
    density: Grid,
    scale: Grid,
    visible: str | None = None,
    hidden: Words | None = None,
    threshold: Grid | None = None,
    visible_field: float | None = None,
    recalled: int | None = None,
    all_branches: bool = False,
    progress: Progress = None,
) -> Table:
    """Phases of machines of random sparse weights: how many patterns are recalled together.

    Parameters
    ----------
    alpha : grid
        Hidden units per visible unit > 0.
    density : grid
        Part of the weights that is not zero, in (0, 1].
    scale : grid
        Standard deviation of the weights in units of 1/sqrt(N), > 0.
    visible : str, optional
        Kind of the visible units: ``"spin"`` (the default) or ``"binary"``.
    hidden : str or sequence, optional
        Kinds of the hidden units: ``"gaussian"`` (the default), ``"relu"``, ``"double-well:THETA"``; spin and binary units recall nothing.
    threshold : grid, optional
        Threshold of the hidden units. Default 0.
    visible_field : float, optional
        Uniform field on the visible units. Default 0.
    recalled : int, optional
        Largest number of patterns recalled together that is looked for, at most 1000. Default 10.
    all_branches : bool
        Every state found, and not only that of the lowest free energy.
    progress : bool or callable, optional
        A bar of tqdm, or a function of the steps done and their number.

    Returns
    -------
    Table
        ``recalled``, ``m``, ``square_visible``, ``q_visible``, ``square_hidden``, ``r``, ``free_energy``, ``curvature_apart``, ``curvature_new``, ``at_stability``, ``phase``.

    Raises
    ------
    ValueError
        If an argument is out of its domain.

    Notes
    -----
    Tubiana & Monasson, Phys. Rev. Lett. 118, 138301 (2017).
    """
    call = Call("phase").flags(model="patterns", alpha=alpha, density=density, scale=scale, visible=visible, hidden=hidden)
    call = call.flags(threshold=threshold, visible_field=visible_field, recalled=recalled)
    return call.switches(all_branches=all_branches).table(progress)
