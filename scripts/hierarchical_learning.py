#!/usr/bin/env python3
"""Figure of `validate hierarchical-learning`: modes that leave the bulk one after another, and the symmetry that training breaks.

python scripts/hierarchical_learning.py hierarchical-learning.csv -o figures/hierarchical_learning.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def hidden_units(row: style.Row) -> int:
    """M = kappa N."""
    return round(row["kappa"] * row["units"])


def mode_panel(ax, rows: list[style.Row], observable: str, label: str) -> None:
    """An observable of each mode against time at the largest M: theory as lines, simulation as points (hollow: not judged)."""
    largest = max(map(hidden_units, rows))
    seen = [row for row in style.select(rows, observable=observable, control=False) if hidden_units(row) == largest]
    for index, (mode,) in enumerate(sorted(style.values(seen, "mode"))):
        one = sorted(style.select(seen, mode=mode), key=lambda row: row["x"])
        times = style.column(one, "x")
        ax.plot(times, style.column(one, "theory"), color=style.COLOURS[index], zorder=1)
        style.points(ax, times, one, index, label=f"mode {mode:g}")
    ax.set(xlabel=r"time, in growth times of mode 0", ylabel=label, title=f"$M={largest}$")
    ax.legend()


def half_panel(ax, rows: list[style.Row]) -> None:
    """Time of half an overlap with each mode of the data against M."""
    seen = style.select(rows, observable="time_of_half_overlap", control=False)
    for index, (mode,) in enumerate(sorted(style.values(seen, "mode"))):
        one = sorted(style.select(seen, mode=mode), key=hidden_units)
        sizes = [hidden_units(row) for row in one]
        ax.plot(sizes, style.column(one, "theory"), color=style.COLOURS[index], zorder=1)
        style.points(ax, sizes, one, index, label=f"mode {mode:g}")
    ax.set(xlabel=r"hidden units $M$", ylabel="time of half an overlap", xscale="log")
    style.plain_log(ax.xaxis, sorted({hidden_units(row) for row in rows}))
    ax.legend()


def symmetry_panel(ax, rows: list[style.Row]) -> None:
    """Jensen-Shannon divergence between the weights and rotated ones, before and after training, against M."""
    seen = style.select(rows, observable="jensen_shannon")
    before = sorted(style.select(seen, control=False), key=hidden_units)
    after = sorted(style.select(seen, control=True), key=hidden_units)
    sizes = [hidden_units(row) for row in before]
    ax.plot(sizes, style.column(before, "theory"), color=style.COLOURS[0], label="random weights, theory", zorder=1)
    style.points(ax, sizes, before, 0, label="before training")
    style.points(ax, sizes, after, 1, label="after training")
    ax.set(xlabel=r"hidden units $M$", ylabel="Jensen–Shannon divergence (nats)", xscale="log", yscale="log")
    style.plain_log(ax.xaxis, sizes)
    ax.legend()


def main() -> None:
    """Singular values, overlaps, times, symmetry, the trained machine, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(2, 3, figsize=(style.PAGE, 4.6), layout="constrained")
    mode_panel(axes[0, 0], rows, "singular_value", "singular value $s_k$")
    mode_panel(axes[0, 1], rows, "overlap_squared", "squared overlap")
    half_panel(axes[0, 2], rows)
    symmetry_panel(axes[1, 0], rows)
    trained = sorted(style.select(rows, observable="log_likelihood"), key=hidden_units)
    sizes = [hidden_units(row) for row in trained]
    axes[1, 1].axhline(trained[0]["theory"], color="0.5", label="independent units")
    style.points(axes[1, 1], sizes, trained, 2, label="after training")
    axes[1, 1].set(xlabel=r"hidden units $M$", ylabel="log-likelihood per sample (nats)", xscale="log")
    style.plain_log(axes[1, 1].xaxis, sizes)
    axes[1, 1].legend()
    style.score_panel(axes[1, 2], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
