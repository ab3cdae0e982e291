#!/usr/bin/env python3
"""Figure of `validate retarded-learning`: overlap and eigenvalue of the top sample eigenvector across the threshold.

python scripts/retarded_learning.py retarded-learning.csv -o figures/retarded_learning.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.ticker import NullFormatter

import style

NAMES = {"spiked": "spiked", "two-cluster": "two clusters"}


def line(laws: list[style.Row], data: str, name: str) -> list[tuple[float, float]]:
    """A column of `saddlepoint threshold --alpha` against alpha, for one data model."""
    chosen = [row for row in laws if row["data"] == data and row[name] is not None]
    return sorted((row["alpha"], row[name]) for row in chosen)


def overlap_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Squared overlap against alpha: every size (paler: smaller), the limit of theory as a line."""
    for index, (data,) in enumerate(style.values(rows, "data")):
        group = style.select(rows, data=data, observable="overlap_squared")
        units = sorted({row["units"] for row in group if row["units"] is not None})
        for rank, size in enumerate(units):
            measured = style.select(group, units=size, control=False)
            style.points(
                ax,
                style.column(measured, "alpha"),
                measured,
                index,
                alpha=0.3 + 0.7 * (rank + 1) / len(units),
            )
        limit = line(laws, data, "overlap_squared") or sorted(
            {(row["alpha"], limit_of(row)) for row in style.at_sizes(group)}
        )
        label = f"{NAMES.get(data, data)}, $N={units[0]:g}$ to ${units[-1]:g}$"
        ax.plot(*zip(*limit), color=style.COLOURS[index], label=label)
    ax.set(xlabel=r"samples per unit $\alpha$", ylabel="squared overlap", xscale="log", ylim=(0, 1))
    style.plain_log(ax.xaxis, sorted({row["alpha"] for row in rows}))
    ax.legend(loc="upper left")


def limit_of(row: style.Row) -> float:
    """Squared overlap at infinite size: above the threshold corrections start at 1/N, elsewhere it vanishes."""
    return row["limit"] if row["power"] == 1 else 0.0


def critical_panel(ax, rows: list[style.Row]) -> None:
    """At the threshold the squared overlap falls as N^(-1/3), below it as 1/N."""
    overlaps = style.select(style.at_sizes(rows), observable="overlap_squared")
    decaying = [row for row in overlaps if row["power"] != 1]  # above the threshold the overlap stays finite
    for index, (data, alpha) in enumerate(style.values(decaying, "data", "alpha")):
        sizes = style.select(decaying, data=data, alpha=alpha)
        x = style.column(sizes, "units")
        style.points(ax, x, sizes, index, label=rf"{NAMES.get(data, data)}, $\alpha={alpha:g}$")
        ax.plot(x, style.column(sizes, "theory"), color=style.COLOURS[index % len(style.COLOURS)], zorder=1)
    ax.set(xlabel=r"units $N$", ylabel="squared overlap", xscale="log", yscale="log")
    style.plain_log(ax.xaxis)
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.legend(loc="lower left")


def eigenvalue_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Top sample eigenvalue at infinite size: simulation extrapolated, theory as a line."""
    for index, (data,) in enumerate(style.values(rows, "data")):
        limit = style.at_limit(style.select(rows, data=data, observable="sample_eigenvalue"))
        limit.sort(key=lambda row: row["alpha"])
        x = style.column(limit, "alpha")
        style.points(ax, x, limit, index, label=NAMES.get(data, data))
        theory = line(laws, data, "sample_eigenvalue") or list(zip(x, style.column(limit, "theory")))
        ax.plot(*zip(*theory), color=style.COLOURS[index], zorder=1)
    ax.set(xlabel=r"samples per unit $\alpha$", ylabel=r"top eigenvalue, $N\to\infty$", xscale="log")
    style.plain_log(ax.xaxis, sorted({row["alpha"] for row in rows}))
    ax.legend(loc="upper right")


def main() -> None:
    """Overlap, finite-size decay, eigenvalue, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 4.8), layout="constrained")
    overlap_panel(axes[0, 0], rows, laws)
    critical_panel(axes[0, 1], rows)
    eigenvalue_panel(axes[1, 0], rows, laws)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
