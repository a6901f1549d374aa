"""Tests of sending mails: to a real mail server, each once, within the notice budget."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.servers.databases import Backend, copied
from tests.servers.mail import Inbox, mail_server, post_to
from tests.workflow.deadline_world import LONG_AGO, World, row
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.delivery import outbox
from workflow.acts.delivery.send_batch import DeliveryResult, deliver
from workflow.acts.notices import inbox as notices
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Consent, Deadline, Delivery, Message, Notice, Party, Plan, new_id
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.tables import TRANSITIONS
from workflow.words.notices.notices import STAFF, notice_sentence
from workflow.words.steps.catalogue import WORDS

NIGHT = at_oslo(date(2026, 5, 11)) + timedelta(minutes=5)
MORNING = datetime(2026, 5, 12, 6, 0, 30, tzinfo=UTC)
ADDRESS = "http://localhost:8000"


@dataclass
class Office:
    """A world with a mail server."""

    world: World
    inbox: Inbox
    port: int

    def deliver(self, now: datetime = MORNING, **options: Any) -> DeliveryResult:
        """One batch."""
        with post_to(self.port) as post:
            return deliver(self.world.engine, post, now, address=ADDRESS, **options)

    def states(self) -> list[str]:
        """The states of all deliveries."""
        with unit_of_work(self.world.engine) as session:
            return sorted(session.execute(select(Delivery.state)).scalars())

    def quiet_reviews(self, count: int, *, share: bool = True) -> list[str]:
        """So many plans of Cora's whose review is 21 days off, swept in the night."""
        plans = [
            self.world.plan(next_review_on=date(2026, 6, 2), person_id=None) for _ in range(count)
        ]
        for plan in plans:
            if share:
                self.share(plan, "cora")
            self.world.act(row(DeadlineCode.REVIEW), plan, LONG_AGO + timedelta(days=60))
        sweep(self.world.engine, NIGHT)
        return plans

    def share(self, plan: str, name: str) -> None:
        """The person lets somebody share."""
        who = {"plan_id": plan, "receiver_id": self.world.party[name]}
        self.world.add(Consent(id=new_id(), from_at=LONG_AGO, **who))

    def tell(self, step_name: str, plan: str, name: str, role: str, now: datetime) -> str:
        """A notice of an event, as the engine writes it."""
        event = new_id()
        with unit_of_work(self.world.engine) as session:
            notices.notify(
                session.connection(),
                TRANSITIONS[step_name],
                event,
                [(self.world.party[name], role)],
                plan,
                plan,
                now,
            )
        return event


@pytest.fixture
def office(backend: Backend) -> Iterator[Office]:
    with copied(backend) as database, mail_server() as (inbox, port):
        yield Office(World(database.engine).build(), inbox, port)


def change(office: Office, model: Any, **values: Any) -> None:
    with unit_of_work(office.world.engine) as session:
        session.execute(update(model).values(**values))


def test_a_digest_holds_five_lines_and_says_how_many_more(office: Office) -> None:
    for number in range(7):
        office.quiet_reviews(1)
        assert number < 7
    result = office.deliver()
    assert (result.mails, result.sent) == (1, 7)
    assert office.inbox.to() == ["cora@example.invalid"]
    words = office.inbox.text()
    assert words.count("Evaluering av planen") == 5
    assert "og 2 til" in words and ADDRESS in words


def test_nothing_goes_out_before_the_digest_hour_and_never_an_empty_mail(office: Office) -> None:
    office.quiet_reviews(1)
    assert office.deliver(MORNING - timedelta(minutes=5)).mails == 0
    assert office.deliver().mails == 1
    assert office.deliver().mails == 0


def test_one_digest_a_day(office: Office) -> None:
    plan = office.quiet_reviews(1)[0]
    assert office.deliver().mails == 1
    office.tell(MeasureStep.DONE, plan, "cora", "coordinator", MORNING - timedelta(hours=2))
    assert office.deliver(MORNING + timedelta(minutes=1)).later == 1
    assert office.deliver(MORNING + timedelta(hours=23)).mails == 0
    assert office.deliver(MORNING + timedelta(days=1)).mails == 1


def test_an_offer_does_not_wait_for_the_digest(office: Office) -> None:
    plan = office.quiet_reviews(1)[0]
    office.deliver()
    later = MORNING + timedelta(hours=3)
    office.tell(PlanStep.OFFER_TRANSFER, plan, "cora", "coordinator", later)
    assert office.deliver(later).mails == 1


def test_mails_hold_no_name_and_no_content(office: Office) -> None:
    plan = office.world.plan(most_important="beholde leiligheten")
    for name, role in (("kim", "person"), ("lea", "leader")):
        office.tell(PlanStep.GRANT, plan, name, role, MORNING)
    office.deliver()
    texts = {to[:3]: str(mail.get_content()) for to, mail in office.inbox.mails}
    person, leader = texts["kim"], texts["lea"]
    assert "Du har noe nytt i planen din." in person
    assert "innvilget" not in person and "innvilget" in leader
    for _, mail in office.inbox.mails:
        assert "Kim" not in mail.as_string() and "leiligheten" not in mail.as_string()
    subjects = {to[:3]: mail["Subject"] for to, mail in office.inbox.mails}
    assert subjects == {"kim": "Du har en ny beskjed i Planløp", "lea": "Planløp: 1 nytt"}


def test_a_reader_of_english_gets_english(office: Office) -> None:
    office.quiet_reviews(1)
    change(office, Party, language="en")
    office.deliver()
    assert "Review of the plan" in office.inbox.text()


@pytest.mark.parametrize(
    ("model", "values", "reason"),
    [
        (Party, {"deactivated_at": NIGHT}, "left"),
        (Party, {"email": ""}, "no_address"),
        (Deadline, {"state": "met"}, "met"),
        (Deadline, {"due_version": 2}, "moved"),
        (Notice, {"read_at": NIGHT}, "read"),
        (Plan, {"resting": "stopped"}, "not_shared"),
        (Consent, {"withdrawn_at": NIGHT}, "not_shared"),
    ],
)
def test_what_no_longer_holds_is_dropped_with_its_reason(
    office: Office, model: Any, values: dict[str, Any], reason: str
) -> None:
    office.quiet_reviews(1)
    change(office, model, **values)
    assert office.deliver().dropped == 1
    with unit_of_work(office.world.engine) as session:
        delivery = session.execute(select(Delivery)).scalar_one()
    assert (delivery.state, delivery.reason) == ("dropped", reason)
    assert office.inbox.mails == []


def test_a_step_taken_back_takes_its_mail_along(office: Office) -> None:
    plan = office.world.plan(person_id=None)
    event = office.tell(MeasureStep.DONE, plan, "cora", "coordinator", NIGHT)
    with unit_of_work(office.world.engine) as session:
        outbox.drop_of_event(session.connection(), event, NIGHT)
    assert office.deliver().mails == 0
    assert office.states() == ["dropped"]


@pytest.mark.parametrize("answer", ["answer", "rcpt_answer"])
@pytest.mark.parametrize("code", ["451 Later", "550 No"])
def test_a_refused_mail_is_tried_again_and_then_fails(
    office: Office, answer: str, code: str
) -> None:
    office.quiet_reviews(1)
    setattr(office.inbox, answer, code)
    now = MORNING
    for _ in range(5):
        assert office.deliver(now).later == 1
        assert office.deliver(now).later == 0
        now += timedelta(hours=5)
    assert office.deliver(now).failed == 1
    assert office.states() == ["failed"]


def test_a_server_that_is_down_is_tried_again(office: Office) -> None:
    office.quiet_reviews(1)
    port, office.port = office.port, 1
    assert office.deliver().later == 1
    office.port = port
    assert office.deliver(MORNING + timedelta(minutes=2)).mails == 1
    assert office.inbox.to() == ["cora@example.invalid"]


def test_silence_after_the_data_is_unknown_and_only_a_person_sends_again(office: Office) -> None:
    office.quiet_reviews(1)
    office.inbox.hang_up = True
    assert office.deliver().unknown == 1
    office.inbox.hang_up = False
    assert office.deliver(MORNING + timedelta(days=1)).mails == 0
    with unit_of_work(office.world.engine) as session:
        key = session.execute(select(Delivery.id)).scalar_one()
        assert outbox.send_again(session.connection(), key, MORNING + timedelta(days=1))
    assert office.deliver(MORNING + timedelta(days=1)).mails == 1


def test_what_a_dead_worker_was_sending_becomes_unknown(office: Office) -> None:
    office.quiet_reviews(1)
    change(office, Delivery, state="sending", claimed_at=MORNING, claimed_by="gone")
    with unit_of_work(office.world.engine) as session:
        now = MORNING + timedelta(minutes=3)
        before = now - timedelta(minutes=2)
        assert outbox.give_up_waiting(session.connection(), before, now) == 1
    assert office.states() == ["unknown"]


def test_a_dead_workers_claim_is_taken_up_after_the_lease(office: Office) -> None:
    office.quiet_reviews(1)
    change(office, Delivery, claimed_at=MORNING, claimed_by="gone")
    assert office.deliver(MORNING + timedelta(seconds=30), lease_seconds=60).mails == 0
    assert office.deliver(MORNING + timedelta(seconds=90), lease_seconds=60).mails == 1


def test_two_workers_send_each_mail_once(office: Office) -> None:
    plan = office.world.plan(person_id=None)
    for name in ("cora", "lea", "lena", "dag", "liv", "kea", "ada", "wes", "sub"):
        office.share(plan, name)
        office.tell(PlanStep.OFFER_TRANSFER, plan, name, "x", MORNING)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: office.deliver(hear=lambda *_: True), range(2)))
    assert sum(result.mails for result in done) == 9
    assert len(office.inbox.to()) == len(set(office.inbox.to())) == 9


def test_a_managers_unprepared_meetings_are_one_line(office: Office) -> None:
    for _ in range(4):
        plan = office.world.plan(person_id=None)
        meeting = office.world.meeting(plan, "cora", datetime(2026, 5, 15, 9, tzinfo=UTC))
        office.world.act(row(DeadlineCode.MEETING_PREPARED), plan, LONG_AGO, "meeting", meeting)
    sweep(office.world.engine, NIGHT)
    office.deliver()
    words = next(str(mail.get_content()) for to, mail in office.inbox.mails if to[:3] == "lea")
    assert "4 møter er ikke forberedt" in words


def test_every_code_that_tells_somebody_has_its_sentence() -> None:
    for transition in TRANSITIONS.values():
        if transition.notifies:
            assert notice_sentence(transition.name, False)
            assert notice_sentence(transition.name, "person" in transition.notifies)


def test_no_blame_in_any_sentence() -> None:
    of_steps = [said.notice for said in WORDS.values()]
    for words in (*STAFF.values(), *of_steps):
        for blame in ("forfalt", "ikke møtt", "brudd"):
            assert blame not in words.lower()


def test_the_list_shows_unread_first_and_leaves_out_what_is_not_shared(office: Office) -> None:
    world = office.world
    plan = office.quiet_reviews(2)[0]
    with unit_of_work(world.engine) as session:
        assert notices.unread(session, world.party["cora"], MORNING) == 2
        seen = notices.list_notices(session, world.party["cora"], MORNING)
        ids = [seen[0].id]
        assert notices.mark_read(session, world.party["cora"], MORNING, ids) == 1
        assert notices.list_notices(session, world.party["cora"], MORNING)[1].id == ids[0]
        session.execute(update(Consent).where(Consent.plan_id == plan).values(withdrawn_at=MORNING))
        assert len(notices.list_notices(session, world.party["cora"], MORNING)) == 1


def test_a_message_row_stands_for_each_mail(office: Office) -> None:
    office.quiet_reviews(1)
    office.deliver()
    with unit_of_work(office.world.engine) as session:
        assert session.execute(select(Message)).scalar_one().sent_at is not None


def test_of_a_meeting_called_and_called_off_only_the_last_is_told(office: Office) -> None:
    plan = office.world.plan(person_id=None)
    office.share(plan, "cora")
    for step_name, minutes in ((MeetingStep.CALL, 9), (MeetingStep.CANCEL, 3)):
        office.tell(step_name, plan, "cora", "called", MORNING - timedelta(minutes=minutes))
    assert (office.deliver().mails, office.states()) == (1, ["dropped", "sent"])
    assert "Et møte er avlyst" in office.inbox.text()
    assert "kalt inn" not in office.inbox.text()


def test_who_does_not_work_here_is_told_in_everyday_words(office: Office) -> None:
    plan = office.world.plan(person_id=None)
    office.share(plan, "rel")
    office.tell(MeasureStep.AGREE, plan, "rel", "accountable", MORNING)
    office.deliver(MORNING + timedelta(days=1), hear=lambda *_: True)
    words = office.inbox.text()
    assert "Noe du er med på, er avtalt" in words and "tiltak" not in words


def test_a_digest_that_is_late_waits_for_a_working_day_at_work_and_not_for_the_person(
    office: Office,
) -> None:
    plan = office.world.plan()
    office.share(plan, "cora")
    for name, role in (("cora", "coordinator"), ("kim", "person")):
        office.tell(MeasureStep.DONE, plan, name, role, MORNING - timedelta(hours=2))
    ascension = datetime(2026, 5, 14, 9, tzinfo=UTC)
    assert (office.deliver(ascension).later, office.inbox.to()) == (1, ["kim@example.invalid"])
    office.deliver(ascension + timedelta(days=1))
    assert office.inbox.to() == ["kim@example.invalid", "cora@example.invalid"]
