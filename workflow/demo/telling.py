"""Telling one plan's story by the ordinary use cases, at times counted back from the loading."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any, Self

from sqlalchemy import select

from workflow.acts.base.context import StepResult
from workflow.acts.base.registry import ACTS
from workflow.acts.engine import fire
from workflow.acts.entry.composites import composite_form, take_all
from workflow.demo.town import Town
from workflow.record.models import Goal, Participant, Wish
from workflow.rules.calendar.clock import at_oslo, oslo_date
from workflow.rules.names.steps import CompositeStep, PlanStep
from workflow.rules.tables import COMPOSITE_BY_NAME

FIRST_HOUR = time(9, 0)
BETWEEN = timedelta(minutes=7)
SAID = {"agreed_how": "spoken"}


class DemoStory:
    """One plan as it is told: `on` moves to a day, `take` takes a step there."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.plan_id: str | None = None
        self.last = town.ago(2000)
        self.here = town.now

    def on(self, days_ago: int, hour: time = FIRST_HOUR) -> Self:
        """Move to a day, counted back from the loading; never past the loading itself."""
        wanted = at_oslo(oslo_date(self.town.now) - timedelta(days=days_ago), hour)
        latest = self.town.now - timedelta(minutes=1)
        self.here = max(min(wanted, latest), self.last + timedelta(seconds=1))
        return self

    def take(
        self, who: str, step_name: str, subject: str | None = None, **fields: Any
    ) -> StepResult:
        """Somebody of the town takes a row or a composite; names and day counts become keys and days."""
        values = {name: self.value(name, value) for name, value in fields.items()}
        rest: dict[str, Any] = {"plan_id": self.plan_id, "subject_id": subject, "now": self.here}
        session, actor = self.town.session, self.town.actor(who)
        if step_name in COMPOSITE_BY_NAME:
            form = composite_form(step_name)(**values)
            done = take_all(session, actor, step_name, form=form, **rest)[-1]
        else:
            form = ACTS[step_name].form(**values)
            done = fire.fire(session, actor, step_name, form=form, **rest)
        self.plan_id = done.plan_id
        self.last = self.here
        self.here += BETWEEN
        return done

    def value(self, name: str, value: Any) -> Any:
        """Short names of people and units as their keys; whole numbers of `…_on` as days ahead."""
        if name.endswith("_on") and isinstance(value, int):
            return self.day(value)
        if isinstance(value, list):
            return [self.town.party.get(one, one) for one in value]
        if name.endswith("unit_id"):
            return self.town.unit.get(value, value)
        return self.town.party.get(value, value) if name.endswith("_id") else value

    def day(self, ahead: int) -> date:
        """A day counted from the loading; below zero it has been."""
        return oslo_date(self.town.now) + timedelta(days=ahead)

    def goal(self) -> str | None:
        """The plan's first goal, which measures hang on."""
        return self._first(select(Goal.id).where(Goal.plan_id == self.plan_id))

    def wish(self) -> str | None:
        """The newest wish or message."""
        return self._first(
            select(Wish.id).where(Wish.plan_id == self.plan_id).order_by(Wish.id.desc())
        )

    def participant(self, who: str) -> str | None:
        """A participant's row."""
        return self._first(
            select(Participant.id).where(
                Participant.plan_id == self.plan_id, Participant.party_id == self.town.party[who]
            )
        )

    def _first(self, query: Any) -> str | None:
        key: str | None = self.town.session.execute(query.limit(1)).scalar()
        return key

    def ask_for_plan(self, person: str, days_ago: int, why: str) -> Self:
        """The person asks for a plan."""
        self.on(days_ago).take(person, PlanStep.REPORT_NEED, person_id=person, why=why)
        return self

    def grant_plan(
        self, person: str, days_ago: int, why: str, coordinator: str | None, **yes: str
    ) -> Self:
        """Asked for, then granted ten days later; the coordinator is asked.

        yes: how those at home said yes, for a child who asked.
        """
        self.ask_for_plan(person, days_ago + 10, why)
        self.on(days_ago).take(
            "oda",
            PlanStep.GRANT,
            why_long="Behovet har vart lenge og varer trolig i flere år.",
            why_coordinated="Flere tjenester og Nav må gjøre dette sammen.",
            wish_coordinator="Ingen bestemt",
            to_party_id=coordinator,
            **yes,
        )
        return self

    def start_plan(
        self,
        person: str,
        days_ago: int,
        why: str,
        coordinator: str,
        review_on: int,
        **yes: str,
    ) -> Self:
        """Granted, accepted and started; review_on is a day counted from the loading."""
        self.grant_plan(person, days_ago + 4, why, coordinator, **yes)
        self.on(days_ago).take(coordinator, PlanStep.ACCEPT_COORDINATOR)
        self.take(
            coordinator,
            PlanStep.ADD_GOAL,
            own_words=why,
            clarified=f"{why}, ett skritt om gangen",
            **SAID,
        )
        first = max(min(review_on, 90 - days_ago), 7 - days_ago)
        self.take(coordinator, PlanStep.START, next_review_on=first)
        return self

    def measure(
        self, coordinator: str, text: str, accountable: str, days_ago: int, due_on: int, **more: Any
    ) -> str:
        """A measure agreed in a talk; due_on is a day counted from the loading. Returns its key."""
        done = self.on(days_ago).take(
            coordinator,
            CompositeStep.AGREE_IN_MEETING,
            text=text,
            goal_id=self.goal(),
            accountable_id=accountable,
            accountable_said_yes=True,
            due_on=due_on,
            **SAID,
            **more,
        )
        return done.subject_id
