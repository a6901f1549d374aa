"""Facts that ask whether something stands under the plan, waiting or in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from workflow.record.access import representatives
from workflow.record.in_force import allows
from workflow.record.models import (
    Complaint,
    Consent,
    DataRequest,
    Deadline,
    HealthNote,
    Plan,
    Wish,
)
from workflow.record.models.plan import OPEN_PLAN
from workflow.record.plan.fact_sources import Fact, PageFacts, PlanFacts, StoredFacts
from workflow.record.shapes.plan import (
    ComplaintView,
    DataRequestView,
    HealthNoteView,
    OtherPlanView,
    RepresentativeView,
    WishView,
)
from workflow.rules.deadlines.kinds import TRANSITIONS
from workflow.rules.engine.vocabulary import CLOSED, COMPLAINT_WAITS, FORWARDED, NEW_COMPLAINT
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.sharing.scopes import MESSAGES

ABOUT_DATA = (DataRequest.kind != "export", DataRequest.answered_at.is_(None))
ACCESS = (Wish.kind == "access", Wish.answered_at.is_(None))
EMERGENCY = (DeadlineCode.EMERGENCY_FOLLOW_UP,)


def _has(f: StoredFacts, model: Any, *where: Any) -> bool:
    """Whether a row of that kind stands under the plan."""
    here = (model.plan_id == f.plan_id,)
    return f.conn.execute(select(model.id).where(*here, *where).limit(1)).first() is not None


def _runs(f: StoredFacts, codes: tuple[str, ...]) -> bool:
    """Whether one of these deadlines runs; one that a pause has stopped waits for nobody."""
    return _has(f, Deadline, Deadline.code.in_(codes), Deadline.state == "open")


def _runs_on_page(f: PageFacts, codes: tuple[str, ...]) -> bool:
    return any(one.code in codes and one.state == "open" for one in f.view.deadlines)


def _complaint_on_page(f: PageFacts, outcome: str) -> bool:
    return any(one.outcome == outcome for one in f.view.parts[ComplaintView])


def _access(f: PageFacts) -> list[WishView]:
    return [wish for wish in f.view.parts[WishView] if wish.kind == "access"]


def list_givers(f: StoredFacts) -> Sequence[representatives.ActingRepresentative]:
    """Who may say yes for the person now, from the record."""
    return f.once(
        "representatives", lambda: representatives.list_representatives(f.conn, person_of(f), f.now)
    )


def person_of(f: StoredFacts) -> str | None:
    """The person of the plan, or of the one that the form would make."""
    return f.person_id or getattr(f.form, "person_id", None)


def givers_on_page(f: PageFacts) -> list[RepresentativeView]:
    """The representatives in force, the first of them first."""
    return sorted(f.view.parts[RepresentativeView], key=lambda one: (one.from_at, one.id))


def _receivers(f: StoredFacts) -> int:
    now = select(func.count()).where(
        Consent.plan_id == f.plan_id, Consent.receiver_id.is_not(None), allows(Consent, f.now)
    )
    return f.conn.execute(now).scalar_one()


def _health_notes(f: StoredFacts) -> int:
    holding = select(func.count()).where(
        HealthNote.plan_id == f.plan_id, HealthNote.ended_at.is_(None)
    )
    return f.conn.execute(holding).scalar_one()


def _wish_waits(f: StoredFacts) -> bool:
    wanted = select(Wish.kind, Wish.to_party_id).where(
        Wish.plan_id == f.plan_id, Wish.answered_at.is_(None)
    )
    return any(_is_answered_by(f, one.kind, one.to_party_id) for one in f.conn.execute(wanted))


def _is_answered_by(f: PlanFacts, kind: str, to: str | None) -> bool:
    """Whether a wish is the actor's to answer: of messages that she reads, or of letters to her office.

    A request for access is answered by another step; the wish for another coordinator, and what is
    asked of a plan that has ended, is the coordinating unit's to answer, whatever else it reads.
    """
    ended = kind == "step" and f.plan_state == CLOSED
    if (ended or kind == "change_coordinator") and "coordinating_unit" in f.access.relations:
        return True
    sees = f.access.visibility()
    mine = MESSAGES in sees.scopes or bool(sees.letters and to in (None, sees.letters))
    return kind != "access" and mine


def _more_time(f: StoredFacts) -> bool:
    return _has(f, DataRequest, *ABOUT_DATA, DataRequest.longer_at.is_(None)) or _has(
        f, Wish, *ACCESS, Wish.longer_at.is_(None)
    )


def _more_time_on_page(f: PageFacts) -> bool:
    asked: tuple[DataRequestView | WishView, ...] = (*f.view.parts[DataRequestView], *_access(f))
    return any(one.longer_at is None for one in asked)


def _other_open_plan(f: StoredFacts) -> bool:
    """Another plan of the person is open, duplicates apart; for a report, of whom it is about."""
    person = getattr(f.form, "person_id", None) or f.person_id
    if not person:
        return False
    others = select(Plan.id).where(Plan.person_id == person, OPEN_PLAN, Plan.id != f.plan_id)
    return f.conn.execute(others.limit(1)).first() is not None


STANDING = (
    Fact(
        "consent_to_plan",
        lambda f: _has(f, Consent, Consent.receiver_id.is_(None), allows(Consent, f.now)),
        lambda f: any(one.receiver_id is None for one in f.view.sharing),
        of_plan=True,
    ),
    Fact(
        "transition_stands",
        lambda f: _runs(f, TRANSITIONS),
        lambda f: _runs_on_page(f, TRANSITIONS),
        of_plan=True,
    ),
    Fact(
        "emergency_waits",
        lambda f: _runs(f, EMERGENCY),
        lambda f: _runs_on_page(f, EMERGENCY),
        of_plan=True,
    ),
    Fact(
        "complaint_open",
        lambda f: _has(f, Complaint, Complaint.outcome.in_(COMPLAINT_WAITS)),
        lambda f: bool(f.view.parts[ComplaintView]),
        of_plan=True,
    ),
    Fact(
        "complaint_new",
        lambda f: _has(f, Complaint, Complaint.outcome == NEW_COMPLAINT),
        lambda f: _complaint_on_page(f, NEW_COMPLAINT),
        of_plan=True,
    ),
    Fact(
        "complaint_forwarded",
        lambda f: _has(f, Complaint, Complaint.outcome == FORWARDED),
        lambda f: _complaint_on_page(f, FORWARDED),
        of_plan=True,
    ),
    Fact(
        "access_asked",
        lambda f: _has(f, Wish, *ACCESS),
        lambda f: bool(_access(f)),
        of_plan=True,
    ),
    Fact(
        "wish_waits",
        _wish_waits,
        lambda f: any(
            _is_answered_by(f, one.kind, one.to_party_id) for one in f.view.parts[WishView]
        ),
        of_plan=True,
    ),
    Fact(
        "representatives",
        lambda f: tuple(one.ground for one in list_givers(f)),
        lambda f: tuple(one.ground for one in givers_on_page(f)),
        of_plan=True,
    ),
    Fact(
        "receivers",
        _receivers,
        lambda f: sum(one.receiver_id is not None for one in f.view.sharing),
        of_plan=True,
    ),
    Fact("health_notes", _health_notes, lambda f: len(f.view.parts[HealthNoteView]), of_plan=True),
    Fact(
        "data_asked",
        lambda f: _has(f, DataRequest, *ABOUT_DATA),
        lambda f: bool(f.view.parts[DataRequestView]),
        of_plan=True,
    ),
    Fact(
        "more_time_left",
        _more_time,
        _more_time_on_page,
        of_plan=True,
    ),
    Fact(
        "other_open_plan",
        _other_open_plan,
        lambda f: bool(f.view.parts[OtherPlanView]),
        of_plan=True,
    ),
)
