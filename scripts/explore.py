"""Uses the page of `saddlepoint explore` as a reader does, in a browser, and says what is wrong with it.

    python3 scripts/explore.py target/debug/saddlepoint                        check
    python3 scripts/explore.py target/debug/saddlepoint --screenshots FOLDER   and keep pictures of it; explore.png is that of the handbook

Needs Chromium with its driver (on Debian `apt-get install chromium chromium-driver`) and the Python package selenium. Nothing but the loopback
address is used.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from browser import NARROW, Browser
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PATIENCE = 60.0  # seconds for an answer, on a machine that has other things to do


class Page(Browser):
    """The page in a browser."""

    def __init__(self, address: str, profile: str) -> None:
        super().__init__(profile)
        self.address = address

    def open(self, fragment: str = "") -> None:
        self.driver.get("about:blank")
        self.driver.get(self.address + fragment)
        self.wait("a figure", lambda: self.figure() != "")

    def figure(self) -> str:
        return str(self.script("return document.querySelector('#figure svg')?.outerHTML ?? ''"))

    def text(self, name: str) -> str:
        return str(self.script("return document.getElementById(arguments[0]).textContent", name))

    def focused(self) -> str:
        """What has the focus: its value, or its text."""
        return str(self.script("const e = document.activeElement; return e.id || e.value || e.textContent"))

    def press(self, *keys: str) -> None:
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def wait(self, what: str, is_done: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not is_done():
            if time.monotonic() > end:
                sys.exit(f"explore.py: waited {PATIENCE:.0f} s for {what}; the page says: {self.text('result')}")
            time.sleep(0.02)

    def settle(self) -> None:
        """Waits until nothing is asked any more."""
        idle = "return running === null && !isWaiting"
        time.sleep(0.15)
        self.wait("the last answer", lambda: bool(self.script(idle)))

    def move(self, control: str, key: str, presses: int = 1) -> float:
        """Moves a slider by the keyboard until another figure is there, and says how long that took."""
        before = self.figure()
        slider = self.driver.find_element(By.ID, f"control-{control}")
        begun = time.monotonic()
        slider.send_keys(*[key] * presses)
        self.wait("a figure that follows the slider", lambda: self.figure() != before)
        took = time.monotonic() - begun
        self.settle()
        return took

    def picture(self, folder: Path | None, name: str) -> None:
        if folder is not None:
            self.driver.save_screenshot(str(folder / f"{name}.png"))


def check(condition: bool, what: str) -> None:
    if not condition:
        sys.exit(f"explore.py: {what}")
    print(f"ok: {what}")


def check_sliders(page: Page) -> None:
    page.open()
    took = page.move("spike", Keys.ARROW_RIGHT, 10)
    check(True, f"the figure follows a slider, after {1000 * took:.0f} ms")
    check("--spike 1 " not in page.text("command"), "so does the command")
    check("sp.threshold(" in page.text("python"), "the line of Python is there")
    value = page.script("return document.querySelector('#control-spike').parentElement.querySelector('[type=number]').value")
    check(f"--spike {value} " in page.text("command"), "the number beside the slider is that of the command")
    fragment = str(page.script("return location.hash"))
    check(f"spike={value}" in fragment, "the fragment of the address keeps the state")
    before = page.figure()
    page.driver.refresh()
    page.wait("a figure after a reload", lambda: page.figure() != "")
    page.settle()
    check(page.figure() == before and str(page.script("return location.hash")) == fragment, "a reload gives the same figure")
    field = page.driver.find_element(By.CSS_SELECTOR, ".control [type=number]")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("99")
    page.wait("a refusal", lambda: "no number from 0.05 to 20" in page.text("result"))
    check(True, f"a value out of range is refused: {page.text('result')}")
    page.driver.get_log("browser")  # It names the refused request, as it has to.
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("2")
    page.wait("an answer", lambda: page.text("result").startswith("Table of"))
    check(True, "and a value within it is answered again")


def check_copying(page: Page) -> None:
    page.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    for name in ["command", "python"]:
        page.driver.find_element(By.CSS_SELECTOR, f"[data-copies={name}]").click()
        copied = page.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
        check(copied == page.text(name), f"a button copies the {name}")


def check_newest_wins(page: Page) -> None:
    page.open("#panel=place-cell&units=40&hidden=3")
    page.script("""
        const range = document.getElementById("control-beta");
        for (let step = 1; step <= 30; step += 1) {
          range.value = 0.5 + 0.01 * step;
          range.dispatchEvent(new Event("input"));
        }""")
    page.settle()
    check("--beta 0.8 " in page.text("command"), "of thirty moves of a slider the last one is shown")


def check_keyboard(page: Page, panels: list[str]) -> None:
    page.open()
    reached = []
    page.script("document.activeElement.blur(); window.scrollTo(0, 0)")
    for _ in range(20):
        page.press(Keys.TAB)
        reached.append(page.focused())
    wanted = ["To the sliders", panels[0], "control-spike", "control-alpha", "csv", "svg", "pdf", "Copy", "command", "python"]
    missing = [name for name in wanted if name not in reached]
    check(not missing, f"the tab key reaches everything{': not ' + ', '.join(missing) if missing else ''}")
    radio = page.driver.find_element(By.CSS_SELECTOR, "nav input:checked")
    radio.send_keys(Keys.ARROW_RIGHT)
    page.settle()
    check(page.script("return location.hash").startswith(f"#panel={panels[1]}"), "an arrow key goes to the next question")
    outline = page.script("return getComputedStyle(document.activeElement.parentElement).outlineStyle")
    check(outline == "solid", "the focus is seen")
    page.script("history.back()")
    page.settle()
    check(page.script("return location.hash").startswith(f"#panel={panels[0]}"), "Back goes back")
    names = page.script("""
        return [...document.querySelectorAll("input, select, button, a")].filter((element) =>
          !(element.labels?.length || element.ariaLabel || element.textContent.trim())).length""")
    check(names == 0, "every control has a name")
    check(page.script("return document.getElementById('result').ariaLive") == "polite", "the line of the result is read out")


def check_panels(page: Page, panels: list[str], folder: Path | None) -> None:
    """Every question on a wide and on a narrow screen."""
    for width, height in [(1200, 900), (NARROW, 800)]:
        page.size(width, height)
        wide = []
        for name in panels:
            page.open(f"#panel={name}")
            page.settle()
            check_answer = page.text("result")
            if not check_answer.startswith("Table of"):
                sys.exit(f"explore.py: {name}: {check_answer}")
            if page.overflow() > 0:
                wide.append(f"{name} by {page.overflow()}")
            page.picture(folder, f"{name}-{width}")
            page.read_logs()
        check(not wide, f"no scrolling sideways at {width} pixels {', '.join(wide)}")
    page.colours("dark")
    page.open()
    page.picture(folder, "dark")
    paper = page.script("return getComputedStyle(document.body).backgroundColor")
    check(paper != "rgb(255, 255, 255)", "the page is dark where the reader wants it")
    page.colours("light")
    page.size(1200, 860)
    page.open("#panel=place-cell&units=40&beta=0.5&hidden=3")
    page.settle()
    page.picture(folder, "explore")


def check_files(page: Page, program: str) -> None:
    """What the links give is what the command gives."""
    page.open("#panel=student&teacher=1.5")
    page.settle()
    words = page.text("command").split()
    typed = subprocess.run([program, *words[1:]], capture_output=True, check=True).stdout
    for name, begin in [("csv", typed), ("svg", b"<svg "), ("pdf", b"%PDF-")]:
        link = page.script("return document.getElementById(arguments[0]).href", name)
        with urllib.request.urlopen(link) as answer:
            check(answer.read().startswith(begin), f"{name} is saved as the command would")
            check("attachment" in answer.headers["Content-Disposition"], f"{name} is a file to save")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="saddlepoint, as built")
    parser.add_argument("--screenshots", type=Path, help="folder for pictures of every question")
    given = parser.parse_args()
    if given.screenshots is not None:
        given.screenshots.mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen([given.program, "explore", "--quiet"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    address = server.stdout.readline().strip()
    try:
        with tempfile.TemporaryDirectory() as profile:
            page = Page(address, profile)
            try:
                page.size(1200, 900)
                check_sliders(page)
                check_copying(page)
                panels = page.script("return panels.map((panel) => panel.name)")
                check_newest_wins(page)
                check_keyboard(page, panels)
                check_files(page, given.program)
                check_panels(page, panels, given.screenshots)
                page.read_logs()
            finally:
                page.driver.quit()
        origin = address.split("?")[0]
        check(not page.messages, f"the console is silent {' '.join(page.messages)}")
        foreign = {url for url in page.hosts if not url.startswith((origin, "data:", "about:", "blob:"))}
        check(not foreign, f"no other host is asked {' '.join(sorted(foreign))}")
    finally:
        server.terminate()
        server.wait(timeout=10)
    check(server.returncode == 0, "a signal ends the program with status 0")


if __name__ == "__main__":
    main()
