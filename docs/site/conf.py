"""How Sphinx makes the site of the documentation: `python3 scripts/site.py` runs it.

The sources are the files that GitHub renders. What GitHub does and Sphinx does not is done here: links to folders, and the order of the pages, which
is that of the contents of docs/README.md; formulas are the business of formulas.py.
"""

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
KATEX = Path(sys.prefix) / "katex"  # laid there by scripts/site.py

sys.path[:0] = [str(ROOT / "python"), str(ROOT / "docs" / "site")]

project = "saddlepoint"
version = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
copyright = "the saddlepoint contributors"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton", "formulas"]
root_doc = "README"
include_patterns = [
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md", "docs/notebooks/README.md", "docs/site/*.rst", "examples/cluster/README.md",
]  # fmt: skip
exclude_patterns = ["target", ".*", "theory", "simulator", "validation", "src", "tests", "python", "packaging", "scripts"]

myst_enable_extensions = ["dollarmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4

# The extension module is not compiled for the site, nor is scikit-learn needed: signatures and docstrings are Python's.
autodoc_mock_imports = ["saddlepoint._native", "sklearn"]
autodoc_typehints = "none"
autodoc_member_order = "bysource"
default_role = "py:obj"
napoleon_google_docstring = False

html_math_renderer = "katex"
katex = str(KATEX / "katex.min.js")

html_theme = "furo"
html_title = f"saddlepoint {version}"
html_static_path = ["static", str(KATEX / "static")]
html_favicon = "static/icon.svg"
html_css_files = ["katex.min.css", "site.css"]
html_copy_source = False
html_use_index = False
html_domain_indices = False
copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = True


def pages_of_handbook() -> list[str]:
    """The pages of the handbook in the order in which its contents name them."""
    text = (ROOT / "docs" / "README.md").read_text()
    contents = text.split("\n## Contents\n")[1].split("\n## ")[0]
    names = dict.fromkeys(re.findall(r"\]\(([\w/-]+?)(?:\.md)?\)", contents))
    return [f"docs/{name}" if (ROOT / "docs" / f"{name}.md").exists() else f"docs/{name}/README" for name in names]


def toctree(caption: str, pages: list[str]) -> str:
    return "\n".join(["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *[f"/{page}" for page in pages], "```", ""])


def complete_source(app: Sphinx, name: str, source: list[str]) -> None:
    """Makes a link to a folder one to the page of that folder, and gives the front page the list of all."""
    if name.startswith("docs/") and app.env.doc2path(name).suffix == ".md":
        source[0] = re.sub(r"\]\(([\w/-]+)\)", lambda link: folder(name, link), source[0])
    if name == root_doc:
        source[0] += toctree("Handbook", ["docs/README", *pages_of_handbook()])
        source[0] += toctree("Reference", ["docs/site/python", "docs/site/rust"])
        source[0] += toctree("Project", ["CONTRIBUTING", "CHANGELOG", "examples/cluster/README"])


def folder(name: str, link: re.Match[str]) -> str:
    page = Path(name).parent / link[1] / "README.md"
    return f"]({link[1]}/README.md)" if (ROOT / page).exists() else link[0]


def setup(app: Sphinx) -> None:
    app.connect("source-read", complete_source)
