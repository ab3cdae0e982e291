#!/usr/bin/env python3
"""Figure of `validate receptive-field-diffusion`: how fast stochastic learning moves a place cell.

python scripts/receptive_field_diffusion.py receptive-field-diffusion.csv -o figures/receptive_field_diffusion.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def main() -> None:
    """Diffusion over theory against 1/B, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(1, 2, figsize=(style.PAGE, 2.5), layout="constrained")
    ratios = style.select(rows, observable="diffusion_over_theory", control=False)
    sizes = sorted((row for row in ratios if row["units"] is not None), key=lambda row: -row["x"])
    x = [1 / row["x"] for row in sizes]
    style.points(axes[0], x, sizes, 0, label="fresh samples")
    axes[0].plot([0, *x], [1, *style.column(sizes, "theory")], color=style.COLOURS[0], label="fit towards theory", zorder=1)
    style.points(axes[0], [0], style.at_limit(ratios), 1, label=r"$B\to\infty$, extrapolated")
    axes[0].set(xlabel="1/batch size", ylabel="$D$ over theory", ylim=(0, None))
    axes[0].locator_params(axis="x", nbins=4)
    axes[0].legend(loc="lower left")
    style.score_panel(axes[1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
