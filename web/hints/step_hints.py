"""The shape of a step's page hints: where it stands on the pages of staff and person, and what its page asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from web.request.translate import N_
from workflow.rules.names.steps import CompositeStep

# The pages the person comes back to.
HOME, PLAN, PEOPLE = "person.home", "person.plan", "person.people"
MEETING, SHARING, RIGHTS = "person.meeting", "person.sharing", "person.rights"
MESSAGES, LETTERS = "person.messages", "person.read"

# The headings under which a plan's page gathers its steps.
CONTACT = N_("Kontakt")
GOALS_AND_FRAME = N_("Mål og ramme")
AROUND = N_("Folk")
COORDINATOR = N_("Koordinator")
NEW_THINGS = N_("Tiltak og møter")
PAUSE_AND_END = N_("Pause og avslutning")
TRANSFER = N_("Overføring")
DECISION = N_("Vedtak og klage")
ERROR = N_("Feil")
HEADINGS = (
    CONTACT,
    GOALS_AND_FRAME,
    AROUND,
    COORDINATOR,
    NEW_THINGS,
    PAUSE_AND_END,
    TRANSFER,
    DECISION,
    ERROR,
)

# Where a notice of a step leads those whose turn it is; to the plan where nothing is said.
FIVE_QUESTIONS = CompositeStep.FIVE_QUESTIONS
TO_OFFERS, TO_INBOX, TO_OVERSIGHT, TO_DATA = "offers", "inbox", "oversight", "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """A step's page to the person: `only` are its fields, `needs` those it cannot do without.

    labels: the fields in her own wording. instead: another step that fits better where its words
    are true. after: where she comes back to.
    """

    only: tuple[str, ...] = ()
    lead: str = ""
    button: str = N_("Lagre")
    after: str = HOME
    labels: Mapping[str, str] = field(default_factory=dict)
    keeps_version: bool = False
    needs: tuple[str, ...] = ()
    instead: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepHints:
    """Where a step stands on the pages, and what its own page shows; no rule, no word of its own.

    On the staff's pages. one_click: it asks nothing once it is open (where the person's yes must
    be told it leads to a form all the same). page: the endpoint of a page of its own; only_there:
    it is taken nowhere else. heading: where it stands among all steps of a plan. front: a button
    of the measure's row, not under the menu. main: it moves things on, and stands out. holds: the
    fields whose words stand in the record now. by_number: who manages may take it knowing the plan
    by its number alone (leader and coordinating unit; for_privacy: the privacy officer); back:
    where they come back to.
    answers: the kinds of question that it answers; withdraws: it takes a question back;
    stays_here: a question to take over the plan came to nothing by it.
    leads_to: where its notice leads.

    On the person's pages. person: its page. about_me: hers though the row is not the person's
    (somebody asked her). around: those around the plan may be asked it. named_by: a field that is
    filled from another one. news: the page that its notice is about.
    """

    one_click: bool = False
    page: str = ""
    only_there: bool = False
    heading: str = ""
    front: bool = False
    main: bool = False
    holds: tuple[str, ...] = ()
    by_number: bool = False
    for_privacy: bool = False
    back: str = "staff.overdue"
    answers: tuple[str, ...] = ()
    withdraws: bool = False
    stays_here: bool = False
    leads_to: str = ""
    person: PersonPage | None = None
    about_me: bool = False
    around: bool = False
    named_by: tuple[str, str] = ("", "")
    news: str = ""
