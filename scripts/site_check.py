"""Looks at every page of the built site in a browser and says what is wrong: `python3 scripts/site.py --check` runs it.

    python scripts/site_check.py target/site [--screenshots FOLDER] [--no-rust]

Every link within the site leads to a page and a place in it, every picture is there, as many formulas are rendered as the sources have and none is left as it
was typed, the search finds something, no page is wider than a telephone, the console is silent, and no other host is asked.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import re
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from browser import NARROW, Browser

ROOT = Path(__file__).resolve().parent.parent
WIDE = 1200  # pixels
PATIENCE = 30.0  # seconds for the results of a search
# Pages of which pictures are kept, and at which width.
PICTURES = [
    ("README", WIDE), ("docs/README", WIDE), ("docs/learning-curve", WIDE), ("docs/gallery", WIDE), ("docs/which-command", WIDE), ("docs/formulas", WIDE),
    ("docs/site/python", WIDE), ("docs/learning-curve", NARROW), ("docs/which-command", NARROW),
]  # fmt: skip
LOOK = r"""
const body = document.body.cloneNode(true);
for (const element of body.querySelectorAll(".katex, code, pre, script, style, svg")) element.remove();
return {
  links: [...document.querySelectorAll("a[href]")].map((link) => link.href),
  places: [...document.querySelectorAll("[id]")].map((element) => element.id),
  formulas: document.querySelectorAll(".katex").length,
  refused: [...document.querySelectorAll(".katex-error, .problematic, .error")].map((element) => element.textContent),
  typed: body.textContent.match(/.{0,20}(\$|\\[A-Za-z]+).{0,20}/g) ?? [],
  missing: [...document.images].filter((image) => image.complete && !image.naturalWidth).map((image) => image.src),
};"""
# How much wider than the screen the page is; the theme has it scroll within .content.
WIDER = "return Math.max(...document.querySelectorAll(':root, .content').values().map((element) => element.scrollWidth - element.clientWidth))"
# What reaches beyond the right side and does not lie in something that scrolls by itself.
BEYOND = """
const width = document.documentElement.clientWidth;
const scrolls = (element) => !element.matches(".content")
  && (["auto", "scroll", "hidden"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
return [...document.querySelectorAll("article *")].filter((element) => element.getBoundingClientRect().right > width + 1 && !scrolls(element.parentElement))
  .slice(0, 3).map((element) => element.tagName + ": " + element.textContent.slice(0, 60));"""


class Silent(http.server.SimpleHTTPRequestHandler):
    """The server of the files, which says nothing."""

    def log_message(self, *words: object) -> None:
        pass


def formulas(document: Path) -> int:
    """How many formulas a document has: blocks, and those between $` and `$ outside of code."""
    blocks = re.split(r"^```(\w*)\n.*?^```$", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    inline = re.finditer(r"\$`([^`\n]+)`\$|(`+)(?:.+?)\2", "\n".join(blocks[::2]), flags=re.DOTALL)
    return blocks[1::2].count("math") + sum(formula[1] is not None for formula in inline)


class Site:
    """The site as a browser sees it, and what is wrong with it."""

    def __init__(self, folder: Path, address: str, browser: Browser, left_out: tuple[str, ...]) -> None:
        self.folder, self.address, self.browser, self.left_out = folder, address, browser, left_out
        found = (page.relative_to(folder) for page in folder.rglob("*.html"))
        # index.html leads to README.html, and the reference of the crates is checked by rustdoc.
        self.pages = sorted(str(page.with_suffix("")) for page in found if page.parts[0] not in ("index.html", "rust"))
        self.links: dict[str, set[str]] = {}
        self.places: dict[str, set[str]] = {}
        self.formulas = 0
        self.faults: list[str] = []

    def look(self, page: str) -> None:
        """Looks at a page on a wide and on a narrow screen."""
        self.browser.size(WIDE, 900)
        self.browser.driver.get(f"{self.address}{page}.html")
        seen = self.browser.script(LOOK)
        self.links[page], self.places[page] = set(seen["links"]), {*seen["places"], "", "top"}
        self.formulas += seen["formulas"]
        source = ROOT / f"{page}.md"
        wanted = formulas(source) if source.exists() else 0
        if seen["formulas"] != wanted:
            self.faults.append(f"{page}: {seen['formulas']} formulas of {wanted} are rendered")
        for what in ("refused", "typed", "missing"):
            self.faults += [f"{page}: {what}: {text}" for text in seen[what]]
        self.browser.size(NARROW, 800)
        wider = self.browser.script(WIDER)
        if wider > 0:
            self.faults.append(f"{page}: is wider than {NARROW} pixels by {wider}: {'; '.join(self.browser.script(BEYOND))}")

    def places_of(self, file: Path) -> set[str]:
        """The places in a file to which a link may lead."""
        page = str(file.relative_to(self.folder).with_suffix(""))
        if page not in self.places:
            self.places[page] = {"", *re.findall(r'\bid="([^"]*)"', file.read_text())} if file.suffix == ".html" else {""}
        return self.places[page]

    def follow(self) -> int:
        """Follows every link within the site, and says how many there are."""
        count = 0
        for page, links in self.links.items():
            for link in sorted(links):
                if not link.startswith(self.address) or link.startswith(self.left_out):
                    continue
                count += 1
                parts = urlsplit(link)
                file = self.folder / unquote(parts.path).lstrip("/")
                if not file.is_file():
                    self.faults.append(f"{page}: leads to {parts.path}, which is not there")
                elif unquote(parts.fragment) not in self.places_of(file):
                    self.faults.append(f"{page}: leads to #{parts.fragment} of {parts.path}, which has no such place")
        return count

    def search(self, word: str) -> int:
        """How many pages the search finds."""
        self.browser.size(WIDE, 900)
        self.browser.driver.get(f"{self.address}search.html?q={word}")
        end = time.monotonic() + PATIENCE
        count = "return document.querySelectorAll('#search-results li').length"
        while not (found := int(self.browser.script(count))) and time.monotonic() < end:
            time.sleep(0.05)
        if not found:
            self.faults.append(f"search: does not find {word}")
        return found

    def picture(self, folder: Path, page: str, width: int) -> None:
        self.browser.size(width, 900)
        self.browser.driver.get(f"{self.address}{page}.html")
        self.browser.driver.save_screenshot(str(folder / f"{page.replace('/', '-')}-{width}.png"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path, help="folder of the site, as built")
    parser.add_argument("--screenshots", type=Path, help="folder for pictures of some pages")
    parser.add_argument("--no-rust", action="store_true", help="the site has no reference of the crates")
    given = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=given.site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(profile)
        try:
            site = Site(given.site, address, browser, left_out=(f"{address}rust/",) if given.no_rust else ())
            for page in site.pages:
                site.look(page)
            links = site.follow()
            if given.screenshots is not None:
                given.screenshots.mkdir(parents=True, exist_ok=True)
                for page, width in PICTURES:
                    site.picture(given.screenshots, page, width)
            found = site.search("Hopfield")
            browser.read_logs()
        finally:
            browser.driver.quit()
    server.shutdown()
    site.faults += [f"the console says: {message}" for message in browser.messages]
    site.faults += [f"{host} is asked" for host in sorted(browser.hosts) if not host.startswith((address, "data:", "about:", "blob:"))]
    for fault in site.faults:
        print(fault, file=sys.stderr)
    print(f"{len(site.pages)} pages, {site.formulas} formulas, {links} links, {found} results of a search, {len(site.faults)} faults")
    sys.exit(1 if site.faults else 0)


if __name__ == "__main__":
    main()
