#!/usr/bin/env python3
"""Figure of `validate landau`: the rank-one machine across s = 1, its finite-size scaling, and machines of two modes.

python scripts/landau.py landau.csv --law rank_one.csv -o figures/landau.pdf
"""

from __future__ import annotations

import math

import matplotlib.pyplot as plt

import style


def shade(rank: int, count: int) -> float:
    """Paler for smaller sizes."""
    return 0.25 + 0.75 * (rank + 1) / count


def spot_rows(rows: list[style.Row], observable: str) -> list[style.Row]:
    """Gibbs sampling against the double sum: no fit, all sizes."""
    return [row for row in style.select(rows, data="rank-one", observable=observable, control=False) if row["power"] is None]


def order_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Order parameter against s: sampling, double sum, Landau and mean field."""
    chosen = spot_rows(rows, "order_parameter")
    units = sorted({row["units"] for row in chosen})
    for rank, size in enumerate(units):
        measured = sorted(style.select(chosen, units=size), key=lambda row: row["w"])
        s, alpha = style.column(measured, "w"), shade(rank, len(units))
        ends = rank in (0, len(units) - 1)
        ax.plot(s, style.column(measured, "theory"), color=style.COLOURS[0], alpha=alpha, linewidth=0.7, zorder=1)
        style.points(ax, s, measured, 0, alpha=alpha, label=f"Gibbs, $N={size:g}$" if ends else None)
    leading = sorted((row for row in laws if row.get("mode") == 0), key=lambda row: row["scale"])
    names = [("amplitude_mean_field", "-", "mean field"), ("amplitude", "--", "Landau")]
    for index, (name, dash, label) in enumerate(names, start=1):
        points = [row for row in leading if row[name] is not None]
        m = [row[name] / math.sqrt(row["singular_value"] * row["participation_visible"]) for row in points]
        ax.plot(style.column(points, "singular_value"), m, dash, color=style.COLOURS[index], label=label)
    ax.set(xlabel="singular value $s$", ylabel=r"$\langle|x|\rangle/\sqrt{N}$", ylim=(0, 1.05))
    ax.legend(loc="upper left")


def binder_panel(ax, rows: list[style.Row]) -> None:
    """Binder's cumulant against s: the curves of all sizes cross near s = 1."""
    chosen = [row for row in spot_rows(rows, "binder") if 0.75 < row["w"] < 1.25]
    units = sorted({row["units"] for row in chosen})
    for rank, size in enumerate(units):
        measured = sorted(style.select(chosen, units=size), key=lambda row: row["w"])
        s, alpha = style.column(measured, "w"), shade(rank, len(units))
        ax.plot(s, style.column(measured, "theory"), color=style.COLOURS[0], alpha=alpha, linewidth=0.7, zorder=1)
        ends = rank in (0, len(units) - 1)
        style.points(ax, s, measured, 0, alpha=alpha, label=f"$N={size:g}$" if ends else None)
    critical = [row for row in style.select(rows, observable="binder", control=False) if row["units"] is None]
    if critical:
        ax.axhline(critical[0]["theory"], color="0.5", linewidth=0.6, linestyle=":")
    ax.axvline(1, color="0.5", linewidth=0.6, linestyle=":")
    ax.set(xlabel="singular value $s$", ylabel="Binder's cumulant")
    ax.legend(loc="upper left")


def power_panel(ax, rows: list[style.Row]) -> None:
    """Order at s = 1 against N, field and susceptibility against |s - 1|, with the predicted powers."""
    critical = style.at_sizes(style.select(rows, observable="order_parameter_as_power"))
    x = [1 / math.sqrt(row["units"]) for row in critical]
    style.points(ax, x, critical, 0, label=r"$\langle|x|\rangle/\sqrt{N}$ at $s=1$: $N^{-1/4}$")
    ax.plot(x, style.column(critical, "theory"), color=style.COLOURS[0], zorder=1)
    names = [("field", 1.0, r"$s\,m$ beyond: $(s-1)^{1/2}$"), ("susceptibility", 0.1, r"$0.1\,\langle\phi^2\rangle$ below: $(1-s)^{-1}$")]
    for index, (observable, scale, label) in enumerate(names, start=1):
        chosen = style.at_sizes(style.select(rows, observable=observable))
        x = style.column(chosen, "x")
        style.points(ax, x, chosen, index, [scale] * len(chosen), label=label)
        ax.plot(x, [scale * row["theory"] for row in chosen], color=style.COLOURS[index], zorder=1)
    ax.set(xlabel=r"$|s-1|$, or $N^{-1/2}$ at $s=1$", xscale="log", yscale="log", ylabel="value")
    style.plain_log(ax.xaxis)
    style.plain_log(ax.yaxis)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high * 2.2)
    ax.legend(loc="upper center")


def crossing_panel(ax, rows: list[style.Row]) -> None:
    """Where the cumulants of N and 4N cross, and mean field in machines of two modes, against 1/N."""
    crossing = style.at_sizes(style.select(rows, observable="crossing"))
    x = [1 / row["units"] for row in crossing]
    style.points(ax, x, crossing, 0, label="Binder crossing $s^*$")
    ax.plot(x, style.column(crossing, "theory"), color=style.COLOURS[0], zorder=1)
    limit = [row for row in style.select(rows, observable="crossing", control=False) if row["units"] is None]
    style.points(ax, [0.0] * len(limit), limit, 0, clip_on=False)
    pairs = style.values(style.select(rows, data="two-modes"), "w", "x")
    for index, (first, second) in enumerate(pairs, start=1):
        chosen = style.select(rows, data="two-modes", w=first, x=second, observable="amplitude_over_mean_field")
        label = rf"$a_0$/mean field, $s={first:g},{second:g}$"
        style.ratio_curve(ax, chosen, 1.0, index, label)
    ax.axhline(1, color="0.6", linewidth=0.6, linestyle=":")
    ax.set(xlabel=r"$1/N$", ylabel="value, tends to 1")
    low, high = ax.get_ylim()
    ax.set_ylim(low - 0.45 * (high - low), high)
    ax.legend(loc="lower right")


def scaling_panel(ax, rows: list[style.Row]) -> None:
    """All sizes near the transition on one curve: order times N^(1/4) against (s - 1) N^(1/2)."""
    chosen = spot_rows(rows, "order_parameter")
    units = sorted({row["units"] for row in chosen})
    for rank, size in enumerate(units):
        near = [row for row in style.select(chosen, units=size) if abs(row["w"] - 1) * math.sqrt(size) <= 4.5]
        x = [(row["w"] - 1) * math.sqrt(size) for row in near]
        ends = rank in (0, len(units) - 1)
        label = f"$N={size:g}$" if ends else None
        style.points(ax, x, near, 0, [size**0.25] * len(near), alpha=shade(rank, len(units)), label=label)
    ax.set(xlabel=r"$(s-1)N^{1/2}$", ylabel=r"$N^{-1/4}\langle|x|\rangle$")
    ax.legend(loc="upper left")


def main() -> None:
    """Order, cumulant, scaling, powers, limits, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    style.use_style()
    figure, axes = plt.subplots(2, 3, figsize=(style.PAGE, 4.6), layout="constrained")
    order_panel(axes[0, 0], rows, laws)
    binder_panel(axes[0, 1], rows)
    scaling_panel(axes[0, 2], rows)
    power_panel(axes[1, 0], rows)
    crossing_panel(axes[1, 1], rows)
    style.score_panel(axes[1, 2], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
