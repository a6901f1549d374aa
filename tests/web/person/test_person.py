"""The person's own pages: what she sees, does in few presses, and what nobody else sees."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.web.conftest import SignedIn
from tests.web.persons import Home, new_world, settled
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Deadline, Event, Wish
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.words.steps.catalogue import URLS

PAGES = (
    "",
    "/planen",
    "/gjort",
    "/meldinger",
    "/folk",
    "/mote",
    "/deler",
    "/hvem-har-sett",
    "/papir",
    "/brev",
    "/rettigheter",
)
HARD_WORDS = re.compile(r"forfalt|ikke møtt|brudd|mangler", re.IGNORECASE)


@pytest.fixture
def kim(app: Flask, signed_in: SignedIn) -> Home:
    """A fresh plan for each test."""
    return settled(app, signed_in)


@pytest.mark.parametrize("rest", PAGES)
@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_page_stands_and_is_kind(kim: Home, rest: str, language: str) -> None:
    browser = kim.browser("kim")
    browser.post("/sprak", data={"language": language})
    page = browser.get(kim.at(rest))
    assert page.status_code == 200
    assert not HARD_WORDS.search(page.text) and "116" in page.text and "tel:" in page.text


def test_outsiders_learn_nothing(kim: Home) -> None:
    for name in ("nosy", "per", "sara"):
        browser = kim.browser(name)
        assert [browser.get(kim.at(rest)).status_code for rest in PAGES] == [404] * len(PAGES)
        assert kim.press(browser, PlanStep.STOP_SHARING) == 404


def said(kim: Home, model: Any, **wanted: str) -> list[Any]:
    """Stored rows of Kim's plan."""
    with Session(kim.world.engine) as session:
        rows: Sequence[Any] = session.scalars(select(model).where(model.plan_id == kim.plan)).all()
    return [row for row in rows if all(getattr(row, k) == v for k, v in wanted.items())]


def test_the_first_screen(kim: Home) -> None:
    page = kim.browser("kim").get(kim.at()).text.partition("<main")[2]
    order = [
        "Hei, Kim",
        "Neste",
        "Det passer",
        "Passer ikke",
        "Ring Mona",
        "Skriv til Mona",
        "Det viktigste for meg",
        "Endre",
        "Beholde leiligheten",
        "0 av 1",
        "Ringe Nav",
        "jeg og Mona",
        "Gjort!",
        "Jeg har et forslag",
        "Folk rundt meg",
        "Hvem har sett",
    ]
    places = [page.find(words) for words in order]
    assert -1 not in places and places == sorted(places), dict(zip(order, places, strict=True))
    assert 'href="tel:900' in page and "hx-" not in page and "htmx" not in page


def test_the_first_view_is_small(app: Flask, kim: Home) -> None:
    browser = kim.browser("kim")
    page = browser.get(kim.at()).get_data()
    files = re.findall(rb'(?:src|href)="(/static/[^"]+)"', page)
    total = len(gzip.compress(page))
    for path in set(files):
        with browser.get(path.decode()) as file:
            total += len(gzip.compress(file.get_data()))
    print(f"\nfirst view: {total / 1000:.1f} kB compressed")
    assert total <= 60_000


def test_done_and_how_it_went_in_two_clicks(kim: Home) -> None:
    browser = kim.browser("kim")
    page = browser.get(kim.at("/gjort")).text
    assert "Ringe Nav" in page and all(w in page for w in ("Bra", "Sånn passe", "Ikke bra"))
    answer = browser.post(kim.at(f"/gjort/{kim.measure}"), data={"rating": "good", "words": "fint"})
    assert answer.status_code == 303
    measure = kim.world.measure(kim.measure)
    assert (measure.state, measure.rating, measure.close_reason) == ("closed", "good", "done")
    home = browser.get(kim.at()).text
    assert "1 av 1" in home and "✓" in home


def test_what_another_ticked_done_is_only_rated(kim: Home) -> None:
    kim.world.take("mona", MeasureStep.DONE, kim.plan, kim.measure)
    browser = kim.browser("kim")
    assert "Gjort allerede." in browser.get(kim.at("/gjort")).text
    browser.post(kim.at(f"/gjort/{kim.measure}"), data={"rating": "bad"})
    assert kim.world.measure(kim.measure).outcome == "not_achieved"


def test_a_rating_that_does_not_exist_and_a_measure_of_another(kim: Home, app: Flask) -> None:
    browser = kim.browser("kim")
    assert browser.post(kim.at(f"/gjort/{kim.measure}"), data={"rating": "x"}).status_code == 400
    assert browser.post(kim.at("/gjort/finnes-ikke"), data={"rating": "bad"}).status_code == 404
    assert browser.get(kim.at("/steg/ble-ikke-noe-av/finnes-ikke")).status_code == 404


def test_answering_the_call(kim: Home) -> None:
    browser = kim.browser("kim")
    assert kim.press(browser, MeetingStep.REPLY, kim.meeting, reply="coming") == 303
    assert "Du har sagt at du kommer." in browser.get(kim.at()).text
    ask = browser.get(kim.at(f"/steg/svar-pa-innkalling/{kim.meeting}")).text
    assert "Jeg vil endre tid eller sted" in ask and "agreed_how" not in ask
    assert (
        kim.press(
            browser, MeetingStep.REPLY, kim.meeting, reply="other_time", reason="helst etter 12"
        )
        == 303
    )


def test_a_view_beforehand_and_somebody_along(kim: Home) -> None:
    browser = kim.browser("kim")
    kim.press(
        browser,
        MeetingStep.PREPARE,
        kim.meeting,
        written_view="Jeg vil bo der",
        support_person="Mor",
    )
    page = browser.get(kim.at("/mote")).text
    assert "Jeg vil bo der" in page and "Mor blir med meg." in page
    assert kim.press(browser, MeetingStep.PLAN, starts_on="2026-03-20", starts_time="12:00") == 303
    assert kim.press(browser, MeetingStep.PLAN) == 409


def test_proposals_both_ways(kim: Home) -> None:
    world, browser = kim.world, kim.browser("kim")
    theirs = world.take("mona", MeasureStep.PROPOSE, kim.plan, text="Tannlege").subject_id
    home = browser.get(kim.at()).text
    assert "Mona foreslår dette" in home and "Nei takk" in home
    kim.press(
        browser,
        PlanStep.ASK_FOR_STEP,
        step=MeasureStep.AGREE,
        subject_id=theirs,
        words="Ja, det vil jeg.",
    )
    assert "Du sa ja. Mona tar det videre." in browser.get(kim.at()).text
    assert kim.press(browser, MeasureStep.REFUSE, theirs) == 303
    assert world.measure(theirs).close_reason == "refused"
    assert kim.press(browser, MeasureStep.PROPOSE, text="Hjelp til mat") == 303
    assert "Mona svarer innen" in browser.get(kim.at()).text


def test_stop_sharing_ends_the_others_page_at_once_and_undo_opens_it(kim: Home) -> None:
    browser, mother = kim.browser("kim"), kim.browser("mor")
    assert mother.get(kim.at()).status_code == 200
    mor = kim.world.party["mor"]
    page = browser.get(kim.at("/deler")).text
    assert f'value="{mor}"' in page and "Slutt å dele" in page
    assert kim.press(browser, PlanStep.STOP_SHARING_WITH, party_id=mor) == 303
    assert mother.get(kim.at()).status_code == 404
    assert mother.get(f"/papir/{kim.plan}").status_code == 404
    assert "Del igjen" in browser.get(kim.at("/deler")).text
    assert kim.press(browser, PlanStep.GIVE_CONSENT, party_id=mor, again="true") == 303
    assert mother.get(kim.at()).status_code == 200


def test_stop_sharing_with_all_and_undo(kim: Home) -> None:
    browser = kim.browser("kim")
    assert kim.press(browser, PlanStep.STOP_SHARING) == 303
    assert kim.browser("mor").get(kim.at()).status_code == 404
    home = browser.get(kim.at()).text
    assert "Nå ser ingen andre planen." in home and "Åpne planen igjen" in home
    assert kim.press(browser, PlanStep.SHARE_AGAIN) == 303
    assert kim.browser("mor").get(kim.at()).status_code == 200


def test_no_plan_any_more_and_undo(kim: Home) -> None:
    browser = kim.browser("kim")
    assert "Du kan angre i 30 dager" in browser.get(kim.at("/steg/trekk-samtykke")).text
    assert kim.press(browser, PlanStep.WITHDRAW_CONSENT) == 303
    assert kim.world.plan(kim.plan).state == "closed"
    for rest in PAGES:
        assert browser.get(kim.at(rest)).status_code == 200
    assert "Jeg vil ha planen likevel" in browser.get(kim.at()).text
    assert kim.press(browser, PlanStep.UNDO_WITHDRAWAL) == 303
    assert kim.world.plan(kim.plan).state == "active"


def test_messages_and_their_answers(kim: Home) -> None:
    browser = kim.browser("kim")
    assert kim.press(browser, PlanStep.WRITE) == 422
    assert kim.press(browser, PlanStep.WRITE, words="Kan du ringe?") == 303
    page = browser.get(kim.at("/meldinger")).text
    assert "Kan du ringe?" in page and "Venter på svar." in page
    (wish,) = said(kim, Wish, kind="message")
    kim.world.take("mona", PlanStep.ANSWER, kim.plan, wish_id=wish.id, answer="Ja, i dag")
    page = browser.get(kim.at("/meldinger")).text
    assert "Ja, i dag" in page and "Venter på svar." not in page
    home = browser.get(kim.at()).text
    assert "Du har fått svar." in home
    browser.post(kim.at("/lest"))
    assert "Du har fått svar." not in browser.get(kim.at()).text


def test_people_come_and_go(kim: Home) -> None:
    browser = kim.browser("kim")
    assert (
        kim.press(
            browser, PlanStep.ADD_PARTICIPANT, name="Onkel Per", kind="relative", phone="91234567"
        )
        == 303
    )
    page = browser.get(kim.at("/folk")).text
    assert "Onkel Per" in page and "Mona" in page and "tel:91234567" in page
    leaving = re.search(r"participant_id=([\w-]+)", page)
    assert (
        leaving
        and kim.press(browser, PlanStep.PARTICIPANT_LEAVES, participant_id=leaving[1]) == 303
    )
    assert kim.press(browser, PlanStep.WISH_COORDINATOR, wish_coordinator="Per") == 303


def test_being_coordinator_oneself_and_laying_it_down_in_one_press(kim: Home) -> None:
    browser = kim.browser("kim")
    assert kim.press(browser, PlanStep.OFFER_COORDINATOR, to_party_id=kim.world.party["kim"]) == 303
    assert "Vil du være koordinator selv?" in browser.get(kim.at()).text
    assert kim.press(browser, PlanStep.ACCEPT_COORDINATOR) == 303
    page = browser.get(kim.at("/folk")).text
    assert "Du er koordinator selv" in page and "Mona" in page
    assert kim.press(browser, PlanStep.LAY_DOWN) == 303
    assert "Du er koordinator selv" not in browser.get(kim.at("/folk")).text


def test_pause_and_on_again(kim: Home) -> None:
    browser = kim.browser("kim")
    late = browser.post(
        kim.at("/steg/ta-pause"), data={"until_on": "2027-01-01", "reason": "reise"}
    )
    assert late.status_code == 409 and "reise" in late.text
    assert kim.press(browser, PlanStep.PAUSE, until_on="2026-03-30", reason="reise") == 303
    assert "Planen har pause til 30. mars." in browser.get(kim.at()).text
    assert kim.press(browser, PlanStep.RESUME) == 303


def test_a_complaint_is_written_and_printed_to_sign(kim: Home) -> None:
    browser = kim.browser("kim")
    assert kim.press(browser, PlanStep.COMPLAIN, about="delay", words="Det tar for lang tid") == 303
    page = browser.get(kim.at("/rettigheter")).text
    where = re.search(r'href="(/papir/[^"]+/klage/[^"]+)"', page)
    assert where
    paper = browser.get(where[1]).text
    assert "Det tar for lang tid" in paper and "Signatur" in paper
    assert kim.browser("nosy").get(where[1]).status_code == 404


def test_a_stale_page_keeps_what_was_typed(kim: Home) -> None:
    browser = kim.browser("kim")
    page = browser.get(kim.at("/steg/skriv-det-viktigste")).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    kim.world.take("kim", PlanStep.SET_WHAT_MATTERS, kim.plan, most_important="Hunden")
    data = {"most_important": "Katten", "limits": "", "version": version[1]}
    answer = browser.post(kim.at("/steg/skriv-det-viktigste"), data=data)
    assert answer.status_code == 409 and "Katten" in answer.text
    assert kim.world.plan(kim.plan).most_important == "Hunden"


def test_steps_that_are_not_hers_have_no_page(kim: Home) -> None:
    browser = kim.browser("kim")
    for row in (
        PlanStep.GRANT,
        PlanStep.REVIEW,
        PlanStep.CLOSE,
        MeasureStep.AGREE,
        PlanStep.ANSWER,
        PlanStep.REPORT_NEED,
        "X9",
    ):
        assert browser.get(kim.at(f"/steg/{URLS.get(row, row)}")).status_code == 404
    assert kim.browser("mor").get(kim.at("/steg/slutt-a-dele")).status_code == 404


def test_bad_text_is_refused_by_name(kim: Home) -> None:
    browser = kim.browser("kim")
    assert kim.press(browser, PlanStep.WRITE, words="a\x00b") == 422
    assert kim.press(browser, PlanStep.WRITE, words="x" * 20_000) == 422
    assert kim.press(browser, PlanStep.WRITE, words="hei", unknown="x") == 422


@pytest.mark.parametrize("sign", ["\x00", "\x07"])
@pytest.mark.parametrize(
    ("step", "field"),
    [
        (PlanStep.WRITE, "words"),
        (PlanStep.ADD_GOAL, "own_words"),
        (PlanStep.ADD_PARTICIPANT, "name"),
    ],
)
def test_a_sign_that_was_taken_out_is_told_of_once(
    kim: Home, sign: str, step: str, field: str
) -> None:
    browser = kim.browser("kim")
    answer = browser.post(kim.at(f"/steg/{URLS[step]}"), data={field: f"a{sign}b"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    shown = (
        page.partition(f'id="felt-{field}')[0].rpartition("<label")[2]
        + page.partition(f'id="felt-{field}')[2].partition("</form>")[0]
    )
    assert shown.count("tegn som ikke kan lagres") <= 1 and "Skriv den på nytt" not in page
    assert page.count("Vi tok det bort") >= 1 and "ab" in page


def test_the_event_says_that_the_person_did_it(kim: Home) -> None:
    kim.press(kim.browser("kim"), PlanStep.SET_WHAT_MATTERS, most_important="Ro")
    (event,) = said(kim, Event, step_name=PlanStep.SET_WHAT_MATTERS)
    assert event.actor_id == kim.world.party["kim"]


def test_an_answer_whose_day_has_been_is_not_told_as_one_to_come(
    app: Flask, signed_in: SignedIn
) -> None:
    world = new_world(app)
    browser = signed_in(world.party["sara"])
    browser.post("/min", data={"why": "Jobb og bolig"})
    with unit_of_work(world.engine) as session:
        session.execute(update(Deadline).values(due_at=world.now - timedelta(days=12)))
    page = browser.get("/min", follow_redirects=True).text
    assert "Du skulle fått svar innen" in page and "Du får svar innen" not in page


def test_asking_for_a_plan_and_changing_ones_mind(app: Flask, signed_in: SignedIn) -> None:
    world = new_world(app)
    browser = signed_in(world.party["sara"])
    assert "Be om en plan" in browser.get("/min").text
    answer = browser.post("/min", data={"why": "Jobb og bolig"}, follow_redirects=True)
    assert "Vi har fått meldingen din." in answer.text and "Du får svar innen" in answer.text
    plan = answer.request.path.rpartition("/")[2]
    for rest in PAGES:
        assert browser.get(f"/min/{plan}{rest}").status_code == 200
    assert browser.post(f"/min/{plan}/steg/trekk-behov", data={}).status_code == 303
    assert world.plan(plan).close_reason == "withdrawn"
    assert "Be om en plan" in browser.get("/min").text


def test_a_no_says_how_to_complain(app: Flask, signed_in: SignedIn) -> None:
    world = new_world(app)
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Ikke lenge nok", regime="social")
    browser = signed_in(world.party["kim"])
    page = browser.get(f"/min/{plan}").text
    assert "Du kan klage til og med" in page and "Jeg vil klage" in page
    letters = browser.get(f"/min/{plan}/brev").text
    where = re.search(r'href="(/papir/[^"]+/brev/[^"]+)"', letters)
    assert where and "Ikke lenge nok" in browser.get(where[1]).text


def test_every_step_that_is_hers_has_a_calm_page(kim: Home) -> None:
    from workflow.rules.tables import TRANSITIONS

    browser = kim.browser("kim")
    of = {"plan": "", "measure": f"/{kim.measure}", "meeting": f"/{kim.meeting}"}
    for row in TRANSITIONS.values():
        if row.persons_own and row.name != PlanStep.REPORT_NEED:
            rest = "" if row.name in (MeasureStep.PROPOSE, MeetingStep.PLAN) else of[row.machine]
            page = browser.get(kim.at(f"/steg/{URLS[row.name]}{rest}"))
            assert page.status_code == 200 and 'name="agreed_how"' not in page.text, row.name


def test_what_was_done_today_can_be_undone(kim: Home) -> None:
    browser = kim.browser("kim")
    browser.post(kim.at(f"/gjort/{kim.measure}"), data={"rating": "good"})
    assert "Angre" in browser.get(kim.at("/planen")).text
    assert kim.press(browser, MeasureStep.TAKE_BACK, kim.measure) == 303
    assert kim.world.measure(kim.measure).state == "reviewed"
    page = browser.get(kim.at("/planen")).text
    assert "Jeg er ferdig med dette" in page and "Vi gjør det en gang til" in page
    assert kim.press(browser, MeasureStep.GO_ON, kim.measure, due_on="2026-04-01") == 303
    assert kim.world.measure(kim.measure).state == "active"


def test_taking_the_question_back(kim: Home) -> None:
    browser = kim.browser("kim")
    kim.press(browser, PlanStep.OFFER_COORDINATOR, to_party_id=kim.world.party["per"])
    assert "Per er spurt og svarer snart." in browser.get(kim.at("/folk")).text
    assert kim.press(browser, PlanStep.WITHDRAW_COORDINATOR_OFFER) == 303
    assert kim.press(browser, PlanStep.TALKED) == 303
