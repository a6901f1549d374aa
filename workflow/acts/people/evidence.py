"""Who of the register somebody described is: strong evidence beats weak, and nobody is joined by a guess.

A national id is strong: it says who it is, and two that differ part two humans whatever else agrees.
So do two birthdays that differ. A name, an e-mail, a telephone and a workplace are weak: a family shares
the one, colleagues the other. Weak evidence joins where the name and one thing more agree; a name alone,
or an e-mail under another name, is a question for whoever knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.acts.people.register import find_by_national_id
from workflow.record.in_force import has_account
from workflow.record.models import Party
from workflow.record.same_party import has_email, has_name
from workflow.rules.engine.denials import BadInput
from workflow.rules.text.name_order import email_key, is_same_name


class Weight(Enum):
    """What the evidence says of one row of the register."""

    SAME = "same"
    OTHER = "other"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Description:
    """Somebody as a file or another system describes them; what is empty is not known.

    digest: of the national id (`register.digest_national_id`).
    """

    name: str
    email: str = ""
    phone: str = ""
    organisation: str = ""
    born_on: date | None = None
    digest: str = ""

    @property
    def is_bare(self) -> bool:
        """Whether nothing but a name and a workplace is known."""
        return not (self.email or self.phone or self.born_on or self.digest)


def find_same(session: Session, said: Description) -> str | None:
    """The party that somebody described is, or None for somebody new.

    Raises BadInput naming `name` where it may be one of the register and nothing says whether it is.
    """
    if strong := find_by_national_id(session, said.digest):
        return strong
    weights = [(weigh(said, of_party(one)), one.id) for one in _alike(session, said)]
    same = [key for weight, key in weights if weight is Weight.SAME]
    if len(same) > 1:
        raise BadInput([("name", "more_than_one", {})])
    if not same and any(weight is Weight.UNCLEAR for weight, _ in weights):
        raise BadInput([("name", "not_sure_who", {})])
    return same[0] if same else None


def weigh(said: Description, known: Description) -> Weight:
    """Whether two descriptions are of one human."""
    if said.digest and known.digest:
        return Weight.SAME if said.digest == known.digest else Weight.OTHER
    if _differ(said.born_on, known.born_on):
        return Weight.OTHER
    email = _agree(email_key(said.email), email_key(known.email))
    if not is_same_name(said.name, known.name):
        return Weight.UNCLEAR if email else Weight.OTHER
    if email or _agree(said.born_on, known.born_on) or _agree(said.phone, known.phone):
        return Weight.SAME
    if said.email and known.email:
        return Weight.OTHER
    return _by_workplace(said, known)


def _by_workplace(said: Description, known: Description) -> Weight:
    """Of one name, and with nothing else in common: where they work."""
    if is_same_name(said.organisation, known.organisation):
        return Weight.SAME
    if said.organisation and known.organisation:
        return Weight.OTHER
    nothing = not (said.organisation or known.organisation)
    return Weight.SAME if nothing and said.is_bare and known.is_bare else Weight.UNCLEAR


def of_party(party: Party) -> Description:
    """Somebody as the register describes them."""
    return Description(
        party.name,
        party.email,
        party.phone,
        party.organisation,
        party.born_on,
        party.national_id_hmac,
    )


def _alike(session: Session, said: Description) -> Iterable[Party]:
    """Those of that name or e-mail who have an account here."""
    near = or_(has_name(Party, said.name), has_email(Party, said.email))
    return session.execute(select(Party).where(has_account(Party), near)).scalars()


def _agree(one: object, other: object) -> bool:
    return bool(one) and one == other


def _differ(one: object, other: object) -> bool:
    return bool(one) and bool(other) and one != other
