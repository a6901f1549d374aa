"""The page of deadlines and the form that changes them: shown first, saved afterwards, never looser than the law."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, Enter
from tests.world import World
from web.staff.management import deadline_policy_form, deadline_policy_text
from workflow.record.models import ClosingDay, Deadline, DeadlinePolicy, new_id
from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.deadlines.policy import STANDARD, Choices, as_choice, merge_choices
from workflow.rules.names.deadlines import DeadlineCode

ADDRESS = "/frister/endre"


@pytest.fixture
def liv(enter: Enter) -> FlaskClient:
    """Of the coordinating unit."""
    return enter("liv")


def filled(page: str) -> dict[str, Any]:
    """What a browser would post: every control as it stands."""
    answers: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page.partition('<form class="policy"')[2]):
        name, value = attribute(tag, "name"), attribute(tag, "value")
        if name and ("checkbox" not in tag or " checked" in tag):
            answers.setdefault(name, []).append(value)
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.findall(r'<option value="([^"]*)" selected', body)
        answers[name] = chosen or [re.findall(r'<option value="([^"]*)"', body)[0]]
    for name, body in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S
    ):
        answers[name] = [body]
    return {name: values if len(values) > 1 else values[0] for name, values in answers.items()}


def attribute(tag: str, name: str) -> str:
    match = re.search(rf'\b{name}="([^"]*)"', tag)
    return match.group(1) if match else ""


def form_of(browser: FlaskClient, address: str = ADDRESS, **changed: str) -> dict[str, Any]:
    answer = browser.get(address)
    assert answer.status_code == 200
    fields = {**filled(answer.get_data(as_text=True)), **changed}
    fields.pop("_press", None)
    return fields


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def looked(browser: FlaskClient, fields: dict[str, Any], address: str = ADDRESS) -> dict[str, Any]:
    """The first press; what the page that follows would post with «Lagre»."""
    answer = browser.post(address, data={**fields, "_se": "1"})
    assert answer.status_code == 200, text(answer)[:3000]
    assert "Anslag" in text(answer)
    return {**filled(text(answer)), "_lagre": "1"}


def versions(world: World) -> list[DeadlinePolicy]:
    with Session(world.engine) as session:
        query = select(DeadlinePolicy)
        return list(session.execute(query).scalars())


def test_every_kind_stands_with_length_basis_and_ladder(liv: FlaskClient) -> None:
    page = text(liv.get("/frister"))
    assert page.count("<tr>") - 8 >= len(KINDS)
    assert "Forvaltningsloven § 11 a" in page and "4 uker, i sosialsaker 3 uker" in page
    assert re.search(r'21 dager før</span> <span class="told-role">Koordinator', page)
    assert "Ingen egne versjoner" in page and "Ingen, bare helligdagene" in page
    assert not re.search(r">\s*(T\d+|T\d+\.\w+)\s*<", page), "codes are not words"


def test_every_kind_has_its_heading_and_every_rung_its_place(app: Flask) -> None:
    with app.test_request_context():
        check_places()


def check_places() -> None:
    for code, kind in KINDS.items():
        assert deadline_policy_text.group_of(code) != deadline_policy_text.OTHER, code
        places = {place for place, _ in deadline_policy_form.whens(kind)}
        for given in as_choice(kind):
            chosen = dict(deadline_policy_form.rung_values(given))
            assert chosen["when"] in places, (code, given)


def test_only_the_coordinating_unit_has_it(world: World, enter: Enter, app: Flask) -> None:
    for name in ("ali", "mona", "oda", "lars", "adam", "kim"):
        browser = enter(name)
        for address in ("/frister", ADDRESS):
            assert browser.get(address).status_code == 404, (name, address)
        assert browser.post(ADDRESS, data={"_se": "1"}).status_code == 404
        assert browser.post("/frister/x/trekk-tilbake").status_code == 404


def test_a_unit_that_nobody_has_is_not_there(liv: FlaskClient) -> None:
    other = new_id()
    assert liv.get(f"/frister?enhet={other}").status_code == 404
    assert liv.get(f"{ADDRESS}?enhet={other}").status_code == 404
    assert liv.post(f"{ADDRESS}?enhet={other}", data={"_se": "1"}).status_code == 404


def test_the_form_reads_back_what_it_shows() -> None:
    values = deadline_policy_form.values_of(STANDARD, [date(2026, 12, 24)], NOW.date())
    said = deadline_policy_form.PolicyFormReader(values, STANDARD, NOW.date()).whole(
        [date(2026, 12, 24)], True
    )
    assert said.choices == Choices() and said.closing_days is None and not said.errors


def test_every_choice_survives_form_and_back() -> None:
    chosen = Choices(
        lengths={
            DeadlineCode.FIRST_GOAL: 20,
            DeadlineCode.REVIEW: 150,
            DeadlineCode.MEETING_PREPARED: 5,
        },
        ladders={
            DeadlineCode.MEASURE_DUE: [(-5, "wd", "accountable"), (3, "d", "accountable_leader")]
        },
        channels=("email", "sms"),
        quiet_from="21:30",
        quiet_until="06:00",
        most_plans=25,
    )
    values = deadline_policy_form.values_of(merge_choices(STANDARD, chosen), [], NOW.date())
    said = deadline_policy_form.PolicyFormReader(values, STANDARD, NOW.date()).whole([], True)
    assert said.choices == chosen and not said.errors


def test_the_first_press_shows_and_saves_nothing(world: World, liv: FlaskClient) -> None:
    world.active()
    fields = form_of(liv, **{"length-first_goal": "20"})
    answer = liv.post(ADDRESS, data={**fields, "_lagre": "1"})
    page = text(answer)
    assert answer.status_code == 200 and versions(world) == []
    assert "Anslag" in page and "Første samtale om mål" in page and "30 dager" in page
    assert "1 kommer tidligere" in page and "Kim" not in page


def test_the_second_press_saves_what_was_seen(world: World, liv: FlaskClient) -> None:
    plan = world.active()
    answer = liv.post(ADDRESS, data=looked(liv, form_of(liv, **{"length-first_goal": "20"})))
    assert answer.status_code == 303, text(answer)[:3000]
    (saved,) = versions(world)
    assert saved.choices == '{"lengths":{"first_goal":20}}' and saved.applied_at is not None
    with Session(world.engine) as session:
        due = session.execute(
            select(Deadline.due_at).where(
                Deadline.plan_id == plan, Deadline.code == DeadlineCode.FIRST_GOAL
            )
        ).scalar_one()
    assert due.date() == world.days(21), "the twentieth day is a Sunday"
    page = text(liv.get("/frister"))
    assert "Det gjelder nå. 1 frist er talt på nytt" in page
    assert "vanlig: 30 dager" in page and "Liv" in page and "gjelder nå" in page


def test_the_same_press_twice_saves_once(world: World, liv: FlaskClient) -> None:
    fields = looked(liv, form_of(liv, **{"length-first_goal": "20"}))
    for _ in range(2):
        assert liv.post(ADDRESS, data=fields).status_code == 303
    assert len(versions(world)) == 1


def test_what_changed_after_the_look_is_shown_again(world: World, liv: FlaskClient) -> None:
    fields = looked(liv, form_of(liv, **{"length-first_goal": "20"}))
    answer = liv.post(ADDRESS, data={**fields, "length-first_goal": "10"})
    assert answer.status_code == 200 and versions(world) == []
    assert "Du endret noe etter at du så hva som skjer" in text(answer)
    assert 'name="length-first_goal" value="10"' in text(answer)


def test_somebody_who_saved_in_between_is_not_overwritten(
    world: World, liv: FlaskClient, enter: Enter
) -> None:
    fields = looked(liv, form_of(liv, **{"length-first_goal": "20"}))
    leif = enter("leif")
    leif.post(ADDRESS, data=looked(leif, form_of(leif, **{"length-measure_evaluation": "7"})))
    answer = liv.post(ADDRESS, data=fields)
    assert len(versions(world)) == 1 and "Noen andre endret fristene" in text(answer)
    assert 'name="length-first_goal" value="20"' in text(answer)


def test_law_may_only_be_made_stricter(world: World, liv: FlaskClient) -> None:
    page = text(liv.get(ADDRESS))
    assert 'name="length-provisional_reply"' not in page, (
        "one month is the shortest and the longest"
    )
    assert 'name="length-appeal_window"' not in page and "rung-appeal_window" not in page
    assert "personens egen klagefrist" in page
    later = liv.post(
        ADDRESS, data={**form_of(liv), "rung-provisional_reply-1-days": "1", "_se": "1"}
    )
    assert later.status_code == 422 and "tidligere, men ikke senere" in text(later)
    forged = {
        **form_of(liv),
        "length-provisional_reply": "2",
        "length-appeal_window": "1",
        "_se": "1",
    }
    answer = liv.post(ADDRESS, data=forged)
    assert answer.status_code == 422 and "Loven gir høyst" in text(answer)


def test_a_refused_choice_stands_beside_its_field_and_all_is_kept(
    world: World, liv: FlaskClient
) -> None:
    fields = form_of(
        liv,
        **{
            "length-measure_evaluation": "99",
            "length-first_goal": "tolv",
            "closing_days": "24.12.2026\nikke en dag",
        },
    )
    answer = liv.post(ADDRESS, data={**fields, "_se": "1"})
    page = text(answer)
    assert answer.status_code == 422 and 'id="length-measure_evaluation-feil"' in page
    assert 'href="#length-first_goal"' in page and "Skriv et helt tall" in page
    assert "ikke en dag" in page and 'value="tolv"' in page and "Anslag" not in page
    assert versions(world) == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("valid_from", (NOW.date() - timedelta(days=1)).isoformat(), "en dag som er over"),
        ("digest_at", "22:00", "stille timene"),
        ("quiet_until", "", "Fyll ut dette feltet"),
        ("most_plans", "0", "utenfor det som gir mening"),
        ("channels", "", "Noen måte må folk få beskjed på"),
    ],
)
def test_the_municipalitys_own(liv: FlaskClient, field: str, value: str, words: str) -> None:
    answer = liv.post(ADDRESS, data={**form_of(liv, **{field: value}), "_se": "1"})
    assert answer.status_code == 422 and words in text(answer)
    assert f'id="{field}-feil"' in text(answer)


def test_nothing_changed_is_said(liv: FlaskClient) -> None:
    answer = liv.post(ADDRESS, data={**form_of(liv), "_se": "1"})
    assert answer.status_code == 422 and "Du har ikke endret noe" in text(answer)


def test_a_rung_is_added_and_another_taken_away(world: World, liv: FlaskClient) -> None:
    fields = form_of(
        liv,
        **{
            "rung-first_goal-0-days": "",
            "rung-first_goal-3-days": "3",
            "rung-first_goal-3-when": "workdays_before",
            "rung-first_goal-3-role": "coordinating",
        },
    )
    answer = liv.post(ADDRESS, data=looked(liv, fields))
    assert answer.status_code == 303
    (saved,) = versions(world)
    ladder = Choices.model_validate_json(saved.choices).ladders[DeadlineCode.FIRST_GOAL]
    assert ladder == [(1, "d", "coordinator"), (14, "d", "leader"), (-3, "wd", "coordinating")]


def test_the_last_role_cannot_be_left_out(liv: FlaskClient) -> None:
    answer = liv.post(ADDRESS, data={**form_of(liv), "rung-first_goal-2-days": "", "_se": "1"})
    assert answer.status_code == 422 and 'id="rung-first_goal-0-days-feil"' in text(answer)


def test_closing_days_hold_at_once(world: World, liv: FlaskClient) -> None:
    fields = looked(liv, form_of(liv, closing_days="24.12.2026\n2.4.2026"))
    assert liv.post(ADDRESS, data=fields).status_code == 303
    with Session(world.engine) as session:
        days = session.execute(select(ClosingDay.day)).scalars()
        assert set(days) == {date(2026, 12, 24), date(2026, 4, 2)}
    assert "torsdag 2. april" in text(liv.get("/frister"))


def test_a_unit_has_lengths_and_ladders_only(world: World, liv: FlaskClient) -> None:
    address = f"{ADDRESS}?enhet={world.unit['service']}"
    page = text(liv.get(address))
    assert 'name="digest_at"' not in page and 'name="closing_days"' not in page
    fields = looked(liv, form_of(liv, address, **{"length-first_goal": "20"}), address)
    assert liv.post(address, data=fields).status_code == 303
    assert versions(world)[0].unit_id == world.unit["service"]
    assert "vanlig: 30 dager" in text(liv.get(f"/frister?enhet={world.unit['service']}"))
    assert "vanlig: 30 dager" not in text(liv.get("/frister"))


def test_a_version_to_come_can_be_taken_back(world: World, liv: FlaskClient) -> None:
    day = world.days(10).isoformat()
    fields = looked(liv, form_of(liv, **{"length-first_goal": "20", "valid_from": day}))
    assert liv.post(ADDRESS, data=fields).status_code == 303
    page = text(liv.get("/frister"))
    assert "Noe annet gjelder fra 19. mars" in page and "vanlig: 30 dager" not in page
    assert f'value="{day}"' in text(liv.get(ADDRESS)), "what is to come is changed further"
    (version,) = versions(world)
    assert liv.post(f"/frister/{version.id}/trekk-tilbake").status_code == 303
    assert "Ingen egne versjoner" in text(liv.get("/frister"))


def test_a_version_in_force_cannot_be_taken_back(world: World, liv: FlaskClient) -> None:
    liv.post(ADDRESS, data=looked(liv, form_of(liv, **{"length-first_goal": "20"})))
    (version,) = versions(world)
    assert liv.post(f"/frister/{version.id}/trekk-tilbake").status_code == 409
    assert liv.post("/frister/finnes-ikke/trekk-tilbake").status_code == 404


def test_english_pages(liv: FlaskClient) -> None:
    liv.set_cookie("sprak", "en")
    assert "As it holds" not in text(liv.get("/frister"))
    for address in ("/frister", ADDRESS, "/prognose?dager=90"):
        assert liv.get(address).status_code == 200
