#!/usr/bin/env python3
"""Figure of `validate rbm-phases`: the phase diagram of an RBM with one mode, and Gibbs sampling beside its order parameters.

python scripts/rbm_phases.py rbm-phases.csv --law diagram.csv lines.csv curves.csv -o figures/rbm_phases.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.colors import ListedColormap

import style

PHASES = ["paramagnet", "ferromagnet", "mixed", "spin-glass"]
SHADES = ["#FFFFFF", "#CFE3F1", "#F6DCC8", "#DDDDDD"]
WORDS = {
    "paramagnet": (0.45, 0.5),
    "ferromagnet": (0.5, 1.6),
    "spin-glass": (1.75, 0.7),
    "mixed": (2.12, 2.62),
}
LINES = {"recall": ("-", r"recall, $w_c$"), "almeida-thouless": ("--", "de Almeida–Thouless")}


def diagram_panel(ax, laws: list[style.Row]) -> None:
    """Phases over sigma and w, with the lines of the diagram."""
    grid = [row for row in laws if row.get("phase") and row["components"] == "gaussian" and row["kappa"] == 1]
    if grid:
        sigma, w = (sorted({row[name] for row in grid}) for name in ("sigma", "w"))
        of = {(row["sigma"], row["w"]): PHASES.index(row["phase"]) for row in grid}
        mesh = [[of[s, x] for s in sigma] for x in w]
        ax.pcolormesh(sigma, w, mesh, cmap=ListedColormap(SHADES), vmin=-0.5, vmax=3.5, shading="nearest", rasterized=True)
    for index, (line, (dash, label)) in enumerate(LINES.items()):
        chosen = sorted((row["sigma"], row["w"]) for row in laws if row.get("line") == line)
        if chosen:
            ax.plot(*zip(*chosen), dash, color=style.COLOURS[index], label=label)
    glass = [row for row in laws if row.get("line") == "glass"]
    if glass:
        ax.plot([glass[0]["sigma"]] * 2, [0, 1], color=style.COLOURS[2], label=r"glass, $\sigma=1$")
    for word, place in WORDS.items():
        ax.text(*place, word, ha="center", va="center")
    ax.set(xlabel=r"noise of the weights $\sigma$", ylabel=r"singular value $w$", xlim=(0, 2.5), ylim=(0, 3))
    ax.legend(loc="upper left", frameon=True, framealpha=0.9, edgecolor="none")


def same_law(row: style.Row, curve: style.Row) -> bool:
    """Whether a curve of theory belongs to the simulated ensemble."""
    is_law = str(curve.get("components", "")).split(":")[0] == row["law"]
    return is_law and curve.get("sigma") == row["sigma"] and curve.get("kappa") == row["kappa"]


def order_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Magnetization and overlap of the visible units against w: theory, and the simulation extrapolated."""
    limits = [row for row in style.at_limit(rows) if row["judged"]]
    for index, (law, sigma, kappa) in enumerate(style.values(limits, "law", "sigma", "kappa")):
        group = style.select(limits, law=law, sigma=sigma, kappa=kappa)
        curve = [row for row in laws if row.get("phase") and same_law(group[0], row)]
        curve = sorted((row["w"], row["m_visible"]) for row in curve if row["w"] >= 0.8)
        if curve:
            ax.plot(*zip(*curve), color=style.COLOURS[index])
        measured = style.select(group, observable="magnetization_visible")
        label = rf"{law}, $\sigma={sigma:g}$, $\kappa={kappa:g}$"
        style.points(ax, style.column(measured, "w"), measured, index, label=label)
    ax.set(xlabel=r"singular value $w$", ylabel=r"magnetization $m$, $N\to\infty$", xlim=(0.8, 2.4), ylim=(0, 1))
    ax.legend(loc="upper left")


def size_panel(ax, rows: list[style.Row]) -> None:
    """The approach to the limit: magnetization over its limit against 1/N."""
    for index, (law, w, sigma, kappa) in enumerate(style.values(rows, "law", "w", "sigma", "kappa")):
        group = style.select(rows, law=law, w=w, sigma=sigma, kappa=kappa, observable="magnetization_visible")
        unstable = "" if group[0]["judged"] else " (RS unstable)"
        style.ratio_curve(ax, group, 1.0, index, rf"{law}, $w={w:g}$, $\sigma={sigma:g}${unstable}")
    largest = max(1 / row["units"] for row in style.at_sizes(rows))
    ax.set(xlabel=r"$1/N$", ylabel=r"magnetization over its limit", xlim=(0, 1.05 * largest))
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.6 * (high - low))  # room for the names above the points
    ax.legend(loc="upper left")


def main() -> None:
    """Diagram, order parameters, finite sizes, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5.2), layout="constrained")
    diagram_panel(axes[0, 0], laws)
    order_panel(axes[0, 1], rows, laws)
    size_panel(axes[1, 0], rows)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
