"""Pages where one answers a notice, chooses how to be told, and tells the person: each only for oneself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from tests.web.conftest import NOW, sign_in_for
from tests.web.persons import Home, settled
from web.request.database import db
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Deadline, DeadlineRung, Delivery, Notice, Party, new_id
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep


@pytest.fixture(scope="module")
def home(app: Flask) -> Home:
    return settled(app, sign_in_for(app))


def reminded(app: Flask, home: Home, name: str, code: str = DeadlineCode.REVIEW) -> str:
    """A reminder of a standing deadline of the plan, told to somebody by the sweep; the notice's id."""
    with app.app_context(), unit_of_work(db.engine) as session:
        deadline = session.execute(
            select(Deadline).where(Deadline.plan_id == home.plan, Deadline.code == code)
        ).scalar_one()
        notice = Notice(
            id=new_id(),
            plan_id=home.plan,
            recipient_id=home.world.party[name],
            cause=f"d:{deadline.id}:{deadline.due_version}:0",
            code=code,
            subject_id=deadline.subject_id,
            deadline_id=deadline.id,
            due_version=deadline.due_version,
            role="coordinator",
            created_at=NOW,
        )
        session.execute(
            delete(Notice).where(
                Notice.deadline_id == deadline.id, Notice.recipient_id == notice.recipient_id
            )
        )
        session.execute(delete(DeadlineRung).where(DeadlineRung.party_id.is_not(None)))
        session.add(notice)
        return notice.id


def row(app: Flask, notice: str) -> Notice:
    with app.app_context(), unit_of_work(db.engine) as session:
        return session.get_one(Notice, notice)


def party(app: Flask, home: Home, name: str) -> Party:
    with app.app_context(), unit_of_work(db.engine) as session:
        return session.get_one(Party, home.world.party[name])


def change(app: Flask, home: Home, name: str, **values: object) -> None:
    with app.app_context(), unit_of_work(db.engine) as session:
        session.execute(update(Party).where(Party.id == home.world.party[name]).values(**values))


def test_seen_ends_the_readers_reminders(app: Flask, home: Home) -> None:
    notice = reminded(app, home, "mona")
    browser = home.browser("mona")
    assert "Minn meg senere" in browser.get("/meldinger").get_data(as_text=True)
    answer = browser.post(f"/meldinger/{notice}/sett", follow_redirects=True)
    assert "Merket som sett" in answer.get_data(as_text=True)
    assert row(app, notice).acknowledged_at == NOW


def test_put_off_once_with_a_day_and_a_reason(app: Flask, home: Home) -> None:
    notice = reminded(app, home, "mona")
    browser = home.browser("mona")
    where = f"/meldinger/{notice}/senere"
    assert "Utsett" in browser.get(where).get_data(as_text=True)
    wrong = browser.post(where, data={"until_on": "2026-05-30", "reason": "other"})
    assert wrong.status_code == 422
    html = wrong.get_data(as_text=True)
    assert 'value="2026-05-30"' in html and "to uker" in html
    assert browser.post(where, data={"until_on": "2026-03-12"}).status_code == 422
    assert browser.post(where, data={"until_on": "2026-03-12", "reason": "own"}).status_code == 422
    right = {"until_on": "2026-03-12", "reason": "waits_for_answer"}
    assert browser.post(where, data=right).status_code == 303
    assert row(app, notice).snoozed_until == datetime(2026, 3, 11, 23, tzinfo=UTC)
    assert "utsatt én gang" in browser.get(where).get_data(as_text=True)
    assert "Utsatt" in browser.get("/meldinger").get_data(as_text=True)


@pytest.mark.parametrize("name", ["per", "lars", "nosy", "kim"])
def test_nobody_answers_for_another(app: Flask, home: Home, name: str) -> None:
    notice = reminded(app, home, "mona")
    browser = home.browser(name)
    assert browser.get(f"/meldinger/{notice}/senere").status_code == 404
    assert browser.post(f"/meldinger/{notice}/sett").status_code == 404
    said = {"until_on": "2026-03-12", "reason": "other"}
    assert browser.post(f"/meldinger/{notice}/senere", data=said).status_code == 404
    assert row(app, notice).acknowledged_at is None and row(app, notice).snoozed_until is None


def test_staff_choose_their_hours(app: Flask, home: Home) -> None:
    browser = home.browser("per")
    html = browser.get("/beskjeder").get_data(as_text=True)
    assert "Du har en ny beskjed i Planløp" in html and "Koordinator sier det" not in html
    said = {"channel": "none", "digest_at": "15:00", "quiet": "own", "quiet_from": "21:00"}
    wrong = browser.post("/beskjeder", data=said)
    assert wrong.status_code == 422
    assert 'value="15:00" selected' in wrong.get_data(as_text=True)
    assert browser.post("/beskjeder", data={**said, "quiet_until": "06:00"}).status_code == 303
    kept = party(app, home, "per")
    assert (kept.channel, kept.digest_at, kept.quiet_from, kept.quiet_until) == (
        "none",
        "15:00",
        "21:00",
        "06:00",
    )
    assert browser.post("/beskjeder", data={"channel": "coordinator"}).status_code == 422


def test_the_person_is_asked_once_about_reminders(app: Flask, home: Home) -> None:
    change(app, home, "kim", reminders=False, reminders_asked_at=None)
    browser = home.browser("kim")
    question = "Vil du ha en påminnelse"
    assert question in browser.get(home.at()).get_data(as_text=True)
    assert question not in home.browser("mor").get(home.at()).get_data(as_text=True)
    assert browser.post(home.at("/paminnelser"), data={"yes": "no"}).status_code == 303
    assert question not in browser.get(home.at()).get_data(as_text=True)
    kept = party(app, home, "kim")
    assert (kept.reminders, kept.reminders_asked_at) == (False, NOW)


def test_the_person_chooses_that_the_coordinator_says_it(app: Flask, home: Home) -> None:
    browser = home.browser("kim")
    html = browser.get(home.at("/beskjeder")).get_data(as_text=True)
    assert "Koordinator sier det til meg" in html and "Du har noe nytt i planen din." in html
    assert "SMS" not in html  # the municipality has no gateway
    assert "tel:" in html
    said = {"channel": "coordinator", "reminders": "yes", "quiet": "none", "digest_at": "standard"}
    wrong = browser.post(home.at("/beskjeder"), data={**said, "digest_at": "31:00"})
    assert wrong.status_code == 422 and 'value="coordinator" checked' in wrong.get_data(
        as_text=True
    )
    assert browser.post(home.at("/beskjeder"), data=said).status_code == 303
    assert (party(app, home, "kim").channel, party(app, home, "kim").reminders) == (
        "coordinator",
        True,
    )


@pytest.mark.parametrize("name", ["mona", "per", "nosy", "mor", "lars"])
def test_nobody_chooses_for_the_person(app: Flask, home: Home, name: str) -> None:
    change(app, home, "kim", channel="email", reminders_asked_at=None, reminders=False)
    browser = home.browser(name)
    assert browser.get(home.at("/beskjeder")).status_code == 404
    assert browser.post(home.at("/beskjeder"), data={"channel": "none"}).status_code == 404
    assert browser.post(home.at("/paminnelser"), data={"yes": "yes"}).status_code == 404
    kept = party(app, home, "kim")
    assert (kept.channel, kept.reminders_asked_at) == ("email", None)


def test_with_the_screen_lent_the_person_chooses(app: Flask, home: Home) -> None:
    change(app, home, "kim", channel="email", reminders=False, reminders_asked_at=None)
    browser = home.browser("mona")
    assert browser.post(home.at("/sammen")).status_code == 303
    said = {"channel": "coordinator", "reminders": "yes"}
    assert browser.post(home.at("/beskjeder"), data=said).status_code == 303
    assert party(app, home, "kim").channel == "coordinator"
    assert party(app, home, "mona").channel == "email"
    assert browser.get("/beskjeder").status_code == 302  # the screen stays with the person's plan
    browser.post(home.at("/gi-tilbake"))


def test_the_persons_reminder_is_put_off_or_seen(app: Flask, home: Home) -> None:
    notice = reminded(app, home, "kim")
    browser = home.browser("kim")
    where = home.at(f"/senere/{notice}")
    assert where in browser.get(home.at()).get_data(as_text=True)
    html = browser.get(where).get_data(as_text=True)
    assert "I morgen" in html and "tel:" in html
    assert browser.post(where, data={}).status_code == 422
    assert browser.post(where, data={"until_on": "2026-03-25"}).status_code == 422
    assert browser.post(where, data={"until_on": "2026-03-10"}).status_code == 303
    assert row(app, notice).snoozed_until == datetime(2026, 3, 9, 23, tzinfo=UTC)
    assert browser.get(where).status_code == 200
    for name in ("mona", "mor", "nosy"):
        assert home.browser(name).get(where).status_code == 404
    notice = reminded(app, home, "kim")
    assert browser.post(home.at("/lest")).status_code == 303
    assert row(app, notice).acknowledged_at == NOW


def line_for_mona(app: Flask, home: Home) -> None:
    """News for Kim that Mona is to tell."""
    change(app, home, "kim", channel="coordinator")
    home.world.now += timedelta(minutes=1)
    home.world.take("mona", PlanStep.WRITE, home.plan, words="Hei", agreed_how="spoken")


def waiting(app: Flask, home: Home) -> list[Delivery]:
    query = select(Delivery).where(
        Delivery.recipient_id == home.world.party["kim"],
        Delivery.channel == "coordinator",
        Delivery.state == "waiting",
    )
    with app.app_context(), unit_of_work(db.engine) as session:
        return list(session.execute(query).scalars())


def test_the_coordinator_tells_the_person(app: Flask, home: Home) -> None:
    line_for_mona(app, home)
    browser = home.browser("mona")
    html = browser.get("/venter").get_data(as_text=True)
    assert "Si fra til Kim" in html
    assert "Si fra" not in home.browser("per").get("/venter").get_data(as_text=True)
    for name in ("per", "nosy", "kim", "lars"):
        other = home.browser(name)
        assert other.post(f"/venter/{home.plan}/sagt", data={"_newest": "z"}).status_code == 404
        assert other.get(f"/venter/{home.plan}/ikke-tak-i").status_code == 404
    where = f"/venter/{home.plan}/ikke-tak-i"
    assert "Skriv i planen at dere prøvde" in browser.get(where).get_data(as_text=True)
    wrong = browser.post(where, data={"again_on": "2026-04-30"})
    assert wrong.status_code == 422 and 'value="2026-04-30"' in wrong.get_data(as_text=True)
    assert browser.post(where, data={"again_on": "2026-03-11"}).status_code == 303
    assert "Prøv igjen 11. mars" in browser.get("/venter").get_data(as_text=True)
    newest = max(one.id for one in waiting(app, home))
    assert browser.post(f"/venter/{home.plan}/sagt", data={"_newest": newest}).status_code == 303
    assert waiting(app, home) == []
    assert "Si fra til Kim" not in browser.get("/venter").get_data(as_text=True)


def test_what_the_person_reads_is_not_said(app: Flask, home: Home) -> None:
    line_for_mona(app, home)
    home.browser("kim").post(home.at("/lest"))
    assert "Si fra til Kim" not in home.browser("mona").get("/venter").get_data(as_text=True)
    assert waiting(app, home) == []


def test_a_relative_chooses_for_herself_alone(app: Flask, home: Home) -> None:
    before = party(app, home, "kim").channel
    browser = home.browser("mor")
    page = browser.get(home.at("/beskjed-til-meg"))
    assert page.status_code == 200
    assert "0000-AB12CD" in page.text  # her own kind of mail is the example
    said = {"channel": "none", "digest_at": "standard", "quiet": "standard"}
    assert browser.post(home.at("/beskjed-til-meg"), data=said).status_code == 303
    assert party(app, home, "mor").channel == "none"
    assert party(app, home, "kim").channel == before
    for name in ("kim", "mona", "nosy"):
        assert home.browser(name).get(home.at("/beskjed-til-meg")).status_code == 404
