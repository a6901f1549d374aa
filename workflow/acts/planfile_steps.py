"""From a plan as it stands to the shortest story that leads there; taking the steps is not done here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from workflow.acts.planfile import Closed, Content, PlanFile, Told
from workflow.acts.registry import ACTS

FIRST_REVIEW_DAYS = 90
TRIES_BEFORE = (61, 30, 0)
ENDED_TOGETHER = frozenset({"goals_met", "no_need", "person_wishes"})
# With these the person's agreement is the consent itself; it is told only where there is one.
CONSENTING = frozenset({"P1", "P3", "P8"})
NO_REASON = "…"  # the file does not say


@dataclass
class Tale:
    """The steps so far, each with the day and the place in that day that it must come at."""

    file: PlanFile
    plan: Content
    steps: list[tuple[date, int, int, Told]] = field(default_factory=list)

    @property
    def said(self) -> dict[str, str]:
        """The agreement each step carries that needs one."""
        how = self.plan.consent or "spoken"
        return {"agreed_how": how, "agreed_by": "person" if self.plan.person else "group"}

    def tell(
        self, day: date, phase: int, step: str, about: str | None = None, /,
        *, at: datetime | None = None, **fields: Any,
    ) -> None:  # fmt: skip
        """One step on a day; fields that are empty are left to their defaults."""
        known = ACTS[step].form.model_fields
        yes = {**self.said, "agreed_how": self.plan.consent} if step in CONSENTING else self.said
        said = {name: value for name, value in yes.items() if name in known}
        given = {name: value for name, value in fields.items() if value not in (None, "", [])}
        told = Told(at=at or day, step=step, about=about, fields={**said, **given})
        self.steps.append((day, phase, len(self.steps), told))

    def settled(self) -> date:
        """The day by which everything but pause, rest and end has happened."""
        plan = self.plan
        stops = (
            plan.pause and plan.pause.from_on, plan.rested_on, plan.closed and plan.closed.on,
        )  # fmt: skip
        known = [day for day in stops if day]
        return min(known) if known else max(on for on, *_ in self.steps)

    def ordered(self) -> list[Told]:
        """The story in order."""
        return [told for *_, told in sorted(self.steps, key=lambda one: one[:3])]


def story(file: PlanFile) -> list[Told]:
    """The steps that make the plan as the file says it stands; the history, where it has one."""
    if file.history or file.plan is None:
        return list(file.history)
    from workflow.acts import planfile_parts as parts

    tale = Tale(file, file.plan)
    _begin(tale)
    _answer(tale)
    _coordinator(tale)
    _start(tale)
    parts.people(tale)
    parts.measures(tale)
    parts.meetings(tale)
    _review(tale)
    parts.settle(tale)
    _rest(tale)
    if tale.plan.closed:
        _close(tale, tale.plan.closed)
    return tale.ordered()


def _begin(tale: Tale) -> None:
    plan, on = tale.plan, tale.plan.reported_on
    if plan.from_elsewhere:
        tale.tell(on, 0, "P2", person_id=plan.person, source_name=plan.from_elsewhere,
                  unit_id=plan.unit)  # fmt: skip
    else:
        _report(tale, plan, on)
    _frame(tale, plan, on)
    for goal in tale.file.goals:
        tale.tell(max(goal.on, on), 2, "A2", own_words=goal.own_words, clarified=goal.clarified,
                  condition=goal.condition)  # fmt: skip


def _report(tale: Tale, plan: Content, on: date) -> None:
    """The need as it was reported; somebody who knows but has not said yes was told afterwards."""
    thinks = bool(plan.person) and plan.person_knows == "yes" and not plan.consent
    reach = plan.reach_person or (NO_REASON if thinks else "")
    tale.tell(
        on, 0, "P1", person_id=plan.person, problem=plan.problem, why=plan.most_important,
        person_knows="no" if thinks else plan.person_knows, reach_person=reach, unit_id=plan.unit,
    )  # fmt: skip
    if thinks:
        tale.tell(on, 1, "A21", said="think")


def _frame(tale: Tale, plan: Content, on: date) -> None:
    matters = plan.most_important if plan.from_elsewhere else ""
    if plan.limits or matters:
        tale.tell(on, 1, "A1", limits=plan.limits, most_important=matters)
    own_pen = plan.pen_holder if plan.pen_holder != "coordinator" else ""
    if plan.ground_rules or plan.service_aim or own_pen:
        tale.tell(on, 1, "A22", ground_rules=plan.ground_rules, service_aim=plan.service_aim,
                  pen_holder=own_pen)  # fmt: skip
    if plan.transition:
        tale.tell(on, 1, "A24", kind=plan.transition.kind, on=plan.transition.on)


def _answer(tale: Tale) -> None:
    plan, answer = tale.plan, tale.plan.answer
    if answer is None:
        return
    shared: dict[str, Any] = {
        "regime": answer.regime, "notified_how": answer.notified_how,
        "archive_case": answer.archive_case,
    }  # fmt: skip
    why: dict[str, Any] = {"why_long": answer.why_long, "why_coordinated": answer.why_coordinated}
    if answer.after_start and answer.granted:
        tale.tell(answer.on, 20, "P9", made_on=answer.made_on,
                  effective_from=answer.effective_from or plan.started_on, **why, **shared)  # fmt: skip
    elif answer.after_start:
        tale.tell(answer.on, 20, "P9d", reasons=answer.reasons, **why, **shared)
    elif not answer.granted:
        tale.tell(answer.on, 3, "P4", reasons=answer.reasons, **why, **shared)
    elif answer.why_long:
        tale.tell(answer.on, 3, "P3", wish_coordinator=_wish(plan), **why, **shared)
    else:  # first no, then yes when it was looked at again
        tale.tell(answer.on, 3, "P4", reasons=answer.reasons, **shared)
        tale.tell(answer.on, 3, "P24a", reason=answer.reasons, regime=answer.regime,
                  notified_how=answer.notified_how)  # fmt: skip


def _coordinator(tale: Tale) -> None:
    """Those who said yes, before the plan starts; nobody where nobody has."""
    plan, answer = tale.plan, tale.plan.answer
    begun_informally = plan.informal or bool(answer and answer.after_start)
    if answer is None or not answer.granted or begun_informally:
        return
    first = plan.coordinator or plan.acting
    on = max(plan.started_on or answer.on, answer.on)
    for who in dict.fromkeys(filter(None, (plan.contact, first))):
        tale.tell(on, 4, "P13", to_party_id=who, wish_coordinator=_wish(plan))
        tale.tell(on, 4, "P13y")


def _wish(plan: Content) -> str:
    """The person's wish; the rule asks for an answer, which on a problem nobody gives."""
    return plan.wish_coordinator or (NO_REASON if plan.person else "")


def _start(tale: Tale) -> None:
    plan = tale.plan
    if plan.started_on is None:
        return
    if plan.informal or (plan.answer and plan.answer.after_start):
        tale.tell(
            plan.started_on, 5, "P8", coordinator_id=plan.coordinator or plan.acting,
            leader_agrees_id=plan.leader, most_important=plan.most_important,
        )  # fmt: skip
    elif plan.answer:
        tale.tell(plan.started_on, 5, "P7",
                  next_review_on=_first_review(plan, plan.started_on))  # fmt: skip


def _first_review(plan: Content, started: date) -> date:
    """The date in the plan where it may be the first one, else 90 days after the start."""
    wanted, usual = plan.next_review_on, started + timedelta(days=FIRST_REVIEW_DAYS)
    return wanted if wanted and started < wanted <= usual else usual


def _review(tale: Tale) -> None:
    plan, review = tale.plan, tale.plan.review
    if review is None:
        return
    if review.rating == "not_reached":
        tale.tell(review.on, 24, "A10")
    carried = [f"measure-{n}" for n, one in enumerate(tale.file.measures, 1) if one.on <= review.on]
    tale.tell(review.on, 25, "P10", rating=review.rating, person_words=review.person_words,
              carried=carried, relatives_discussed=True)  # fmt: skip
    if review.continued_on:
        wanted, latest = plan.next_review_on, review.continued_on + timedelta(days=180)
        again = wanted if wanted and review.continued_on < wanted <= latest else latest
        tale.tell(review.continued_on, 26, "P11", next_review_on=again)


def _rest(tale: Tale) -> None:
    """What holds the plan now: an ending under way, a pause, a question, or rest."""
    plan, on = tale.plan, tale.settled()
    if plan.ending:
        tale.tell(
            plan.ending.on, 37, "P20b", reasons=plan.ending.reasons, regime=plan.ending.regime
        )
    if plan.pause:
        tale.tell(plan.pause.from_on, 38, "P12a", reason=plan.pause.reason or NO_REASON,
                  until_on=plan.pause.until_on)  # fmt: skip
    if plan.acting and not plan.closed:
        tale.tell(on, 39, "P14", acting_id=plan.acting)
    if plan.offer:
        _offer(tale)
    if plan.resting == "stopped":
        tale.tell(plan.rested_on or on, 45, "P21b")
    if plan.resting == "out_of_contact":
        rested = plan.rested_on or on
        for days in TRIES_BEFORE:
            tale.tell(max(rested - timedelta(days=days), plan.reported_on), 44, "A10")
        tale.tell(rested, 45, "P22b", leader_id=plan.leader)


def _offer(tale: Tale) -> None:
    offer = tale.plan.offer
    assert offer is not None
    to: dict[str, Any] = {
        "to_unit_id": offer.to_unit,
        "to_name": offer.to_name if not offer.to_unit else "",
    }
    if offer.kind == "coordinator":
        tale.tell(offer.on, 39, "P13", to_party_id=offer.to,
                  wish_coordinator=_wish(tale.plan))  # fmt: skip
    elif offer.kind == "authority":
        tale.tell(offer.on, 39, "P5", **to)
    else:
        tale.tell(offer.on, 39, "P15", discharge_on=offer.discharge_on, gaps=offer.gaps,
                  first_appointment=offer.first_appointment, **to)  # fmt: skip


def _close(tale: Tale, closed: Closed) -> None:
    on, words = closed.on, closed.words or NO_REASON
    if closed.second:
        tale.tell(on, 49, "P27o", to_party_id=closed.second, reason=words)
    to = {"to_name": closed.to or NO_REASON}
    ways: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "withdrawn": [("P6", {})],
        "denied": [("P25", {})],
        "forwarded": [("P5", to), ("P5a", {"receipt_on": on})],
        "transferred_out": [("P15", to), ("P19", {"receipt_on": on})],
        "ended_by_decision": [("P20c", {})],
        "consent_withdrawn": [("P21c", {})],
        "error": [("P27", {"leader_id": closed.leader, "reason": words})],
    }
    for why in ("death", "moved_abroad"):
        ways[why] = [("P22a", {"why": why, "reason": words, "leader_id": closed.leader})]
    for why in ENDED_TOGETHER:
        ways[why] = [("P20", {"why": why, "reason": words})]
    for step, fields in ways.get(closed.why, []):
        tale.tell(on, 50, step, **fields)
    if closed.second:
        tale.steps[-1][3].by = closed.second
