#!/usr/bin/env python3
"""Figure of `validate place-cell`: the receptive field of one hidden unit, site by site, and how many samples it takes.

python scripts/place_cell.py place-cell.csv -o figures/place_cell.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def ring_name(row: style.Row) -> str:
    """The ring of a row; kappa is 1/N."""
    return rf"$N={round(1 / row['kappa'])}$, $\beta={row['beta']:g}$"


def rings(rows: list[style.Row]) -> list[tuple]:
    """The rings in order of appearance."""
    return style.values(rows, "kappa", "beta")


def profile_panel(ax, rows: list[style.Row]) -> None:
    """Weights at distances from the centre: theory, and training extrapolated to infinitely many samples."""
    limits = style.select(style.at_limit(rows), observable="weight")
    for index, (kappa, beta) in enumerate(rings(limits)):
        one = sorted(style.select(limits, kappa=kappa, beta=beta), key=lambda row: row["x"])
        x = style.column(one, "x")
        ax.plot(x, style.column(one, "theory"), color=style.COLOURS[index], zorder=1)
        style.points(ax, x, one, index, label=ring_name(one[0]))
    ax.set(xlabel="distance from the centre (sites)", ylabel=r"weight, $P\to\infty$")
    ax.legend()


def size_panel(ax, rows: list[style.Row], observable: str, label: str) -> None:
    """An observable over its limit against the number of samples to the power -1/2."""
    seen = style.select(rows, observable=observable)
    for index, (kappa, beta) in enumerate(rings(seen)):
        one = style.select(seen, kappa=kappa, beta=beta, control=False)
        sizes = sorted((row for row in one if row["alpha"] is not None), key=lambda row: row["alpha"])
        limit = style.at_limit(one)[0]["theory"]
        x = [(row["alpha"] * row["units"]) ** -0.5 for row in sizes]
        style.points(ax, x, sizes, index, [1 / limit] * len(sizes), label=ring_name(one[0]))
        law = sorted(zip(x, (row["theory"] / limit for row in sizes)))
        ax.plot(*zip((0.0, 1.0), *law), color=style.COLOURS[index], zorder=1)
    ax.set(xlabel=r"$P^{-1/2}$", ylabel=f"{label} over theory")
    ax.set_xlim(left=0)


def main() -> None:
    """Profile, sum of the weights, log-likelihood, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5.0), layout="constrained")
    profile_panel(axes[0, 0], rows)
    size_panel(axes[0, 1], rows, "sum_weights", r"$|\sum_i w_i|$")
    size_panel(axes[1, 0], rows, "log_likelihood", "log-likelihood")
    axes[0, 1].legend()
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
