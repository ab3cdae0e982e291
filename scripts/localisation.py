#!/usr/bin/env python3
"""Figure of `validate localisation`: growth rates of waves on uniform weights, and machines that localise or not.

python scripts/localisation.py localisation.csv --law growth.csv -o figures/localisation.pdf
"""

from __future__ import annotations

import style


def name(row: style.Row) -> str:
    """Data in words."""
    strength = "" if row["x"] is None else f" {row['x']:g}"
    return f"{row['law']}{strength}, {row['data'].split('-')[1]}"


def size_panel(ax, _rows: list[style.Row], laws: list[style.Row]) -> None:
    """Growth rate of the longest wave against the size of the ring: the sign of the integrated cumulant decides."""
    for index, (nonlinearity,) in enumerate(style.values(laws, "nonlinearity")):
        curve = style.select(laws, nonlinearity=nonlinearity)
        ax.plot(style.column(curve, "units"), style.column(curve, "growth_rate"), color=style.COLOURS[index], label=nonlinearity)
    ax.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    ax.set(xlabel="units $N$", ylabel="growth rate of the longest wave", ylim=(-0.06, 0.04))
    ax.legend(loc="lower right", title="nonlinearity")


def rate_panel(ax, rows: list[style.Row], _laws: list[style.Row]) -> None:
    """Simulation against theory, and the line on which both are equal."""
    chosen = [row for row in rows if row["observable"] == "growth_rate" and not row["control"]]
    for index, row in enumerate(chosen):
        style.points(ax, [row["theory"]], [row], index % len(style.COLOURS), label=name(row))
    ends = [min(row["theory"] for row in chosen), max(row["theory"] for row in chosen)]
    ax.plot(ends, ends, color="0.8", linewidth=0.8, zorder=0)
    ax.set(xlabel="mean growth rate, theory", ylabel="simulation")
    ax.legend(loc="lower right", fontsize=4, handletextpad=0, borderpad=0, labelspacing=0.2, markerscale=0.8)


if __name__ == "__main__":
    style.draw_row(__doc__, size_panel, rate_panel)
