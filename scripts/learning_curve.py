#!/usr/bin/env python3
"""Figure of `validate learning-curve`: what one hidden unit learns from two clusters, against its replica theory.

python scripts/learning_curve.py learning-curve.csv -o figures/learning_curve.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

LABELS = {"train_loglik": "training samples", "test_loglik": "fresh samples"}


def spin_curves(rows: list[style.Row], laws: list[style.Row]) -> list[tuple[float, list[style.Row], list[style.Row]]]:
    """(b, comparisons, theory) of the spin hidden unit before two clusters; theory as rows by alpha."""
    spins = style.select(rows, data="two-cluster", law="spin", control=False)
    # A curve has more than one alpha; other comparisons of a spin do not.
    signals = sorted({row["signal"] for row in spins})
    return [(b, style.select(spins, signal=b), style.select(laws, signal=b, hidden="spin")) for b in signals]


def theory_line(ax, rows: list[style.Row], law: list[style.Row], observable: str, colour: str, **options) -> None:
    """The theory against alpha: dashed where it is unstable against replica-symmetry breaking."""
    if law:
        points = [(row["alpha"], row[observable], row["stable"]) for row in law if row[observable] is not None]
    else:
        limit = style.select(style.at_limit(rows), observable=observable)
        points = [(row["alpha"], row["theory"], row["judged"]) for row in limit]
    points.sort()
    stable = [point for point in points if point[2]]
    # The dashed line reaches the first stable point, so that there is no gap.
    unstable = [point for point in points if not point[2]] + stable[:1]
    ax.plot([p[0] for p in stable], [p[1] for p in stable], color=colour, zorder=1, **options)
    options.pop("label", None)
    ax.plot([p[0] for p in unstable], [p[1] for p in unstable], "--", color=colour, zorder=1, **options)


def overlap_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Squared overlap with the teacher: every size (paler: smaller) and its extrapolation."""
    for index, (signal, curve, law) in enumerate(spin_curves(rows, laws)):
        overlaps = style.select(curve, observable="overlap_squared")
        units = sorted({row["units"] for row in style.at_sizes(overlaps)})
        for rank, size in enumerate(units):
            measured = style.select(overlaps, units=size)
            paleness = 0.1 + 0.4 * (rank + 1) / len(units)
            style.points(ax, style.column(measured, "alpha"), measured, index, alpha=paleness)
        limit = style.at_limit(overlaps)
        style.points(ax, style.column(limit, "alpha"), limit, index)
        theory_line(ax, curve, law, "overlap_squared", style.COLOURS[index], label=f"$b={signal:g}$")
        ax.axvline(signal**-4, color=style.COLOURS[index], linewidth=0.6, linestyle=":")
    ax.set(xlabel=r"samples per unit $\alpha$", ylabel="squared overlap", xscale="log", ylim=(0, 1))
    finish(ax, rows)
    ax.legend(loc="lower right")


def finish(ax, rows: list[style.Row]) -> None:
    """Plain numbers along alpha, over the range of the simulation."""
    alphas = sorted({row["alpha"] for row in rows})
    style.plain_log(ax.xaxis)
    ax.set_xlim(0.75 * alphas[0], 1.35 * alphas[-1])


def likelihood_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Log-likelihood of training and of fresh samples in the limit: overfitting below and above the threshold."""
    for index, (signal, curve, law) in enumerate(spin_curves(rows, laws)):
        for observable, marker in (("train_loglik", "^"), ("test_loglik", "v")):
            limit = style.select(style.at_limit(curve), observable=observable)
            label = f"$b={signal:g}$, {LABELS[observable]}"
            style.points(ax, style.column(limit, "alpha"), limit, index, marker=marker, label=label)
            theory_line(ax, curve, law, observable, style.COLOURS[index])
    ax.axhline(0, color="0.6", linewidth=0.6, linestyle=":")
    ax.set(xlabel=r"samples per unit $\alpha$", ylabel="log-likelihood (nats)", xscale="log")
    finish(ax, rows)
    ax.legend(loc="upper right")


def deviation_panel(ax, rows: list[style.Row]) -> None:
    """Simulation minus theory, in the limit: the training likelihood that replica symmetry promises and N spins do not have."""
    for index, (signal, curve, _) in enumerate(spin_curves(rows, [])):
        limit = style.select(style.at_limit(curve), observable="train_loglik")
        x = style.column(limit, "alpha")
        shifted = [{**row, "simulation": row["simulation"] - row["theory"]} for row in limit]
        style.points(ax, x, shifted, index, label=f"$b={signal:g}$")
        unstable = [row["alpha"] for row in limit if not row["judged"]]
        if unstable:
            ax.axvspan(0.1, 1.19 * max(unstable), 0.5 * index, 0.5 * index + 0.5, color=style.COLOURS[index], alpha=0.08, lw=0)
    ax.axhline(0, color="0.4", linewidth=0.8)
    ax.set(xlabel=r"samples per unit $\alpha$", ylabel="training likelihood,\nsimulation − theory", xscale="log")
    finish(ax, rows)
    ax.legend(loc="lower right", title="shaded: unstable", title_fontsize=6.5)


def main() -> None:
    """Overlap, likelihoods, deviation, scores of what is stable."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 4.8), layout="constrained")
    overlap_panel(axes[0, 0], rows, laws)
    likelihood_panel(axes[0, 1], rows, laws)
    deviation_panel(axes[1, 0], rows)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
