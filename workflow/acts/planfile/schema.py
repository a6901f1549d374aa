"""The plan file's shape, as pydantic models, which the JSON Schema is made from so that the two cannot differ."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from workflow.acts.base.clean_text import clean_text
from workflow.acts.base.form_fields import Email, Line, PersonName, Phone, Text
from workflow.rules.text.name_order import tidy_name


@dataclass(frozen=True, slots=True)
class OfPeople:
    """Marks a field that names somebody of `people`; in the record the party's key stands there."""


KEY = r"^[a-z0-9][a-z0-9_-]{0,39}$"
Key = Annotated[str, Field(pattern=KEY), OfPeople()]
Regime = Literal["health", "social"]
Notified = Literal["", "handed_over", "read_aloud", "letter", "digital"]
Rating = Literal["", "good", "so_so", "bad", "no_answer"]
Why = Literal[
    "forwarded",
    "withdrawn",
    "transferred_out",
    "goals_met",
    "no_need",
    "person_wishes",
    "ended_by_decision",
    "consent_withdrawn",
    "death",
    "moved_abroad",
    "denied",
    "error",
]
Scope = Literal["goals", "measures", "calendar", "messages", "documents", "health"]
Name = Annotated[
    str,
    Field(min_length=1, max_length=120),
    AfterValidator(clean_text),
    AfterValidator(tidy_name),
]
Day = date | None
Said = Literal["", "app", "spoken", "paper"]
State = Literal["requested", "decided", "active", "reviewed", "transferred", "closed"]


class FilePart(BaseModel):
    """The root of every part: what is not known here is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class FileAddress(FilePart):
    """Where somebody lives."""

    street: Line
    postcode: Annotated[str, Field(max_length=10)] = ""
    place: Annotated[str, Field(max_length=40)] = ""


class FileHuman(FilePart):
    """Somebody the file speaks of; found by national id, else by name and what else agrees, else added."""

    name: Name = Field(description="Full name.")
    email: Email = Field("", description="Says who it is together with the name.")
    organisation: Line = Field("", description="Where they work; empty for private people.")
    title: Line = Field("", description="What they are there.")
    phone: Phone = ""
    born_on: Day = None
    protection: Literal["", "confidential", "strict"] = Field(
        "",
        description="Code 7 or code 6: nothing that gives the address away is shown or exported.",
    )
    address: FileAddress | None = Field(None, description="Never exported.")
    national_id: Line = Field(
        "", description="Invented ids only (month + 80). Never exported: only its digest is kept."
    )


class FileAnswer(FilePart):
    """The decision that holds: granted or denied."""

    granted: bool
    after_start: bool = Field(False, description="Decided for what was already in use.")
    on: date = Field(description="The day the person was told.")
    made_on: Day = None
    effective_from: Day = None
    regime: Regime = "health"
    why_long: Text = ""
    why_coordinated: Text = ""
    reasons: Text = ""
    notified_how: Notified = "handed_over"
    archive_case: Line = ""


class FileReview(FilePart):
    """The last look at the plan together."""

    on: date
    rating: Literal["", "good", "so_so", "bad", "no_answer", "not_reached"] = ""
    person_words: Text = ""
    continued_on: Day = Field(None, description="The day the plan went on; empty while it has not.")


class FilePause(FilePart):
    """A pause that has not ended."""

    from_on: date
    until_on: date
    reason: Text = ""


class FileEnding(FilePart):
    """The municipality's decision to end the plan."""

    on: date
    reasons: Text = ""
    regime: Regime = "health"


class FileClosing(FilePart):
    """How the plan ended."""

    on: date
    why: Why
    words: Text = ""
    leader: Key | None = Field(None, description="The leader who took part.")
    second: Key | None = Field(None, description="Who confirmed that it was entered in error.")
    to: Line = Field("", description="Who took over, or whose case it was.")


class FileOffer(FilePart):
    """A question that waits for an answer: of the plan, the coordinatorship or the right office."""

    kind: Literal["transfer", "authority", "coordinator"]
    on: date
    to: Key | None = None
    to_unit: Line = ""
    to_name: Line = ""
    discharge_on: Day = None
    first_appointment: Text = ""
    gaps: Text = ""


class FileTransition(FilePart):
    """A planned transition."""

    kind: Literal["school", "age", "move", "discharge", "other"]
    on: date


class FileSharedParts(FilePart):
    """What one of those the plan is shared with sees, where it is not what they are first offered."""

    who: Key
    parts: list[Scope] = Field(min_length=1)


class FileHealthNote(FilePart):
    """A note on the person's health that holds, and the day it was written."""

    on: date
    words: Text


class FileContent(FilePart):
    """The plan itself as it stands."""

    state: State
    person: Key | None = Field(None, description="Whose plan it is; empty for a plan on a problem.")
    problem: Text = ""
    reported_on: date
    unit: Line = Field("", description="The office that answers, by name.")
    from_elsewhere: Line = Field("", description="Where an incoming plan came from.")
    consent: Said = Field("", description="How the person said yes to a plan.")
    person_knows: Literal["yes", "no"] = "yes"
    reach_person: Text = ""
    most_important: Text = ""
    limits: Text = ""
    service_aim: Text = ""
    ground_rules: Text = ""
    pen_holder: Literal["coordinator", "person"] = "coordinator"
    wish_coordinator: Text = ""
    answer: FileAnswer | None = None
    informal: bool = Field(False, description="In use without a decision yet.")
    leader: Key | None = Field(None, description="Who took part where the rule asks for a leader.")
    started_on: Day = None
    coordinator: Key | None = Field(None, description="The coordinator, or the last one there was.")
    contact: Key | None = Field(None, description="The contact where the person coordinates.")
    acting: Key | None = Field(None, description="Who acts while there is no coordinator.")
    next_review_on: Day = None
    review: FileReview | None = None
    pause: FilePause | None = None
    resting: Literal["", "stopped", "out_of_contact"] = ""
    rested_on: Day = None
    ending: FileEnding | None = None
    offer: FileOffer | None = None
    transition: FileTransition | None = None
    shares_with: list[Key] = Field(default_factory=list)
    shares_until: list[FileSharingPeriod] = Field(default_factory=list)
    shares_parts: list[FileSharedParts] = Field(default_factory=list)
    health: list[FileHealthNote] = Field(default_factory=list)
    closed: FileClosing | None = None


class FileGoal(FilePart):
    """A goal, in the person's own words first."""

    own_words: Text = ""
    clarified: Text = ""
    condition: Text = ""
    status: Literal["open", "met", "dropped"] = "open"
    on: date


class FileParticipant(FilePart):
    """A participant: one of `people`, or a name alone."""

    who: Key | None = None
    name: PersonName = ""
    kind: Literal["professional", "relative", "volunteer", "user_organisation"] = "professional"
    role: Line = ""
    organisation: Line = ""
    level: Literal["municipal", "specialist", "state", "voluntary", "private"] = "municipal"
    phone: Phone = ""
    can_do: Text = ""
    companion: Key | None = None
    on: date
    left_on: Day = None
    left_how: Literal["", "left", "phased_out"] = ""
    left_reason: Text = ""


class FileMeasure(FilePart):
    """A measure: tiltak, ansvarlig, fullført, evaluert. Days decide what has happened."""

    text: Text
    goal: int | None = Field(None, ge=1, description="Which goal, counted from 1.")
    state: State = "requested"
    on: date = Field(description="The day it was proposed.")
    accountable: Key | None = None
    together_with: list[Key] = Field(default_factory=list)
    agreed_on: Day = None
    due_on: Day = None
    due_time: time | None = None
    original_due_on: Day = None
    look_again_on: Day = None
    not_before: Day = None
    completed_on: Day = None
    evaluated_on: Day = None
    outcome: Literal["", "achieved", "partly", "not_achieved"] = ""
    rating: Rating = ""
    result_words: Text = ""
    way_of_working: Text = ""
    agreed_consequence: Text = ""
    condition: Text = ""
    condition_by: Line = ""
    after: int | None = Field(None, ge=1, description="Which measure comes first, counted from 1.")
    kind: Literal["", "activity"] = ""
    system_code: Line = ""
    service_decision_ref: Line = ""
    asked_to_take_over: Key | None = None
    asked_on: Day = None
    closed_on: Day = None
    close_reason: Literal["", "done", "refused", "service_denied", "cancelled"] = ""
    unmet_code: Literal["", "capacity", "not_offered", "not_entitled", "other"] = ""


class FileMeeting(FilePart):
    """A meeting with its call and its minutes."""

    kind: Literal["group", "small"] = "small"
    state: Literal["planned", "called", "held", "minuted", "cancelled"]
    on: date = Field(description="The day it was planned.")
    starts_at: AwareDatetime
    place: Line = ""
    agenda: Text = ""
    chair: Key | None = None
    minute_taker: Key | None = None
    invited: list[Key] = Field(default_factory=list)
    came: list[Key] = Field(default_factory=list)
    written_view: Text = ""
    support_person: Line = ""
    called_on: Day = None
    short_notice_reason: Text = ""
    held_on: Day = None
    minutes: Text = ""
    minuted_on: Day = None
    cancel_reason: Text = ""
    cancelled_on: Day = None


class FileSubPlan(FilePart):
    """A reference to a more concrete plan elsewhere."""

    title: Line
    owner_system: Line = ""
    link: Text = ""
    responsible: Line = ""
    review_on: Day = None
    on: date


class FileStep(FilePart):
    """One step of a history: when, by whom, which row, about what, and the form's fields."""

    at: date | AwareDatetime = Field(
        description="A day, or an instant with its zone; a day counts as noon in Oslo."
    )
    by: Annotated[str, Field(max_length=40)] = Field(
        "operator", description="A key of `people`, `clock` or `operator`."
    )
    step: Annotated[str, Field(max_length=40)] = Field(
        description="A step's name, such as measure.done."
    )
    about: Line | None = Field(
        None, description="What an earlier step made: `measure-1` or its name."
    )
    makes: Key | None = Field(None, description="A name for what this step makes.")
    lender: Key | None = Field(
        None, description="Whose screen it was done on, where somebody lent theirs."
    )
    confirmed_by: Key | None = Field(None, description="The second human who confirmed it.")
    by_operator: bool = Field(False, description="Taken by the operator, in that name.")
    fields: dict[str, Any] = Field(default_factory=dict, description="The step's form.")


class FileSharingPeriod(FilePart):
    """One of those the plan is shared with, and the last day of it."""

    who: Key
    until: date


class PlanFile(FilePart):
    """A plan as a file: as it stands, or told step by step, or both."""

    planlop: int = Field(ge=1, le=1, description="The version of this format.")
    kept_in: Line = Field(
        "", description="Where the plan was kept until now: another system, paper."
    )
    stood_on: Day = Field(
        None, description="The day the file shows; the day it is brought in where it does not say."
    )
    people: dict[Key, FileHuman] = Field(default_factory=dict)
    plan: FileContent | None = None
    goals: list[FileGoal] = Field(default_factory=list)
    participants: list[FileParticipant] = Field(default_factory=list)
    measures: list[FileMeasure] = Field(default_factory=list)
    meetings: list[FileMeeting] = Field(default_factory=list)
    sub_plans: list[FileSubPlan] = Field(default_factory=list)
    not_shared: list[Scope] = Field(
        default_factory=list, description="Parts that the file's writer was not shown."
    )
    told_on: Day = Field(None, description="The day a story is told; the demo moves it to today.")
    history: list[FileStep] = Field(
        default_factory=list, description="Comes first where it is given."
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of the plan file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **PlanFile.model_json_schema(),
    }


def schema_text() -> str:
    """The schema as the command `planlop plan-file-schema` prints it."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
