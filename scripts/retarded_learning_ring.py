#!/usr/bin/env python3
"""Figure of `validate retarded-learning-ring`: how many samples it takes to see the uniform mode of a ring, or to learn a place cell.

python scripts/retarded_learning_ring.py retarded-learning-ring.csv -o figures/retarded_learning_ring.pdf
"""

from __future__ import annotations

import math

import matplotlib.pyplot as plt

import style

RING = ("data", "beta", "states")
DASHES = {"crossing": "--", "crossing-published": ":"}


def name(row: style.Row) -> str:
    """A ring in the legend."""
    law = ", Gaussian" if row["law"] == "gaussian" else ""
    if row["data"] == "clock-ring":
        return rf"XY $p={row['states']:g}$, $\beta={row['beta']:g}$" + law
    return rf"Ising $\beta={row['beta']:g}$" + law


def rings(rows: list[style.Row]) -> dict[str, list[style.Row]]:
    """The rows of each ring under its name."""
    columns = (*RING, "law")
    keys = [dict(zip(columns, key, strict=True)) for key in style.values(rows, *columns)]
    groups = [style.select(rows, **key) for key in keys]
    # A ring that serves controls alone has nothing to show.
    return {name(group[0]): group for group in groups if style.select(group, control=False)}


def growth_panel(ax, groups: dict[str, list[style.Row]], laws: list[style.Row]) -> None:
    """Samples against N: at half overlap (filled), P (1 - overlap) far above (open; theory: ticks), the criteria."""
    for index, (label, rows) in enumerate(groups.items()):
        colour = style.COLOURS[index]
        far = style.at_sizes(style.select(rows, observable="samples_c", criterion="spectral"))
        half = style.at_sizes(style.select(rows, observable="samples_at_overlap"))
        style.points(ax, style.column(far, "units"), far, index, label=label)
        ax.plot(style.column(far, "units"), style.column(far, "limit"), "_", color=colour, zorder=2)
        ax.plot(
            style.column(half, "units"), style.column(half, "simulation"), style.MARKERS[index], color=colour, zorder=3
        )
        reach = [min(row["units"] for row in far + half), max(row["units"] for row in far + half)]
        spectral = spectral_line(laws, rows, reach) or critical_sizes(rows)
        ax.plot(spectral.keys(), spectral.values(), color=colour, zorder=1)
        for row in style.select(rows, observable="samples_c", control=True):
            samples = [row["theory"] / row["units"] * units for units in reach]  # P = alpha N, alpha knows no N
            ax.plot(reach, samples, DASHES[row["criterion"]], color=colour, linewidth=0.8)
    for criterion, dashes in {"spectral": "-", **DASHES}.items():
        ax.plot([], [], dashes, color="0.4", linewidth=0.8, label=criterion.replace("-", ", "))
    ax.set(xlabel="units $N$", ylabel="samples $P$", xscale="log", yscale="log")
    style.plain_log(ax.xaxis)
    ax.legend(loc="upper left", fontsize=5)


def spectral_line(laws: list[style.Row], rows: list[style.Row], reach: list[float]) -> dict[float, float]:
    """P_c against N from tables of `saddlepoint threshold`, over the sizes of the simulation."""
    ring = style.select(laws, **{key: rows[0][key] for key in RING})
    return {row["units"]: row["samples_c"] for row in ring if reach[0] <= row["units"] <= reach[1]}


def critical_sizes(rows: list[style.Row]) -> dict[float, float]:
    """P_c = (N^2-1)(N^2+11)/(180 sinh^2(2 beta) e^(4 beta)) of an Ising ring, at the sizes where half overlap was measured."""
    half = style.at_sizes(style.select(rows, observable="samples_at_overlap"))
    return {
        row["units"]: (row["units"] ** 2 - 1)
        * (row["units"] ** 2 + 11)
        / (180 * math.sinh(2 * row["beta"]) ** 2 * math.exp(4 * row["beta"]))
        for row in half
    }


def collapse_panel(ax, groups: dict[str, list[style.Row]]) -> None:
    """Overlap against P/P_c: one curve for all sizes; the formula of an isolated outlier (dashes) fails here."""
    for index, (label, rows) in enumerate(groups.items()):
        measured = style.select(rows, observable="overlap_squared")
        spectral = critical_sizes(rows)
        units = sorted({row["units"] for row in measured})
        for rank, size in enumerate(units):
            shown = sorted(style.select(measured, units=size), key=lambda row: row["alpha"])
            x = [row["alpha"] * size / spectral[size] for row in shown]
            text = {"label": f"{label}, $N={units[0]:g}$ to ${size:g}$"} if rank == len(units) - 1 else {}
            style.points(ax, x, shown, index, alpha=0.3 + 0.7 * (rank + 1) / len(units), **text)
            if rank == len(units) - 1:
                ax.plot(x, style.column(shown, "theory"), "--", color=style.COLOURS[index], linewidth=0.8)
    ax.plot([], [], "--", color="0.4", linewidth=0.8, label="isolated outlier (control)")
    ax.set(xlabel="samples $P/P_c$", ylabel="squared overlap", xscale="log", ylim=(0, 1))
    style.plain_log(ax.xaxis)
    ax.legend(loc="upper left")


def trained_panel(ax, rows: list[style.Row]) -> None:
    """Trained machines: samples against N at half overlap and P (1 - overlap) far above, the theory and the criteria."""
    overlaps = style.select(rows, observable="overlap_squared")
    coefficient = {row["units"]: row["alpha"] * row["units"] * (1 - row["theory"]) for row in overlaps}
    sizes = sorted(coefficient)
    half = style.at_sizes(style.select(rows, observable="samples_at_overlap", criterion="linear-response"))
    style.points(ax, style.column(half, "units"), half, 0, label="at half overlap")
    far = style.at_limit(style.select(rows, observable="coefficient", control=False))
    length = {row["limit"]: row["units"] for row in style.at_sizes(style.select(rows, observable="coefficient"))}
    style.points(ax, [length[row["limit"]] for row in far], far, 1, label=r"$P\,(1-\mathrm{overlap})$, $P\to\infty$")
    ax.plot(sizes, [coefficient[units] for units in sizes], color=style.COLOURS[1], label="$A$ of linear response")
    beta = rows[0]["beta"]
    spectral = [(n**2 - 1) * (n**2 + 11) / (180 * math.sinh(2 * beta) ** 2 * math.exp(4 * beta)) for n in sizes]
    ax.plot(sizes, spectral, color="0.4", linewidth=0.8, label="spectral")
    ax.plot(sizes, [n / (math.exp(beta) - 1) ** 2 for n in sizes], "--", color="0.4", linewidth=0.8, label="crossing")
    ax.set(xlabel="units $N$", ylabel="samples $P$", xscale="log", yscale="log")
    style.plain_log(ax.xaxis)
    ax.legend(loc="upper left", fontsize=5)


def overlap_panel(ax, rows: list[style.Row]) -> None:
    """Overlap of trained machines with the place cell against P/A, and the linear response 1 - A/P (dashes)."""
    overlaps = style.select(rows, observable="overlap_squared")
    sizes = sorted({row["units"] for row in overlaps})
    for index, units in enumerate(sizes):
        shown = sorted(style.select(overlaps, units=units), key=lambda row: row["alpha"])
        x = [1 / (1 - row["theory"]) for row in shown]
        style.points(ax, x, shown, index, label=f"$N={units:g}$")
    x = [1.02 * 1.1**k for k in range(9)]
    ax.plot(x, [1 - 1 / x for x in x], "--", color="0.4", linewidth=0.8, label="$1-A/P$")
    ax.set(xlabel="samples $P/A$", ylabel="squared overlap", xscale="log", ylim=(0, 1))
    style.plain_log(ax.xaxis)
    ax.legend(loc="lower right", fontsize=5)


def main() -> None:
    """Growth with N, approach to the critical sample size, collapse around it, trained machines, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    table = style.read_table(options.table)
    rows, trained = ([row for row in table if (row["kappa"] is None) == plain] for plain in (True, False))
    laws = [row for path in options.law for row in style.read_table(path)]
    style.use_style()
    figure, axes = plt.subplots(3, 2, figsize=(style.PAGE, 7.2), layout="constrained")
    groups = rings(rows)
    growth_panel(axes[0, 0], groups, laws)
    for index, (label, ring) in enumerate(groups.items()):
        style.ratio_curve(axes[0, 1], style.select(ring, observable="samples_c", criterion="spectral"), 1, index, label)
    axes[0, 1].set(xlabel="$1/N$", ylabel=r"$P\,(1-\mathrm{overlap})\,/\,$theory")
    collapse_panel(axes[1, 0], groups)
    style.score_panel(axes[1, 1], table)
    trained_panel(axes[2, 0], trained)
    overlap_panel(axes[2, 1], trained)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
