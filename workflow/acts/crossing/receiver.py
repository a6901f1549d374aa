"""What the receiver does with the sender's word: it may read, is bound by its own yes, and begins with the release."""

from __future__ import annotations

from workflow.acts.crossing.begin import Beginning, begin_plan, note_begun
from workflow.acts.crossing.package import unpack_plan
from workflow.acts.crossing.talk import (
    ClockBehind,
    IncomingMessage,
    notify_coordinating_unit,
    readers_of,
)
from workflow.acts.neighbours.ask import CROSSING
from workflow.acts.neighbours.messages import (
    PlanBegun,
    ReceiptMessage,
    SummaryGone,
    digest_summary,
    spell_part,
)
from workflow.record.history.municipal_chain import insert_rows
from workflow.rules.crossing.hand_over import LAPSED, OFFERED, RECEIVER, may_begin

ASKED, OVER, BEGUN = "X.offer", "X.lapsed", "X.begun"


def hear_offer(heard: IncomingMessage) -> None:
    """The coordinating unit may read the summary, and is told that it waits."""
    summary = heard.body
    _first(
        heard,
        state=OFFERED,
        summary=spell_part(summary),
        summary_digest=digest_summary(summary),
        expires_at=summary.expires_at,
        offered_at=heard.message.made_at,
    )
    notify_coordinating_unit(heard.session, heard.message.crossing, ASKED, heard.now)


def _first(heard: IncomingMessage, **values: object) -> None:
    """The first that this side hears of a hand-over."""
    blank = {
        "summary": "",
        "why": "",
        "reason": "",
        "version": 1,
        "coordinator_name": "",
        "coordinator_phone": "",
        "unit_name": "",
    }
    own = {
        "id": heard.message.crossing,
        "side": RECEIVER,
        "neighbour_code": heard.message.sender,
    }
    insert_rows(heard.session, CROSSING, {**blank, **own, **values})


def hear_lapse(heard: IncomingMessage) -> None:
    """Nothing comes of it: who it was about is forgotten here, and the sender answers as before."""
    if heard.crossing is None:
        _first(heard, state=LAPSED, why=heard.body.why, ended_at=heard.now)
        return
    heard.change(
        state=LAPSED, why=heard.body.why, ended_at=heard.now, summary="", national_id_hmac=""
    )
    also = (heard.known["coordinator_id"], heard.known["answered_by"])
    notify_coordinating_unit(heard.session, heard.message.crossing, OVER, heard.now, also)
    readers = readers_of(heard.session, heard.message.crossing)
    heard.say(ReceiptMessage(**heard.envelope(), body=SummaryGone(readers=readers)))


def hear_release(heard: IncomingMessage) -> None:
    """The plan runs here from the instant that the sender states, and the sender is told so.

    Raises ClockBehind while this side's clock is behind that instant: its own steps must come after it.
    """
    released_at = heard.body.released_at
    if not may_begin(released_at, heard.now):
        raise ClockBehind(released_at)
    packed = heard.keyring.unseal(heard.body.package, heard.message.crossing.encode())
    package = unpack_plan(packed, heard.body.package_sha256)
    beginning = Beginning(heard.session, heard.known, package, released_at, heard.now)
    plan = begin_plan(beginning)
    note_begun(beginning, plan)
    notify_coordinating_unit(
        heard.session, heard.message.crossing, BEGUN, heard.now, (heard.known["coordinator_id"],)
    )
    readers = readers_of(heard.session, heard.message.crossing)
    body = PlanBegun(number=plan.number, package_sha256=heard.body.package_sha256, readers=readers)
    heard.say(ReceiptMessage(**heard.envelope(), body=body))
