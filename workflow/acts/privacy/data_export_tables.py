"""Which tables hold something on a party, and what of each is given out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Table, Text

from workflow.acts.base.context import is_words
from workflow.record.models import Base

PARTY = "party"
SECRET = frozenset(
    {
        "token_hash",
        "password_hash",
        "secret",
        "credential_id",
        "provider_session",
        "sort_key",
        "national_id_hmac",
        "before_hmac",
        "head",
        "sha256",
        "counter",
    }
)


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """A table: `mine` are the columns that make a row a party's own wherever it stands.

    `said` are columns with words that are hers then; other words of such a row are others'
    content. `whole`: of a plan that is hers every row is given, with its words.
    """

    mine: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    whole: bool = False


# About herself, wherever it stands.
HERSELF: Mapping[str, PersonalTable] = {
    "party": PersonalTable(("id",), ("name", "email", "title", "organisation")),
    "home_address": PersonalTable(("party_id",), ("street", "place")),
    "correction": PersonalTable(("party_id",), ("before", "after", "reason")),
    "staff_role": PersonalTable(("party_id",)),
    "absence": PersonalTable(("party_id",)),
    "representation": PersonalTable(("person_id", "representative_id"), ("acts",)),
    "sign_in": PersonalTable(("party_id",), ("device", "acr", "provider_subject")),
    "invitation": PersonalTable(("party_id",)),
    "credential": PersonalTable(("party_id",)),
    "identity": PersonalTable(("party_id",), ("subject",)),
    "authenticator": PersonalTable(("party_id",), ("name",)),
    "message": PersonalTable(("recipient_id",)),
    "delivery": PersonalTable(("recipient_id",)),
    "notice": PersonalTable(("recipient_id",)),
    "data_request": PersonalTable(("party_id",), ("words", "answer", "longer_because")),
    "break_glass": PersonalTable(("party_id",), whole=True),
    "log_finding": PersonalTable(("party_id",)),
    "access": PersonalTable(("party_id",)),
    "event": PersonalTable(("actor_id",)),
}
# Of her own plan, whole; of others' plans only what she is or said there.
OF_PLANS: Mapping[str, PersonalTable] = {
    "tenure": PersonalTable(("party_id",), whole=True),
    "participant": PersonalTable(("party_id",), ("name", "role", "organisation"), whole=True),
    "consent": PersonalTable(("receiver_id", "giver_id"), whole=True),
    "agreement": PersonalTable(whole=True),
    "goal": PersonalTable(whole=True),
    "sub_plan": PersonalTable(whole=True),
    "measure": PersonalTable(("accountable_id",), whole=True),
    "measure_helper": PersonalTable(("party_id",), whole=True),
    "meeting": PersonalTable(("chair_id", "minute_taker_id"), whole=True),
    "meeting_party": PersonalTable(("party_id",), ("reason",), whole=True),
    "offer": PersonalTable(("to_party_id", "from_party_id"), whole=True),
    "crossing": PersonalTable(("answered_by", "coordinator_id"), whole=True),
    "decision": PersonalTable(("made_by",), whole=True),
    "complaint": PersonalTable(("assessed_by",), whole=True),
    "pause": PersonalTable(whole=True),
    "wish": PersonalTable(("from_party_id",), ("words",), whole=True),
    "document": PersonalTable(whole=True),
    "health_note": PersonalTable(("written_by",), whole=True),
    "deadline": PersonalTable(whole=True),
    "erasure": PersonalTable(("asked_by", "confirmed_by"), whole=True),
}
HELD: Mapping[str, PersonalTable] = {**HERSELF, **OF_PLANS}
# Tables that name a party or a plan and are not given out as rows, each with why.
LEFT_OUT: Mapping[str, str] = {
    "plan": "Given as the head of each plan, with its own words.",
    "event_body": "Given as the words of the history.",
    "ladder_step": "When the program will remind of a deadline, which is given itself.",
    "log_review": "That a month of the log was gone through; what was found on her is given.",
    "deadline_policy": "The municipality's own rules; who wrote them is not about her.",
    "webhook": "The address of the municipality's own system.",
    "municipal_event": "Digests of rows that are given themselves.",
    "head_leaf": "Digests of the plan's own events, which are given themselves.",
}


def words_in(table: Table) -> frozenset[str]:
    """The columns of a table that hold what people wrote."""
    return frozenset(
        column.name
        for column in table.columns
        if is_words(table, column.name) or isinstance(column.type, Text)
    )


@lru_cache(maxsize=1)
def tables_naming() -> Mapping[str, frozenset[str]]:
    """Every table that names a party, with the columns that do: a key to party, or so called."""
    tables = {}
    for table in Base.metadata.sorted_tables:
        columns = {
            column.name
            for column in table.columns
            if any(key.column.table.name == PARTY for key in column.foreign_keys)
            or column.name in ("party_id", "actor_id", "made_by", "substitute_for", "companion_of")
        }
        if columns or table.name == PARTY:
            tables[table.name] = frozenset(columns)
    return tables
