#!/usr/bin/env python3
"""Figure of `validate mismatched-inference`: students who are too hot, right, and too cold for their teacher.

python scripts/mismatched_inference.py mismatched-inference.csv -o figures/mismatched_inference.pdf --law curve.csv lines.csv
"""

from __future__ import annotations

import matplotlib.pyplot as plt

import style

TEACHER = 1.2
ALPHA = 1.5
COLD = {"x": 2.0, "alpha": 2.5, "signal": TEACHER}
LINES = {
    "spectral": "nobody learns below",
    "paramagnet-learned": "hot students learn",
    "paramagnet-glass": "cold students agree on noise",
    "glass-learned": "cold students learn (RS unstable)",
    "almeida-thouless": "RS holds above",
}
OVERLAPS = {"overlap_teacher": ("m", "with the teacher $m$"), "overlap_students": ("q", "of two students $q$")}


def curve(laws: list[style.Row], line: str) -> list[style.Row]:
    """One line of the diagram along the student's temperature."""
    return sorted(style.select(laws, line=line), key=lambda row: row["student_beta"])


def diagram_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """The lines in the plane of the student's temperature and the samples, and where students were simulated."""
    for index, (line, label) in enumerate(LINES.items()):
        points = curve(laws, line)
        dash = "--" if line == "glass-learned" else "-"
        x, y = style.column(points, "student_beta"), style.column(points, "alpha")
        ax.plot(x, y, dash, color=style.COLOURS[index], label=label)
    frozen = curve(laws, "glass-learned")
    below = {row["student_beta"]: row["alpha"] for row in curve(laws, "paramagnet-glass")}
    x = style.column(frozen, "student_beta")
    ax.fill_between(x, [below[beta] for beta in x], style.column(frozen, "alpha"), color="0.92", zorder=0)
    # Sizes of a judged place are fitted and not judged: the judged ones lie on top.
    for judged in (False, True):
        places = style.values(style.select(rows, judged=judged, signal=TEACHER), "x", "alpha")
        fill = "black" if judged else "white"
        label = "simulated, judged" if judged else "simulated, not judged"
        if places:
            ax.plot(*zip(*places), "o", color="black", markerfacecolor=fill, label=label, zorder=3)
    ax.set(xlabel=r"inverse temperature of the student $\beta$", ylabel=r"samples per unit $\alpha$", ylim=(0.03, 30), yscale="log")
    style.plain_log(ax.yaxis, [0.1, 1, 10])
    ax.legend(loc="upper right", fontsize=4.5, ncols=2)


def overlap_panel(ax, rows: list[style.Row], laws: list[style.Row]) -> None:
    """Overlaps against the student's temperature: theory, simulation at infinite size, or at the largest size where RS is (nearly) unstable."""
    theory = [row for row in style.select(laws, start="informed", alpha=ALPHA) if row["teacher_beta"] == TEACHER]
    theory.sort(key=lambda row: row["student_beta"])
    here = style.select(rows, alpha=ALPHA, signal=TEACHER)
    largest = max(row["units"] or 0 for row in here)
    for index, (observable, (column, label)) in enumerate(OVERLAPS.items()):
        ax.plot(style.column(theory, "student_beta"), style.column(theory, column), color=style.COLOURS[index], zorder=1)
        limits = style.select(style.at_limit(here), observable=observable, judged=True)
        style.points(ax, style.column(limits, "x"), limits, index, label=label, markersize=4)
        broken = style.select(here, observable=observable, judged=False, units=largest)
        style.points(ax, style.column(broken, "x"), broken, index, markersize=4, alpha=0.4)
    ax.axvline(TEACHER, color="0.7", linewidth=0.8, zorder=0)
    ax.text(TEACHER, 0.03, r" $\beta_*$", color="0.45")
    ax.set(xlabel=r"inverse temperature of the student $\beta$", ylabel=rf"overlap at $\alpha={ALPHA:g}$", ylim=(0, 1))
    ax.legend(loc="lower right")


def size_panel(ax, rows: list[style.Row]) -> None:
    """A cold student at each size over the theory of infinite size, and the published equations."""
    cold = style.select(rows, **COLD)
    for index, (observable, (_, label)) in enumerate({**OVERLAPS, "energy": ("energy", "energy $U$")}.items()):
        style.ratio_curve(ax, style.select(cold, observable=observable), 1.0, index, label)
    controls = style.select(cold, observable="overlap_teacher", control=True)
    right = style.select(style.at_limit(cold), observable="overlap_teacher")
    if controls and right:
        ax.axhline(controls[0]["theory"] / right[0]["theory"], color="0.5", linestyle=":", label="$m$ as published")
    ax.set(xlabel="$1/N$", ylabel="simulation / theory")
    ax.legend(loc="lower left")


def main() -> None:
    """Diagram, overlaps, sizes, scores."""
    options = style.arguments(__doc__.splitlines()[0])
    rows = style.read_table(options.table)
    laws = [row for path in options.law for row in style.read_table(path)]
    style.use_style()
    figure, axes = plt.subplots(2, 2, figsize=(style.PAGE, 5.0), layout="constrained")
    diagram_panel(axes[0, 0], rows, laws)
    overlap_panel(axes[0, 1], rows, laws)
    size_panel(axes[1, 0], rows)
    style.score_panel(axes[1, 1], rows)
    style.letter(axes.flat)
    style.save(figure, options.output)


if __name__ == "__main__":
    main()
