#!/usr/bin/env python3
"""Figure of `validate log-partition`: the errors of theory's estimates of ln Z against size, and those of annealing.

python scripts/log_partition.py log-partition.csv -o figures/log_partition.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

ESTIMATES = {
    "error_gaussian": r"$\ln Z-$ Gaussian pairs",
    "error_one_loop": r"$\ln Z-$ one loop",
    "error_tap_per_unit": r"$(\ln Z-$ TAP$)/N$",
}
ANNEALING = [("coverage", "share of error bars that hold $\\ln Z$"), ("bias", "mean error in error bars")]


def error_panel(ax, rows: list[style.Row], observable: str, label: str) -> None:
    """Error of one estimate against 1/N for both kinds of units; it ends at 0, and the cross is the wrong theory."""
    for index, law in enumerate(("spin", "binary")):
        chosen = style.select(rows, observable=observable, law=law)
        sizes = style.at_sizes(chosen)
        x = [1 / row["units"] for row in sizes]
        style.points(ax, x, sizes, index, label=law)
        curve = sorted(zip(x, style.column(sizes, "theory")))
        ax.plot(*zip((0.0, 0.0), *curve), color=style.COLOURS[index], zorder=1)
        limit = style.at_limit(chosen)
        style.points(ax, [0.0] * len(limit), limit, index, clip_on=False)
    ax.axhline(0, color="0.6", linewidth=0.6, linestyle=":")
    ax.set(xlabel=r"$1/N$", ylabel=label)
    ax.set_xlim(left=0)
    ax.locator_params(axis="both", nbins=5)
    ax.legend()


def annealing_panel(ax, rows: list[style.Row], observable: str, label: str) -> None:
    """Coverage or bias in both directions for both kinds of units, with the theory and its wrong version."""
    places = [(law, way) for law in ("spin", "binary") for way in ("forward", "reverse")]
    for place, (law, way) in enumerate(places):
        chosen = style.select(rows, observable=f"{observable}_{way}", law=law)
        style.points(ax, [place], style.select(chosen, control=False), 0 if law == "spin" else 1)
    theory = style.select(rows, observable=f"{observable}_forward")
    for row in theory[:2]:
        ax.axhline(row["theory"], color="0.4", linestyle="--" if row["control"] else "-", linewidth=0.8)
        if row["control"]:
            ax.text(3.45, row["theory"], "wrong theory", ha="right", va="bottom", fontsize=6)
    ax.set_xticks(range(len(places)), [f"{law}\n{way}" for law, way in places])
    ax.set(ylabel=label, xlim=(-0.5, 3.5))


def main() -> None:
    """Three estimates, annealing, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(2, 3, figsize=(style.PAGE, 4.4), layout="constrained")
    for ax, (observable, label) in zip(axes[0], ESTIMATES.items()):
        error_panel(ax, rows, observable, label)
    for ax, (observable, label) in zip(axes[1], ANNEALING):
        annealing_panel(ax, rows, observable, label)
    style.score_panel(axes[1, 2], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
