"""A reader's hand on the pages: it writes, chooses and presses, and counts each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Response,
    TimeoutError,
)

WIDE = (1280, 900)
NARROW = (360, 780)
PATIENCE = 20_000.0  # milliseconds; the browser polls until then
PICTURES = "PICTURES"  # a folder that keeps a picture of each page, to be looked at


@dataclass
class Effort:
    """What a piece of work cost: fields filled in and presses of the mouse or finger."""

    name: str
    fields: int = 0
    clicks: int = 0

    def __str__(self) -> str:
        return f"{self.name}: {self.fields} fields, {self.clicks} clicks"


@dataclass
class Hand:
    """One reader at one browser window; `troubles` is what the browser complained of."""

    page: Page
    url: str
    pictures: Path | None = None
    counting: list[Effort] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", self._script_failed)
        self.page.on("response", self._answered)
        self.page.on("console", self._complained)

    def _script_failed(self, error: Error) -> None:
        self.troubles.append(f"script: {error}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400:
            self.troubles.append(f"{answer.status} {answer.url}")

    def _complained(self, said: ConsoleMessage) -> None:
        # An answer that is an error is noted once, by its status.
        if said.type in ("error", "warning") and "Failed to load resource" not in said.text:
            self.troubles.append(f"{said.type}: {said.text}")

    @contextmanager
    def effort(self, name: str) -> Iterator[Effort]:
        """Counts everything done inside the block."""
        effort = Effort(name)
        self.counting.append(effort)
        yield effort
        self.counting.remove(effort)

    def go(self, path: str) -> None:
        """Opens an address of the site; not counted."""
        self.page.goto(self.url + path)

    def sign_in(self, name: str) -> None:
        """One click on a name; not counted."""
        self.go("/logg-inn")
        button = self.page.get_by_role("button", name=starting(name)).first
        if not button.is_visible():
            self.page.locator("details.rest > summary").click()
        button.click()
        self.page.wait_for_load_state()

    def press(self, label: str, about: str = "", within: Locator | None = None) -> None:
        """Presses a button, a link or the head of something folded, by its whole name."""
        name = f"{label} {about}".strip()
        place = within or self.page
        target = place.get_by_role("button", name=name, exact=True)
        target = target.or_(place.get_by_role("link", name=name, exact=True))
        target = target.or_(place.locator("summary").get_by_text(label, exact=True))
        target.first.click()
        self.page.wait_for_load_state()
        self.count(clicks=1)

    def write(self, label: str, words: str) -> None:
        """Fills in a field by its label."""
        self.labelled(label).fill(words)
        self.count(fields=1)

    def pick(self, label: str, answer: str) -> None:
        """Chooses from a list by its label."""
        field = self.labelled(label)
        option = field.locator("option").filter(has_text=starting(answer)).first
        field.select_option(option.get_attribute("value"))
        self.count(fields=1)

    def tick(self, question: str, answer: str) -> None:
        """Chooses one of the answers that stand on the page."""
        group = self.page.get_by_role("group", name=starting(question))
        group.get_by_label(answer, exact=True).check()
        self.count(fields=1)

    def choose(self, question: str, answer: str) -> None:
        """Like tick, where the page is counted in presses."""
        self.tick(question, answer)
        self.count(fields=-1, clicks=1)

    def measure(self, text: str, answer: str, view: str = "", result: str = "") -> None:
        """On the review's page: what becomes of a measure, what the person thought, and the result."""
        asked = self.page.locator("fieldset.review-measure").filter(has_text=text)
        asked.get_by_label(answer, exact=True).check()
        self.count(clicks=1)
        if view:
            asked.locator(".review-view").get_by_label(view, exact=True).check()
            self.count(clicks=1)
        if result:
            asked.get_by_label("Resultat", exact=True).select_option(label=result)
            self.count(clicks=1)

    def labelled(self, label: str) -> Locator:
        """The field with that label, whatever help follows it."""
        return self.page.get_by_label(starting(label)).first

    def count(self, fields: int = 0, clicks: int = 0) -> None:
        """Adds to every count under way."""
        for one in self.counting:
            one.fields += fields
            one.clicks += clicks

    def sees(self, *words: str) -> None:
        """Waits until the page says each of these; fails with the page's own words."""
        for one in words:
            try:
                self.page.get_by_text(one).first.wait_for(state="attached")
            except TimeoutError as late:
                told = f"{one!r} is not on {self.page.url}: {self.said()}"
                raise AssertionError(told) from late

    def said(self) -> str:
        """What the main part of the page says."""
        return self.page.locator("main").inner_text()

    def picture(self, name: str) -> None:
        """Keeps a picture of the whole page where pictures are asked for."""
        if self.pictures is not None:
            self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)


def starting(words: str) -> re.Pattern[str]:
    """Matches a name that begins with these words, whatever help or unit follows them."""
    return re.compile(rf"^\s*{re.escape(words)}")


def open_hand(
    browser: Browser, url: str, size: tuple[int, int] = WIDE, scripts: bool = True
) -> tuple[BrowserContext, Hand]:
    """A new window of its own, with nothing remembered."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        java_script_enabled=scripts,
        locale="nb-NO",
        timezone_id="Europe/Oslo",
        reduced_motion="reduce",
    )
    return context, Hand(context.new_page(), url)
