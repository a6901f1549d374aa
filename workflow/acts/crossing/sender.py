"""What the sender does with a receiver's word: it alone decides that a plan leaves or stays."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflow.acts.base.form_fields import NoFields
from workflow.acts.crossing.package import agreed_scopes, asked_scopes, pack_plan
from workflow.acts.crossing.talk import IncomingMessage
from workflow.acts.engine.fire import fire
from workflow.acts.neighbours import outbox
from workflow.acts.neighbours.directory import keys_of, name_of
from workflow.acts.neighbours.keys import PublicKey, seal_package
from workflow.acts.neighbours.messages import OfferLapsed, PlanReleased, ReleaseMessage
from workflow.acts.plan.transfer import DeclineTransfer, ReleaseElsewhere
from workflow.record.access.open_plan import Actor
from workflow.record.in_force import allows
from workflow.record.models import Access, Agreement, Consent, Event, Offer, Plan, new_id
from workflow.rules.crossing.hand_over import LAPSED, REFUSED, RELEASE, RELEASED
from workflow.rules.engine.denials import PlanlopError
from workflow.rules.names.steps import PlanStep


def hear_acceptance(heard: IncomingMessage) -> None:
    """Released, if the person still agrees; too late it has lapsed, and is told so once more.

    Raises PlanLost for a second yes to what they have begun already.
    """
    note_readers(heard)
    if heard.known["state"] == RELEASED:
        _release_again(heard)
        return
    if heard.known["state"] == LAPSED:
        why = heard.known["why"]
        heard.say(ReleaseMessage(**heard.envelope(), body=OfferLapsed(why=why)))
        return
    if not is_still_agreed(heard.session, heard.known["plan_id"], heard.now):
        _end_for_consent(heard)
        return
    release(heard)


class OtherPackage(PlanlopError):
    """They say that they have begun with another package than the one that was released."""

    code = "other_package"


class PlanLost(PlanlopError):
    """They have lost a plan that they had begun, and its package is no longer kept here."""

    code = "lost_there"


def _release_again(heard: IncomingMessage) -> None:
    """Their record was put back to before the release: it is carried again, while it is kept here."""
    conn = heard.session.connection()
    if not outbox.say_again(conn, heard.message.crossing, RELEASE, heard.now):
        raise PlanLost(heard.message.crossing)


def release(heard: IncomingMessage) -> None:
    """1. Packs what the consent lets over, while it stands. 2. Closes the plan: its time is the release's.
    3. Lays the release down, sealed to the receiver's key. All in one transaction."""
    session, known = heard.session, heard.known
    plan = session.execute(select(Plan).where(Plan.id == known["plan_id"])).scalar_one()
    offer = session.execute(select(Offer).where(Offer.id == known["offer_id"])).scalar_one()
    packed = pack_plan(
        session, plan, offer, agreed_scopes(asked_scopes(session, plan.id).get("scopes")), heard.now
    )
    digest = hashlib.sha256(packed).hexdigest()
    said = heard.body
    form = ReleaseElsewhere(
        crossing_id=heard.message.crossing,
        coordinator=said.coordinator,
        phone=said.phone,
        unit=said.unit,
        rests_on_old=said.rests_on_old,
    )
    fire(
        session,
        Actor.clock(),
        PlanStep.RELEASE_ELSEWHERE,
        plan_id=plan.id,
        form=form,
        now=heard.now,
    )
    heard.change(
        state=RELEASED,
        released_at=heard.now,
        ended_at=heard.now,
        answered_at=heard.message.made_at,
        coordinator_name=said.coordinator,
        coordinator_phone=said.phone,
        unit_name=said.unit[:200],
        rests_on_old=said.rests_on_old,
        package_sha256=digest,
        summary="",
    )
    outbox.forget_offer(session.connection(), heard.message.crossing)
    sealed = seal_package(packed, _key_of(heard), heard.message.crossing.encode())
    body = PlanReleased(released_at=heard.now, package=sealed, package_sha256=digest)
    heard.say(ReleaseMessage(**heard.envelope(), body=body))


def _key_of(heard: IncomingMessage) -> PublicKey:
    return keys_of(heard.session)[heard.message.sender]


def _end_for_consent(heard: IncomingMessage) -> None:
    """The person wants it no more; the plan stays, and both sides forget the summary."""
    plan_id = heard.known["plan_id"]
    # Before the step: what lapses with its offer is told as taken back, and this was not.
    heard.change(state=LAPSED, why="consent", ended_at=heard.now, summary="")
    fire(
        heard.session,
        Actor.clock(),
        PlanStep.END_TRANSFER_UNAGREED,
        plan_id=plan_id,
        form=NoFields(),
        now=heard.now,
    )
    outbox.forget_offer(heard.session.connection(), heard.message.crossing)
    heard.say(ReleaseMessage(**heard.envelope(), body=OfferLapsed(why="consent")))


def is_still_agreed(session: Session, plan_id: str, now: datetime) -> bool:
    """The consent read again: to the plan itself, and to this hand-over, which nobody has objected to."""
    plan_consent = select(Consent.id).where(
        Consent.plan_id == plan_id, Consent.receiver_id.is_(None), allows(Consent, now)
    )
    asked = select(Event.id).where(
        Event.plan_id == plan_id, Event.step_name == PlanStep.OFFER_TRANSFER
    )
    last = session.execute(asked.order_by(Event.seq.desc()).limit(1)).scalar()
    objected = select(Agreement.id).where(
        Agreement.event_id == last, Agreement.objected_at.is_not(None)
    )
    stands = session.execute(plan_consent.limit(1)).first() is not None
    return stands and session.execute(objected.limit(1)).first() is None


def hear_refusal(heard: IncomingMessage) -> None:
    """The plan stays where it was; everybody is told who answers."""
    note_readers(heard)
    said = heard.body
    form = DeclineTransfer(reason=said.reason, residence_disputed=said.residence_disputed)
    plan_id = heard.known["plan_id"]
    fire(
        heard.session,
        Actor.clock(),
        PlanStep.DECLINE_TRANSFER,
        plan_id=plan_id,
        form=form,
        now=heard.now,
    )
    heard.change(
        state=REFUSED,
        ended_at=heard.now,
        answered_at=heard.message.made_at,
        summary="",
        residence_disputed=said.residence_disputed,
        reason=said.reason,
    )
    outbox.forget_offer(heard.session.connection(), heard.message.crossing)


def hear_receipt(heard: IncomingMessage) -> None:
    """Their plan runs: the release need not be told again. Raises OtherPackage."""
    if heard.body.package_sha256 != heard.known["package_sha256"]:
        raise OtherPackage(heard.message.crossing)
    note_readers(heard)
    heard.change(received_at=heard.now, received_number=heard.body.number[:12])
    outbox.forget_text(heard.session.connection(), heard.message.crossing, RELEASE)


def hear_forgotten(heard: IncomingMessage) -> None:
    """They have deleted the summary, and say who had read it."""
    note_readers(heard)


def note_readers(heard: IncomingMessage) -> None:
    """Whoever read the summary there stands among those who have looked, once each."""
    name = name_of(heard.session, heard.message.sender)
    told = select(Access.elsewhere, Access.seen_at).where(
        Access.crossing_id == heard.message.crossing
    )
    before = {(row.elsewhere, row.seen_at) for row in heard.session.execute(told)}
    for reader in heard.body.readers:
        who = ", ".join(filter(None, (reader.name, reader.unit, name)))[:400]
        if (who, reader.at) not in before:
            heard.session.execute(
                insert(Access),
                {
                    "id": new_id(),
                    "plan_id": heard.known["plan_id"],
                    "act": "read_summary",
                    "ground": "receiver",
                    "at": heard.now,
                    "seen_at": reader.at,
                    "elsewhere": who,
                    "crossing_id": heard.message.crossing,
                    "reason": "",
                    "plan_ids": "",
                },
            )
