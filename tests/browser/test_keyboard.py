"""The pages by keyboard alone: past the head of the page, to the search, and through a whole form."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenHand
from tests.browser.site import Site
from tests.browser.town import People

MOST_TABS = 40
pytestmark = pytest.mark.browser


def focused(page: Page) -> str:
    """The name or words of what has the keyboard."""
    return str(
        page.evaluate("() => document.activeElement.name || document.activeElement.innerText")
    )


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until something has the keyboard."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if focused(page).strip() == name:
            return
    raise AssertionError(f"{name} is not reached by keyboard on {page.url}")


def test_the_first_tab_leads_past_the_head(bare: Site, open_window: OpenHand) -> None:
    mona = open_window(bare.url)
    mona.sign_in("Mona Lillevik")
    mona.page.keyboard.press("Tab")
    assert focused(mona.page) == "Hopp til innholdet"
    assert mona.page.locator(".ds-skip-link").evaluate(
        "link => link.getBoundingClientRect().y >= 0"
    )
    mona.page.keyboard.press("Enter")
    assert mona.page.evaluate("() => document.activeElement.id") == "innhold"


def test_a_slash_leads_to_the_search(bare: Site, open_window: OpenHand) -> None:
    mona = open_window(bare.url)
    mona.sign_in("Mona Lillevik")
    mona.page.keyboard.press("/")
    assert focused(mona.page) == "q"
    mona.page.keyboard.type("Kim Nordnes / MAT")
    mona.page.keyboard.press("Enter")
    mona.page.wait_for_url("**/sok")
    mona.sees("Treff for «Kim Nordnes / MAT»")


def test_a_form_is_sent_without_a_mouse(bare: Site, open_window: OpenHand) -> None:
    plan = People(bare.engine).begun("Knut Ravnå")
    mona = open_window(bare.url)
    mona.sign_in("Mona Lillevik")
    mona.go(f"/plan/{plan}/steg/foresla-tiltak")
    tab_to(mona.page, "text")
    mona.page.keyboard.type("Ringe Nav")
    tab_to(mona.page, "Foreslå tiltak")
    mona.page.keyboard.press("Enter")
    mona.sees("Lagret: Foreslå tiltak.", "Ringe Nav")


def test_what_is_wrong_gets_the_keyboard(bare: Site, open_window: OpenHand) -> None:
    mona = open_window(bare.url)
    mona.sign_in("Mona Lillevik")
    mona.go("/meld")
    mona.press("Send meldingen")
    mona.page.locator("#feil").wait_for()
    assert mona.page.evaluate("() => document.activeElement.id") == "feil"
    assert mona.troubles.pop().startswith("422")
