"""Formulas of GitHub's Markdown for Sphinx, made HTML by KaTeX when the site is built: the pages need no script for them, and a formula that KaTeX does not
understand is a warning with its place.
"""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


class Formulas(SphinxTransform):
    """Takes formulas from between the backticks of $` and `$, and into them what must not stand alone at the beginning of the next line."""

    default_priority = 400

    def apply(self) -> None:
        for formula in self.document.findall(nodes.math):
            text = formula.astext()
            if not (text.startswith("`") and text.endswith("`")):
                logger.warning("the formula $%s$ does not stand between $` and `$", text, location=formula)
            stop = following_stop(formula)
            formula.clear()
            formula += nodes.Text(text.strip("`") + (rf"\text{{{stop}}}" if stop else ""))


def following_stop(formula: nodes.math) -> str:
    """Takes away the stop, comma or bracket right behind a formula, where a line may end otherwise."""
    place = formula.parent.index(formula) + 1
    behind = formula.parent[place] if place < len(formula.parent) else None
    if not isinstance(behind, nodes.Text):
        return ""
    stop = re.match(r"[.,;:?!)]*", behind)[0]
    formula.parent[place] = nodes.Text(behind[len(stop) :])
    return stop


@cache
def renderer(katex: str) -> subprocess.Popen[str]:
    """The process that makes HTML of formulas; it ends with this one, which closes its input."""
    script = Path(__file__).with_suffix(".js")
    return subprocess.Popen(["node", script, katex], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def html(translator: HTML5Translator, node: nodes.Element, display: bool) -> str:
    formula = node.astext()
    process = renderer(translator.config.katex)
    process.stdin.write(json.dumps({"formula": formula, "display": display}) + "\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    if "error" in answer:
        logger.warning("%s", answer["error"], location=node)
        return translator.encode(formula)
    return answer["html"]


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(f'<span class="math">{html(translator, node, display=False)}</span>')
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="math">{html(translator, node, display=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("katex", "", "html")
    app.add_transform(Formulas)
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True}
