"""Fixtures of the browser tests: the machine's browser, windows that must not complain, what was measured."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.hand import PICTURES, WIDE, Hand, open_hand
from tests.browser.site import Site, served
from tests.browser.town import empty_town, full_town
from tests.conftest import unavailable
from tests.servers.databases import PostgresBackend

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
USUAL_PLACE = "/usr/bin/chromium"
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
    # Nobody else can be reached: a page that needed them would not work here.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
OpenHand = Callable[..., Hand]


def browser_program(playwright: Playwright) -> str | None:
    """The machine's Chromium, else the one that playwright fetched; None where there is neither."""
    places = [*map(shutil.which, NAMES), USUAL_PLACE, playwright.chromium.executable_path]
    return next((place for place in places if place and Path(place).exists()), None)


def flags() -> list[str]:
    """How Chromium is started: quiet towards the net, and without its sandbox only as root."""
    return [*FLAGS, "--no-sandbox"] if os.getuid() == 0 else list(FLAGS)


def launched(playwright: Playwright, program: str) -> Browser:
    """A running browser."""
    return playwright.chromium.launch(executable_path=program, args=flags())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this process; each test has windows of its own in it."""
    with sync_playwright() as playwright:
        program = browser_program(playwright)
        if program is None:
            unavailable("no browser: install chromium, or run `playwright install chromium`")
        with launched(playwright, str(program)) as running:
            yield running


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """A function that keeps a figure; the run prints all of them at its end."""

    def keep(kind: str, figure: object) -> None:
        record_property("measured", f"{kind}: {figure}")

    return keep


@pytest.fixture
def open_window(browser: Browser) -> Iterator[OpenHand]:
    """A function: a new window on a site, for one reader. No script may fail, no answer be an error."""
    folder = os.environ.get(PICTURES)
    hands: list[Hand] = []
    with ExitStack() as contexts:

        def opened(url: str, size: tuple[int, int] = WIDE, scripts: bool = True) -> Hand:
            context, hand = open_hand(browser, url, size, scripts)
            contexts.callback(context.close)
            hand.pictures = Path(folder) if folder else None
            hands.append(hand)
            return hand

        yield opened
    assert [trouble for hand in hands for trouble in hand.troubles] == []


@pytest.fixture(scope="module")
def bare(postgresql_backend: PostgresBackend) -> Iterator[Site]:
    """A site of this module's own, with the people of the town and no plan."""
    with empty_town(postgresql_backend) as database, served(database) as site:
        yield site


@pytest.fixture(scope="module")
def lived_in(postgresql_backend: PostgresBackend) -> Iterator[Site]:
    """A site of this module's own with the demo's forty plans."""
    with full_town(postgresql_backend) as database, served(database) as site:
        yield site
