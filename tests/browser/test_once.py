"""One click is one step, pressed twice at once or sent from two windows; races are tested in workflow."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenHand
from tests.browser.hand import Hand
from tests.browser.site import Site
from tests.browser.town import People
from workflow.rules.names.steps import MeasureStep, PlanStep

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def plan(bare: Site) -> str:
    """A plan in use with one measure."""
    people = People(bare.engine)
    made = people.begun("Vibeke Aune")
    people.agreed(made, "Ringe Nav")
    return made


def talked(open_window: OpenHand, site: Site, plan: str) -> Hand:
    """Mona on the page of «Vi snakket sammen», ready to send."""
    mona = open_window(site.url)
    mona.sign_in("Mona Lillevik")
    mona.go(f"/plan/{plan}/steg/vi-snakket-sammen")
    return mona


def test_a_double_click_is_one_step(bare: Site, plan: str, open_window: OpenHand) -> None:
    people = People(bare.engine)
    before = people.rows(plan).count(PlanStep.TALKED)
    mona = talked(open_window, bare, plan)
    mona.page.locator("main form button[type=submit]").dblclick()
    mona.sees("Lagret: Vi snakket sammen.")
    assert people.rows(plan).count(PlanStep.TALKED) == before + 1


def test_a_double_click_on_a_button_that_asks_nothing(
    bare: Site, plan: str, open_window: OpenHand
) -> None:
    mona = open_window(bare.url)
    mona.sign_in("Mona Lillevik")
    mona.go(f"/plan/{plan}")
    mona.page.get_by_label("Mer om Ringe Nav").click()
    mona.page.get_by_role("button", name="Sett i gang Ringe Nav").dblclick()
    mona.sees("Lagret: Sett i gang.")
    assert People(bare.engine).rows(plan).count(MeasureStep.BEGIN) == 1


def test_the_same_form_from_two_windows_is_one_step(
    bare: Site, plan: str, open_window: OpenHand
) -> None:
    people = People(bare.engine)
    before = people.rows(plan).count(PlanStep.TALKED)
    mona = talked(open_window, bare, plan)
    other = Hand(mona.page.context.new_page(), bare.url)
    other.go(f"/plan/{plan}/steg/vi-snakket-sammen")
    for window in (mona, other):
        window.page.locator("main form button[type=submit]").click()
        window.sees("Vi snakket sammen")
    assert people.rows(plan).count(PlanStep.TALKED) == before + 1
    assert other.troubles == []
