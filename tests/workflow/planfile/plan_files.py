"""Plans of other systems as plan files, small and large."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import yaml
from hypothesis import strategies as st

PEOPLE: dict[str, Any] = {
    "eva": {"name": "Eva Skogli"},
    "mona": {"name": "Mona Moen"},
    "tor": {"name": "Tor Dal"},
    "ane": {"name": "Ane Lie"},
}
FIRST = date(2026, 2, 2)
ANSWER = {"granted": True, "on": "2026-02-16", "why_long": "År", "why_coordinated": "Nav og MAT"}
USED: dict[str, Any] = {"answer": ANSWER, "started_on": "2026-02-18", "coordinator": "mona"}
GROUND: dict[str, dict[str, Any]] = {
    "requested": {},
    "decided": {"answer": ANSWER},
    "active": {**USED, "next_review_on": "2026-12-01"},
    "reviewed": {**USED, "review": {"on": "2026-10-01", "rating": "good"}},
    "transferred": {
        **USED,
        "offer": {"kind": "transfer", "on": "2026-10-02", "to_name": "Bydelen"},
    },
    "closed": {**USED, "closed": {"on": "2026-10-05", "why": "goals_met"}},
}


def plan_file(state: str, more: dict[str, Any] | None = None, **parts: Any) -> str:
    """A file of a plan in a state, with what brings it there."""
    plan = {"state": state, "person": "eva", "reported_on": "2026-02-02", **GROUND[state]}
    return written({"plan": {**plan, **(more or {})}, **parts})


def written(data: dict[str, Any]) -> str:
    """A file's text."""
    return yaml.safe_dump(
        {"planlop": 1, "people": PEOPLE, **data}, allow_unicode=True, sort_keys=False
    )


def day(count: int) -> str:
    """A day after the first of the plan."""
    return str(FIRST + timedelta(days=count))


WORDS = st.sampled_from(["Sove", "Gå tur hver dag", "Møte Nav\nog MAT", "Æ ø å: «ja»", "no", "12"])
SOMETIMES = st.booleans()
OPEN_MEASURES = ("requested", "decided", "active", "reviewed", "transferred")
WHO = st.sampled_from(["mona", "tor", "ane"])
GOALS = st.fixed_dictionaries(
    {
        "own_words": WORDS,
        "status": st.sampled_from(["open", "met", "dropped"]),
        "on": st.integers(0, 200).map(day),
    }
)
AROUND = st.fixed_dictionaries(
    {
        "who": WHO,
        "kind": st.sampled_from(["professional", "relative", "volunteer"]),
        "role": WORDS.map(lambda words: words.split("\n")[0]),
        "on": st.integers(0, 200).map(day),
    },
    optional={"left_on": st.integers(200, 240).map(day), "can_do": WORDS},
)


@st.composite
def measures(draw: st.DrawFn, states: tuple[str, ...]) -> dict[str, Any]:
    """A measure in one of the states, with the days that the state needs."""
    state = draw(st.sampled_from(states))
    one: dict[str, Any] = {
        "text": draw(WORDS),
        "state": state,
        "on": day(draw(st.integers(0, 100))),
    }
    if state not in ("requested", "closed"):
        agreed = draw(st.integers(100, 150))
        due = day(agreed + draw(st.integers(0, 300)))
        one |= {"accountable": draw(WHO), "agreed_on": day(agreed), "due_on": due}
    if state == "reviewed":
        one |= {
            "completed_on": day(150),
            "evaluated_on": day(160),
            "outcome": "partly",
            "rating": "good",
        }
    if state == "active" and draw(SOMETIMES):
        one["completed_on"] = day(155)
    if state == "transferred":
        one |= {"asked_to_take_over": draw(WHO), "asked_on": day(170)}
    if state == "closed":
        one |= {
            "close_reason": draw(st.sampled_from(["done", "refused", "cancelled"])),
            "closed_on": day(180),
        }
    return one


@st.composite
def meetings(draw: st.DrawFn, states: tuple[str, ...]) -> dict[str, Any]:
    """A meeting in one of the states."""
    state = draw(st.sampled_from(states))
    starts = f"{day(190)}T09:00:00Z"
    one: dict[str, Any] = {"state": state, "on": day(150), "starts_at": starts, "invited": ["mona"]}
    if state in ("called", "held", "minuted"):
        one["called_on"] = day(160)
    if state in ("held", "minuted"):
        one |= {"held_on": day(190), "came": draw(st.sampled_from([["mona"], []]))}
    if state == "minuted":
        one |= {"minutes": draw(WORDS), "minuted_on": day(195)}
    if state == "cancelled":
        one |= {"cancel_reason": draw(WORDS), "cancelled_on": day(170)}
    return one


@st.composite
def plan_files(draw: st.DrawFn) -> str:
    """A plan in any state, with any parts."""
    state = draw(st.sampled_from(sorted(GROUND)))
    more: dict[str, Any] = {
        "most_important": draw(WORDS),
        "limits": draw(WORDS),
        "consent": draw(st.sampled_from(["spoken", "paper", "app"])),
    }
    if state == "active" and draw(SOMETIMES):
        more["pause"] = {"from_on": day(240), "until_on": day(400), "reason": draw(WORDS)}
    if state == "active" and draw(SOMETIMES):
        more["ending"] = {"on": day(230), "reasons": draw(WORDS)}
    none: list[str] = []
    shared = none if state == "closed" else draw(st.lists(WHO, unique=True))
    more["shares_with"] = sorted(shared)
    if len(shared) > 0 and draw(SOMETIMES):
        more["shares_parts"] = [{"who": sorted(shared)[0], "parts": ["goals", "calendar"]}]
    is_open = state != "closed"
    of_measures = (*(OPEN_MEASURES if is_open else ()), "closed")
    of_meetings = (*(("planned", "called") if is_open else ()), "held", "minuted", "cancelled")
    return plan_file(
        state,
        more,
        goals=draw(st.lists(GOALS, max_size=3)),
        participants=draw(st.lists(AROUND, max_size=3)),
        measures=draw(st.lists(measures(of_measures), max_size=4)),
        meetings=draw(st.lists(meetings(of_meetings), max_size=2)),
    )
