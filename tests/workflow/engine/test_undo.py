"""Taking a step back undoes what followed from it: dates, deadlines and unsent mails."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.world import AGREED, World, make_world
from workflow.record.models import Deadline, Delivery, Notice
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep


def open_codes(world: World, subject: str) -> set[str]:
    with Session(world.engine) as session:
        return set(
            session.scalars(
                select(Deadline.code).where(
                    Deadline.subject_id == subject, Deadline.state == "open"
                )
            )
        )


def test_a_done_taken_back_is_due_again(fresh_database: Database) -> None:
    world = make_world(fresh_database.engine)
    plan = world.active()
    measure = world.measured(plan)
    assert open_codes(world, measure) == {DeadlineCode.MEASURE_DUE}
    world.take("mona", MeasureStep.DONE, plan, measure)
    assert open_codes(world, measure) == {DeadlineCode.MEASURE_EVALUATION}
    world.take(
        "mona", MeasureStep.TAKE_BACK, plan, measure, reason="feil tiltak", agreed_how="spoken"
    )
    assert open_codes(world, measure) == {DeadlineCode.MEASURE_DUE}
    assert world.measure(measure).state == "decided"
    assert world.measure(measure).completed_on is None


def test_an_evaluation_taken_back_starts_no_date_anew(fresh_database: Database) -> None:
    world = make_world(fresh_database.engine)
    plan = world.active()
    measure = world.measured(plan)
    world.take("mona", MeasureStep.DONE, plan, measure)
    world.take("mona", MeasureStep.EVALUATE, plan, measure, **AGREED)
    world.take(
        "mona", MeasureStep.TAKE_BACK, plan, measure, reason="for tidlig", agreed_how="spoken"
    )
    assert open_codes(world, measure) == {DeadlineCode.MEASURE_EVALUATION}


def test_mails_about_a_step_taken_back_are_dropped(fresh_database: Database) -> None:
    world = make_world(fresh_database.engine)
    plan = world.active()
    step = world.take("mona", MeasureStep.PROPOSE, plan, text="Ringe Nav")
    agreed = world.take(
        "mona",
        MeasureStep.AGREE,
        plan,
        step.subject_id,
        accountable_id=world.party["per"],
        accountable_said_yes=True,
        due_on=world.days(10),
        **AGREED,
    )
    world.take(
        "mona", MeasureStep.TAKE_BACK, plan, step.subject_id, reason="feil", agreed_how="spoken"
    )
    with Session(world.engine) as session:
        states = session.scalars(
            select(Delivery.state)
            .join(Notice, Notice.id == Delivery.notice_id)
            .where(Notice.cause == f"e:{agreed.event_id}")
        ).all()
    assert states
    assert set(states) == {"dropped"}
