"""How one party wants to be told: channel, digest hour, quiet hours, reminders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.acts.base.form_fields import Form, ask
from workflow.acts.delivery.enqueue import DELIVERY, NOTICE, PLAN, DeliveryChoice, choice_of
from workflow.record.access.open_plan import Actor
from workflow.record.history.municipal_chain import note_objects
from workflow.record.models import Party
from workflow.rules.deadlines.policy import Policy
from workflow.rules.engine.denials import BadInput, NotThere
from workflow.rules.notices.timing import COORDINATOR, EMAIL, NONE, SMS, WEBHOOK, first_try
from workflow.words.text.translatable import N_

STANDARD, OWN = "standard", "own"
YES, NO = "yes", "no"
NOT_WANTED = "not_wanted"
HOURS = tuple(f"{hour:02d}:00" for hour in range(24))
SHOWN_HOURS = tuple((hour, hour.replace(":", ".")) for hour in HOURS)
DIGEST_HOURS = SHOWN_HOURS[6:22]
NEVER = "00:00"  # two equal hours: no quiet hours

CHANNELS = (
    (EMAIL, N_("E-post")),
    (SMS, N_("SMS")),
    (COORDINATOR, N_("Koordinator sier det til meg")),
    (NONE, N_("Bare her")),
)


class NotificationSettings(Form):
    """What a party is asked; what is left out stays as it is. Hours are Norwegian wall clock."""

    reminders: str = ask(
        N_("Vil du ha en påminnelse om det vi har avtalt?"),
        "choice",
        "",
        choices=((YES, N_("Ja")), (NO, N_("Nei takk"))),
        voice="person",
    )
    channel: str = ask(N_("Hvordan vil du få beskjed?"), "choice", choices=CHANNELS)
    digest_at: str = ask(
        N_("Når på dagen?"),
        "select",
        STANDARD,
        choices=((STANDARD, N_("Som vanlig")), *DIGEST_HOURS),
    )
    quiet: str = ask(
        N_("Når skal det være stille?"),
        "choice",
        STANDARD,
        choices=(
            (STANDARD, N_("Som vanlig")),
            (OWN, N_("Jeg velger selv, under «Mer»")),
            (NONE, N_("Aldri")),
        ),
    )
    quiet_from: str = ask(N_("Stille fra"), "select", "", choices=SHOWN_HOURS, folded=True)
    quiet_until: str = ask(N_("Stille til"), "select", "", choices=SHOWN_HOURS, folded=True)

    @model_validator(mode="after")
    def _both_hours(self) -> NotificationSettings:
        """Own quiet hours have a beginning and another end."""
        if self.quiet == OWN and not (self.quiet_from and self.quiet_until):
            raise PydanticCustomError(
                "quiet_hours", N_("Velg når det blir stille og når det slutter.")
            )
        if self.quiet == OWN and self.quiet_from == self.quiet_until:
            raise PydanticCustomError("quiet_same", N_("Velg to forskjellige tider."))
        return self

    def hours(self) -> dict[str, str]:
        """The party's columns of hours."""
        quiet = {
            STANDARD: ("", ""),
            OWN: (self.quiet_from, self.quiet_until),
            NONE: (NEVER, NEVER),
        }[self.quiet]
        digest = "" if self.digest_at == STANDARD else self.digest_at
        return {"digest_at": digest, "quiet_from": quiet[0], "quiet_until": quiet[1]}


def as_it_is(party: Party) -> dict[str, str]:
    """What the form is filled with."""
    own = party.quiet_from or party.quiet_until
    quiet = STANDARD if not own else NONE if party.quiet_from == party.quiet_until else OWN
    asked = {True: YES, False: NO}[party.reminders] if party.reminders_asked_at else ""
    return {
        "reminders": YES if party.reminders else asked,
        "channel": party.channel,
        "digest_at": party.digest_at or STANDARD,
        "quiet": quiet,
        "quiet_from": party.quiet_from if quiet == OWN else "",
        "quiet_until": party.quiet_until if quiet == OWN else "",
    }


def ways_open(choice: DeliveryChoice, policy: Policy, is_person: bool) -> tuple[str, ...]:
    """The channels that a party can choose now: allowed here, and with somewhere to send to."""
    there = {
        EMAIL: bool(choice.email),
        SMS: bool(choice.phone),
        COORDINATOR: is_person,
        NONE: True,
    }
    return tuple(way for way, can in there.items() if can and way in (*policy.channels, NONE))


def choose(session: Session, actor: Actor, form: NotificationSettings, now: datetime) -> int:
    """A party says how to be told, for itself alone. Returns how many waiting messages moved.

    1. The choice is kept with the party, and that reminders were asked about.
    2. What waits for the party moves to the new channel and hour in the same transaction; what is
       not wanted any more is dropped with that reason. Webhooks are nobody's own and stay.
    Raises NotThere, and BadInput for a channel that is not open here.
    """
    party = _own(session, actor)
    choice, policy = choice_of(session.connection(), party.id, now)
    if form.channel not in ways_open(choice, policy, has_plan(session, party)):
        raise BadInput([("channel", "not_offered", {})])
    party.channel = form.channel
    for name, value in form.hours().items():
        setattr(party, name, value)
    if form.reminders:
        _remind(party, form.reminders == YES, now)
    note_objects(session, party)
    return move_waiting(session, party, now)


def answer_reminders(session: Session, actor: Actor, yes: bool, now: datetime) -> None:
    """The one question on the person's first page; asked once. Raises NotThere."""
    party = _own(session, actor)
    _remind(party, yes, now)
    note_objects(session, party)
    move_waiting(session, party, now)


def has_plan(session: Session, party: Party) -> bool:
    """Whether the party is the person of a plan here: only such a one is told by a coordinator."""
    mine = select(PLAN.c.id).where(PLAN.c.person_id == party.id)
    return session.execute(mine.limit(1)).first() is not None


def _remind(party: Party, yes: bool, now: datetime) -> None:
    party.reminders = yes
    party.reminders_asked_at = party.reminders_asked_at or now


def _own(session: Session, actor: Actor) -> Party:
    party = session.get(Party, actor.party_id) if actor.party_id else None
    if party is None:
        raise NotThere(actor.party_id or "")
    return party


def move_waiting(session: Session, party: Party, now: datetime) -> int:
    """Lays the party's waiting messages on the channel and hour chosen now; returns how many.

    A worker that holds one lets go of it: what it would send is not what is wanted.
    """
    choice, policy = choice_of(session.connection(), party.id, now)
    moved: dict[tuple[str, datetime], list[str]] = defaultdict(list)
    dropped: list[str] = []
    for row in _waiting(session, party.id):
        reminder = row["is_person"] and row["deadline_id"] is not None
        way = choice.way(policy, bool(row["is_person"]))
        if way == NONE or (reminder and not party.reminders):
            dropped.append(row["id"])
        else:
            hours = choice.hours(policy, bool(row["is_person"]))
            at = now if way == COORDINATOR else first_try(row["code"], now, hours)
            moved[way, at].append(row["id"])
    for (way, at), ids in moved.items():
        _set(session, ids, channel=way, next_try_at=at)
    _set(session, dropped, state="dropped", reason=NOT_WANTED, ended_at=now)
    return sum(map(len, moved.values())) + len(dropped)


def _waiting(session: Session, party_id: str) -> Sequence[Any]:
    return (
        session.execute(
            select(
                DELIVERY.c.id,
                NOTICE.c.code,
                NOTICE.c.deadline_id,
                (PLAN.c.person_id == NOTICE.c.recipient_id).label("is_person"),
            )
            .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
            .outerjoin(PLAN, PLAN.c.id == NOTICE.c.plan_id)
            .where(
                DELIVERY.c.recipient_id == party_id,
                DELIVERY.c.state == "waiting",
                DELIVERY.c.channel != WEBHOOK,
            )
        )
        .mappings()
        .all()
    )


def _set(session: Session, ids: Sequence[str], **values: Any) -> None:
    if ids:
        mine = update(DELIVERY).where(DELIVERY.c.id.in_(ids), DELIVERY.c.state == "waiting")
        session.execute(mine.values(claimed_by="", claimed_at=None, **values))
