#!/usr/bin/env python3
"""Figure of `validate place-cells-together`: three place cells that move as one, and how their distances fluctuate.

python scripts/place_cells_together.py place-cells-together.csv -o figures/place_cells_together.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def relative_panel(ax, rows: list[style.Row]) -> None:
    """Diffusion of a peak away from the mean place, over that of the mean place: none, unless the units were independent."""
    shown = sorted(style.select(rows, control=False), key=lambda row: -row["x"])
    style.points(ax, [1 / row["x"] for row in shown], shown, 2, label="three units")
    ax.axhline(0.0, color=style.COLOURS[2], zorder=1, label="they move as one")
    independent = style.select(rows, control=True)[0]["theory"]
    ax.axhline(independent, color="0.6", linewidth=0.6, linestyle=":", label="independent units")
    ax.set(xlabel="1/batch size", ylabel="of a peak from the mean, $D/D_M$", ylim=(-0.1 * independent, 1.15 * independent))
    ax.locator_params(axis="x", nbins=4)
    ax.legend(loc="center left")


def main() -> None:
    """Joint diffusion and variance of the distances over theory against 1/B, relative diffusion, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 4.6), layout="constrained")
    labels = {
        "diffusion_over_theory": "$D_M$ of the mean place over theory",
        "distance_variance_over_theory": "variance of distances over theory",
    }
    for index, (observable, label) in enumerate(labels.items()):
        ax = axes.flat[index]
        style.batch_curve(ax, style.select(rows, observable=observable), index, "three units")
        ax.set(ylabel=label)
        ax.legend(loc="lower left")
    relative_panel(axes[1, 0], style.select(rows, observable="relative_diffusion_over_theory"))
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
