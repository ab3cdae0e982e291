"""The figures that tables declare, drawn with matplotlib."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

_DASHES: list[Any] = ["-", (0, (4, 2)), (0, (1.2, 1.8)), (0, (6, 1.8, 1.2, 1.8)), (0, (9, 3))]
_LEVEL = (0, (7, 3, 1.5, 3))
_MARKERS = ["o", "s", "^", "D", "v"]
_FEW = 12


def plot(figure: str, ax: Any = None) -> Any:
    """Draws a figure; gives its axes, or an array of them."""
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError("plot needs matplotlib: pip install matplotlib; save('figure.svg') draws without it") from error
    picture = json.loads(figure)
    panels = picture["panels"]
    if ax is None:
        _, axes = pyplot.subplots(1, len(panels), figsize=(4.6 * len(panels), 3.4), squeeze=False, layout="constrained")
        given = list(axes[0])
    else:
        given = list(np.ravel(ax)) if isinstance(ax, (Sequence, np.ndarray)) else [ax]
        if len(given) != len(panels):
            raise ValueError(f"the figure has {len(panels)} panels and needs as many axes; there are {len(given)}")
    # The legend of all panels stands where most of it is seen.
    fullest = max(range(len(panels)), key=lambda index: len(panels[index]["series"]))
    for index, (one, panel) in enumerate(zip(given, panels)):
        own, common = panel["legend"], picture["legend"]
        shown = index == fullest
        entries = own["entries"] + (common["entries"] + picture["marks"] if shown else [])
        _panel(one, panel, entries, own["bar"] or (common["bar"] if shown else None))
    return given[0] if len(given) == 1 else np.array(given)


def _panel(ax: Any, panel: dict[str, Any], entries: list[dict[str, Any]], bar: dict[str, Any] | None) -> None:
    if panel["words"]:
        ax.text(0.5, 0.5, panel["words"], ha="center", va="center", wrap=True, transform=ax.transAxes)
    if panel["map"]:
        _map(ax, panel)
    for series in panel["series"]:
        _series(ax, series, panel["x"]["scale"])
    ax.set_title(_tex(panel["title"]))
    for axis, set_label in ((panel["x"], ax.set_xlabel), (panel["y"], ax.set_ylabel)):
        set_label(_tex(textwrap.fill(axis["label"], 36)))
    _scale(ax.xaxis, ax.set_xlim, panel["x"]["scale"])
    _scale(ax.yaxis, ax.set_ylim, panel["y"]["scale"])
    if entries:
        ax.legend(handles=[_handle(entry) for entry in entries], fontsize="small", frameon=False)
    if bar and not panel["map"]:
        _bar(ax, bar)


def _series(ax: Any, series: dict[str, Any], scale: dict[str, Any]) -> None:
    points = series["points"]
    beyond = scale["infinity"]
    infinity = np.nan if beyond is None else 10**beyond if scale["log"] else beyond
    x = np.array([infinity if point["x"] is None else point["x"] for point in points], float)
    y = np.array([np.nan if point["y"] is None else point["y"] for point in points], float)
    error = np.array([point["error"] or 0.0 for point in points], float)
    colour, style, mark = series["look"]["colour"], series["look"]["style"], series["mark"]
    if mark == "Line":
        for begin, end in _runs([point["begins"] for point in points]):
            marker = "o" if len(points) <= _FEW or end - begin == 1 else ""
            ax.plot(x[begin:end], y[begin:end], color=colour, linestyle=_DASHES[style % 5], lw=1.5, marker=marker, ms=3.5)
    elif mark == "Points":
        ax.errorbar(x, y, yerr=np.where(error > 0, error, np.nan), fmt=_MARKERS[style % 5], color=colour, ms=5, lw=1.1, capsize=2, clip_on=False)
    elif mark == "Crosses":
        ax.plot(x, y, "x", color=colour, ms=6, clip_on=False)
    elif mark == "Histogram":
        ax.fill(x, y, facecolor="#cdcdcd", edgecolor="#737373", lw=0.8, zorder=0)
    elif mark == "Ticks":
        ax.vlines(x, 0, 0.06, transform=ax.get_xaxis_transform(), color=colour, lw=1.8)
    elif mark == "Level":
        for value in y:
            ax.axhline(value, color=colour, linestyle=_LEVEL, lw=1.2)


def _runs(begins: list[bool]) -> list[tuple[int, int]]:
    """Where the pieces of a line begin and end."""
    starts = [0, *(k for k, begin in enumerate(begins) if begin and k > 0)]
    return list(zip(starts, [*starts[1:], len(begins)]))


def _scale(axis: Any, set_limits: Any, scale: dict[str, Any]) -> None:
    def value(at: float) -> float:
        return float(10**at) if scale["log"] else at

    if scale["log"]:
        axis._set_axes_scale("log")
    set_limits(value(scale["low"]), value(scale["high"]))
    named = [tick for tick in scale["ticks"] if tick["label"] is not None]
    axis.set_ticks([value(tick["at"]) for tick in named], [_tex(tick["label"]) for tick in named])
    if scale["log"]:
        axis.set_minor_formatter("")
    if scale["words"] and max((len(tick["label"]) for tick in named), default=0) > 6:
        axis.set_tick_params(labelrotation=30)


def _map(ax: Any, panel: dict[str, Any]) -> None:
    heights = panel["map"]
    z = np.array([[np.nan if height is None else height for height in row] for row in heights["heights"]], float)
    mesh = ax.pcolormesh(heights["x"], heights["y"], z, shading="nearest", cmap="viridis", rasterized=True)
    ax.contour(heights["x"], heights["y"], z, colors="white", linewidths=0.6)
    label = panel["legend"]["bar"]["label"] if panel["legend"]["bar"] else ""
    ax.figure.colorbar(mesh, ax=ax, label=_tex(label))


def _bar(ax: Any, bar: dict[str, Any]) -> None:
    from matplotlib import cm, colors

    scale = bar["scale"]
    ends = (10 ** scale["low"], 10 ** scale["high"]) if scale["log"] else (scale["low"], scale["high"])
    norm = colors.LogNorm(*ends) if scale["log"] else colors.Normalize(*ends)
    ax.figure.colorbar(cm.ScalarMappable(norm, "viridis"), ax=ax, label=_tex(bar["label"]))


def _handle(entry: dict[str, Any]) -> Any:
    """What a legend shows beside a text."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    colour, style, marks = entry["look"]["colour"], entry["look"]["style"], entry["marks"]
    label = _tex(entry["text"])
    if marks == ["Histogram"]:
        return Patch(facecolor="#cdcdcd", edgecolor="#737373", label=label)
    line: Any = _DASHES[style % 5] if "Line" in marks else _LEVEL if "Level" in marks else "none"
    marker = _MARKERS[style % 5] if "Points" in marks else "x" if "Crosses" in marks else "|" if "Ticks" in marks else ""
    return Line2D([], [], color=colour, linestyle=line, marker=marker, label=label)


def _tex(text: str) -> str:
    """Subscripts ``_{…}`` and superscripts ``^{…}`` as matplotlib's mathtext."""
    text = text.replace("$", r"\$")
    return re.sub(r"([_^])\{([^{}]*)\}", lambda found: f"${{}}{found[1]}{{\\mathrm{{{_escape(found[2])}}}}}$", text)


def _escape(text: str) -> str:
    return text.replace(" ", r"\ ").replace("_", r"\_").replace("%", r"\%")
