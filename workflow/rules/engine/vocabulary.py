"""The closed lists of words that the engine knows: states, relations, roles."""

from __future__ import annotations

START = "start"  # not a state: where a thing is before it exists
REQUESTED, DECIDED, ACTIVE = "requested", "decided", "active"
REVIEWED, TRANSFERRED, CLOSED = "reviewed", "transferred", "closed"
STATES = (REQUESTED, DECIDED, ACTIVE, REVIEWED, TRANSFERRED, CLOSED)
NOT_CLOSED = (REQUESTED, DECIDED, ACTIVE, REVIEWED, TRANSFERRED)

PLANNED, CALLED, HELD, MINUTED, CANCELLED = "planned", "called", "held", "minuted", "cancelled"
MEETING_STATES = (PLANNED, CALLED, HELD, MINUTED, CANCELLED)

UNCHANGED = "unchanged"  # destination: the state it is in
STATE_BEFORE = "state_before"  # destination: offer.from_state, or before the step taken back
AS_GIVEN = (
    "as_given"  # destination: the state that the form says, of a plan that had its life elsewhere
)

RELATIONS = (
    "person",
    "representative",
    "relative",
    "coordinator",
    "acting_coordinator",
    "accountable",
    "helper",
    "participant",
    "emergency",
    "receiver",
    "deciding_unit",
    "leader",
    "coordinating_unit",
    "administrator",
    "privacy_officer",
    "clock",
    "operator",
)
TRANSFERS = ("transfer", "authority")  # offers of the whole plan to another office or place

# Outcomes of a complaint that are none yet: the office looks at it, or the county governor does.
NEW_COMPLAINT, FORWARDED = "", "forwarded"
COMPLAINT_WAITS = (NEW_COMPLAINT, FORWARDED)

PERSON_SIDE = frozenset({"person", "representative"})
COORDINATORS = ("coordinator", "acting_coordinator")
PARTICIPANTS = ("participant", "relative", "accountable", "helper")

# Who may record what the person said: before there is a coordinator it is the office.
ON_BEHALF = frozenset({"coordinator", "acting_coordinator", "deciding_unit", "coordinating_unit"})

STAFF_ROLES = (
    "decider",
    "coordinator",
    "worker",
    "leader",
    "coordinating",
    "administrator",
    "privacy_officer",
)
