"""The plan's pages for staff: what stands on them, who sees which, and every step from its page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.web.filling import form_of, pressed, said, send, standing
from tests.web.plan_world import Enter, last_events, make, rows, used
from tests.world import AGREED, World
from web.hints.catalogue import hints_of
from web.request.database import db
from workflow.acts.engine.availability import Possible, open_steps
from workflow.acts.engine.fire import why_not
from workflow.acts.entry.composites import form_of as model_of
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Goal, Meeting, Participant, Party, Plan, Wish
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.tables import TRANSITIONS
from workflow.words.steps.catalogue import URLS

MOST_QUERIES = 8


@pytest.fixture
def world(app: Flask) -> World:
    """The test persons, at the application's own hour."""
    return make(app)


@pytest.fixture
def enter(app: Flask, world: World) -> Enter:
    """A function: the client of a test person."""
    return Enter(app, world)


@pytest.fixture
def plan(world: World) -> str:
    """Kim's plan in use."""
    return used(world)


def test_page_holds_what_the_wireframe_has(world: World, enter: Enter, plan: str) -> None:
    world.take("kim", PlanStep.WRITE, plan, words="Kan du ringe?")
    world.take("kim", MeasureStep.PROPOSE, plan, text="Hjelp til mat")
    page = said(enter("mona").get(f"/plan/{plan}"))
    for words in (
        "TiltakAnsvarligFullførtEvaluert",
        "Kim sammen med Mona",
        "Ferdig og evaluert",
        "Ble ikke noe av",
        "«Kan du ringe?»",
        "Kim foreslo «Hjelp til mat».",
        "Svar innen",
        "Beholde leiligheten",
        "Ikke før 11",
        "Neste steg",
        "Evaluer og fortsett",
        "Ikke ennå",
        "Avslutt",
        "Åpne tiltak (3)",
        "Planen gir ikke i seg selv rett til tjenester.",
        "Hva er ikke dekket? (a–i)",
        "Vi snakket sammen",
        "Skriv ut",
        "Sammen med Kim",
        "Frister",
        "Folk rundt Kim",
        "Historie",
    ):
        assert words in page, words


def test_page_in_english(world: World, enter: Enter, plan: str) -> None:
    browser = enter("mona", language="en")
    for path in (
        "",
        "/evaluering",
        "/fem-sporsmal",
        "/historie",
        "/moter",
        "/steg/avslutt-planen",
        "/steg/planlegg-mote",
    ):
        assert browser.get(f"/plan/{plan}{path}").status_code == 200


@pytest.fixture
def queries(app: Flask) -> Iterator[list[str]]:
    """The statements sent while a test runs."""
    statements: list[str] = []

    def note(*about: object) -> None:
        statements.append(str(about[2]))

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    with app.app_context():
        event.remove(db.engine, "before_cursor_execute", note)


def test_few_queries_however_large(
    world: World, enter: Enter, plan: str, queries: list[str]
) -> None:
    browser = enter("mona")
    browser.get(f"/plan/{plan}")
    queries.clear()
    browser.get(f"/plan/{plan}")
    small = [one for one in queries if not one.startswith("BEGIN")]
    for _ in range(4):
        world.measured(plan)
    queries.clear()
    browser.get(f"/plan/{plan}")
    large = [one for one in queries if not one.startswith("BEGIN")]
    assert len(large) == len(small) <= MOST_QUERIES, "\n".join(large)


def test_what_is_shown_is_what_is_decided(world: World, plan: str) -> None:
    """The rules asked over the plan as it was read answer as they do in the engine."""
    world.take(
        "mona",
        PlanStep.OFFER_TRANSFER,
        plan,
        to_unit_id=world.unit["nav"],
        reason="Flytter",
        **AGREED,
    )
    for name in ("mona", "kim", "oda", "liv", "lars", "ali"):
        actor = world.actor(name)
        with Session(world.engine) as session:
            stored = session.get(Plan, plan)
            assert stored is not None
            asked = open_steps(session, actor, stored, world.now)
            pairs: list[tuple[Possible, str | None]] = [(asked.of_plan(), None)]
            pairs += [(asked.of_measure(one), one.id) for one in asked.view.measures]
            for possible, key in pairs:
                for step_name in (*possible.open, *possible.closed):
                    told = why_not(
                        session, actor, step_name, plan_id=plan, subject_id=key, now=world.now
                    )
                    shown = list(possible.closed.get(step_name, ()))
                    assert [one.code for one in told] == [one.code for one in shown], (
                        name,
                        step_name,
                    )


def test_outsiders_find_nothing(world: World, enter: Enter, plan: str) -> None:
    for path in (
        "",
        "/steg/vi-snakket-sammen",
        "/evaluering",
        "/fem-sporsmal",
        "/historie",
        "/moter",
        "/innsyn",
    ):
        assert enter("nosy").get(f"/plan/{plan}{path}").status_code == 404
    assert enter("adam").get(f"/plan/{plan}").status_code == 404


@pytest.mark.parametrize(
    "verb", ["nytt-mal", "vi-snakket-sammen", "foresla-tiltak", "avslutt-planen"]
)
def test_a_step_that_is_about_none_is_given_no_measure(
    world: World, enter: Enter, plan: str, verb: str
) -> None:
    measure, before = world.measured(plan), world.plan(plan).version
    browser = enter("mona")
    for subject in (measure, "tull", world.measured(used_by_another(world))):
        address = f"/plan/{plan}/steg/{verb}?subject={subject}"
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={"own_words": "Ro", "text": "Ro"}).status_code == 404
    assert world.plan(plan).version == before
    assert browser.get(f"/plan/{plan}/steg/{verb}").status_code == 200


@pytest.mark.parametrize(("years", "offered"), [(None, True), (12, True), (16, False), (40, False)])
def test_a_parent_acts_for_a_child_and_for_nobody_older(
    world: World, enter: Enter, plan: str, years: int | None, offered: bool
) -> None:
    with unit_of_work(world.engine) as session:
        kim = session.get_one(Party, world.party["kim"])
        kim.born_on = None if years is None else world.today.replace(year=world.today.year - years)
    browser, address = enter("mona"), f"/plan/{plan}/steg/handle-for-personen"
    assert ('value="parent"' in browser.get(address).get_data(as_text=True)) is offered
    fields = {"representative_id": world.party["per"], "ground": "parent", "acts": ""}
    assert browser.post(address, data=fields).status_code == (303 if offered else 422)
    if not offered:
        assert send(browser, address, representative_id=world.party["per"]).status_code == 303


def used_by_another(world: World) -> str:
    """Another person's plan in use, with the same coordinator."""
    other = world.take("oda", PlanStep.REPORT_NEED, person_id=world.party["per"], **AGREED).plan_id
    world.take(
        "oda",
        PlanStep.GRANT,
        other,
        to_party_id=world.party["mona"],
        why_long="Lenge",
        why_coordinated="Flere",
        wish_coordinator="Mona",
    )
    world.take("mona", PlanStep.ACCEPT_COORDINATOR, other)
    world.take("mona", PlanStep.SET_WHAT_MATTERS, other, most_important="Ro", **AGREED)
    return other


def test_leader_and_unit_see_no_content(world: World, enter: Enter, plan: str) -> None:
    for name in ("lars", "liv"):
        page = said(enter(name).get(f"/plan/{plan}"))
        assert "Mona" in page and "Frister" in page
        for secret in ("Kim", "leiligheten", "husleia", "Ringe Nav"):
            assert secret not in page
    assert "Uten koordinator" in said(enter("liv").get(f"/plan/{plan}"))


def test_receiver_sees_the_summary_and_answers(world: World, enter: Enter) -> None:
    plan = world.granted()
    mona = enter("mona")
    page = said(mona.get(f"/plan/{plan}"))
    assert "Du er spurt om å være koordinator for Kim." in page
    assert "Ta imot og start" in page and "Nei, jeg kan ikke" in page
    answer = send(mona, f"/plan/{plan}/steg/ta-imot-og-start")
    assert answer.status_code == 303
    assert world.plan(plan).state == "active"


def test_asked_about_a_measure_only_sees_the_question(
    world: World, enter: Enter, plan: str
) -> None:
    measure = world.measured(plan)
    world.take(
        "mona", MeasureStep.OFFER, plan, measure, to_party_id=world.party["per"], reason="Ferie"
    )
    per = enter("per")
    page = said(per.get(f"/plan/{plan}"))
    assert "Du er spurt om å ta over et tiltak." in page and "Ringe Nav" in page
    assert "leiligheten" not in page
    assert send(per, f"/plan/{plan}", f"/steg/ta-over-tiltak?subject={measure}").status_code == 303
    assert world.measure(measure).accountable_id == world.party["per"]


def test_start_asks_at_most_four_fields(world: World, enter: Enter) -> None:
    plan = world.granted()
    shown = enter("mona").get(f"/plan/{plan}/steg/ta-imot-og-start").get_data(as_text=True)
    fields = [
        name for name in standing(form_of(shown)) if name not in ("csrf_token", "version", "_seen")
    ]
    assert len(fields) <= 4, fields


def test_talked_is_one_press(world: World, enter: Enter, plan: str) -> None:
    mona = enter("mona")
    assert pressed(mona, f"/plan/{plan}", "/steg/vi-snakket-sammen").status_code == 303
    assert last_events(world, plan, 1) == [PlanStep.TALKED]


def test_same_press_twice_is_one_step(world: World, enter: Enter, plan: str) -> None:
    mona = enter("mona")
    form = standing(
        form_of(mona.get(f"/plan/{plan}").get_data(as_text=True), "/steg/vi-snakket-sammen")
    )
    for _ in range(2):
        assert mona.post(f"/plan/{plan}/steg/vi-snakket-sammen", data=form).status_code == 303
    assert last_events(world, plan, 2) != [PlanStep.TALKED, PlanStep.TALKED]


def test_done_and_evaluated_in_two_clicks(world: World, enter: Enter, plan: str) -> None:
    measure = world.measured(plan)
    mona = enter("mona")
    assert f"/steg/ferdig-og-evaluert?subject={measure}" in mona.get(f"/plan/{plan}").get_data(
        as_text=True
    )
    page = f"/plan/{plan}/steg/ferdig-og-evaluert?subject={measure}"
    assert send(mona, page).status_code == 409  # how the person agreed is nobody's to guess
    assert send(mona, page, agreed_how="spoken").status_code == 303
    assert last_events(world, plan, 3) == [
        MeasureStep.DONE,
        MeasureStep.EVALUATE,
        MeasureStep.CLOSE,
    ]
    row = world.measure(measure)
    assert (row.completed_on, row.evaluated_on) == (world.today, world.today)


def test_stale_form_keeps_what_was_typed(world: World, enter: Enter, plan: str) -> None:
    measure = world.measured(plan)
    mona = enter("mona")
    page = f"/plan/{plan}/steg/flytt-dato?subject={measure}"
    form = standing(form_of(mona.get(page).get_data(as_text=True)))
    world.take(
        "mona", MeasureStep.SET_CONDITION, plan, measure, condition="Møte edru", condition_by="Nav"
    )
    form |= {"reason": ["Kim er syk"], "due_on": [str(world.days(20))]}
    answer = mona.post(page, data=form)
    assert answer.status_code == 409
    page_again = answer.get_data(as_text=True)
    assert "Kim er syk" in page_again and "Nytt siden du begynte" in page_again
    again = standing(form_of(page_again))
    assert mona.post(page, data=again).status_code == 303
    assert world.measure(measure).due_on == world.days(20)


def test_refused_step_tells_why_and_keeps_the_form(world: World, enter: Enter, plan: str) -> None:
    measure = world.measured(plan)
    answer = send(
        enter("mona"),
        f"/plan/{plan}/steg/ferdig-og-evaluert?subject={measure}",
        agreed_how="",
        completed_on=world.days(3),
    )
    assert answer.status_code == 409
    page = said(answer)
    assert "Ikke ennå" in page and "Ferdig og evaluert" in page


def test_not_open_yet_says_why(world: World, enter: Enter, plan: str) -> None:
    page = said(enter("mona").get(f"/plan/{plan}/steg/avslutt-planen"))
    assert "Ikke ennå: Avslutt" in page and "Åpne tiltak" in page


def test_unknown_step_or_subject_is_404(world: World, enter: Enter, plan: str) -> None:
    other = world.measured(plan)
    mona = enter("mona")
    for path in (
        "ukjent",
        PlanStep.REPORT_NEED,
        MeasureStep.DONE,
        "ferdig?subject=nothing",
        "motet-er-holdt?subject=" + other,
    ):
        assert mona.get(f"/plan/{plan}/steg/{path}").status_code == 404


def test_every_step_has_a_page(world: World, enter: Enter, plan: str) -> None:
    """Whatever state the plan is in: its questions, or why it is not open."""
    measure = world.measured(plan)
    world.take("mona", MeetingStep.PLAN, plan, starts_on=world.days(20), **AGREED)
    [meeting] = rows(world, Meeting, plan)
    keys = {"measure": measure, "meeting": meeting.id}
    mona = enter("mona")
    for step_name, row in TRANSITIONS.items():
        if hints_of(step_name).only_there:
            continue
        about = f"?subject={keys[row.machine]}" if row.has_subject else ""
        answer = mona.get(f"/plan/{plan}/steg/{URLS[step_name]}{about}")
        assert answer.status_code in (200, 302), step_name
        assert model_of(step_name)


def test_open_steps_of_the_plan_are_on_its_page(world: World, enter: Enter, plan: str) -> None:
    """Nothing that the coordinator may do now is out of reach."""
    elsewhere = {
        PlanStep.REVIEW,
        PlanStep.ANSWER,
        MeasureStep.PROPOSE,
        PlanStep.KEEP_SIGNED_COPY,
    }  # the review, wishes, «+ Tiltak», the signed paper
    html = enter("mona").get(f"/plan/{plan}").get_data(as_text=True)
    with Session(world.engine) as session:
        stored = session.get(Plan, plan)
        assert stored is not None
        asked = open_steps(session, world.actor("mona"), stored, world.now)
    missing = [
        step_name
        for step_name in asked.of_plan().open
        if f"/steg/{URLS[step_name]}" not in html
        and step_name not in elsewhere
        and not hints_of(step_name).only_there
    ]
    assert missing == []


def test_answering_a_message(world: World, enter: Enter, plan: str) -> None:
    world.take("kim", PlanStep.WRITE, plan, words="Kan du ringe?")
    [wish] = rows(world, Wish, plan)
    answer = send(enter("mona"), f"/plan/{plan}/steg/svar?wish_id={wish.id}", answer="Ja, i dag")
    assert answer.status_code == 303
    assert rows(world, Wish, plan)[0].answer == "Ja, i dag"


def test_participant_leaves_by_choice(world: World, enter: Enter, plan: str) -> None:
    [ali] = rows(world, Participant, plan)
    answer = send(
        enter("mona"),
        f"/plan/{plan}/steg/gar-ut-av-planen",
        participant_id=ali.id,
        reason="Ny jobb",
    )
    assert answer.status_code == 303
    assert "Ali" in said(enter("mona").get(f"/plan/{plan}"))
    assert enter("ali").get(f"/plan/{plan}").status_code == 404


def test_history_is_paged(world: World, enter: Enter, plan: str) -> None:
    for _ in range(55):
        world.take("mona", PlanStep.TALKED, plan)
    mona = enter("mona")
    assert "Neste side" in said(mona.get(f"/plan/{plan}/historie"))
    assert "Forrige side" in said(mona.get(f"/plan/{plan}/historie?side=2"))
    assert mona.get(f"/plan/{plan}/historie?side=abc").status_code == 200


def test_privacy_officer_sees_who_looked(world: World, enter: Enter, plan: str) -> None:
    enter("mona").get(f"/plan/{plan}")
    page = said(enter("pia").get(f"/plan/{plan}/innsyn"))
    assert "Mona" in page and "åpnet planen" in page
    assert enter("mona").get(f"/plan/{plan}/innsyn").status_code == 404


def test_laying_down_leads_to_the_front(world: World, enter: Enter, plan: str) -> None:
    answer = send(enter("mona"), f"/plan/{plan}/steg/slutt-som-koordinator")
    assert answer.status_code == 303
    assert answer.headers["Location"] in ("/", f"/plan/{plan}")


def test_two_goals_from_two_windows_are_both_kept(world: World, enter: Enter, plan: str) -> None:
    mona = enter("mona")
    page = f"/plan/{plan}/steg/nytt-mal"
    first = standing(form_of(mona.get(page).get_data(as_text=True)))
    second = standing(form_of(mona.get(page).get_data(as_text=True)))
    for form, words in ((first, "Sove om natta"), (second, "Gå på fotballtrening")):
        sent = {**form, "own_words": words, "agreed_how": "spoken"}
        assert mona.post(page, data=sent).status_code == 303
    assert {"Sove om natta", "Gå på fotballtrening"} <= {
        goal.own_words for goal in rows(world, Goal, plan) if isinstance(goal, Goal)
    }
