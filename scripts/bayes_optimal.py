#!/usr/bin/env python3
"""Figure of `validate bayes-optimal`: message passing against state evolution, and the hard phase of a sparse receptive field.

python scripts/bayes_optimal.py bayes-optimal.csv -o figures/bayes_optimal.pdf --law branches.csv critical.csv
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

HARD = "sparse-rademacher:0.02/gaussian"


def label(law: str) -> str:
    """Laws of weights and hidden values in short."""
    short = {"rademacher": "R", "gaussian": "G"}
    weights, hidden = law.split("/")
    name, _, density = weights.partition(":")
    name = name.replace("sparse-", "sparse ").replace("rademacher", "R").replace("gaussian", "G")
    return f"{name}{' ' + density if density else ''}, {short[hidden]}"


def course_panel(ax, rows: list[style.Row]) -> None:
    """Overlap of the weights after each iteration from a hint: simulation at infinite size, theory as a line."""
    courses = [row for row in style.at_limit(rows) if row["observable"] == "q_weights"]
    for index, (law, alpha) in enumerate(style.values(courses, "law", "alpha")):
        course = sorted(style.select(courses, law=law, alpha=alpha), key=lambda row: row["x"])
        x = style.column(course, "x")
        style.points(ax, x, course, index, label=rf"{label(law)}, $\alpha={alpha:g}$")
        ax.plot(x, style.column(course, "theory"), color=style.COLOURS[index % len(style.COLOURS)], zorder=1)
    ax.set(xlabel="iteration", ylabel=r"overlap of weights $q_w$", ylim=(0, 1.0), xlim=(0, 13))
    ax.legend(loc="upper right", fontsize=5)


def branch_panel(ax, rows: list[style.Row], branches: list[style.Row], critical: list[style.Row]) -> None:
    """Fixed points at 2 % density from both starts; message passing from the truth and from nothing, at every size."""
    for start, style_of_line, colour in (("informed", "-", 1), ("uninformed", "--", 0)):
        line = sorted(style.select(branches, start=start), key=lambda row: row["alpha"])
        x, y = style.column(line, "alpha"), [row["q_weights"] ** 0.5 for row in line]
        ax.plot(x, y, style_of_line, color=style.COLOURS[colour], label=f"theory, {start}", zorder=1)
    sizes = style.at_sizes(style.select(rows, law=HARD))
    units = sorted({row["units"] for row in sizes})
    for observable, name, colour, root in (
        ("q_weights_informed", "AMP, from the truth", 1, True),
        ("cosine_uninformed", "AMP, from nothing", 0, False),
    ):
        group = style.select(sizes, observable=observable)
        for alpha, last in {row["alpha"]: row["x"] for row in group}.items():
            if last is not None and last < 10:
                continue  # on its way down, below the spinodal
            for row in style.select(group, alpha=alpha, x=last):
                if row["units"] == units[0] and root:
                    continue  # the smallest size has corrections as large as the panel
                y = row["simulation"] ** 0.5 if root else row["simulation"]
                error = row["standard_error"] / (2 * y) if root else row["standard_error"]
                fade = 0.3 + 0.7 * (units.index(row["units"]) + 1) / len(units)
                ax.errorbar(
                    [alpha], [y], [error], fmt="os"[colour], color=style.COLOURS[colour], alpha=fade, mfc="white", zorder=3
                )
        ax.plot([], [], "os"[colour], color=style.COLOURS[colour], mfc="white", label=name)
    shade(ax, critical, 0.02)
    ax.set(xlabel=r"samples per unit $\alpha$", ylabel=r"cosine of weights and estimate", ylim=(0, 1.02))
    ax.legend(loc="lower right", fontsize=5.5)


def density(row: style.Row) -> float:
    """Density in the name of the law of the weights."""
    return float(row["weight_prior"].split(":")[1])


def shade(ax, critical: list[style.Row], wanted: float) -> None:
    """The hard phase, between the information-theoretic and the algorithmic threshold."""
    for row in critical:
        if density(row) == wanted:
            ax.axvspan(row["alpha_it"], row["alpha_alg"], color="0.92", zorder=0)
            ax.text((row["alpha_it"] * row["alpha_alg"]) ** 0.5, 0.5, "hard", ha="center", color="0.45")


def critical_panel(ax, critical: list[style.Row]) -> None:
    """The thresholds against the density of the receptive field."""
    rows = sorted(critical, key=density)
    jumps = style.select(rows, transition="first-order")
    x = [density(row) for row in rows]
    for name, text, line in (
        ("alpha_alg", r"$\alpha_{\rm alg}$", "-"),
        ("alpha_spectral", r"$\alpha_{\rm spectral}$", "--"),
        ("alpha_it", r"$\alpha_{\rm IT}$", "-"),
        ("alpha_spinodal", r"$\alpha_{\rm spinodal}$", ":"),
    ):
        index = ("alpha_alg", "alpha_it", "alpha_spinodal", "alpha_spectral").index(name)
        drawn = rows if name == "alpha_spectral" else jumps
        drawn_x = [density(row) for row in drawn]
        ax.plot(drawn_x, style.column(drawn, name), line, color=style.COLOURS[index], label=text)
    hard = [density(row) for row in jumps]
    ax.fill_between(hard, style.column(jumps, "alpha_it"), style.column(jumps, "alpha_alg"), color="0.92", zorder=0)
    ax.text(x[len(x) // 4], 0.72, "hard", color="0.45", ha="center")
    ax.text(x[len(x) // 3], 0.2, "impossible", color="0.45", ha="center")
    ax.set(xlabel=r"density $\rho$ of the weights", ylabel=r"samples per unit $\alpha$", ylim=(0, 1.15), xlim=(0, x[-1]))
    ax.legend(loc="lower right")


def main() -> None:
    """Course, branches, thresholds, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    branches = [row for row in laws if "q_weights" in row]
    critical = [row for row in laws if "alpha_it" in row]
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5.0), layout="constrained")
    course_panel(axes[0, 0], rows)
    branch_panel(axes[0, 1], rows, branches, critical)
    critical_panel(axes[1, 0], critical)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
