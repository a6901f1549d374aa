"""A plan goes from one municipality to another by their pages: asked, read, answered, released, begun."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.servers.databases import Backend
from tests.web.filling import form_of, said, send, standing
from tests.web.stories.two_places import HERE, THERE, TwoPlaces, two_places
from tests.workflow.crossing.pair import NATIONAL_ID
from tests.workflow.crossing.test_crossing import filled
from web.request import doorbell
from workflow.acts.neighbours import directory
from workflow.acts.people.register import digest_national_id
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Access, Party
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import HEALTH, SCOPES
from workflow.words.steps.catalogue import URLS

ASKED = {
    "agreed_how": "spoken",
    "reason": "Kim flytter",
    "to_neighbour": THERE,
    "scopes": [scope for scope in SCOPES if scope != HEALTH],
}


@pytest.fixture
def two(backend: Backend, tmp_path: Path) -> Iterator[TwoPlaces]:
    with two_places(backend, tmp_path) as places:
        yield places


@pytest.fixture
def plan(two: TwoPlaces) -> str:
    """Kim's plan in use in Narvik."""
    return filled(two.pair)


def asked(two: TwoPlaces, plan: str, **more: Any) -> str:
    """Mona asks Bodø by the step's page, and the question comes; its page there."""
    answer = send(
        two.browser(HERE, "mona"), f"/plan/{plan}/steg/tilby-overforing", **{**ASKED, **more}
    )
    assert answer.status_code == 303, said(answer)
    two.later(minutes=1)
    two.pair.talk()
    two.later(minutes=1)
    return f"/overtakelse/{two.pair.there.crossings()[-1]['id']}"


def yes(two: TwoPlaces, page: str, name: str = "liv", **more: Any) -> TestResponse:
    """The coordinating unit there says yes by the form."""
    world = two.there
    known = {
        "coordinator_id": world.party["mona"],
        "said_yes": "true",
        "has_id": "no",
        "unit_id": world.unit["ordering"],
        "rests_on_old": "yes",
        **more,
    }
    return send(two.browser(THERE, name), page, "/ja", **known)


def no(two: TwoPlaces, page: str, name: str = "liv", **more: Any) -> TestResponse:
    """The coordinating unit there says no by the form."""
    return send(two.browser(THERE, name), page, "/nei", **{"reason": "Vi har ikke plass", **more})


def carried(two: TwoPlaces) -> None:
    """What waits goes over, a minute later."""
    two.later(minutes=1)
    two.pair.talk()


def test_the_whole_course_by_pages(two: TwoPlaces, plan: str) -> None:
    page = asked(two, plan)
    assert "Bodø ble spurt 9. mars om å ta over. Svar innen" in two.text(
        HERE, "mona", f"/plan/{plan}"
    )
    kims = two.text(HERE, "kim", f"/min/{plan}")
    assert "Vi har spurt Bodø om å ta over planen." in kims
    assert "De svarer innen 23. mars." in kims
    waits = two.text(THERE, "liv", "/venter")
    assert "Narvik spør om dere tar over en plan" in waits and "Kim" not in waits
    assert "1 spørsmål venter på svar fra deg" in two.text(THERE, "liv", "/planer")
    read = two.text(THERE, "liv", page)
    for words in (
        "Kim flytter",
        "1 mål, 1 tiltak i gang",
        "mål, tiltak, møter og datoer",
        "900 00 000",
    ):
        assert words in read, words
    assert yes(two, page).status_code == 303
    after = two.text(THERE, "liv", page)
    assert "Vi har sagt ja. Narvik svarer for planen til den er overført." in after
    assert "Vi har sagt ja." in two.text(THERE, "liv", "/venter")
    assert "venter på svar fra deg" not in two.text(THERE, "liv", "/planer")
    carried(two)
    (new,) = two.pair.there.plans()
    begun = two.browser(THERE, "liv").get(page).text
    assert "Planen er her fra 9. mars." in begun and f'href="/plan/{new.id}"' in begun
    assert "Narvik" not in two.text(THERE, "liv", "/venter")
    goes_on = f"Planen går videre i Bodø, plan {new.number}. Koordinator der er Mona, 900 00 000."
    for name in ("oda", "liv", "lars"):
        assert goes_on in two.text(HERE, name, f"/plan/{plan}"), name
    kims = two.text(HERE, "kim", f"/min/{plan}")
    assert "Bodø har planen din nå." in kims and f"Der er det plan {new.number}." in kims
    assert "Koordinatoren din der er Mona, 900 00 000." in kims


def test_until_they_have_begun_their_number_is_waited_for(two: TwoPlaces, plan: str) -> None:
    page = asked(two, plan)
    yes(two, page)
    two.later(minutes=1)
    two.pair.carry()
    two.pair.apply()
    words = two.text(HERE, "oda", f"/plan/{plan}")
    assert "Bodø svarer for planen fra 9. mars. Vi venter på nummeret den får der." in words
    assert "Bodø har planen din nå." in two.text(HERE, "kim", f"/min/{plan}")


def test_the_person_and_the_privacy_officer_see_who_read_it_there(
    two: TwoPlaces, plan: str
) -> None:
    page = asked(two, plan)
    two.text(THERE, "liv", page)
    yes(two, page)
    two.later(days=30)  # told a month after it was read
    two.pair.talk()
    who, months = "Liv, coordinating, Bodø", f"/min/{plan}/hvem-har-sett"
    for name, where in (("kim", months), ("pia", f"/plan/{plan}/innsyn")):
        words = two.text(HERE, name, where)
        assert f"{who}" in words and "leste sammendraget" in words
        assert who in two.text(HERE, name, f"{where}?maned=2026-03")
        assert who not in two.text(HERE, name, f"{where}?maned=2026-04")
    table = two.browser(HERE, "kim").get(f"{months}.csv").text.splitlines()
    (line, *_) = [row for row in table if who in row]
    assert line.startswith("2026-03-09T12:02") and "leste sammendraget" in line
    assert "Spurt om å ta over" in line


def test_a_no_needs_a_reason_and_forgets_the_summary(two: TwoPlaces, plan: str) -> None:
    page = asked(two, plan)
    bare = no(two, page, reason="", residence_disputed="true")
    assert bare.status_code == 422 and "Fyll ut dette feltet." in said(bare)
    assert standing(form_of(bare.text, "/nei"))["residence_disputed"] == ["true"]
    assert no(two, page, reason="Vi har ikke plass", residence_disputed="true").status_code == 303
    words = two.text(THERE, "liv", page)
    assert "Vi har sagt nei. Narvik svarer for planen som før. Sammendraget er slettet." in words
    assert "Kim" not in words and "Vi har ikke plass" in words  # their own words are kept
    carried(two)
    told = (
        "Bodø sa nei til å ta over 9. mars. Planen blir her. De mener at personen ikke bor hos dem."
    )
    assert f"{told} De skrev: «Vi har ikke plass»." in two.text(HERE, "mona", f"/plan/{plan}")
    overview = two.text(HERE, "liv", f"/plan/{plan}")
    assert told in overview and "ikke plass" not in overview
    assert "Bodø kan ikke ta over planen. Den blir her." in two.text(HERE, "kim", f"/min/{plan}")
    two.later(days=15)
    for name, where in (("mona", f"/plan/{plan}"), ("kim", f"/min/{plan}")):
        assert "Bodø" not in two.text(HERE, name, where).partition("Historie")[0]


def test_a_discharge_is_only_disputed(two: TwoPlaces, plan: str) -> None:
    home = {"discharge_on": "2026-03-20", "first_appointment": "Tirsdag kl. 10, hos legen"}
    page = asked(two, plan, **home)
    read = two.text(THERE, "liv", page)
    assert "20. mars" in read and "Tirsdag kl. 10, hos legen" in read
    stopped = no(two, page, reason="Fullt hos oss")
    assert stopped.status_code == 409 and "Fullt hos oss" in stopped.text
    assert "Kommunen har ansvaret når en innbygger kommer hjem." in said(stopped)
    assert no(two, page, reason="Bor i byen", residence_disputed="true").status_code == 303


def test_what_is_withdrawn_is_told_on_both_sides(two: TwoPlaces, plan: str) -> None:
    page = asked(two, plan)
    answer = send(two.browser(HERE, "kim"), f"/min/{plan}/steg/trekk-overforing")
    assert answer.status_code == 303
    assert "Vi spør ikke Bodø lenger. Planen blir her." in two.text(HERE, "kim", f"/min/{plan}")
    assert "Spørsmålet til Bodø er trukket." in two.text(HERE, "mona", f"/plan/{plan}")
    carried(two)
    words = two.text(THERE, "liv", page)
    assert "Narvik har trukket spørsmålet og svarer for planen som før." in words
    assert "Sammendraget er slettet." in words and "Kim" not in words
    assert "Narvik" not in two.text(THERE, "liv", "/venter")


def test_no_answer_in_time_is_told_on_both_sides(two: TwoPlaces, plan: str) -> None:
    page = asked(two, plan)
    two.later(days=15)
    two.here.take("clock", PlanStep.EXPIRE_TRANSFER, plan)
    assert "Bodø svarte ikke i tide. Planen blir her." in two.text(HERE, "kim", f"/min/{plan}")
    carried(two)
    assert "Svarfristen gikk ut. Narvik svarer for planen som før." in two.text(THERE, "liv", page)


def test_a_yes_that_is_not_whole_comes_back_as_it_was_typed(two: TwoPlaces, plan: str) -> None:
    page = asked(two, plan)
    mona = two.there.party["mona"]
    answer = yes(two, page, said_yes=[], has_id="yes", national_id="", rests_on_old=[])
    assert answer.status_code == 422
    for words in ("Spør den dere nevner først.", "Fyll ut dette feltet.", "Velg ett av svarene."):
        assert words in said(answer)
    kept = standing(form_of(answer.text, "/ja"))
    assert kept["coordinator_id"] == [mona] and kept["has_id"] == ["yes"]
    wrong = yes(two, page, has_id="yes", national_id="12345678901")
    assert wrong.status_code == 422 and "alle elleve sifrene" in said(wrong)
    assert standing(form_of(wrong.text, "/ja"))["national_id"] == ["12345678901"]
    assert two.pair.there.crossings()[0]["state"] == "offered"


def test_the_page_speaks_the_readers_language(two: TwoPlaces, plan: str) -> None:
    page = asked(two, plan)
    two.speaks(THERE, "liv", "en")
    assert "Narvik asks whether you will take over a plan" in two.text(THERE, "liv", page)
    answer = yes(two, page, said_yes=[])
    assert "First ask whoever you name." in said(answer)


def test_of_two_answers_the_second_is_told_and_keeps_its_words(two: TwoPlaces, plan: str) -> None:
    page = asked(two, plan)
    leif = two.browser(THERE, "leif")
    form = form_of(leif.get(page).text, "/nei")
    assert yes(two, page).status_code == 303
    late = leif.post(form.get("action") or "", data={**standing(form), "reason": ["Fullt hos oss"]})
    assert late.status_code == 409
    assert "Noen svarte, eller spørsmålet falt bort, mens du skrev." in said(late)
    assert "Fullt hos oss" in said(late) and "Vi har sagt ja." in said(late)


def test_nobody_else_reads_or_answers(two: TwoPlaces, plan: str) -> None:
    page = asked(two, plan)
    for name in ("oda", "mona", "lars", "lise", "adam", "pia", "kim", "per"):
        browser = two.browser(THERE, name)
        answers = [browser.get(page), browser.post(f"{page}/ja"), browser.post(f"{page}/nei")]
        assert [one.status_code for one in answers] == [404, 404, 404], name
    for code, where in ((THERE, "/overtakelse/finnes-ikke"), (HERE, page)):
        assert two.browser(code, "liv").get(where).status_code == 404
    with Session(two.there.engine) as session:
        read = session.scalars(select(Access.crossing_id).where(Access.act == "read_summary"))
        assert set(read) <= {None}


def test_who_may_be_the_same_is_listed_and_only_the_number_joins(two: TwoPlaces, plan: str) -> None:
    kim, born = two.there.party["kim"], date(1950, 1, 1)  # as the number says
    for world in (two.here, two.there):
        with unit_of_work(world.engine) as session:
            session.get_one(Party, world.party["kim"]).born_on = born
    with unit_of_work(two.there.engine) as session:
        digest = digest_national_id(identity_key(two), NATIONAL_ID)
        session.execute(update(Party).where(Party.id == kim).values(national_id_hmac=digest))
    page = asked(two, plan)
    words = two.text(THERE, "liv", page)
    assert "Kan være den samme hos dere" in words and "Kim, født 1. januar 1950" in words
    assert yes(two, page, has_id="yes", national_id=NATIONAL_ID).status_code == 303
    carried(two)
    (new,) = two.pair.there.plans()
    assert new.person_id == kim


def test_a_number_of_another_birthday_is_asked_about(two: TwoPlaces, plan: str) -> None:
    with unit_of_work(two.here.engine) as session:
        session.get_one(Party, two.here.party["kim"]).born_on = date(2009, 10, 9)
    page = asked(two, plan)
    answer = yes(two, page, has_id="yes", national_id=NATIONAL_ID)
    assert answer.status_code == 422 and "en annen fødselsdag" in said(answer)


def identity_key(two: TwoPlaces) -> str:
    """The key of Bodø's digests of national ids."""
    return (two.installation.folder / THERE / "identity_key").read_text(encoding="utf-8")


def test_whoever_has_a_plan_there_keeps_that_one(two: TwoPlaces, plan: str) -> None:
    kim = two.there.party["kim"]
    with unit_of_work(two.there.engine) as session:
        digest = digest_national_id(identity_key(two), NATIONAL_ID)
        session.execute(update(Party).where(Party.id == kim).values(national_id_hmac=digest))
    two.there.requested()
    page = asked(two, plan)
    answer = yes(two, page, has_id="yes", national_id=NATIONAL_ID)
    assert answer.status_code == 409
    assert standing(form_of(answer.text, "/ja"))["national_id"] == [NATIONAL_ID]


def test_notices_lead_to_the_question_and_the_coordinator_to_the_plan(
    two: TwoPlaces, plan: str
) -> None:
    page = asked(two, plan)
    shown = two.browser(THERE, "liv").get("/meldinger").text
    assert f'href="{page}"' in shown and "En annen kommune spør om dere tar over en plan" in shown
    yes(two, page)
    carried(two)
    (new,) = two.pair.there.plans()
    mine = two.browser(THERE, "mona").get("/meldinger").text
    assert "En plan fra en annen kommune er deres nå" in mine
    assert page not in mine and f'href="/plan/{new.id}"' in mine


def test_only_those_are_offered_who_can_be_asked(two: TwoPlaces, plan: str) -> None:
    step = f"/plan/{plan}/steg/tilby-overforing"
    assert "Eller en annen kommune" in two.text(HERE, "mona", step)
    problem = two.here.take(
        "oda", PlanStep.REPORT_NEED, problem="Rus i sentrum", why="Mange"
    ).plan_id
    assert "Eller en annen kommune" not in two.text(
        HERE, "oda", f"/plan/{problem}/steg/send-til-rett-kontor"
    )
    with unit_of_work(two.here.engine) as session:
        directory.sync(session, [], two.here.now)
    assert "Eller en annen kommune" not in two.text(HERE, "mona", step)
    made_up = two.browser(HERE, "mona").post(step, data={**ASKED, "scopes": ["goals"]})
    assert made_up.status_code == 422
    assert "Vi når ikke denne kommunen herfra." in said(made_up)


def test_an_answer_rings_for_its_message_to_be_carried(
    two: TwoPlaces, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr("web.staff.lists.crossing.ring_workers", rung.append)
    page = asked(two, plan)
    no(two, page, reason="")
    assert rung == []
    yes(two, page)
    assert rung == [doorbell.CROSS]


def test_the_clocks_steps_are_no_buttons(two: TwoPlaces, plan: str) -> None:
    asked(two, plan)
    for name in ("mona", "oda", "liv"):
        html = two.browser(HERE, name).get(f"/plan/{plan}").text
        for row in (
            PlanStep.RELEASE_ELSEWHERE,
            PlanStep.DECLINE_TRANSFER,
            PlanStep.END_TRANSFER_UNAGREED,
        ):
            assert f"/steg/{URLS[row]}" not in html, (name, row)
