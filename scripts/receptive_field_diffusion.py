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
    labels = {"diffusion_over_theory": "exact negative phase", "sampled_diffusion_over_theory": "PCD-20"}
    for index, (observable, label) in enumerate(labels.items()):
        ratios = style.select(rows, observable=observable)
        if ratios:
            style.batch_curve(axes[0], ratios, index, label)
    wrong = style.select(rows, observable="sampled_diffusion_over_theory", control=True)
    for row in wrong:
        axes[0].axhline(row["theory"], color="0.6", linewidth=0.6, linestyle=":", label="without the noise of the chains")
    axes[0].set(ylabel="$D$ over theory")
    axes[0].legend(loc="lower left")
    style.score_panel(axes[1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
