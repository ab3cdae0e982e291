#!/usr/bin/env python3
"""Figure of `validate hopfield-retrieval`: the diagram of the Hopfield model, and networks that start at a pattern.

python scripts/hopfield_retrieval.py hopfield-retrieval.csv --law lines.csv cold.csv warm.csv -o figures/hopfield_retrieval.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

LINES = {
    "glass": r"$T_g$: spin glass",
    "retrieval": r"$T_M$: retrieval",
    "coexistence": r"$T_c$: equal free energies",
    "almeida-thouless": r"$T_R$: replica symmetry breaks",
}


def diagram_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """The four lines, and where networks were simulated."""
    for index, (line, label) in enumerate(LINES.items()):
        points = [row for row in laws if row.get("line") == line]
        points.sort(key=lambda row: row["temperature"])
        ax.plot(style.column(points, "alpha"), style.column(points, "temperature"), color=style.COLOURS[index], label=label)
    for judged in (True, False):
        places = style.values(style.select(rows, judged=judged), "alpha", "temperature")
        fill = "black" if judged else "white"
        label = "simulated, judged" if judged else "simulated, RS unstable"
        ax.plot(*zip(*places), "o", color="black", markerfacecolor=fill, label=label, clip_on=False, zorder=3)
    ax.set(xlabel=r"patterns per spin $\alpha$", ylabel=r"temperature $T$", xlim=(0, 0.22), ylim=(0, 1.45))
    ax.legend(loc="center right", bbox_to_anchor=(1.0, 0.55))


def cold_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Overlap at the end of a descent at T = 0 against the load: every size (paler: smaller), retrieval states of theory."""
    theory = [row for row in laws if row.get("branch") == "retrieval" and row["temperature"] == 0]
    theory.sort(key=lambda row: row["alpha"])
    ax.plot(style.column(theory, "alpha"), style.column(theory, "m"), color=style.COLOURS[1], label="theory (RS unstable)")
    cold = style.select(rows, temperature=0.0, observable="overlap_pattern")
    units = sorted({row["units"] for row in cold})
    for rank, size in enumerate(units):
        measured = style.select(cold, units=size)
        label = f"$N={size:g}$" if rank in (0, len(units) - 1) else None
        x = style.column(measured, "alpha")
        style.points(ax, x, measured, 0, alpha=0.3 + 0.7 * (rank + 1) / len(units), label=label)
    if theory:
        capacity = theory[-1]["alpha"]
        ax.plot([capacity] * 2, [0, theory[-1]["m"]], ":", color=style.COLOURS[1])
    ax.set(xlabel=r"patterns per spin $\alpha$", ylabel=r"overlap $m$ at $T=0$", ylim=(0, 1.03))
    ax.legend(loc="lower left")


def warm_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Overlap of the retrieval state against the temperature: theory, and the simulation extrapolated."""
    limits = [row for row in style.at_limit(rows) if row["judged"] and row["observable"] == "overlap_pattern"]
    for index, (alpha,) in enumerate(style.values(limits, "alpha")):
        curve = [row for row in laws if row.get("branch") == "retrieval" and row["alpha"] == alpha]
        curve = sorted((row["temperature"], row["m"]) for row in curve if row["temperature"] > 0)
        ax.plot(*zip(*curve), color=style.COLOURS[index])
        measured = style.select(limits, alpha=alpha)
        style.points(ax, style.column(measured, "temperature"), measured, index, label=rf"$\alpha={alpha:g}$")
    ax.set(xlabel=r"temperature $T$", ylabel=r"overlap $m$, $N\to\infty$", xlim=(0, 1), ylim=(0, 1.03))
    ax.legend(loc="lower left")


def main() -> None:
    """Diagram, zero temperature, finite temperature, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5.2), layout="constrained")
    diagram_panel(axes[0, 0], rows, laws)
    cold_panel(axes[0, 1], rows, laws)
    warm_panel(axes[1, 0], rows, laws)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
