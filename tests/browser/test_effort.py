"""What a grant and a review cost in fields and presses; the other figures come from the Narvik walk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import OpenHand
from tests.browser.hand import NARROW
from tests.browser.site import Site
from tests.browser.town import People
from workflow.rules.names.steps import MeasureStep, PlanStep

MOST_FIELDS_TO_GRANT = 6
MOST_CLICKS_TO_REVIEW = 12
MEASURES = ("Ringe Nav", "Møte hos Nav", "Trekk av husleie", "Handle mat", "Rydde papirene")
Measured = Callable[[str, object], None]
pytestmark = pytest.mark.browser


def test_a_grant_takes_six_fields(bare: Site, open_window: OpenHand, measured: Measured) -> None:
    plan = People(bare.engine).requested("Sara Lundstad")
    oda = open_window(bare.url)
    oda.sign_in("Oda Myrvang")
    oda.press("Sara Lundstad")
    oda.picture("sak")
    with oda.effort("grant") as cost:
        oda.write("Hvorfor varer behovet", "Det har vart i mange år.")
        oda.write("Hvilke tjenester", "MAT, Nav og fastlegen.")
        oda.write("Hvem ønsker personen", "Mona Lillevik")
        oda.pick("Hvem spør vi", "Mona Lillevik")
        oda.tick("Hvilket regelverk", "Helse (klage innen 4 uker)")
        oda.tick("Hvordan får personen brevet", "Lest opp sammen")
        oda.press("Innvilg")
        oda.picture("se-over-brevet")
        oda.press("Gi svaret")
    oda.sees("Svar gitt")
    oda.picture("sak-svart")
    measured("effort", cost)
    assert cost.fields <= MOST_FIELDS_TO_GRANT, cost
    assert People(bare.engine).rows(plan)[-1] == PlanStep.GRANT


def test_a_review_of_five_measures_takes_twelve_clicks(
    bare: Site, open_window: OpenHand, measured: Measured
) -> None:
    people = People(bare.engine)
    plan = people.begun("Jon Petter Lia")
    for text in MEASURES:
        people.agreed(plan, text)
    mona = open_window(bare.url)
    mona.sign_in("Mona Lillevik")
    mona.go(f"/plan/{plan}/evaluering")
    with mona.effort("review of five measures, each with the person's view") as cost:
        for text in MEASURES:
            mona.measure(text, "Ferdig")
        mona.choose("Resultat for alle", "Det ble som vi ville")
        mona.choose("Hva syntes Jon om alle", "Bra")
        mona.picture("evaluering-av-fem")
        mona.choose("Hvordan synes personen", "Bra")
        mona.choose("Hvordan sa personen ja", "Muntlig")
        mona.press("Evaluer og fortsett")
    mona.sees("Lagret: Evaluer og fortsett.")
    measured("effort", cost)
    assert cost.clicks <= MOST_CLICKS_TO_REVIEW, cost
    rows = people.rows(plan)
    assert rows.count(MeasureStep.EVALUATE) == rows.count(MeasureStep.CLOSE) == len(
        MEASURES
    ) and rows[-2:] == [PlanStep.REVIEW, PlanStep.CONTINUE]


# What the person presses from her first page to stop sharing, the button that undoes it, and the rows.
STOPS = (
    (
        "with one",
        "Slutt å dele",
        "Solveig Hagtun",
        "Del igjen",
        PlanStep.STOP_SHARING_WITH,
        PlanStep.GIVE_CONSENT,
    ),
    (
        "with all",
        "Slutt å dele med alle",
        "",
        "Åpne planen igjen",
        PlanStep.STOP_SHARING,
        PlanStep.SHARE_AGAIN,
    ),
    (
        "and the plan",
        "Jeg vil ikke ha planen lenger",
        "",
        "Jeg vil ha planen likevel",
        PlanStep.WITHDRAW_CONSENT,
        PlanStep.UNDO_WITHDRAWAL,
    ),
)
MOST_CLICKS_TO_STOP, MOST_CLICKS_TO_UNDO = 2, 1


@pytest.mark.parametrize("what", STOPS, ids=lambda what: what[4])
def test_sharing_stops_in_two_clicks_and_comes_back_in_one(
    bare: Site, open_window: OpenHand, measured: Measured, what: tuple[str, ...]
) -> None:
    name, stop, about, undo, stopped, undone = what
    people = People(bare.engine)
    owners: dict[str, str] = {
        PlanStep.STOP_SHARING_WITH: "Ida Sletta",
        PlanStep.STOP_SHARING: "Hege Nybakk",
        PlanStep.WITHDRAW_CONSENT: "Lena Viksund",
    }
    owner = owners[stopped]
    plan = people.begun(owner)
    sister = people.key("Solveig Hagtun")
    people.take(
        "Mona Lillevik",
        PlanStep.ADD_PARTICIPANT,
        plan,
        party_id=sister,
        kind="relative",
        agreed_how="spoken",
    )
    hand = open_window(bare.url, NARROW)
    hand.sign_in(owner)
    hand.go(f"/min/{plan}")
    with hand.effort(f"stop sharing {name}") as cost:
        hand.press("Hva jeg deler")
        hand.press(stop, about)
    assert people.rows(plan)[-1] == stopped
    hand.picture(f"slutt-{stopped}")
    with hand.effort(f"undo: sharing {name}") as back:
        hand.press(undo, about)
    assert people.rows(plan)[-1] == undone
    for one in (cost, back):
        measured("effort", one)
        assert one.fields == 0
    assert cost.clicks <= MOST_CLICKS_TO_STOP and back.clicks <= MOST_CLICKS_TO_UNDO
