#!/usr/bin/env python3
"""Figure of `validate outlier-detection`: how often a test sees a mode, and how often noise alone.

python scripts/outlier_detection.py outlier-detection.csv -o figures/outlier_detection.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def power_panel(ax, rows: list[style.Row]) -> None:
    """Fraction of data sets with an outlier against the strength of the mode; the predicted power joined by lines."""
    for index, (units, alpha) in enumerate(style.values(rows, "units", "alpha")):
        group = style.select(rows, units=units, alpha=alpha, observable="detected")
        shown = sorted(group, key=lambda row: row["x"])
        x = style.column(shown, "x")
        label = f"$N={units:g}$, $P={units * alpha:.0f}$"
        style.points(ax, x, shown, index, label=label)
        ax.plot(x, style.column(shown, "theory"), color=style.COLOURS[index], zorder=1)
    ax.set(xlabel=r"$P/P_c$", ylabel="fraction with an outlier", ylim=(0, 1))
    ax.legend(loc="upper left")


def level_panel(ax, rows: list[style.Row]) -> None:
    """Fraction of noise with an outlier, with the level of the test."""
    shown = style.select(rows, observable="false_alarms")
    x = list(range(len(shown)))
    style.points(ax, x, shown, 0)
    ax.axhline(shown[0]["theory"], color="0.5", linestyle="--", linewidth=0.8)
    ax.set_xticks(x, [f"{row['units']:g}\n{row['units'] * row['alpha']:.0f}" for row in shown])
    ax.set(xlabel="units $N$, samples $P$", ylabel="fraction of noise with an outlier")


def main() -> None:
    """Power, level, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    judged = style.select(rows, control=False)
    style.use_style()
    figure, axes = plt.subplots(1, 3, figsize=(style.PAGE, 2.5), layout="constrained")
    sizes = [row for row in judged if row["units"] is not None]
    power_panel(axes[0], sizes)
    level_panel(axes[1], sizes)
    style.score_panel(axes[2], rows)
    style.letter(axes)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
