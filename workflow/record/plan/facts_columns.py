"""Facts that stand in the rows at hand: the plan's, the subject's, and how the actor stands to both."""

from __future__ import annotations

from datetime import date

from workflow.record.plan.fact_sources import Fact, PlanFacts, same_fact
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.vocabulary import START


def _state(f: PlanFacts) -> str:
    state: str = START if f.row.creates else f.subject["state"]
    return state


def _relations(f: PlanFacts) -> frozenset[str]:
    return f.access.relations_for(f.row, f.subject.get("id"), lambda: f.offer)


def _paused(f: PlanFacts) -> bool:
    return f.plan["paused_until"] is not None and not f.plan["resting"]


def _closed_on(f: PlanFacts) -> date | None:
    return oslo_date(f.plan["closed_at"]) if f.plan["closed_at"] else None


def _is_mine(f: PlanFacts, column: str) -> bool:
    """Whether the actor stands in that column of the meeting; the clock and the operator never do."""
    return f.actor_id is not None and f.subject.get(column) == f.actor_id


def _of_plan(name: str) -> Fact:
    return same_fact(name, lambda f: f.plan[name], of_plan=True)


def _of_subject(name: str) -> Fact:
    """A column that only some subjects have."""
    return same_fact(name, lambda f: f.subject.get(name))


COLUMNS = (
    same_fact("state", _state),
    same_fact("relations", _relations),
    same_fact("scopes", lambda f: f.access.scopes, of_plan=True),
    same_fact("actor_id", lambda f: f.actor.party_id, of_plan=True),
    same_fact("confirmed_by", lambda f: f.actor.confirmed_by, of_plan=True),
    same_fact("lender_id", lambda f: f.actor.lender_id, of_plan=True),
    same_fact("today", lambda f: oslo_date(f.now), of_plan=True),
    same_fact("plan_id", lambda f: f.plan["id"], of_plan=True),
    same_fact("plan_state", lambda f: f.plan["state"], of_plan=True),
    *map(
        _of_plan,
        (
            *("subject_kind", "outcome", "close_reason", "informal", "started_on", "resting"),
            *("ends_on", "reviewed_on", "person_id", "most_important"),
        ),
    ),
    same_fact("paused", _paused, of_plan=True),
    same_fact("shadow", lambda f: bool(f.plan["shadow"]), of_plan=True),
    same_fact("closed_on", _closed_on, of_plan=True),
    same_fact("wish_asked", lambda f: f.plan["wish_asked_at"] is not None, of_plan=True),
    *map(_of_subject, ("accountable_id", "completed_on", "not_before")),
    same_fact("starts_at", lambda f: f.subject["starts_at"]),
    same_fact("is_chair", lambda f: _is_mine(f, "chair_id")),
    same_fact("is_minute_taker", lambda f: _is_mine(f, "minute_taker_id")),
)
