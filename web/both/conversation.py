"""What has been written about a plan, by and to whom, each answer as words of its own; sending is an act."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from web.request.clock import now
from web.request.database import db_session
from web.request.reader import current_reader
from web.request.translate import gettext
from workflow.acts.privacy.access_requests import ACCESS
from workflow.record.access.open_plan import OpenPlan
from workflow.record.access.protected_addresses import Mask, mask_of
from workflow.record.models import Wish
from workflow.record.plan.view import read_humans
from workflow.rules.sharing.scopes import MESSAGES

MOST = 60


@dataclass(frozen=True)
class ConversationLine:
    """One thing said: by whom, to whom, when, the words, and whether it waits for an answer."""

    who: str
    to: str
    mine: bool
    at: datetime
    words: str
    waits: bool


def read_conversation(opened: OpenPlan) -> list[ConversationLine]:
    """What the reader may read of it: all where messages are shared, else her own and those to her."""
    me = current_reader().party_id
    if MESSAGES in opened.scopes:
        return messages_under(opened, Wish.kind != ACCESS, {me})
    return own_conversation(opened)


def own_conversation(opened: OpenPlan) -> list[ConversationLine]:
    """What the reader has written and what was written to her, or to the office she answers for."""
    me = current_reader().party_id
    sides = [Wish.from_party_id == me, Wish.to_party_id == me]
    if opened.visibility.letters:
        sides.append(Wish.to_party_id.is_(None))
    return messages_under(opened, or_(*sides) & (Wish.kind != ACCESS), {me})


def messages_under(
    opened: OpenPlan, which: ColumnElement[bool], mine: Collection[str | None]
) -> list[ConversationLine]:
    """Messages and wishes under a plan, the newest first.

    Whoever lends the person the screen and may not read her messages reads what the two have
    written to each other.
    """
    lender = opened.access.lender
    if lender is not None and MESSAGES not in opened.scopes:
        two = (current_reader().party_id, lender.party_id)
        which = which & Wish.from_party_id.in_(two) & Wish.to_party_id.in_(two)
    wishes = (
        db_session()
        .scalars(
            select(Wish)
            .where(Wish.plan_id == opened.plan.id, which)
            .order_by(Wish.sent_at.desc())
            .limit(MOST)
        )
        .all()
    )
    kept = opened.visibility.unheard
    wishes = [one for one in wishes if not {one.from_party_id, one.to_party_id} & kept]
    names = _names(wishes)
    mask = mask_of(db_session(), opened.plan.id, now())
    said = [part for wish in wishes for part in _parts(wish, names, mask, mine)]
    return sorted(said, key=lambda one: one.at, reverse=True)


def _names(wishes: Collection[Wish]) -> dict[str, str]:
    keys = {
        key
        for wish in wishes
        for key in (wish.from_party_id, wish.to_party_id, wish.answered_by)
        if key
    }
    return {key: human.name for key, human in read_humans(db_session(), keys, now()).items()}


def _parts(
    wish: Wish, names: dict[str, str], mask: Mask, mine: Collection[str | None]
) -> Iterator[ConversationLine]:
    """The answer, and what it answers."""

    def name(key: str | None) -> str:
        return names.get(key or "", "")

    asker, own = name(wish.from_party_id), wish.from_party_id in mine
    if wish.answered_at:
        answered = wish.answered_by in mine
        yield ConversationLine(
            name(wish.answered_by), asker, answered, wish.answered_at, mask(wish.answer), False
        )
    waits = own and not wish.answered_at
    yield ConversationLine(
        asker, name(wish.to_party_id), own, wish.sent_at, mask(words_of_wish(wish)), waits
    )


def words_of_wish(wish: Wish) -> str:
    """The words of a wish; for another coordinator, or for access, there may be none."""
    if wish.kind == "change_coordinator":
        asked = gettext("Jeg vil bytte koordinator.")
        return f"{asked} {wish.words}".strip()
    if wish.kind == ACCESS:
        asked = gettext("Jeg ber om innsyn.")
        return f"{asked} {wish.words}".strip()
    return wish.words
