#!/usr/bin/env python3
"""Figure of `validate place-cell-tiling`: hidden units that share a ring.

python scripts/place_cell_tiling.py place-cell-tiling.csv -o figures/place_cell_tiling.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def limit_panel(ax, rows: list[style.Row], observable: str, label: str) -> None:
    """Theory and extrapolated training against M/N."""
    limits = [row for row in style.select(style.at_limit(rows), observable=observable) if not row["control"]]
    limits.sort(key=lambda row: row["kappa"])
    sizes = style.column(limits, "kappa")
    ax.plot(sizes, style.column(limits, "theory"), "-", color=style.COLOURS[0], label="theory", zorder=1)
    style.points(ax, sizes, limits, 0, label=r"training, $P\to\infty$")
    ax.set(xlabel="hidden units per site $M/N$", ylabel=label, xticks=sizes)
    ax.legend()


def gap_panel(ax, rows: list[style.Row]) -> None:
    """How even the distances between places are, against the number of samples."""
    seen = style.select(rows, observable="largest_over_smallest_gap")
    for index, (kappa,) in enumerate(style.values(seen, "kappa")):
        one = sorted(style.select(seen, kappa=kappa), key=lambda row: row["alpha"])
        samples = [row["alpha"] * row["units"] for row in one]
        style.points(ax, samples, one, index, label=f"$M={one[0]['kappa'] * one[0]['units']:g}$, $N={one[0]['units']:g}$")
    ax.axhline(1, color="0.5", linewidth=0.8)
    ax.set(xlabel="samples $P$", ylabel="largest distance over smallest", xscale="log")
    style.plain_log(ax.xaxis, sorted({round(row["alpha"] * row["units"]) for row in seen}))
    ax.legend()


def main() -> None:
    """Log-likelihood, participation, distances, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5.0), layout="constrained")
    limit_panel(axes[0, 0], rows, "log_likelihood", "log-likelihood (nats)")
    limit_panel(axes[0, 1], rows, "participation", "sites that take part, 1/IPR")
    gap_panel(axes[1, 0], rows)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
