#!/usr/bin/env python3
"""Figure of `validate compositional`: how many patterns machines of sparse weights recall, and Gibbs sampling beside the states of theory.

python scripts/compositional.py compositional.csv --law densities.csv -o figures/compositional.pdf
"""

from __future__ import annotations

import style


def recalled_panel(ax, _rows: list[style.Row], laws: list[style.Row]) -> None:
    """The number of patterns in the state of lowest free energy, against the density of the weights."""
    lowest = sorted(laws, key=lambda row: row["density"])
    ax.plot(style.column(lowest, "density"), style.column(lowest, "recalled"), drawstyle="steps-mid", color=style.COLOURS[0], label="lowest free energy")
    dense = lowest[-1]["density"]
    ax.plot(style.column(lowest, "density"), [dense / row["density"] for row in lowest], ":", color="0.5", label=r"$\propto1/p$")
    ax.set(xlabel="density $p$ of the weights", ylabel="patterns recalled at once, $L$", xscale="log", yscale="log")
    style.plain_log(ax.xaxis)
    style.plain_log(ax.yaxis)
    ax.legend(loc="upper right")


def name(row: style.Row) -> str:
    """A machine in words."""
    return f"{row['data']}, {row['law']}, $L={row['x']:g}$"


def size_panel(ax, rows: list[style.Row], _laws: list[style.Row]) -> None:
    """Strength of the recalled units over its limit against 1/N."""
    chosen = style.select(rows, observable="magnetization_hidden")
    for index, (data, law, recalled) in enumerate(style.values(chosen, "data", "law", "x")):
        group = [row for row in style.select(chosen, data=data, law=law, x=recalled) if not row["control"]]
        style.ratio_curve(ax, group, 1.0, index, name(group[0]))
    largest = max(1 / row["units"] for row in style.at_sizes(chosen))
    ax.set(xlabel="$1/N$", ylabel="activity of a recalled unit over its limit", xlim=(0, 1.05 * largest))
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.4 * (high - low))  # room for the names above the points
    ax.legend(loc="upper left", fontsize=5)


if __name__ == "__main__":
    style.draw_row(__doc__, recalled_panel, size_panel)
