"""A hand-over as its two sides see it: two small tables that let messages come late, twice or never.

The sender alone decides that a plan is released or stays; the receiver's yes binds the receiver and
moves nothing. So whatever is lost or delayed, one of them is responsible and not both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

SENDER, RECEIVER = "sender", "receiver"

UNKNOWN = "unknown"  # this side has heard of no such hand-over yet
OFFERED, ACCEPTED, REFUSED = "offered", "accepted", "refused"
LAPSED, RELEASED = "lapsed", "released"
WITHOUT_SUMMARY = (REFUSED, LAPSED)  # id, days and digest are kept, who it was about is not

# Messages, as the side that gets them sees them.
OFFER, ACCEPTANCE, REFUSAL = "offer", "acceptance", "refusal"
RELEASE, LAPSE = "release", "lapse"
RECEIPT = "receipt"  # the receiver's plan runs
FORGOTTEN = "forgotten"  # the receiver has deleted the summary, and says who had read it
# Acts of the sender, in its own record.
ASK, WITHDRAW, EXPIRE, CLOSE = "ask", "withdraw", "expire", "close"
END_CONSENT = "end_consent"  # the person no longer agrees, seen when it is read again
# Acts of the receiver.
ACCEPT, REFUSE, OVERDUE = "accept", "refuse", "overdue"


@dataclass(frozen=True, slots=True)
class CrossingRow:
    """One row: what happens to one side in one state, where it leads and what the other is told."""

    side: str
    state: str
    what: str
    dest: str
    sends: str
    why: str


ROWS = (
    CrossingRow(SENDER, UNKNOWN, ASK, OFFERED, OFFER, "asked; the sender answers as before"),
    CrossingRow(SENDER, OFFERED, ACCEPTANCE, RELEASED, RELEASE, "the only way the plan leaves"),
    CrossingRow(SENDER, OFFERED, REFUSAL, REFUSED, "", "the plan stays where it was"),
    CrossingRow(SENDER, OFFERED, WITHDRAW, LAPSED, LAPSE, "the question is taken back"),
    CrossingRow(SENDER, OFFERED, EXPIRE, LAPSED, LAPSE, "no answer in time"),
    CrossingRow(SENDER, OFFERED, CLOSE, LAPSED, LAPSE, "the plan ended otherwise"),
    CrossingRow(SENDER, OFFERED, END_CONSENT, LAPSED, LAPSE, "the person wants it no more"),
    CrossingRow(SENDER, LAPSED, ACCEPTANCE, LAPSED, LAPSE, "their yes came too late; told again"),
    CrossingRow(
        SENDER, RELEASED, ACCEPTANCE, RELEASED, RELEASE, "their record was put back; again"
    ),
    CrossingRow(SENDER, RELEASED, RECEIPT, RELEASED, "", "they have begun; the person is told"),
    CrossingRow(SENDER, OFFERED, FORGOTTEN, OFFERED, "", "they gave up; our own clock ends it"),
    CrossingRow(SENDER, LAPSED, FORGOTTEN, LAPSED, "", "the person may see who had looked"),
    CrossingRow(RECEIVER, UNKNOWN, OFFER, OFFERED, "", "the summary may be read"),
    CrossingRow(RECEIVER, UNKNOWN, LAPSE, LAPSED, "", "came before its offer, which is void"),
    CrossingRow(RECEIVER, OFFERED, ACCEPT, ACCEPTED, ACCEPTANCE, "bound, but not yet responsible"),
    CrossingRow(RECEIVER, OFFERED, REFUSE, REFUSED, REFUSAL, "the sender answers as before"),
    CrossingRow(RECEIVER, OFFERED, LAPSE, LAPSED, FORGOTTEN, "the sender answers as before"),
    # Safe without the sender: nothing was promised, so it cannot have released anything.
    CrossingRow(RECEIVER, OFFERED, OVERDUE, LAPSED, FORGOTTEN, "long past its end, and no word"),
    CrossingRow(RECEIVER, ACCEPTED, LAPSE, LAPSED, FORGOTTEN, "the yes came too late"),
    CrossingRow(RECEIVER, ACCEPTED, RELEASE, RELEASED, RECEIPT, "responsible from that instant"),
)

TABLE: Mapping[tuple[str, str, str], CrossingRow] = {
    (row.side, row.state, row.what): row for row in ROWS
}

# What no order of messages can bring about: one side has lost what it knew (a back-up was put
# back), or is not the program it says it is. Nothing changes, and a human must look.
CONTRADICTIONS = frozenset(
    {
        (SENDER, UNKNOWN, ACCEPTANCE),
        (SENDER, UNKNOWN, REFUSAL),
        (SENDER, REFUSED, ACCEPTANCE),
        (SENDER, RELEASED, REFUSAL),
        (SENDER, UNKNOWN, RECEIPT),
        (SENDER, OFFERED, RECEIPT),
        (SENDER, REFUSED, RECEIPT),
        (SENDER, LAPSED, RECEIPT),
        (SENDER, UNKNOWN, FORGOTTEN),
        (SENDER, REFUSED, FORGOTTEN),
        (SENDER, RELEASED, FORGOTTEN),
        (RECEIVER, UNKNOWN, RELEASE),
        (RECEIVER, OFFERED, RELEASE),
        (RECEIVER, REFUSED, RELEASE),
        (RECEIVER, LAPSED, RELEASE),
        (RECEIVER, RELEASED, LAPSE),
    }
)


def find_row(side: str, state: str, what: str) -> CrossingRow | None:
    """The row that says what happens; None where nothing does, as with every second arrival."""
    return TABLE.get((side, state, what))


def next_state(side: str, state: str, what: str) -> str | None:
    """Where it leads; None where it changes nothing and nothing is to be said."""
    row = find_row(side, state, what)
    return None if row is None else row.dest


def contradicts(side: str, state: str, what: str) -> bool:
    """Whether only a loss or a lie can explain that this arrives in this state."""
    return (side, state, what) in CONTRADICTIONS


def keeps_summary(state: str) -> bool:
    """Whether a side in this state may still hold who the plan is about."""
    return state not in WITHOUT_SUMMARY


def may_begin(released_at: datetime, now: datetime) -> bool:
    """Whether the receiver's clock has reached the release: its own steps must come after it.

    Until then the message waits; the sender's clock may run before ours.
    """
    return released_at <= now
