"""`make picture`: takes the README's picture, Kim's plan in the invented municipality as the coordinator sees it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import browser_program, launched
from tests.browser.hand import open_hand
from tests.browser.site import served
from tests.browser.town import People, full_town
from tests.servers.databases import SqliteBackend

TARGET = Path(__file__).parents[2] / "docs" / "plan-page.png"
SIZE = (1280, 860)
LARGEST = 300_000


def main() -> None:
    """Writes docs/plan-page.png, or ends with a sentence that says what is missing."""
    with (
        tempfile.TemporaryDirectory(prefix="plpi-") as folder,
        full_town(SqliteBackend(Path(folder))) as database,
        served(database) as site,
        sync_playwright() as playwright,
    ):
        program = browser_program(playwright)
        if program is None:
            sys.exit("no browser: install chromium, or run `playwright install chromium`")
        with launched(playwright, program) as browser:
            _, mona = open_hand(browser, site.url, SIZE)
            mona.sign_in("Mona Lillevik")
            mona.go(f"/plan/{People(site.engine).plan('Kim Nordnes')}")
            mona.page.screenshot(path=TARGET)
    size = TARGET.stat().st_size
    print(f"{TARGET.name}: {size / 1000:.0f} kB")
    if size > LARGEST:
        sys.exit("the picture is too heavy for a README")


if __name__ == "__main__":
    main()
