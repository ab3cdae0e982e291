#!/usr/bin/env python3
"""Figure of `validate receptive-field-diffusion`: how fast stochastic learning moves a place cell.

python scripts/receptive_field_diffusion.py receptive-field-diffusion.csv -o figures/receptive_field_diffusion.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def main() -> None:
    """Diffusion over theory against 1/B, free and pinned diffusion, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(1, 3, figsize=(style.PAGE, 2.5), layout="constrained")
    ratios = style.select(rows, observable="diffusion_over_theory", control=False)
    sizes = sorted((row for row in ratios if row["units"] is not None), key=lambda row: -row["x"])
    x = [1 / row["x"] for row in sizes]
    style.points(axes[0], x, sizes, 0, label="fresh samples")
    axes[0].plot([0, *x], [1, *style.column(sizes, "theory")], color=style.COLOURS[0], label="fit towards theory", zorder=1)
    style.points(axes[0], [0], style.at_limit(ratios), 1, label=r"$B\to\infty$, extrapolated")
    axes[0].set(xlabel="1/batch size", ylabel="$D$ over theory", ylim=(0, None))
    axes[0].legend(loc="lower left")
    pinned = style.select(rows, observable="diffusion")
    samples = [row["alpha"] * row["units"] for row in pinned]
    style.points(axes[1], samples, pinned, 2, label="measured")
    axes[1].plot(samples, style.column(pinned, "theory"), "x", color=style.COLOURS[3], label="fresh samples, theory")
    axes[1].set(xlabel="samples $P$", ylabel="$D$ (sites² per update)")
    axes[1].legend()
    style.score_panel(axes[2], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
