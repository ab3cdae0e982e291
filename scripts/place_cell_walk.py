#!/usr/bin/env python3
"""Figure of `validate place-cell-walk`: what a place cell remembers of its place while it learns by PCD.

python scripts/place_cell_walk.py place-cell-walk.csv -o figures/place_cell_walk.pdf
"""

from __future__ import annotations

import math

import matplotlib.pyplot as plt

import style


def name(samples: float | None) -> str:
    """Number of samples as a label."""
    if samples is None:
        return "fresh samples"
    exponent = math.floor(math.log10(samples))
    factor = samples / 10**exponent
    front = "" if math.isclose(factor, 1) else rf"{factor:g}\cdot"
    return rf"${front}10^{{{exponent}}}$ samples"


def memory_panel(ax, rows: list[style.Row]) -> None:
    """Memory against the lag, as measured and in the landscape of each data set."""
    seen = style.select(rows, observable="memory", control=False)
    factor = style.select(rows, observable="diffusion_over_theory")[0]["simulation"]
    sizes = sorted({row["alpha"] for row in seen}, key=lambda alpha: alpha or math.inf, reverse=True)
    for index, alpha in enumerate(sizes):
        one = sorted(style.select(seen, alpha=alpha), key=lambda row: row["x"])
        x = style.column(one, "x")
        samples = None if alpha is None else alpha * one[0]["units"]
        style.points(ax, x, one, index, label=name(samples))
        theory = [1, *style.column(one, "theory")]
        if alpha is None:
            x = [k / 50 * x[-1] for k in range(51)]
            theory = [math.exp(-factor * t) for t in x]
        else:
            x = [0, *x]
        ax.plot(x, theory, color=style.COLOURS[index], zorder=1)
    ax.set(
        xlabel=rf"lag $t/\tau$ ($f={factor:.2f}$)",
        ylabel=r"memory $C(t)$",
        xlim=(0, None),
        ylim=(0, 1.05),
    )
    ax.legend(fontsize=5.5)


def main() -> None:
    """Memory against lag, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    style.use_style()
    figure, axes = plt.subplots(1, 2, figsize=(style.PAGE, 2.5), layout="constrained")
    memory_panel(axes[0], rows)
    style.score_panel(axes[1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
