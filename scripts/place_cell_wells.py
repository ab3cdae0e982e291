#!/usr/bin/env python3
"""Figure of `validate place-cell-wells`: the place cell of a real hidden unit, site by site.

python scripts/place_cell_wells.py place-cell-wells.csv --law gaussian.csv wells.csv -o figures/place_cell_wells.pdf
"""

from __future__ import annotations

import style


def field_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Weights against the distance from the middle of the field: theory, and trained machines in the limit of many samples."""
    weights = style.select(style.at_limit(rows), observable="weight")
    for index, (law,) in enumerate(style.values(weights, "law")):
        field = [row["weight"] for row in sorted(style.select(laws, hidden=law), key=lambda row: row["site"])]
        middle = max(range(len(field)), key=lambda site: abs(field[site]))
        sign = 1 if field[middle] > 0 else -1
        distances = range(len(field) // 2 + 1)
        ax.plot(distances, [sign * field[(middle + d) % len(field)] for d in distances], color=style.COLOURS[index], zorder=1)
        measured = [row for row in style.select(weights, law=law) if not row["control"]]
        style.points(ax, style.column(measured, "x"), measured, index, label=law)
    ax.set(xlabel="distance from the middle (sites)", ylabel=r"weight, $P\to\infty$", xlim=(-0.5, 20))
    ax.legend(loc="upper right")


def sample_panel(ax, rows: list[style.Row], _laws: list[style.Row]) -> None:
    """Sum of squares of the weights over its limit against 1/P: training, and the extrapolation."""
    chosen = style.select(rows, observable="square_weights")
    for index, (law,) in enumerate(style.values(chosen, "law")):
        sizes = [row for row in style.select(chosen, law=law) if row["alpha"] is not None]
        inverse = [1 / (row["alpha"] * row["units"]) for row in sizes]
        scale = [1 / row["limit"] for row in sizes]
        style.points(ax, inverse, sizes, index, scale, label=law)
        fitted = sorted(zip(inverse, (row["theory"] * s for row, s in zip(sizes, scale))))
        ax.plot(*zip((0.0, 1.0), *fitted), color=style.COLOURS[index], zorder=1)
    ax.set(xlabel="1/samples", ylabel="sum of squared weights over its limit")
    ax.set_xlim(left=0)
    ax.locator_params(axis="x", nbins=4)
    ax.legend(loc="upper left")


if __name__ == "__main__":
    style.draw_row(__doc__, field_panel, sample_panel)
