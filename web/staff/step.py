"""Taking any step of a plan: its form, why it is not open, and what happened when it was sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from pydantic import BaseModel
from werkzeug.wrappers import Response

from web import field_errors, guards
from web.actor import current_actor
from web.clock import now
from web.database import db, db_session, engine
from web.doorbell import ring
from web.forms import Form
from web.staff import asking, labels
from web.staff.asking import Question
from web.staff.blueprint import pages
from web.staff.buttons import Buttons, Subject, rows_of
from web.staff.plan import READS, buttons_of
from web.steps import Reason
from web.words import gettext
from workflow.acts.composite import part, perform_any, why_not_any
from workflow.acts.forms import said
from workflow.acts.step import Done
from workflow.record.access import Opened, standing
from workflow.record.models import Plan
from workflow.record.plan_shapes import EventView, MeetingView
from workflow.rules.denials import BadInput, Denial, Refused, SecondOpenPlan, Stale
from workflow.rules.policy import may_read
from workflow.rules.tables import COMPOSITE_BY_ID, ROWS

# They make a plan, or take a file: their pages stand elsewhere.
NOT_HERE = frozenset({"P1", "P2", "P30", "C1", "A43"})
SAME_PRESS = timedelta(seconds=15)
Answer = str | Response | tuple[str, int]


@pages.get("/plan/<plan_id>/steg/<step_id>")
@guards.plan_route(*READS, kind="step")
def step(opened: Opened, step_id: str) -> Answer:
    """The step's questions, or why it is not open now."""
    if step_id in ("C6", "P10"):
        return redirect(url_for("staff.review", plan_id=opened.plan.id))
    if step_id == "A43":
        chosen = request.args.get("party_id")
        return redirect(url_for("staff.signed", plan_id=opened.plan.id, party_id=chosen))
    asked = found(opened, step_id)
    denied = why_not_any(
        db_session(), current_actor(), step_id, plan_id=opened.plan.id, subject_id=asked.key,
        now=now(),
    )  # fmt: skip
    if denied:
        return page_of_refusal(asked, denied)
    return page(asked, asking.blank(asked))


def page_of_refusal(asked: Question, denied: Sequence[Denial]) -> str:
    """Why the step is not open now."""
    return render_template("staff/not_open.html", **around(asked), reasons=told(asked, denied))


@pages.post("/plan/<plan_id>/steg/<step_id>")
@guards.plan_route(*READS, kind="step")
def take(opened: Opened, step_id: str) -> Answer:
    """Take the step and lead back to the plan; refused, everything typed is shown again."""
    asked = found(opened, step_id)
    form = asking.posted(asked)
    if form.value is None:
        return page(asked, form), 422
    if pressed_twice(asked, form.value):
        return back(asked, opened.plan.id)
    return attempt(asked, form, lambda: perform(asked, form.value, form.version))


def attempt(
    asked: Question, form: Form[Any], work: Callable[[], list[Done]], show: Any = None
) -> Answer:
    """Run the work; each kind of refusal comes back to the form (drawn by `show`) with its words."""
    show = show or page
    try:
        done = work()
    except BadInput as wrong:
        return show(fresh(asked), with_problems(form, wrong)), 422
    except Refused as refused:
        again = fresh(asked)
        return show(again, form, told(again, refused.denials)), 409
    except SecondOpenPlan:
        sentence = gettext("Personen har en åpen plan fra før.")
        return show(fresh(asked), form.with_error(sentence)), 409
    except Stale:
        return moved(fresh(asked), form, show)
    ring()
    return back(asked, done[-1].plan_id)


def perform(asked: Question, value: BaseModel | None, version: int | None) -> list[Done]:
    """One call to the use case, in a transaction of its own."""
    db.session.remove()
    return perform_any(
        engine(), current_actor(), asked.step_id, plan_id=asked.buttons.view.plan.id,
        subject_id=asked.key, form=value, version=version, now=now(),
    )  # fmt: skip


def found(opened: Opened, step_id: str) -> Question:
    """The step asked about, and what it is about; 404 for what is not of this plan."""
    if step_id in NOT_HERE or not (step_id in ROWS or step_id in COMPOSITE_BY_ID):
        abort(404)
    buttons = buttons_of(opened)
    return asking.question(buttons, step_id, subject_of(buttons, step_id))


def subject_of(buttons: Buttons, step_id: str) -> Subject:
    """The measure or meeting of the address; nothing where the step is about the plan."""
    key = request.args.get("subject", "")
    row = ROWS[rows_of(step_id)[0]]
    if row.machine == "plan" or row.sources == ("start",):
        return None
    listed = buttons.view.measures if row.machine == "measure" else buttons.view.meetings
    subject: Subject = next((one for one in listed if one.id == key), None)
    if subject is None:
        abort(404)
    return subject


def fresh(asked: Question) -> Question:
    """The same question on the plan as it is now."""
    plan = db_session().get(Plan, asked.buttons.view.plan.id)
    assert plan is not None
    stands = standing(db_session(), current_actor(), plan.id, now())
    buttons = buttons_of(Opened(plan, stands, ""))
    return asking.question(buttons, asked.step_id, subject_of(buttons, asked.step_id))


def around(asked: Question) -> dict[str, Any]:
    """What every page of a step shows beside the form."""
    view = asked.buttons.view
    content = "read" if may_read("read", asked.buttons.asked.standing.relations) else ""
    return {
        "view": view,
        "plan": view.plan,
        "content": content,
        "title_words": asked.buttons.name_of(asked.step_id),
        "about": about(asked),
        "step_id": asked.step_id,
        "subject": asked.subject,
        "back": where_next(asked, view.plan.id),
        "address": asked.buttons.address(asked.step_id, asked.subject, {}),
        "others": siblings(asked),
    }


def about(asked: Question) -> str:
    """What the step is about, in a line under the heading."""
    return str(getattr(asked.subject, "text", "")) or ""


def siblings(asked: Question) -> list[Any]:
    """The other ways to the same thing: only proposed, agreed, or done at once."""
    family = ("C2", "C3", "M1")
    if asked.step_id not in family or not asked.buttons.coordinates:
        return []
    goal = request.args.get("goal_id", "")
    look: dict[str, Any] = {"goal_id": goal} if goal else {}
    return [asked.buttons.step(one, **look) for one in family if one != asked.step_id]


def page(asked: Question, form: Form[Any], reasons: Any = (), news: Any = ()) -> str:
    """The step's page with its form; what stands in the way is said above it."""
    return render_template(
        "staff/step.html", **around(asked), form=form, reasons=reasons, news=news
    )


def told(asked: Question, denials: Sequence[Denial]) -> list[Reason]:
    """The reasons as the page shows them, each with the button that clears it."""
    return [asked.buttons.reason(denial) for denial in denials]


def with_problems(form: Form[Any], wrong: BadInput) -> Form[Any]:
    """The form with each problem beside its field."""
    names = {shown.name for shown in form.fields}
    for name, code, params in wrong.problems:
        sentence = field_errors.sentence(code, "", params)
        form = form.with_error(sentence, name if name in names else "")
    return form


def moved(asked: Question, form: Form[Any], show: Any) -> Answer:
    """409: what has happened since, and the form as it was typed, ready to be saved again."""
    seen = version_seen()
    since = tuple(event for event in asked.buttons.view.events if event.seq > seen)
    news = labels.told(asked.buttons.view, since or asked.buttons.view.events[:1])
    version = asked.buttons.version(asked.step_id, asked.subject)
    sentence = gettext("Noen endret dette mens du skrev. Se hva som er nytt, og lagre igjen.")
    kept = replace(form.with_error(sentence), version=version)
    return show(asked, kept, (), news), 409


def version_seen() -> int:
    """The plan's version that the page was drawn from; everything is new to a page without one."""
    said = request.form.get("_seen", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def pressed_twice(asked: Question, value: BaseModel | None = None) -> bool:
    """The same came before from another window: the reader has just taken this step, saying this.

    One and the same press is the engine's to know; other words are another step, never dropped.
    Without a value only the step is compared: a page whose rows carry versions asks so.
    """
    if "_seen" not in request.form:
        return False
    key = asked.key or ""
    last = rows_of(asked.step_id)[-1]
    return any(
        event.row_id == last
        and event.seq > version_seen()
        and event.actor_id == current_actor().party_id
        and key in ("", event.subject_id)
        and now() - event.at < SAME_PRESS
        and (value is None or same_words(event, last, value))
        for event in asked.buttons.view.events
    )


def same_words(event: EventView, row_id: str, value: BaseModel) -> bool:
    """The event was told with these very answers."""
    codes, words = said(part(row_id, value))
    told = {k.removeprefix("form."): v for k, v in event.words.items() if k.startswith("form.")}
    return (event.text.get("form") or {}) == codes and told == words


def back(asked: Question, plan_id: str) -> Response:
    """To the page the step belongs to, with a line that says it is saved."""
    taken = "P10" if asked.step_id == "C6" and "_bare" in request.form else asked.step_id
    flash(gettext("Lagret: %(what)s.", what=asked.buttons.name_of(taken)))
    return redirect(where_next(asked, plan_id), 303)


def where_next(asked: Question, plan_id: str) -> str:
    """The meeting's own page, the plan, or the front door for who may no longer read it."""
    stands = standing(db_session(), current_actor(), plan_id, now())
    if not any(may_read(act, stands.relations) for act in READS):
        return url_for("home.front")
    if isinstance(asked.subject, MeetingView) and may_read("read", stands.relations):
        return url_for("staff.meeting", plan_id=plan_id, meeting_id=asked.subject.id)
    return url_for("staff.plan", plan_id=plan_id)
