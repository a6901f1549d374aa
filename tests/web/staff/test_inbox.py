"""The ordering unit's inbox, the case with its letter, and the report of a need."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, Enter
from tests.web.plan_world import text_of
from tests.world import World
from workflow.acts.entry.composites import why_not_any
from workflow.record.models import Decision, Document, Event, Party, Plan
from workflow.rules.names.steps import PlanStep
from workflow.words.steps.catalogue import URLS

ANSWER = {
    "why_long": "Behovet varer i flere år",
    "why_coordinated": "MAT og Nav",
    "wish_coordinator": "Mona",
    "regime": "health",
    "notified_how": "read_aloud",
    "archive_case": "2026/17",
}


def test_a_request_stands_in_the_inbox_of_those_who_decide(world: World, enter: Enter) -> None:
    plan = world.requested()
    page = text_of(enter, "oda", "/innkomne")
    assert "Kim" in page and world.plan(plan).number in page and "personen selv" in page
    assert "svar om" in page and "ja, sa ja" in page and "Ta saken" in page
    for name in ("lars", "liv"):
        assert "Kim" not in text_of(enter, name, "/innkomne"), name
    for name in ("mona", "kim", "nosy"):
        assert enter(name).get("/innkomne").status_code == 404, name


def test_whoever_does_not_know_yet_is_rung_first(world: World, enter: Enter) -> None:
    world.take(
        "mona",
        PlanStep.REPORT_NEED,
        person_id=world.party["sara"],
        why="Noe",
        person_knows="no",
        reach_person="Ring søsteren",
    )
    page = text_of(enter, "oda", "/innkomne")
    assert "nei – ring først" in page and "Ring søsteren" in page
    assert page.index("Ring og noter") < page.index("Ta saken")


def test_a_reply_that_is_due_comes_first(world: World, enter: Enter) -> None:
    world.now = NOW - timedelta(days=26)
    world.requested()
    page = text_of(enter, "oda", "/innkomne")
    assert page.index("Foreløpig svar") < page.index("Ta saken")


def test_what_began_before_its_decision_waits_there_too(world: World, enter: Enter) -> None:
    plan = world.take(
        "mona",
        PlanStep.REPORT_NEED,
        person_id=world.party["kim"],
        why="Leiligheten",
        agreed_how="spoken",
    ).plan_id
    world.by_two(
        "mona",
        "lars",
        PlanStep.START_INFORMALLY,
        plan,
        coordinator_id=world.party["mona"],
        agreed_how="spoken",
    )
    page = text_of(enter, "oda", "/innkomne")
    assert (
        "alt i gang" in page
        and f"/plan/{plan}/steg/fatt-vedtak-etterpa" in page
        and "svar om" in page
    )
    assert "tatt av" not in page and f'/plan/{plan}"' in page
    world.take(
        "oda",
        PlanStep.DECIDE_RETROACTIVELY,
        plan,
        why_long="Lenge",
        why_coordinated="MAT og Nav",
        effective_from=world.today,
    )
    assert "alt i gang" not in text_of(enter, "oda", "/innkomne")


def test_taking_a_case_puts_it_among_mine(world: World, enter: Enter) -> None:
    plan = world.requested()
    browser = enter("oda")
    assert browser.post(f"/innkomne/{plan}/ta").status_code == 303
    assert world.plan(plan).responsible_party_id == world.party["oda"]
    assert "Kim" in browser.get("/innkomne?fane=mine").get_data(as_text=True)
    assert "Kim" not in text_of(enter, "ove", "/innkomne?fane=mine")
    assert "tatt av Oda" in text_of(enter, "ove", "/innkomne")
    assert enter("mona").post(f"/innkomne/{plan}/ta").status_code == 404


def test_a_second_report_is_seen_by_the_coordinating_unit_only(world: World, enter: Enter) -> None:
    first = world.requested()
    second = world.take(
        "per",
        PlanStep.REPORT_NEED,
        person_id=world.party["kim"],
        why="To",
        person_knows="no",
        reach_person="Ring",
    ).plan_id
    page = text_of(enter, "liv", "/innkomne?fane=dobbelt")
    assert world.plan(second).number in page and world.plan(first).number in page
    assert "Ført feil" in page
    for address in ("/innkomne", "/innkomne?fane=dobbelt"):
        assert world.plan(second).number not in text_of(enter, "oda", address)


def test_complaints_have_a_tab(world: World, enter: Enter) -> None:
    plan = world.requested()
    world.take("oda", PlanStep.DENY, plan, reasons="Ikke nå")
    world.take("kim", PlanStep.COMPLAIN, plan, about="denial", words="Jeg er uenig")
    page = text_of(enter, "oda", "/innkomne?fane=klager")
    assert "Klage på svaret ble nei" in page and "Vurder klagen" in page and "i tide" in page


def test_incoming_plans_have_a_tab(world: World, enter: Enter) -> None:
    world.take(
        "liv",
        PlanStep.REGISTER_INCOMING,
        person_id=world.party["kim"],
        source_name="Klinikken",
        discharge_on=world.days(20),
        agreed_how="paper",
    )
    page = text_of(enter, "oda", "/innkomne?fane=hjem")
    assert "Klinikken" in page and "hjem 29. mars" in page


def test_the_case_is_for_those_who_decide(world: World, enter: Enter) -> None:
    plan = world.requested()
    page = text_of(enter, "oda", f"/sak/{plan}")
    assert "Hvorfor varer behovet lenge?" in page and "Innvilg" in page and "Avslå" in page
    for name in ("mona", "nosy", "lars", "kim"):
        assert enter(name).get(f"/sak/{plan}").status_code == 404, name


@pytest.mark.parametrize("knows", ["yes", "no"])
@pytest.mark.parametrize("late", [0, 26])
def test_the_case_offers_what_the_rules_leave_open(
    world: World, enter: Enter, knows: str, late: int
) -> None:
    world.now = NOW - timedelta(days=late)
    fields = {"reach_person": "Ring søsteren"} if knows == "no" else {"agreed_how": "spoken"}
    person = world.party["sara"]
    reported = world.take(
        "mona", PlanStep.REPORT_NEED, person_id=person, why="Noe", person_knows=knows, **fields
    )
    plan, step_of = reported.plan_id, {verb: name for name, verb in URLS.items()}
    world.now = NOW
    page = enter("oda").get(f"/sak/{plan}").get_data(as_text=True)
    offered = [step_of[verb] for verb in re.findall(rf'href="/plan/{plan}/steg/([^"?]*)', page)]
    assert (PlanStep.START_INFORMALLY in offered) is (knows == "yes")
    assert offered
    with Session(world.engine) as session:
        for step_name in offered:
            denied = why_not_any(
                session, world.actor("oda"), step_name, plan_id=plan, now=world.now
            )
            assert denied == [], step_name


def test_the_letter_is_seen_before_it_is_sent(world: World, enter: Enter) -> None:
    plan = world.requested()
    browser = enter("oda")
    fields = {**ANSWER, "to_party_id": world.party["mona"], "version": "1"}
    seen = browser.post(f"/sak/{plan}", data={**fields, "_svar": "ja"})
    page = seen.get_data(as_text=True)
    assert seen.status_code == 200 and "Ja, du får individuell plan" in page
    assert "Mona" in page and "2026/17" in page and "Lest opp sammen" in page
    assert world.plan(plan).state == "requested" and how_many(world, Decision) == 0
    sent = browser.post(f"/sak/{plan}", data={**fields, "_svar": "ja", "_send": "1"})
    assert sent.status_code == 303 and world.plan(plan).state == "decided"
    with Session(world.engine) as session:
        stored = session.execute(select(Document.content).where(Document.plan_id == plan)).scalar()
    assert stored is not None
    assert all(part in page for part in bytes(stored).decode().split("\n\n")[:2])
    after = browser.get(f"/sak/{plan}").get_data(as_text=True)
    assert "Lest opp sammen" in after and "2026/17" in after and "Se brevet" in after


def test_a_change_goes_back_to_the_fields(world: World, enter: Enter) -> None:
    plan = world.requested()
    page = enter("oda").post(f"/sak/{plan}", data={**ANSWER, "_svar": "ja", "_endre": "1"})
    assert page.status_code == 200 and "Behovet varer i flere år" in page.get_data(as_text=True)


def test_what_is_not_filled_in_is_told_kindly(world: World, enter: Enter) -> None:
    plan = world.requested()
    chosen = {"regime": "health", "notified_how": "letter"}
    unsaid = enter("oda").post(f"/sak/{plan}", data={"_svar": "ja"})
    assert unsaid.status_code == 422 and "Velg" in unsaid.get_data(as_text=True)
    answer = enter("oda").post(f"/sak/{plan}", data={"_svar": "ja", **chosen})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Hvorfor varer behovet lenge?" in page
    denied = enter("oda").post(
        f"/sak/{plan}", data={"_svar": "nei", **chosen, "why_long": "Spart tekst"}
    )
    assert denied.status_code == 409 and "Spart tekst" in denied.get_data(as_text=True)
    assert world.plan(plan).state == "requested" and how_many(world, Decision) == 0


def test_a_no_has_its_reasons_in_the_letter(world: World, enter: Enter) -> None:
    plan = world.requested()
    fields = {"reasons": "Behovet er kort", "regime": "social", "notified_how": "letter"}
    browser = enter("oda")
    page = browser.post(f"/sak/{plan}", data={**fields, "_svar": "nei"}).get_data(as_text=True)
    assert "Nei, du får ikke individuell plan nå" in page and "Behovet er kort" in page
    assert (
        browser.post(f"/sak/{plan}", data={**fields, "_svar": "nei", "_send": "1"}).status_code
        == 303
    )
    assert world.plan(plan).outcome == "denied"


def test_an_old_form_is_not_sent(world: World, enter: Enter) -> None:
    plan = world.requested()
    world.take("oda", PlanStep.TAKE_CASE, plan)
    fields = {**ANSWER, "version": "1", "_svar": "ja", "_send": "1"}
    answer = enter("oda").post(f"/sak/{plan}", data=fields)
    assert answer.status_code == 409 and "endret planen" in answer.get_data(as_text=True)
    assert world.plan(plan).state == "requested"


def how_many(world: World, model: type) -> int:
    with Session(world.engine) as session:
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


REPORT = {"person_knows": "yes", "agreed_how": "spoken", "why": "Bolig"}


def test_somebody_without_national_id_is_reported(world: World, enter: Enter) -> None:
    answer = enter("ali").post("/meld", data={**REPORT, "name": "Åse Ny", "phone": "912 34 567"})
    assert answer.status_code == 303
    with Session(world.engine) as session:
        party = session.execute(select(Party).where(Party.name == "Åse Ny")).scalar_one()
        plan = session.execute(select(Plan).where(Plan.person_id == party.id)).scalar_one()
    assert (party.phone, party.sort_key, party.national_id_hmac) == ("91234567", "zzcse ny", "")
    assert plan.state == "requested" and plan.reporter_id == world.party["ali"]


def test_the_national_id_is_kept_as_a_digest_only(world: World, enter: Enter) -> None:
    number = national_id("010190123")
    fields = {**REPORT, "name": "Siv Test", "national_id": number}
    assert enter("ali").post("/meld", data=fields).status_code == 303
    with Session(world.engine) as session:
        party = session.execute(select(Party).where(Party.name == "Siv Test")).scalar_one()
        words = session.execute(select(Event.text)).scalars()
        assert not any(number in text for text in words)
    assert len(party.national_id_hmac) == 64 and number not in party.national_id_hmac
    again = {**fields, "name": "Siv T. Test"}
    assert enter("per").post("/meld", data=again).status_code == 303
    assert how_many(world, Plan) == 2
    with Session(world.engine) as session:
        people = session.execute(
            select(Plan.person_id, Plan.shadow).where(Plan.person_id == party.id)
        ).all()
    assert sorted(row.shadow for row in people) == [0, 1]


def national_id(first: str) -> str:
    """An invented national id: day, month + 80, year and three digits that have control digits."""
    for last in range(1000):
        nine = f"{first[:2]}{int(first[2:4]) + 80}{first[4:6]}{last:03d}"
        weights = ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))
        for weight in weights:
            control = -sum(w * int(d) for w, d in zip(weight, nine, strict=True)) % 11
            nine += str(control)
        if len(nine) == 11:
            return nine
    raise AssertionError


@pytest.mark.parametrize(
    ("number", "told"), [("123", "elleve sifre"), ("01019012345", "elleve sifre")]
)
def test_a_wrong_national_id_is_told_and_not_kept(
    world: World, enter: Enter, number: str, told: str
) -> None:
    before = how_many(world, Party)
    answer = enter("ali").post("/meld", data={**REPORT, "name": "Siv", "national_id": number})
    assert answer.status_code == 422 and told in answer.get_data(as_text=True)
    assert how_many(world, Party) == before


def test_look_alikes_are_offered_and_say_nothing_of_plans(world: World, enter: Enter) -> None:
    described = {**REPORT, "name": "Unn Berg", "born_on": "1990-05-01"}
    browser = enter("ali")
    assert browser.post("/meld", data=described).status_code == 303
    asked = enter("per").post("/meld", data=described)
    page = asked.get_data(as_text=True)
    assert asked.status_code == 422 and "Er det en av disse?" in page and "Unn Berg, født" in page
    assert "plan" not in page.partition("Er det en av disse?")[2].partition("</fieldset>")[0]
    with Session(world.engine) as session:
        same = session.execute(select(Party.id).where(Party.name == "Unn Berg")).scalar_one()
    merged = enter("per").post("/meld", data={**described, "same_as": same})
    assert merged.status_code == 303
    other = enter("per").post("/meld", data={**described, "same_as": "another"})
    assert other.status_code == 303
    with Session(world.engine) as session:
        count = session.execute(select(func.count()).where(Party.name == "Unn Berg")).scalar_one()
    assert count == 2


def test_nobody_is_found_by_name_alone_or_by_a_guessed_key(world: World, enter: Enter) -> None:
    world.requested()
    assert enter("ali").post("/meld", data={**REPORT, "name": "Kim"}).status_code == 303
    guessed = {**REPORT, "name": "Noen", "same_as": world.party["kim"]}
    answer = enter("ali").post("/meld", data=guessed)
    assert answer.status_code in (303, 422)
    with Session(world.engine) as session:
        plans = session.execute(
            select(func.count()).where(Plan.person_id == world.party["kim"])
        ).scalar_one()
    assert plans == 1


def test_every_reporter_gets_the_same_receipt(world: World, enter: Enter) -> None:
    described = {**REPORT, "name": "Unn Berg", "phone": "91234567"}
    first = enter("ali").post("/meld", data=described, follow_redirects=True)
    with Session(world.engine) as session:
        same = session.execute(select(Party.id).where(Party.name == "Unn Berg")).scalar_one()
    second = enter("ali").post("/meld", data={**described, "same_as": same}, follow_redirects=True)
    mains = [one.get_data(as_text=True).partition("<main")[2] for one in (first, second)]
    assert mains[0].partition("</main>")[0] == mains[1].partition("</main>")[0]


def test_a_problem_statement_needs_no_person(world: World, enter: Enter) -> None:
    fields = {"problem": "Rus i sentrum", "person_knows": "yes"}
    assert enter("ali").post("/meld", data=fields).status_code == 303
    assert enter("ali").post("/meld", data={"person_knows": "yes"}).status_code == 422
    unsaid = enter("ali").post("/meld", data={"name": "Ny", "why": "x"})
    assert unsaid.status_code == 422 and "Velg ett av svarene." in unsaid.get_data(as_text=True)
    agreed = {"name": "Nina Nytt", "why": "x", "agreed_how": "spoken"}
    assert enter("ali").post("/meld", data=agreed).status_code == 303


def test_a_person_who_does_not_know_must_be_reachable(world: World, enter: Enter) -> None:
    before = how_many(world, Party)
    answer = enter("ali").post("/meld", data={"name": "Ny", "person_knows": "no", "why": "x"})
    assert answer.status_code == 409 and how_many(world, Party) == before


def test_english_inbox_and_case(world: World, enter: Enter) -> None:
    plan = world.requested()
    browser = enter("oda")
    browser.post("/sprak", data={"language": "en"})
    for address in ("/innkomne", f"/sak/{plan}", "/meld", "/meld/takk", "/innkomne?fane=klager"):
        assert browser.get(address).status_code == 200


def test_a_plan_from_elsewhere_is_taken_in(world: World, enter: Enter) -> None:
    fields = {
        "name": "Kari Hjem",
        "agreed_how": "paper",
        "source_name": "Klinikken",
        "discharge_on": world.days(20).isoformat(),
        "goals": "Bo hjemme",
        "measures": "Ringe",
    }
    browser = enter("oda")
    assert browser.get("/meld/plan").status_code == 200
    assert browser.post("/meld/plan", data=fields).status_code == 303
    assert "Kari Hjem" in browser.get("/innkomne?fane=hjem").get_data(as_text=True)
    assert browser.post("/meld/plan", data={"name": "Kari"}).status_code == 422
    assert enter("ali").get("/meld/plan").status_code == 404
