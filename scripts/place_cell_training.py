#!/usr/bin/env python3
"""Figure of `validate place-cell-training`: a place cell learnt by PCD against the exact optimum, and published runs.

python scripts/place_cell_training.py place-cell-training.csv -o figures/place_cell_training.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

LABELS = {
    "sum_weights": r"$\sum_i w_i$",
    "square_weights": r"$\sum_i w_i^2$",
    "participation": "sites",
}


def rate_panel(ax, rows: list[style.Row]) -> None:
    """Time averages over the exact optimum against the learning rate, and the fits that end there."""
    betas = style.values(rows, "beta")
    for beta, observable in style.values(rows, "beta", "observable"):
        shown = style.select(style.at_sizes(rows), beta=beta, observable=observable)
        shown.sort(key=lambda row: row["x"])
        rates = style.column(shown, "x")
        limit = shown[0]["limit"]
        look = {
            "color": style.COLOURS[betas.index((beta,))],
            "marker": style.MARKERS[list(LABELS).index(observable)],
        }
        label = rf"{LABELS[observable]}, $\beta={beta:g}$"
        style.points(ax, rates, shown, 0, [1 / limit] * len(shown), label=label, **look)
        law = [row["theory"] / limit for row in shown]
        ax.plot([0, *rates], [1, *law], color=look["color"], zorder=1)
    # Room for the legend above the points.
    ax.set(xlabel=r"learning rate $\eta$", ylabel="time average / optimum", ylim=(0.9, 3.1))
    ax.set_xlim(left=0)
    ax.legend(loc="upper center", fontsize=4.5, ncols=3, columnspacing=1)


def published_panel(ax, rows: list[style.Row], laws: list[style.Row], name: str) -> None:
    """|sum w| on a data set: mean of the runs, the numbers read off the publication, the optimum of infinitely many samples."""
    x = [row["beta"] if name == "beta" else 1 / row["alpha"] for row in rows]
    style.points(ax, x, rows, 0, label="mean of runs")
    ax.plot(x, style.column(rows, "theory"), "x", color=style.COLOURS[1], label="read off H20")
    lines = [row for row in laws if row["units"] == rows[0]["units"]]
    if name == "beta" and lines:
        ax.plot(style.column(lines, "beta"), style.column(lines, "sum_weights"), color=style.COLOURS[2], label="$P\\to\\infty$")
    elif lines:
        same = min(lines, key=lambda row: abs(row["beta"] - rows[0]["beta"]))
        ax.axhline(same["sum_weights"], color=style.COLOURS[2], label="$P\\to\\infty$")
    ax.set_title(f"$N={rows[0]['units']:g}$", loc="right", fontsize="medium", pad=2)
    ax.set(xlabel=r"coupling $\beta$" if name == "beta" else r"$\gamma=N/P$", ylabel=r"$|\sum_i w_i|$", ylim=(0, None))
    ax.legend(fontsize=5)


def main() -> None:
    """Learning rate to zero, published runs against coupling and samples, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    published = style.select(rows, criterion="published")
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 4.8), layout="constrained")
    judged = style.select(rows, criterion=None)
    rate_panel(axes[0, 0], judged)
    style.score_panel(axes[0, 1], judged)
    for ax, units, name in zip(axes[1], (100, 20), ("beta", "gamma"), strict=True):
        shown = style.select(published, units=units)
        if shown:
            published_panel(ax, shown, laws, name)
        else:
            ax.set_axis_off()
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
