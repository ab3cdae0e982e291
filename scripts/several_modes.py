#!/usr/bin/env python3
"""Figure of `validate several-modes`: which modes of an RBM are recalled at once, and Gibbs sampling beside their magnetizations.

python scripts/several_modes.py several-modes.csv --law curves.csv -o figures/several_modes.pdf
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

TITLES = {"gaussian": "Gaussian components", "laplace": "Laplace components"}


def second_mode(curve: style.Row) -> float:
    """Singular value of the second of two modes."""
    return float(str(curve["w"]).split("+")[1])


def recall_panel(ax, law: str, first: float, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Magnetizations along both modes against the singular value of the second: theory, and the simulation in the limit."""
    curve = sorted((row for row in laws if row["components"] == law), key=second_mode)
    for mode in (0, 1):
        style_of = {"color": style.COLOURS[mode], "label": f"mode {mode}"}
        ax.plot([second_mode(row) for row in curve], [row[f"m_visible_{mode}"] for row in curve], **style_of)
    limits = style.select(style.at_limit(rows), law=law, w=first, sigma=0.5, kappa=1, observable="magnetization_visible")
    for mode in (0, 1):
        measured = [row for row in limits if row["mode"] == mode and not row["control"]]
        style.points(ax, style.column(measured, "x"), measured, mode)
    ax.axvline(first, color="0.8", linewidth=0.8, zorder=0)
    ax.set(xlabel=rf"singular value $w_1$ of mode 1, $w_0={first:g}$", ylabel=r"magnetization $m$, $N\to\infty$", xlim=(0, 3.5), ylim=(0, 1))
    ax.set_title(TITLES[law], fontsize="medium")
    ax.legend(loc="upper left")


def size_panel(ax, rows: list[style.Row]) -> None:
    """The approach to the limit: magnetization over its limit against 1/N."""
    glassy = [(row["law"], row["x"]) for row in style.at_limit(rows) if row["reason"] == "replica-symmetry-broken"]
    chosen = [row for row in rows if row["observable"] == "magnetization_visible" and (row["law"], row["x"]) not in glassy]
    for index, (law, w, x, mode) in enumerate(style.values(chosen, "law", "w", "x", "mode")):
        group = style.select(chosen, law=law, w=w, x=x, mode=mode)
        style.ratio_curve(ax, group, 1.0, index, f"{law}, mode {mode:g}")
    largest = max(1 / row["units"] for row in style.at_sizes(chosen))
    ax.set(xlabel=r"$1/N$", ylabel=r"magnetization over its limit", xlim=(0, 1.05 * largest))
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.6 * (high - low))  # room for the names above the points
    ax.legend(loc="upper left", ncols=2)


def main() -> None:
    """Two laws, finite sizes, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5.2), layout="constrained")
    recall_panel(axes[0, 0], "gaussian", 2.0, rows, laws)
    recall_panel(axes[0, 1], "laplace", 2.5, rows, laws)
    size_panel(axes[1, 0], rows)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
