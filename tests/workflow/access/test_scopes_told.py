"""Nobody is told of what is not shared with them: not made, not listed, not counted, dropped in the queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tests.canaries import Aviary, aviary
from tests.servers.databases import Database
from tests.workflow.delivery.test_delivery import ADDRESS
from tests.world import AGREED, make_world
from workflow.acts.delivery.send_batch import DeliveryResult, deliver
from workflow.acts.notices import inbox
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Delivery, Notice, Party
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.sharing.scopes import EVERYTHING, NOTHING, SCOPES, scopes_of, to_stored
from workflow.rules.tables.scope_map import scope_to_notify

WAYS: dict[str, Callable[[Aviary, str], Any]] = {
    PlanStep.STOP_SHARING_WITH: lambda b, name: b.world.take(
        "kim", PlanStep.STOP_SHARING_WITH, b.plan, party_id=b.world.party[name]
    ),
    PlanStep.STOP_SHARING: lambda b, name: b.world.take("kim", PlanStep.STOP_SHARING, b.plan),
    PlanStep.WITHDRAW_CONSENT: lambda b, name: b.world.take(
        "kim", PlanStep.WITHDRAW_CONSENT, b.plan
    ),
    "fewer": lambda b, name: b.share(name, "documents"),
}
AFTER = {
    PlanStep.STOP_SHARING_WITH: NOTHING,
    PlanStep.STOP_SHARING: NOTHING,
    PlanStep.WITHDRAW_CONSENT: NOTHING,
    "fewer": frozenset({"documents"}),
}


@pytest.fixture
def birds(fresh_database: Database) -> Aviary:
    """Everybody sees all; notices of the past are gone."""
    flock = aviary(make_world(fresh_database.engine))
    for name in ("mona", "ali", "frida", "hege"):
        flock.share(name, "")
    with unit_of_work(flock.world.engine) as session:
        session.execute(delete(Delivery))
        session.execute(delete(Notice))
        session.execute(update(Party).values(digest_at="00:00", channel="email"))
    return flock


def steps(birds: Aviary) -> None:
    """Something that is told of in every scope that is told of at all, to people of all kinds."""
    world, plan, party = birds.world, birds.plan, birds.world.party
    world.take(
        "operator",
        MeasureStep.MOVE_DATE,
        plan,
        birds.own["ali"],
        due_on=world.days(12),
        reason="Ferie",
        **AGREED,
    )
    world.take("ali", MeasureStep.DONE, plan, birds.own["ali"])
    meeting = world.take(
        "kim",
        MeetingStep.PLAN,
        plan,
        starts_on=world.days(10),
        starts_time=time(10, 0),
        chair_id=party["kim"],
        party_ids=[party[name] for name in ("ali", "frida", "hege")],
    ).subject_id
    world.take("kim", MeetingStep.CALL, plan, meeting, agenda="Sommeren")
    world.take("kim", PlanStep.WRITE, plan, to_party_id=party["ali"], words="Hei")
    world.take("kim", PlanStep.WRITE, plan, words="Hei igjen")
    world.take("kim", PlanStep.PAUSE, plan, until_on=world.days(20), reason="Ferie")
    world.take("kim", PlanStep.RESUME, plan)


def told(birds: Aviary, name: str) -> list[tuple[str, str, str | None]]:
    """(code, role, subject) of the notices in the record."""
    with unit_of_work(birds.world.engine) as session:
        rows = session.execute(
            select(Notice.code, Notice.role, Notice.subject_id).where(
                Notice.recipient_id == birds.world.party[name]
            )
        )
        return [(row.code, row.role, row.subject_id) for row in rows]


def outside(birds: Aviary, name: str, scopes: frozenset[str]) -> set[str]:
    """Codes of notices in the record that the scopes do not hold, one's own measures apart."""
    own = birds.own.get(name)
    return {
        code
        for code, role, subject in told(birds, name)
        if (scope := scope_to_notify(code, role, False)) and scope not in scopes and subject != own
    }


@pytest.mark.parametrize("scope", SCOPES)
def test_a_notice_outside_the_scopes_is_not_made(birds: Aviary, scope: str) -> None:
    shared = EVERYTHING - {scope}
    for name in ("mona", "ali", "frida", "hege"):
        birds.share(name, to_stored(shared))
    steps(birds)
    for name in ("mona", "vik", "ali", "frida", "hege"):
        assert outside(birds, name if name != "vik" else "mona", shared) == set(), name
    assert any(code == MeasureStep.MOVE_DATE for code, *_ in told(birds, "ali"))  # his own measure
    assert any(code == PlanStep.PAUSE for code, *_ in told(birds, "ali"))


def test_all_of_it_is_made_where_all_is_shared(birds: Aviary) -> None:
    steps(birds)
    assert {MeetingStep.CALL, PlanStep.WRITE, PlanStep.PAUSE, MeasureStep.MOVE_DATE} <= {
        code for code, *_ in told(birds, "ali")
    }
    assert {MeasureStep.DONE, PlanStep.WRITE} <= {code for code, *_ in told(birds, "mona")}
    assert {MeetingStep.CALL, PlanStep.PAUSE} <= {code for code, *_ in told(birds, "frida")}


@pytest.mark.parametrize("way", WAYS)
def test_lists_and_badges_follow_at_once(birds: Aviary, way: str) -> None:
    """What was made before is neither listed nor counted the next moment."""
    steps(birds)
    world = birds.world
    WAYS[way](birds, "ali")
    with unit_of_work(world.engine) as session:
        here = (world.party["ali"], world.now)
        listed = inbox.list_notices(session, *here)
        counted = inbox.unread(session, *here)
    assert counted == sum(1 for line in listed if line.read_at is None)
    own = {MeasureStep.MOVE_DATE, MeasureStep.AGREE} if AFTER[way] else set()
    for line in listed:
        scope = scope_to_notify(line.code, line.role, False)
        assert not scope or scope in AFTER[way] or line.code in own, line.code
    if not AFTER[way]:
        assert listed == []


class Hand:
    """A sender that lets something happen before each mail but the first goes on."""

    sender = "us@example.invalid"

    def __init__(self, does: Callable[[str], None]) -> None:
        self.does, self.to = does, list[str]()

    def send(self, recipient: str, content: bytes) -> None:
        self.to.append(recipient)
        self.does(recipient)


def sent(birds: Aviary, hand: Hand) -> DeliveryResult:
    now = birds.world.now + timedelta(days=1)
    return deliver(birds.world.engine, hand, now, address=ADDRESS)


def became(birds: Aviary, name: str) -> dict[str, set[tuple[str, str]]]:
    """What became of each code's mails to somebody: (state, reason)."""
    outcomes: dict[str, set[tuple[str, str]]] = {}
    with unit_of_work(birds.world.engine) as session:
        rows = session.execute(
            select(Notice.code, Delivery.state, Delivery.reason)
            .join(Delivery, Delivery.notice_id == Notice.id)
            .where(Notice.recipient_id == birds.world.party[name])
        )
        for code, state, reason in rows:
            outcomes.setdefault(code, set()).add((state, reason))
    return outcomes


@pytest.mark.parametrize("way", WAYS)
def test_a_withdrawal_in_the_middle_of_the_queue(birds: Aviary, way: str) -> None:
    """Claimed, one mail on its way, the rest waiting: what is not shared any more is dropped."""
    steps(birds)
    names = {birds.world.party[name]: name for name in ("ali", "frida", "hege", "mona")}
    first: list[str] = []

    def withdraws(to: str) -> None:
        if not first:
            first.append(to)
            for name in names.values():
                if not to.startswith(name) and (
                    way in (PlanStep.STOP_SHARING_WITH, "fewer") or len(first) == 1
                ):
                    first.append(name)
                    WAYS[way](birds, name)

    hand = Hand(withdraws)
    sent(birds, hand)
    assert first and hand.to[0] == first[0]
    later = [name for name in names.values() if not first[0].startswith(name)]
    for name in (
        later
        if way in (PlanStep.STOP_SHARING_WITH, "fewer")
        else [one for one in later if one in first]
    ):
        for code, ends in became(birds, name).items():
            roles = {role for other, role, _ in told(birds, name) if other == code}
            hidden = {scope_to_notify(code, role, False) for role in roles} - {"", *AFTER[way]}
            own = code in (MeasureStep.MOVE_DATE, MeasureStep.AGREE) and AFTER[way]
            if (hidden and not own) or not AFTER[way]:
                assert ends <= {("dropped", "not_shared")}, (name, code, ends)


def test_a_date_reaches_the_coordinator_as_its_kind(birds: Aviary) -> None:
    """Her duty by law: kind and plan only, whatever the person shares with her."""
    for code, role in (
        (DeadlineCode.MEASURE_DUE, "coordinator"),
        (DeadlineCode.REVIEW, "coordinator"),
    ):
        assert scope_to_notify(code, role, of_deadline=True) == ""
    assert (
        scope_to_notify(DeadlineCode.MINUTES_DUE, "minute_taker", of_deadline=True) == "documents"
    )
    assert scope_to_notify(MeasureStep.DONE, "coordinator", of_deadline=False) == "measures"
    assert scopes_of("goals") == {"goals"}


def test_the_second_who_takes_part_is_told_as_before(birds: Aviary) -> None:
    """What one does not see is no reason to tell another less."""
    birds.share("ali", "goals")
    steps(birds)
    assert MeetingStep.CALL not in {code for code, *_ in told(birds, "ali")}
    assert MeetingStep.CALL in {code for code, *_ in told(birds, "hege")} | {
        code for code, *_ in told(birds, "frida")
    }
