"""What an event says that its sentence needs: who, what, where and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from workflow.rules.calendar.clock import oslo_date, oslo_time
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.words.steps.catalogue import WORDS

WHO: tuple[str, ...] = ("who", "receiver", "representative", "proposed", "to")
COUNTED = ("goals", "measures", "meetings", "participants")  # of a plan that was brought in
PLACES: tuple[str, ...] = ("to_name", "plan.source_name", "offer.to_name")


def values_of(
    event: Mapping[str, Any], words: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, object]:
    """What can be filled in: name who, person, place, text the measure's, quote words, date day, hour."""
    quotes = WORDS[str(event["step"])].quotes
    codes = event["codes"]
    counted = {f"{part}_count": codes[part] for part in COUNTED if part in codes}
    return {
        **counted,
        "name": who(event, words, names),
        "person": names.get("person", ""),
        "place": place(event, words, names),
        "text": clip_words(words.get("measure.text", "") or names.get(str(event["subject"]), "")),
        "quote": clip_words(next(filter(None, map(words.get, quotes)), "")),
        **moment(event),
    }


def who(event: Mapping[str, Any], words: Mapping[str, str], names: Mapping[str, str]) -> str:
    """The other party the step is about, by name; empty where nobody is named."""
    step_name, codes = str(event["step"]), event["codes"]
    responsible = WORDS[step_name].responsible
    keys = [new_value(event, responsible)] if responsible else []
    if step_name == MeasureStep.ACCEPT:
        keys = [new_value(event, "accountable_id") or event["actor"]]
    keys += [codes.get(name) for name in WHO]
    name = next((names[str(key)] for key in keys if key and str(key) in names), "")
    return name or words.get("participant.name", "") or words.get("to_name", "")


def place(event: Mapping[str, Any], words: Mapping[str, str], names: Mapping[str, str]) -> str:
    """The place or office the step points to."""
    if event["step"] == PlanStep.BRING_IN:  # where the plan came from is not where it was kept
        return words.get("form.kept_in", "")
    name = names.get(str(event["codes"].get("to_unit", "")), "")
    return name or next(filter(None, map(words.get, PLACES)), "")


def new_value(event: Mapping[str, Any], column: str) -> Any:
    """The new value of a column that the step changed, in the subject or in the plan."""
    for part in ("set", "plan_set"):
        if column in event.get(part, {}):
            return event[part][column][1]
    return None


def moment(event: Mapping[str, Any]) -> dict[str, object]:
    """The day worth telling, and the hour where there is one; Norwegian time."""
    step_name = str(event["step"])
    if step_name == PlanStep.ACCEPTED_OUTSIDE:
        return {"date": date.fromisoformat(event["effective_from"])}
    columns = WORDS[step_name].day
    values = [new_value(event, name) or event["codes"].get(name) for name in columns]
    value = next((text for text in values if text), None)
    if value is None:
        return {}
    if "T" not in value:
        return {"date": date.fromisoformat(value)}
    at = datetime.fromisoformat(value)
    return {"date": oslo_date(at), "hour": f"{oslo_time(at):%H.%M}"}


def clip_words(text: str, most: int = 120) -> str:
    """Words on one line, without a full stop at the end, cut at a word where they are long."""
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]} …"
