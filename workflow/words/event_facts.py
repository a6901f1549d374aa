"""What an event says that its sentence needs: who, what, where and when; the sentences stand in history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from workflow.rules.clock import oslo_date, oslo_time

# Row -> the changed column or the code that holds the day worth telling.
DAYS: Mapping[str, tuple[str, ...]] = {
    "P4": ("appeal_until",),
    "P7": ("next_review_on",),
    "P9": ("effective_from",),
    "P11": ("next_review_on",),
    "P12a": ("paused_until",),
    "P20b": ("ends_on",),
    "A15": ("expected_on",),
    "A24": ("transition_on",),
    "A26": ("next_review_on",),
    "M2": ("due_on", "look_again_on"),
    "M11": ("due_on", "look_again_on"),
    "V1": ("starts_at",),
    "V4": ("starts_at",),
}
WHO: tuple[str, ...] = ("who", "receiver", "representative", "proposed", "to")
PLACES: tuple[str, ...] = ("to_name", "plan.source_name", "offer.to_name")
QUOTES: Mapping[str, tuple[str, ...]] = {
    "P10": ("form.person_words",),
    "A1": ("plan.most_important",),
    "A2": ("goal.own_words", "goal.clarified"),
    "A3": ("goal.own_words", "goal.clarified"),
    "A9": ("words",),
    "A13": ("wish.words",),
    "A13c": ("wish.words",),
    "A17": ("sub_plan.title",),
    "A18": ("words",),
    "A30": ("words",),
    "A37": ("data_request.words",),
    "A41": ("form.reason",),
    "M17": ("measure.condition",),
}
NEW_RESPONSIBLE = ("P13y", "P13w", "P14", "P16", "A28")


def known_of(
    event: Mapping[str, Any], words: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, object]:
    """What can be filled in: n who, p the person, s a place, t the measure, q words, d day, k hour."""
    row_id = str(event["row"])
    return {
        "n": who(event, words, names),
        "p": names.get("person", ""),
        "s": place(event, words, names),
        "t": clipped(words.get("measure.text", "") or names.get(str(event["subject"]), "")),
        "q": clipped(next(filter(None, map(words.get, QUOTES.get(row_id, ()))), "")),
        **moment(event),
    }


def who(event: Mapping[str, Any], words: Mapping[str, str], names: Mapping[str, str]) -> str:
    """The other party the step is about, by name; empty where nobody is named."""
    row_id, codes = str(event["row"]), event["codes"]
    keys = [changed(event, "responsible_party_id")] if row_id in NEW_RESPONSIBLE else []
    if row_id == "M13a":
        keys = [changed(event, "accountable_id") or event["actor"]]
    keys += [codes.get(name) for name in WHO]
    found = next((names[str(key)] for key in keys if key and str(key) in names), "")
    return found or words.get("participant.name", "") or words.get("to_name", "")


def place(event: Mapping[str, Any], words: Mapping[str, str], names: Mapping[str, str]) -> str:
    """The place or office the step points to."""
    found = names.get(str(event["codes"].get("to_unit", "")), "")
    return found or next(filter(None, map(words.get, PLACES)), "")


def changed(event: Mapping[str, Any], column: str) -> Any:
    """The new value of a column that the step changed, in the subject or in the plan."""
    for part in ("set", "plan_set"):
        if column in event.get(part, {}):
            return event[part][column][1]
    return None


def moment(event: Mapping[str, Any]) -> dict[str, object]:
    """The day worth telling, and the hour where there is one; Norwegian time."""
    row_id = str(event["row"])
    if row_id == "P19":
        return {"d": date.fromisoformat(event["effective_from"])}
    columns = DAYS.get(row_id, ())
    values = [changed(event, name) or event["codes"].get(name) for name in columns]
    value = next((found for found in values if found), None)
    if value is None:
        return {}
    if "T" not in value:
        return {"d": date.fromisoformat(value)}
    at = datetime.fromisoformat(value)
    return {"d": oslo_date(at), "k": f"{oslo_time(at):%H.%M}"}


def clipped(text: str, most: int = 120) -> str:
    """Words on one line, without a full stop at the end, cut at a word where they are long."""
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]} …"
