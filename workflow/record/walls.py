"""Which wall stands round each table on PostgreSQL, as data; the statements that build it live in wall_statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OWNER, WEB, JOBS = "planlop_owner", "planlop_web", "planlop_jobs"
ROLES = (OWNER, WEB, JOBS)

READ, WRITE, ADD = "SELECT", "SELECT, INSERT, UPDATE", "SELECT, INSERT"
DROP = f"{WRITE}, DELETE"

# Which rows of other municipalities the web's role reaches, beside those of its own.
NONE = ""  # none
PLAN = "plan"  # a plan that is being offered across the border, by the column plan_id
ITSELF = "itself"  # the same, of the plan's own row
TOLD = "told"  # what belongs to a notice that is seen
DOOR = "door"  # the account that somebody is signing in to
PEOPLE = "people"  # that account, and those who stand to a plan offered across the border
HOUSE = "house"  # who works, and when, in a municipality that such an offer comes from or goes to
WORKERS = "workers"  # the same, and that account's own roles
OFFICES = "offices"  # every office's name and telephone, once somebody is signed in


@dataclass(frozen=True, slots=True)
class Wall:
    """What the web's role may do with a table, and which rows it reaches.

    `beyond` names the door to other municipalities' rows, `through` what may be done there.
    A table without `municipality_id` has no rows of anybody's: `open` says why everybody may read
    it, and no policy stands round it but where a `key` names whose row may be changed. `jobs` is
    what workers, schedulers and commands may do; they see all rows.
    """

    web: str = WRITE
    beyond: str = NONE
    through: str = READ
    jobs: str = DROP
    open: str = ""
    key: str = ""


_KEPT = Wall(ADD, PLAN, ADD, ADD)  # written once and never changed
_OFFERED = Wall(WRITE, PLAN, WRITE)
_SECRET = Wall(WRITE, PLAN, "INSERT")  # across the border it may be added to, never read
_ACCOUNT = Wall(DROP, DOOR, WRITE)

WALLS: Mapping[str, Wall] = {
    # What the clerk's desk has no municipality for.
    "municipality": Wall(
        # The right to a column is what locking the row asks for.
        "SELECT, UPDATE (phone, retention_years)",
        open="Names and numbers of municipalities are public.",
        key="id",
    ),
    "failed_try": Wall(DROP, open="Digests of what was tried, before anybody is known."),
    "spent_token": Wall(DROP, open="Digests of tokens that were used; they open nothing."),
    "heartbeat": Wall(READ, open="When a part of the program last ran; nothing about anybody."),
    # People and offices.
    "unit": Wall(WRITE, OFFICES),
    "party": Wall(WRITE, PEOPLE),
    "staff_role": Wall(WRITE, WORKERS),
    "absence": Wall(DROP, HOUSE),
    "closing_day": Wall(DROP, HOUSE),
    "deadline_policy": Wall(WRITE, HOUSE),
    "representation": Wall(WRITE),
    "home_address": Wall(DROP),
    # Signing in.
    "sign_in": Wall(WRITE, DOOR, WRITE),
    "invitation": Wall(WRITE, DOOR, WRITE),
    "identity": _ACCOUNT,
    "credential": _ACCOUNT,
    "authenticator": _ACCOUNT,
    # The plan.
    "plan": Wall(WRITE, ITSELF, "SELECT, UPDATE"),
    "tenure": _OFFERED,
    "participant": _OFFERED,
    "consent": _OFFERED,
    "goal": _OFFERED,
    "measure": _OFFERED,
    "measure_helper": Wall(DROP, PLAN, WRITE),
    "meeting": _OFFERED,
    "meeting_party": Wall(DROP, PLAN, WRITE),
    "offer": _OFFERED,
    "decision": _OFFERED,
    "agreement": _OFFERED,
    "pause": _OFFERED,
    "deadline": _OFFERED,
    "ladder_step": Wall(DROP, PLAN, DROP),
    "notice": _OFFERED,
    "delivery": Wall(WRITE, TOLD, WRITE),
    "message": Wall(DROP),
    "wish": _SECRET,
    "sub_plan": _SECRET,
    "complaint": _SECRET,
    "document": _SECRET,
    "health_note": Wall(WRITE),
    # The record and its traces.
    "event": _KEPT,
    "event_body": Wall(ADD, PLAN, "INSERT", "SELECT, INSERT, DELETE"),
    "access": Wall(ADD, PLAN, "INSERT", ADD),
    "access_seal": Wall("", jobs=ADD),
    "erasure": Wall(READ, jobs=WRITE),
    # Oversight.
    # Who opened what, why and until when is written once; what is added is its end and its answer.
    "break_glass": Wall(
        "SELECT, INSERT, UPDATE (ended_at, reviewed_at, reviewed_by, outcome, answer)"
    ),
    "log_review": Wall(WRITE),
    "log_finding": Wall(WRITE),
    "data_request": Wall(WRITE),
    # Where calls go: whether there is one, never its secret.
    "webhook": Wall("SELECT (id, municipality_id, made_at, ended_at)"),
}
