"""Loggkontroll: the months, what was found in each, and the privacy officer's answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, respond_to_post
from web.forms import field_errors, model_forms
from web.forms.model_forms import WebForm
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import open_unit
from web.request.language import current_language
from web.request.reader import current_reader
from web.request.translate import gettext
from web.staff.blueprint import pages
from workflow.acts.privacy import access_log_review as reviews
from workflow.acts.privacy.access_log_review import FindingAnswer
from workflow.acts.privacy.emergency_report import is_month
from workflow.record.access.open_plan import write_trace
from workflow.record.models import LogFinding, LogReview, Party, Plan
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.denials import BadInput
from workflow.rules.privacy.access_log_rules import KINDS
from workflow.words.labels.access_log_review import kind_words, outcome_words

MOST_MONTHS = 36
Found = tuple[LogFinding, str | None, str | None, str | None]  # who, her title, the plan


@dataclass(frozen=True)
class FindingLine:
    """One finding as the page shows it: codes in words, the plan by its number only."""

    id: str
    kind: str
    who: str
    title: str
    plan_id: str | None
    number: str
    looks: int
    first_at: datetime | None
    last_at: datetime | None
    outcome: str
    answer: str
    counts_plans: bool

    @property
    def same_day(self) -> bool:
        """Whether the first and the last look lie on one Norwegian day."""
        both = self.first_at is not None and self.last_at is not None
        return both and oslo_date(self.first_at) == oslo_date(self.last_at)  # type: ignore[arg-type]


@pages.get("/loggkontroll")
@access_guards.staff("trace", "privacy_officer")
def log_reviews() -> str:
    """The months, the newest first: what waits and what is finished."""
    with open_unit() as session:
        months = session.scalars(
            select(LogReview).order_by(LogReview.month.desc()).limit(MOST_MONTHS)
        ).all()
        rows = [
            (one, reviews.count_left(session, one.id), reviews.is_late(one, now()))
            for one in months
        ]
        return render_template("staff/log_reviews.html", rows=rows)


@pages.get("/loggkontroll/<month>")
@access_guards.staff("trace", "privacy_officer")
def log_review(month: str) -> str:
    """What was found in one month."""
    with open_unit() as session:
        review = find_review(session, month)
        lines = [line(row) for row in findings(session, review)]
        trace_review(session, lines)
        return render_template(
            "staff/log_review.html",
            review=review,
            lines=lines,
            left=sum(not one.outcome for one in lines),
            late=reviews.is_late(review, now()),
        )


def find_review(session: Session, month: str) -> LogReview:
    """The review of a month in the reader's municipality, else 404."""
    review = None
    if is_month(month):
        review = reviews.of_month(session, month)
    if review is None:
        abort(404)
    return review


def findings(session: Session, review: LogReview, key: str = "") -> list[Found]:
    """The findings of a review, or one of them, with who and which plan; what matters most first."""
    query = (
        select(LogFinding, Party.name, Party.title, Plan.number)
        .outerjoin(Party, Party.id == LogFinding.party_id)
        .outerjoin(Plan, Plan.id == LogFinding.plan_id)
        .where(LogFinding.review_id == review.id)
    )
    asked = query.where(LogFinding.id == key) if key else query
    rows: list[Found] = [(one, who, title, no) for one, who, title, no in session.execute(asked)]
    return sorted(rows, key=lambda row: (KINDS.index(row[0].kind), row[1] or "", row[0].id))


def line(row: Found) -> FindingLine:
    """A finding in words."""
    one, who, title, number = row
    return FindingLine(
        one.id,
        kind_words(one.kind, current_language()),
        who or "",
        title or "",
        one.plan_id,
        number or "",
        one.looks,
        one.first_at,
        one.last_at,
        outcome_words(one.outcome, current_language()),
        one.answer,
        one.kind == "many_plans",
    )


def trace_review(session: Session, lines: list[FindingLine]) -> None:
    """The privacy officer has seen which plans were looked at: one row."""
    shown = ",".join(sorted({one.plan_id for one in lines if one.plan_id}))
    if shown:
        write_trace(
            session, current_actor(), "log_review", "privacy_officer", now(), plan_ids=shown
        )


@pages.get("/loggkontroll/<month>/<finding_id>")
@access_guards.staff("trace", "privacy_officer")
def log_finding(month: str, finding_id: str) -> str:
    """One finding with its facts, and the question of what it was."""
    with open_unit() as session:
        return finding_page(session, month, finding_id)


def finding_page(
    session: Session, month: str, key: str, form: WebForm[FindingAnswer] | None = None
) -> str:
    """The page of a finding; 404 where it is not the month's."""
    review = find_review(session, month)
    rows = findings(session, review, key)
    if not rows:
        abort(404)
    one = line(rows[0])
    trace_review(session, [one])
    given = {"outcome": rows[0][0].outcome, "answer": one.answer} if one.outcome else None
    shown = form or model_forms.show(FindingAnswer, values=given)
    return render_template("staff/log_finding.html", review=review, one=one, form=shown)


@pages.post("/loggkontroll/<month>/<finding_id>")
@access_guards.staff("", "privacy_officer")
def answer_finding(month: str, finding_id: str) -> Answer:
    """Keeps the answer."""

    def keep(value: FindingAnswer) -> None:
        with open_unit() as session:
            reviews.answer(session, current_actor(), finding_id, value, now())

    def saved(_: object) -> Response:
        flash(gettext("Svaret er lagret."))
        return redirect(url_for("staff.log_review", month=month), 303)

    def again(kept: WebForm[FindingAnswer], _: object) -> str:
        with open_unit() as session:
            return finding_page(session, month, finding_id, kept)

    return respond_to_post(model_forms.read(FindingAnswer, request.form), keep, saved, again)


@pages.post("/loggkontroll/<month>/ferdig")
@access_guards.staff("", "privacy_officer")
def finish_review(month: str) -> Response:
    """Closes the month, or says that something has no answer yet."""
    try:
        with open_unit() as session:
            reviews.finish(session, current_actor(), month, now())
    except BadInput as stopped:
        _, code, params = stopped.problems[0]
        flash(field_errors.error_sentence(code, "", params))
        return redirect(url_for("staff.log_review", month=month), 303)
    flash(gettext("Måneden er ferdig kontrollert."))
    return redirect(url_for("staff.log_reviews"), 303)


def waiting_reviews(session: Session) -> list[tuple[str, bool]]:
    """The months that wait for this reader, and whether each is late.

    The privacy officer has them from the start; who leads her hears of what is late.
    """
    who = current_reader()
    if not who.roles & {"privacy_officer", "leader"}:
        return []
    months = reviews.unfinished_reviews(session)
    lines = [(one.month, reviews.is_late(one, now())) for one in months]
    if "privacy_officer" in who.roles:
        return lines
    leads = who.party_id in reviews.leaders(session, now())
    return [one for one in lines if one[1]] if leads else []
