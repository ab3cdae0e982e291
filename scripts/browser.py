"""Headless Chromium as the checks of pages use it, and what it says of a page."""

from __future__ import annotations

import json
import shutil
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

# No services of the browser's maker, and nothing kept from one run to the next.
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip
NARROW = 360  # pixels of a small telephone


class Browser:
    """A browser with one page. A folder that is not kept is its profile and takes what is saved."""

    def __init__(self, profile: str) -> None:
        options = Options()
        for flag in [*FLAGS, f"--user-data-dir={profile}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option("prefs", {"download.default_directory": profile})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.get("about:blank")
        self.driver.get_log("performance")  # The browser's own first page.
        self.messages: list[str] = []
        self.hosts: set[str] = set()

    def size(self, width: int, height: int) -> None:
        """The size of the page itself, which may be narrower than a window can be."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def colours(self, scheme: str) -> None:
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    def script(self, text: str, *given: object) -> Any:
        return self.driver.execute_script(text, *given)

    def overflow(self) -> int:
        """Pixels by which the page is wider than what is seen."""
        return int(self.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def read_logs(self) -> None:
        """Keeps what the console says, and which addresses were asked."""
        self.messages += [entry["message"] for entry in self.driver.get_log("browser")]
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.hosts.add(message["params"]["request"]["url"].split("?")[0])
