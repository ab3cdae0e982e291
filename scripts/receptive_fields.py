#!/usr/bin/env python3
"""Figure of `flow ring`: the weights of every hidden unit against the site, one panel for each number of hidden units.

saddlepoint flow ring --units 100 --beta 0.5 --hidden-units 1,3,4,6,12 -o tiling.csv
python scripts/receptive_fields.py tiling.csv -o figures/receptive_fields.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def fields(rows: list[style.Row]) -> list[list[float]]:
    """The weights of each hidden unit in the order of the sites, each with the sign that makes its sum positive."""
    columns = [style.column(style.select(rows, hidden_unit=unit), "weight") for (unit,) in style.values(rows, "hidden_unit")]
    return [[-w for w in column] if sum(column) < 0 else column for column in columns]


def tiling_panel(ax, rows: list[style.Row]) -> None:
    """The fields of one machine, neighbours in different colours."""
    columns = fields(rows)
    peak = {id(column): max(range(len(column)), key=lambda i: abs(column[i])) for column in columns}
    for index, column in enumerate(sorted(columns, key=lambda column: peak[id(column)])):
        colour = style.COLOURS[index % len(style.COLOURS)]
        ax.plot(range(len(column)), column, color=colour, linewidth=1)
        ax.fill_between(range(len(column)), column, color=colour, alpha=0.15, linewidth=0)
    ax.axhline(0, color="0.4", linewidth=0.6)
    ax.set_title(f"$M = {len(columns)}$", loc="right", fontsize="medium", pad=2)
    ax.set(xlim=(0, len(columns[0]) - 1), ylabel="weight $w_i$")


def main() -> None:
    """A panel for each machine in the table, below each other."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    machines = style.values(rows, "units", "beta", "hidden_units")
    style.use_style()
    size = (style.COLUMN, 0.5 + 0.95 * len(machines))
    figure, axes = plt.subplots(len(machines), 1, figsize=size, layout="constrained", sharex=True, sharey=True, squeeze=False)
    for ax, (units, beta, hidden) in zip(axes.flat, machines, strict=True):
        tiling_panel(ax, style.select(rows, units=units, beta=beta, hidden_units=hidden))
    axes.flat[-1].set_xlabel("site $i$")
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
