#!/usr/bin/env python3
"""Figure of `validate place-cell-pinning`: a place cell in the landscape of a finite data set.

python scripts/place_cell_pinning.py place-cell-pinning.csv -o figures/place_cell_pinning.pdf --law diffusion.csv
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style


def coldest(rows: list[style.Row]) -> list[style.Row]:
    """The rows of the smallest temperature at each coupling."""
    lowest = {beta: min(style.column(style.select(rows, beta=beta), "temperature")) for (beta,) in style.values(rows, "beta")}
    return [row for row in rows if row["temperature"] == lowest[row["beta"]]]


def noise_panel(ax, rows: list[style.Row]) -> None:
    """What noise that is not weak makes of the diffusion."""
    seen = style.select(rows, observable="diffusion_over_theory")
    for index, (beta,) in enumerate(sorted(style.values(seen, "beta"))):
        one = style.select(seen, beta=beta)
        style.points(ax, [1e3 * row["temperature"] for row in one], one, index, label=rf"$\beta={beta:g}$")
    ax.axhline(1, color="0.6", linewidth=0.6)
    ax.set(xlabel=r"temperature $10^3\,T$ (nats)", ylabel=r"$f$: $D$ of fresh samples over theory", ylim=(0, None), xlim=(0, None))
    ax.legend()


def depth_panel(ax, rows: list[style.Row]) -> None:
    """Memory against the depth of the landscape over the temperature, as measured and in the landscapes of the data sets."""
    seen = coldest(style.select(rows, observable="memory", control=False))
    for index, (beta,) in enumerate(sorted(style.values(seen, "beta"))):
        one = sorted(style.select(seen, beta=beta), key=lambda row: row["x"])
        x = [row["x"] * 1.03 ** (index - 1) for row in one]
        style.points(ax, x, one, index, label=rf"$\beta={beta:g}$")
        ax.plot(x, style.column(one, "theory"), color=style.COLOURS[index], zorder=1)
    for index, row in enumerate(coldest(style.select(rows, observable="memory", control=True))):
        ax.plot(row["x"], row["theory"], "x", color="0.6", label="control: not felt" if index == 0 else None)
    ax.set(xlabel=r"depth of the landscape $\sigma/T$", ylabel=r"memory $C(\tau)$", xscale="log", ylim=(0, 1.05))
    style.plain_log(ax.xaxis, style.column(one, "x"))
    ax.legend(loc="lower right", fontsize=5.5)


def diagram_panel(figure, ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Memory over coupling and samples per site at the smallest temperature, and where trapping turns to diffusion."""
    seen = coldest(style.select(rows, observable="memory", control=False))
    colours = style.column(seen, "simulation")
    x, y = style.column(seen, "beta"), style.column(seen, "alpha")
    shown = ax.scatter(x, y, c=colours, vmin=min(colours), vmax=1, cmap="viridis", s=30)
    figure.colorbar(shown, ax=ax, label=r"memory $C(\tau)$")
    line = sorted((row["beta"], row["samples_diffusing"] / row["units"]) for row in laws)
    ax.plot([beta for beta, _ in line], [alpha for _, alpha in line], color="0.3", label=r"$P_d/N$: trapped below")
    ax.set(xlabel=r"coupling $\beta$", ylabel=r"samples per site $\alpha$", yscale="log", ylim=(0.3 * min(y), None))
    ax.legend(loc="lower left", fontsize=5.5)


def main() -> None:
    """Noise, memory against depth and over the diagram, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5), layout="constrained")
    noise_panel(axes[0, 0], rows)
    depth_panel(axes[0, 1], rows)
    diagram_panel(figure, axes[1, 0], rows, laws)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
