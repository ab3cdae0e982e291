#!/usr/bin/env python3
"""Figure of `validate singular-value-flow`: modes out of the bulk, up to saturation, and growth rates of two-valued units.

python scripts/singular_value_flow.py singular-value-flow.csv --law flow.csv emergence.csv -o figures/singular_value_flow.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def emergence_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Overlap against time: theory, and the extrapolated times at which levels are reached."""
    theory = [row for row in laws if row.get("overlap_squared") is not None and row["degeneracy"] == 1]
    for index, (mode, spike) in enumerate(style.values(style.select(rows, data="spiked"), "mode", "spike")):
        curve = sorted((row["time"], row["overlap_squared"]) for row in theory if row["mode"] == mode)
        if curve:
            ax.plot(*zip(*curve), color=style.COLOURS[index])
        times = style.at_limit(style.select(rows, observable="time_of_overlap", mode=mode))
        x, error = style.column(times, "simulation"), style.column(times, "standard_error")
        y = style.column(times, "x")
        colour, marker = style.COLOURS[index], style.MARKERS[index]
        label = f"$c={1 + spike:g}$"
        ax.errorbar(x, y, xerr=error, fmt=marker, color=colour, markerfacecolor="white", elinewidth=0.8, zorder=3, label=label)
        before = style.at_limit(style.select(rows, observable="overlap_squared", mode=mode))
        style.points(ax, style.column(before, "x"), before, index)
    ax.set(xlabel="time $t$", ylabel="squared overlap with the mode", ylim=(-0.03, 1), xlim=(0, 0.5))
    ax.legend(loc="lower right")


def saturation_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Singular values against time up to their final values."""
    flow = [row for row in laws if row.get("final_singular_value") is not None]
    for index, (mode, spike) in enumerate(style.values(style.select(rows, data="spiked"), "mode", "spike")):
        curve = sorted((row["time"], row["singular_value"]) for row in flow if row["eigenvalue"] == 1 + spike)
        if curve:
            ax.plot(*zip(*curve), color=style.COLOURS[index])
        growing = style.at_limit(style.select(rows, observable="singular_value", mode=mode))
        final = style.at_sizes(style.select(rows, observable="final_singular_value", mode=mode))[-1:]
        style.points(ax, style.column(growing + final, "x"), growing + final, index, label=f"$c={1 + spike:g}$")
    ax.set(xlabel="time $t$", ylabel="singular value $s$", ylim=(0, 1), xlim=(0, 2.6))
    ax.legend(loc="center right")


def growth_panel(ax, rows: list[style.Row]) -> None:
    """Growth rates of small weights along the modes of a ring, times 16 for binary units."""
    for index, (law, scale) in enumerate((("spin", 1.0), ("binary", 16.0))):
        rates = style.select(rows, observable="growth_rate", law=law, control=False)
        label = law if scale == 1 else rf"{law}, $\times{scale:g}$"
        x = [row["mode"] + 0.12 * (2 * index - 1) for row in rates]
        style.points(ax, x, rates, index, [scale] * len(rates), label=label)
        ax.plot(x, [scale * row["theory"] for row in rates], color=style.COLOURS[index], linewidth=0.7, zorder=1)
    ax.axhline(0, color="0.6", linewidth=0.6, linestyle=":")
    ax.set(xlabel="mode $k$ of the ring", ylabel="growth rate")
    ax.legend()


def main() -> None:
    """Emergence, saturation, growth, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 4.6), layout="constrained")
    emergence_panel(axes[0, 0], rows, laws)
    saturation_panel(axes[0, 1], rows, laws)
    growth_panel(axes[1, 0], rows)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
