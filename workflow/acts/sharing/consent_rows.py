"""Consents to single receivers: opening one, choosing anew, and the undo of a stop; who may is said by rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from workflow.acts.base.context import StepContext
from workflow.acts.sharing import consent_rows
from workflow.record.access.representatives import decides_alone_at
from workflow.record.deadlines import deadlines
from workflow.record.in_force import allows, is_taken_back, not_withdrawn, takes_part
from workflow.record.models import (
    Consent,
    Deadline,
    Participant,
)
from workflow.rules.engine.denials import Denial, NotThere, Refused
from workflow.rules.guards.sharing import PARENT, PARENTS, PERSON, who_says_yes
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.ages import decides_alone
from workflow.rules.sharing.scopes import (
    BY_ROLE,
    EVERYTHING,
    FIRST_SHARED,
    scopes_of,
    to_stored,
)

PROFESSIONAL = "professional"


@dataclass(frozen=True, slots=True)
class SharingChoice:
    """What somebody chose to share: None as scopes is what the receiver has, or is first offered."""

    scopes: Iterable[str] | None = None
    until: datetime | None = None
    kept_from_parents: bool = False


def share_with(
    step: StepContext,
    receiver_id: str,
    source: str = "",
    scopes: Iterable[str] | None = None,
    *,
    kept_from_parents: bool = False,
) -> None:
    """Open a consent by the yes that the step carries, unless one by a yes is in force.

    Scopes of None are those first offered to the receiver's kind; others are chosen, and take
    the place of all that was shared. The person's own yes to the step is the source.
    """
    if receiver_id == step.plan.get("person_id"):
        return
    standing = in_force(step, receiver_id)
    by_yes = standing is not None and standing["source"] != BY_ROLE
    if standing is None or (scopes is None and not by_yes):
        choice = SharingChoice(scopes, kept_from_parents=kept_from_parents)
        _open(step, receiver_id, choice, source)
    elif scopes is not None and not (by_yes and _is_same(standing, scopes)):
        _replace(step, standing, SharingChoice(scopes, standing["until_at"]), source)


def is_chosen(step: StepContext, receiver_id: str) -> bool:
    """Whether the person has said what a receiver sees: other parts than are first offered."""
    standing = in_force(step, receiver_id)
    by_yes = standing is not None and standing["source"] != BY_ROLE
    return by_yes and not _is_same(standing or {}, _first(step, receiver_id))


def _is_same(standing: Mapping[str, Any], scopes: Iterable[str]) -> bool:
    return scopes_of(standing["scopes"]) == frozenset(scopes)


def choose(step: StepContext, receiver_id: str, choice: SharingChoice) -> str:
    """The person's yes to one receiver; its key.

    The same scopes from the same giver are discussed anew and get the new end; anything else is a
    new consent, and what was before is withdrawn and kept.
    """
    standing = in_force(step, receiver_id)
    if standing is None:
        return _open(step, receiver_id, choice)
    wanted = scopes_of(standing["scopes"]) if choice.scopes is None else frozenset(choice.scopes)
    same_giver = standing["given_as"] in ("", who_says_yes(step.facts))
    by_yes = standing["source"] != BY_ROLE
    same = by_yes and same_giver and _is_same(standing, wanted)
    if not same or standing["kept_from_parents"] != choice.kept_from_parents:
        return _replace(
            step, standing, SharingChoice(wanted, choice.until, choice.kept_from_parents)
        )
    anew = {
        "until_at": ends_at(step, choice.until),
        "last_discussed_on": step.today,
        "discuss_again_on": None,
    }
    step.update(Consent, standing["id"], **anew)
    key: str = standing["id"]
    return key


def again(step: StepContext, receiver_id: str) -> tuple[str, datetime | None]:
    """Share as before the stop: the same scopes and the same end (aware UTC).

    Gives the key and the end. Raises NotThere where nothing was shared before, Refused where its
    period is over.
    """
    standing = in_force(step, receiver_id)
    if standing is not None:
        return standing["id"], standing["until_at"]
    before = _last(step, receiver_id)
    if before is None:
        raise NotThere(receiver_id)
    until = before["until_at"]
    if until is not None and until <= step.now:
        raise Refused(
            [Denial("sharing_is_old", {}, ("person", "representative"), PlanStep.GIVE_CONSENT)]
        )
    choice = SharingChoice(scopes_of(before["scopes"]), until, before["kept_from_parents"])
    return _open(step, receiver_id, choice), until


def in_force(step: StepContext, receiver_id: str) -> Mapping[str, Any] | None:
    """The consent in force for a receiver, one by a yes before one by a role.

    A parent meets none that the child keeps to herself.
    """
    query = _of(step, receiver_id).where(
        allows(Consent, step.now),
    )
    return _first_row(step, query.order_by(Consent.source == BY_ROLE, Consent.from_at.desc()))


def _last(step: StepContext, receiver_id: str) -> Mapping[str, Any] | None:
    """What was shared last with somebody."""
    newest = _of(step, receiver_id).order_by(Consent.from_at.desc(), Consent.id.desc())
    return _first_row(step, newest.limit(1))


def _first_row(step: StepContext, query: Any) -> Mapping[str, Any] | None:
    row = step.conn.execute(query).mappings().first()
    return None if row is None else dict(row)


def _of(step: StepContext, receiver_id: str) -> Any:
    table: Any = Consent.__table__
    query = select(table).where(
        Consent.plan_id == step.plan_id,
        Consent.receiver_id == receiver_id,
    )
    return query.where(Consent.kept_from_parents.is_(False)) if by_parent(step) else query


def by_parent(step: StepContext) -> bool:
    """Whether a parent takes the step, from whom a child may keep a sharing."""
    return step.ground == "representative" and step.facts.acts_as == PARENT


def _first(step: StepContext, receiver_id: str) -> frozenset[str]:
    """What the receiver's kind is first offered."""
    kind = step.conn.execute(
        select(Participant.kind)
        .where(
            Participant.plan_id == step.plan_id,
            Participant.party_id == receiver_id,
            takes_part(Participant),
        )
        .order_by(Participant.from_at.desc())
        .limit(1)
    ).scalar()
    return FIRST_SHARED.get(kind or PROFESSIONAL, EVERYTHING)


def _replace(
    step: StepContext, standing: Mapping[str, Any], choice: SharingChoice, source: str = ""
) -> str:
    """A new consent in the place of all that was shared, which is withdrawn at the same instant."""
    before = update(Consent).where(
        Consent.plan_id == step.plan_id,
        Consent.receiver_id == standing["receiver_id"],
        not_withdrawn(Consent),
    )
    step.change_rows(before.values(withdrawn_at=step.now))
    end_periods(step)
    return _open(step, standing["receiver_id"], choice, source)


def _open(step: StepContext, receiver_id: str, choice: SharingChoice, source: str = "") -> str:
    chosen = choice.scopes if choice.scopes is not None else _first(step, receiver_id)
    return step.insert(
        Consent,
        giver_id=step.plan.get("person_id"),
        receiver_id=receiver_id,
        scope="plan",
        scopes=to_stored(chosen),
        given_as=who_says_yes(step.facts) if step.plan.get("person_id") else "",
        kept_from_parents=choice.kept_from_parents,
        from_at=step.now,
        until_at=ends_at(step, choice.until),
        source=_how_given(step, source or getattr(step.form, "agreed_how", "") or "app"),
        last_discussed_on=step.today,
        recorded_by=None if step.actor.by_operator else step.actor.party_id,
    )


def ends_at(step: StepContext, until: datetime | None) -> datetime | None:
    """When a yes ends: a parent's at the latest when the child turns 16, and says yes or no herself."""
    if not step.plan.get("person_id") or who_says_yes(step.facts) not in PARENTS:
        return until
    own = decides_alone_at(step.conn, step.plan["person_id"])
    return min(filter(None, (own, until)), default=None)


def note_end(step: StepContext, receiver_id: str) -> None:
    """The date on which a receiver's consent ends is kept, so that the person is told on the day."""
    standing = in_force(step, receiver_id)
    if standing is not None and standing["until_at"] is not None:
        step.deadline_subject = ("consent", standing["id"], standing)


def _how_given(step: StepContext, source: str) -> str:
    """How the yes was given: what the operator writes in her name, she did not press in the app."""
    return "spoken" if source == "app" and step.actor.by_operator else source


def end_periods(step: StepContext) -> None:
    """A consent that was withdrawn has no period left to run out."""
    withdrawn = select(Consent.id).where(
        Consent.plan_id == step.plan_id,
        is_taken_back(Consent),
        Consent.until_at.is_not(None),
    )
    query = select(Deadline.id).where(
        Deadline.plan_id == step.plan_id,
        Deadline.code == DeadlineCode.CONSENT_ENDS,
        Deadline.state == deadlines.OPEN,
        Deadline.subject_id.in_(withdrawn),
    )
    ids = list(step.conn.execute(query).scalars())
    deadlines.end(step.conn, ids, deadlines.VOID, step.now)


def consent_to_plan(step: StepContext, source: str) -> None:
    """The person's yes to having a plan at all (pbrl § 2-5).

    A child may ask for a plan and take one up again; who has the care of her says yes (pbrl § 4-4).
    """
    person_id = step.plan.get("person_id")
    given_as = who_says_yes(step.facts) if person_id else ""
    if given_as == PERSON and not decides_alone(step.facts.person_age):
        return
    step.insert(
        Consent,
        giver_id=person_id,
        receiver_id=None,
        scope="plan",
        from_at=step.now,
        until_at=ends_at(step, None),
        source=source,
        given_as=given_as,
        last_discussed_on=step.today,
        recorded_by=step.actor.party_id,
    )


def end_consents(step: StepContext, receiver_id: str | None = None) -> None:
    """Sharing ends at once: with one receiver, or with all."""
    query = update(Consent).where(
        Consent.plan_id == step.plan_id,
        not_withdrawn(Consent),
    )
    if receiver_id is not None:
        query = query.where(Consent.receiver_id == receiver_id)
        if consent_rows.by_parent(step):
            query = query.where(Consent.kept_from_parents.is_(False))
    step.change_rows(query.values(withdrawn_at=step.now))
    consent_rows.end_periods(step)


def end_sharing(step: StepContext) -> None:
    """Everybody's access ends, while the person's yes to a plan stands."""
    others = update(Consent).where(
        Consent.plan_id == step.plan_id,
        Consent.receiver_id.is_not(None),
        not_withdrawn(Consent),
    )
    step.change_rows(others.values(withdrawn_at=step.now))
    consent_rows.end_periods(step)
