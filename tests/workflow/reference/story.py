"""What people do in the reference model's stories, done in the product and told to the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Engine, select, update

from tests.workflow.calendar.reference_days import day_of
from tests.workflow.reference.model import Model, Told
from tests.workflow.reference.table import CHOICES, TABLE, rung
from tests.world import AGREED, STAFF, World, make_world
from workflow.acts.deadlines.policy_versions import set_policy
from workflow.acts.deadlines.sweep import sweep
from workflow.acts.notices.snooze import SnoozeForm, acknowledge, snooze
from workflow.acts.people.absences import AbsenceForm, set_substitute
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Deadline, DeadlineRung, MunicipalityRow, Notice, Party
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.deadlines.policy import Choices
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep

STEPS = Counter[str]()
PLAYED = count()
WORKERS = ("mona", "per", "lars", "ali", "kim", "frida", "sara")
COORDINATORS = ("mona", "per", "liv", "kim")
AWAY = ("mona", "per", "lars", "lise", "liv", "leif", "oda", "ali")
LEAVERS = ("mona", "per", "lars", "lise", "leif", "oda", "ove", "ali", "sara")
SPANS = (1, 1, 2, 3, 4, 6, 8, 8, 15, 31)
ABOVE = {
    name: None if name == "top" else "top"
    for name in ("top", "ordering", "coordinating", "service", "nav")
}


@dataclass
class Both:
    """The product and the model side by side; a step that the product refuses never happened."""

    engine: Engine
    world: World
    model: Model
    plan: str
    measures: list[str] = field(default_factory=list)
    meetings: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.world.now

    @property
    def today(self) -> date:
        return day_of(self.world.now)

    def take(self, name: str, row: str, subject: str | None = None, /, **fields: Any) -> str | None:
        """The subject of a step that was taken, else None. A minute passes: no two at once."""
        self.world.later(minutes=1)
        try:
            done = self.world.take(name, row, self.plan, subject, **fields)
        except (Refused, BadInput, NotThere):
            return None
        STEPS[row] += 1
        self.model.lived = self.model.clock = self.now
        return done.subject_id

    def boss(self) -> str:
        """Whoever coordinates or acts."""
        return self.model.coordinator or self.model.acting or "liv"

    def on_plan(self, code: str, base: date) -> None:
        self.model.start(code, self.plan, self.model.due(code, base), self.now, base)


def both(engine: Engine, start: date) -> Both:
    """A need reported, nothing decided; what an earlier example left is put aside."""
    with unit_of_work(engine) as session:
        session.execute(
            update(DeadlineRung)
            .where(DeadlineRung.done_at.is_(None))
            .values(done_at=DeadlineRung.at)
        )
        number = f"x{next(PLAYED):03x}"  # the numbers of invented municipalities are few
        before = update(MunicipalityRow).where(MunicipalityRow.number.like("9%"))
        session.execute(before.values(number=number))
    world = make_world(engine)
    world.now = at_oslo(start, time(10, 0))
    roles = [(name, role, unit) for name, (role, unit) in STAFF.items()]
    model = Model("kim", roles, dict(ABOVE), "ordering", {"kim", "frida"}, lived=world.now)
    model.clock = world.now
    two = Both(engine, world, model, world.requested())
    for code in (
        DeadlineCode.ACKNOWLEDGE_REPORT,
        DeadlineCode.DECIDE_REQUEST,
        DeadlineCode.PROVISIONAL_REPLY,
        DeadlineCode.QUIET_PLAN,
    ):
        two.on_plan(code, two.today)
    return two


def granted(two: Both, a: int, b: int) -> None:
    """`plan.grant`, with Mona asked to coordinate and saying yes; a relative takes part."""
    world = two.world
    if (
        two.take(
            "oda",
            PlanStep.GRANT,
            why_long="År",
            why_coordinated="Nav",
            wish_coordinator="Mona",
            to_party_id=world.party["mona"],
        )
        is None
    ):
        return
    two.model.meet(
        DeadlineCode.ACKNOWLEDGE_REPORT, DeadlineCode.DECIDE_REQUEST, DeadlineCode.PROVISIONAL_REPLY
    )
    two.on_plan(DeadlineCode.APPOINT_COORDINATOR, two.today)
    two.take(
        "oda", PlanStep.ADD_PARTICIPANT, party_id=world.party["frida"], kind="relative", **AGREED
    )
    if a % 3 and two.take("mona", PlanStep.ACCEPT_COORDINATOR):
        coordinates(two, "mona")


def coordinates(two: Both, name: str) -> None:
    """Whoever said yes coordinates; where it is the person a municipal contact stays."""
    model = two.model
    had = model.coordinator or model.acting
    beside = model.contact if had == "kim" else had
    model.contact = (beside or "liv") if name == "kim" else None
    model.coordinator, model.acting = name, None
    model.service = STAFF[model.contact or name][1]
    model.meet(DeadlineCode.APPOINT_COORDINATOR, DeadlineCode.VACANCY)


def started(two: Both, a: int, b: int) -> None:
    review = two.today + timedelta(days=20 + a)
    if two.take(two.boss(), PlanStep.START, next_review_on=review, most_important="Huset"):
        two.model.meet(DeadlineCode.APPOINT_COORDINATOR)
        two.on_plan(DeadlineCode.FIRST_GOAL, two.today)
        two.on_plan(DeadlineCode.REVIEW, review)


def measured(two: Both, a: int, b: int) -> None:
    """Agreed with somebody, today or up to a month ahead, with an hour or without."""
    who = WORKERS[b % len(WORKERS)]
    made = two.take(two.boss(), MeasureStep.PROPOSE, text="Ringe")
    due = two.today + timedelta(days=a % 31)
    hour = time(15, 30) if a % 4 == 0 else None
    agreed = {"accountable_id": two.world.party[who], "accountable_said_yes": True, **AGREED}
    if made and two.take(two.boss(), MeasureStep.AGREE, made, due_on=due, due_time=hour, **agreed):
        two.measures.append(made)
        two.model.accountable[made] = who
        two.model.meet(DeadlineCode.FIRST_GOAL)
        two.model.start(
            DeadlineCode.MEASURE_DUE,
            made,
            two.model.due(DeadlineCode.MEASURE_DUE, due, hour or time(23, 59)),
            two.now,
            due,
        )


def moved(two: Both, a: int, b: int) -> None:
    key, due = pick(two.measures, b), two.today + timedelta(days=a)
    taken = key and two.take(
        two.boss(), MeasureStep.MOVE_DATE, key, due_on=due, reason="Syk", **AGREED
    )
    if key and taken and key not in two.model.finished:
        two.model.start(
            DeadlineCode.MEASURE_DUE,
            key,
            two.model.due(DeadlineCode.MEASURE_DUE, due),
            two.now,
            due,
        )


def done(two: Both, a: int, b: int) -> None:
    key, on = pick(two.measures, b), two.today - timedelta(days=a % 3)
    if key and two.take(two.model.accountable[key], MeasureStep.DONE, key, completed_on=on):
        two.model.finished.add(key)
        two.model.meet(DeadlineCode.MEASURE_DUE, subject=key)
        two.model.start(
            DeadlineCode.MEASURE_EVALUATION,
            key,
            two.model.due(DeadlineCode.MEASURE_EVALUATION, on),
            two.now,
            on,
        )


def evaluated(two: Both, a: int, b: int) -> None:
    key = pick(two.measures, b)
    if key and two.take(two.boss(), MeasureStep.EVALUATE, key, why_not_done="Stengt", **AGREED):
        two.model.meet(DeadlineCode.MEASURE_DUE, DeadlineCode.MEASURE_EVALUATION, subject=key)


def went_on(two: Both, a: int, b: int) -> None:
    key, due = pick(two.measures, b), two.today + timedelta(days=a)
    if key and two.take(two.boss(), MeasureStep.GO_ON, key, due_on=due, **AGREED):
        two.model.finished.discard(key)
        two.model.start(
            DeadlineCode.MEASURE_DUE,
            key,
            two.model.due(DeadlineCode.MEASURE_DUE, due),
            two.now,
            due,
        )


def cancelled(two: Both, a: int, b: int) -> None:
    key = pick(two.measures, b)
    if key and two.take(two.boss(), MeasureStep.CANCEL, key, reason="Flyttet", **AGREED):
        two.model.meet(DeadlineCode.MEASURE_DUE, DeadlineCode.MEASURE_EVALUATION, subject=key)


def meeting(two: Both, a: int, b: int) -> None:
    """Led by the coordinator or the person."""
    on, chair = two.today + timedelta(days=a), ("mona", "kim", "per")[b % 3]
    party = two.world.party
    made = two.take(
        two.boss(),
        MeetingStep.PLAN,
        starts_on=on,
        starts_time="12:00",
        chair_id=party[chair],
        minute_taker_id=party[chair],
    )
    if made:
        two.meetings.append(made)
        two.model.meeting[made] = (on, chair)
        two.model.start(
            DeadlineCode.MEETING_PREPARED, made, two.model.prepared(on, two.now), two.now
        )


def called(two: Both, a: int, b: int) -> None:
    key = pick(two.meetings, b)
    if key and two.take(two.boss(), MeetingStep.CALL, key, short_notice_reason="Haster", **AGREED):
        two.model.meet(DeadlineCode.MEETING_PREPARED, subject=key)


def meeting_moved(two: Both, a: int, b: int) -> None:
    key, on = pick(two.meetings, b), two.today + timedelta(days=a)
    if key and two.take(two.boss(), MeetingStep.MOVE, key, starts_on=on, reason="Syk", **AGREED):
        two.model.meeting[key] = (on, two.model.meeting[key][1])
        two.model.start(
            DeadlineCode.MEETING_PREPARED, key, two.model.prepared(on, two.now), two.now
        )


def held(two: Both, a: int, b: int) -> None:
    key = pick(two.meetings, b)
    if key and two.take(two.boss(), MeetingStep.HELD, key):
        two.model.meet(DeadlineCode.FIRST_GOAL)
        two.model.start(
            DeadlineCode.MINUTES_DUE,
            key,
            two.model.due(DeadlineCode.MINUTES_DUE, two.today),
            two.now,
            two.today,
        )


def minuted(two: Both, a: int, b: int) -> None:
    key = pick(two.meetings, b)
    if key and two.take(two.boss(), MeetingStep.SEND_MINUTES, key, minutes="Enige"):
        two.model.meet(DeadlineCode.MINUTES_DUE, subject=key)


def reviewed(two: Both, a: int, b: int) -> None:
    """`plan.review` with everything carried; every other time `plan.continue` follows."""
    fields = {"rating": "good", "carried": two.measures, "relatives_discussed": True, **AGREED}
    if two.take(two.boss(), PlanStep.REVIEW, **fields):
        two.model.meet(
            DeadlineCode.REVIEW, DeadlineCode.MEASURE_EVALUATION, DeadlineCode.FIRST_GOAL
        )
        two.on_plan(DeadlineCode.CONCLUDE_REVIEW, two.today)
    review = two.today + timedelta(days=30 + a)
    if b % 2 and two.take(two.boss(), PlanStep.CONTINUE, next_review_on=review, **AGREED):
        two.model.meet(DeadlineCode.CONCLUDE_REVIEW)
        two.on_plan(DeadlineCode.REVIEW, review)


def paused(two: Both, a: int, b: int) -> None:
    until = two.today + timedelta(days=1 + a)
    if two.take("kim", PlanStep.PAUSE, reason="Ferie", until_on=until):
        two.model.pause(until, two.now)


def resumed(two: Both, a: int, b: int) -> None:
    if two.take("kim", PlanStep.RESUME):
        two.model.resume(two.now)


def talked(two: Both, a: int, b: int) -> None:
    if two.take(two.boss(), PlanStep.TALKED):
        two.model.meet(DeadlineCode.FIRST_GOAL)


def replaced(two: Both, a: int, b: int) -> None:
    """Another coordinator, in the middle of whatever ladder stands."""
    who = COORDINATORS[b % len(COORDINATORS)]
    to = {"to_party_id": two.world.party[who], "wish_coordinator": who}
    if two.take("kim", PlanStep.OFFER_COORDINATOR, **to, **AGREED) and two.take(
        who, PlanStep.ACCEPT_COORDINATOR
    ):
        coordinates(two, who)


def laid_down(two: Both, a: int, b: int) -> None:
    """The contact or the coordinating unit acts from the same second."""
    if two.take(two.boss(), PlanStep.LAY_DOWN):
        two.model.acting = two.model.contact or "liv"
        two.model.coordinator = two.model.contact = None
        two.on_plan(DeadlineCode.VACANCY, two.today)


def away(two: Both, a: int, b: int) -> None:
    """A leave with a substitute, now or soon."""
    who, instead = AWAY[a % len(AWAY)], AWAY[b % len(AWAY)]
    first = two.today + timedelta(days=a % 5)
    last = first + timedelta(days=1 + b % 20)
    form = AbsenceForm(substitute_id=two.world.party[instead], from_on=first, back_on=last)
    two.world.later(minutes=1)
    try:
        with unit_of_work(two.engine) as session:
            actor = two.world.actor("liv")
            set_substitute(session, actor, two.world.party[who], form, two.now)
    except (Refused, BadInput, NotThere):
        return
    STEPS["away"] += 1
    two.model.leave(who, at_oslo(first, time(0)), at_oslo(last, time(0)), instead)


def left(two: Both, a: int, b: int) -> None:
    """Somebody left, whatever they held."""
    if a % 3 or (who := LEAVERS[b % len(LEAVERS)]) in two.model.gone:
        return
    two.world.later(minutes=1)
    with unit_of_work(two.engine) as session:
        gone = update(Party).where(Party.id == two.world.party[who])
        session.execute(gone.values(deactivated_at=two.now))
    STEPS["left"] += 1
    two.model.gone.add(who)


def answered(two: Both, a: int, b: int) -> None:
    """Somebody has seen what they were told, or puts it off once."""
    known = notices(two)
    if not known:
        return
    key = list(known)[b % len(known)]
    told, role = known[key]
    two.world.later(minutes=1)
    until = None if a % 2 else two.today + timedelta(days=1 + a % 16)
    try:
        with unit_of_work(two.engine) as session:
            who = two.world.actor(told.who)
            if until is None:
                acknowledge(session, who, key, two.now)
            else:
                later = SnoozeForm(until_on=until, reason="other")
                snooze(session, who, key, later, two.now)
    except (Refused, BadInput, NotThere):
        return
    STEPS["put off" if until else "seen"] += 1
    two.model.answer(told, role, at_oslo(until, time(0)) if until else None)


def chose(two: Both, a: int, b: int) -> None:
    """The coordinating unit chooses lengths and ladders, from today or some days ahead."""
    lengths, ladders = CHOICES[b % len(CHOICES)]
    first = two.today + timedelta(days=(0, 1, 5)[a % 3])
    kinds = {code: TABLE[code] for code in {*lengths, *ladders}}
    for code, length in lengths.items():
        unit = "wd" if kinds[code].length.endswith("wd") else "d"
        kinds[code] = kinds[code]._replace(length=f"{length}{unit}")
    for code, words in ladders.items():
        kinds[code] = kinds[code]._replace(ladder=words)
    chosen = {
        code: [rung(words) for words in ladder.split(", ")] for code, ladder in ladders.items()
    }
    choices = Choices.model_validate({"lengths": lengths, "ladders": chosen})
    two.world.later(minutes=1)
    two.model.clock = two.now
    try:
        with unit_of_work(two.engine) as session:
            set_policy(session, two.world.actor("liv"), None, first, choices, None, two.now)
    except (Refused, BadInput):
        return
    STEPS["policy"] += 1
    two.model.choose(first, kinds, two.now)


def ended(two: Both, a: int, b: int) -> None:
    """The person wants no plan any more."""
    if a % 4 == 0 and two.take("kim", PlanStep.WITHDRAW_CONSENT):
        two.model.close()


def swept(two: Both, a: int, b: int) -> None:
    """Days pass, with a sweep on each or one at the end of an outage; every third runs twice."""
    days = SPANS[a % len(SPANS)]
    for _ in range(days if b % 2 else 1):
        two.world.later(days=1 if b % 2 else days, hours=b % 5)
        for _ in range(2 if b % 3 == 0 else 1):
            sweep(two.engine, two.now)
            two.model.sweep(two.now)
            STEPS["sweep"] += 1


def pick(keys: list[str], number: int) -> str | None:
    return keys[number % len(keys)] if keys else None


def notices(two: Both) -> dict[str, tuple[Told, str]]:
    """The product's notices of the plan's deadlines by id, in the model's words, and the role told."""
    names = {key: name for name, key in two.world.party.items()}
    wanted = (
        select(Notice, Deadline.started_at)
        .join(Deadline, Deadline.id == Notice.deadline_id)
        .where(Notice.plan_id == two.plan, Notice.code.in_(list(TABLE)))
        .order_by(Notice.created_at, Notice.cause, Notice.recipient_id)
    )
    with unit_of_work(two.engine) as session:
        rows = session.execute(wanted).all()
    return {
        n.id: (
            Told(
                names[n.recipient_id],
                n.code,
                n.subject_id or "",
                started,
                n.due_version or 0,
                int(n.cause.rsplit(":", 1)[1]),
                names.get(n.substitute_for or ""),
            ),
            n.role,
        )
        for n, started in rows
    }


OPERATIONS: tuple[Callable[[Both, int, int], None], ...] = (
    granted,
    started,
    measured,
    measured,
    moved,
    done,
    done,
    evaluated,
    evaluated,
    went_on,
    went_on,
    cancelled,
    meeting,
    meeting,
    called,
    called,
    meeting_moved,
    held,
    held,
    minuted,
    reviewed,
    paused,
    resumed,
    talked,
    replaced,
    laid_down,
    away,
    left,
    ended,
    chose,
    chose,
    answered,
    answered,
    answered,
    swept,
    swept,
    swept,
    swept,
    swept,
    swept,
)
