"""Reviewing a plan together on one page: an answer for every open measure, then the plan goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from web import forms, guards
from web.actor import current_actor
from web.clock import now
from web.database import db, engine
from web.forms import Form
from web.staff import asking, labels
from web.staff.asking import Question
from web.staff.blueprint import pages
from web.staff.buttons import Buttons
from web.staff.measure_table import due
from web.staff.plan import buttons_of
from web.staff.sharing import relatives
from web.staff.step import Answer, attempt, back, page_of_refusal, pressed_twice
from web.words import N_, gettext
from workflow.acts import composite
from workflow.acts import engine as steps
from workflow.acts.engine import retried
from workflow.acts.measures import HOW_IT_WENT, OUTCOMES
from workflow.acts.registry import ACTS
from workflow.acts.step import Done
from workflow.record.access import Opened
from workflow.record.models import Measure

CARRY, DONE, AGAIN = "carry", "done", "again"
ANSWERS = (
    (CARRY, N_("Fortsetter som før")),
    (DONE, N_("Ferdig")),
    (AGAIN, N_("Evaluert, fortsetter med ny dato")),
)
WAITING = ("decided", "active", "transferred")
WRITTEN = TypeAdapter(date)


@dataclass(frozen=True)
class Answered:
    """What was said about one measure."""

    measure: Measure
    answer: str = CARRY
    outcome: str = "achieved"
    rating: str = "no_answer"
    due_on: str = ""
    words: str = ""
    version: int | None = None
    errors: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        """The part of the controls' names that tells the measures apart."""
        return self.measure.id


@pages.get("/plan/<plan_id>/evaluering")
@guards.plan_route("read", kind="review")
def review(opened: Opened) -> Answer:
    """All open measures with «fortsetter som før» chosen, and the questions about the plan."""
    asked = asking.question(buttons_of(opened), "C6", None)
    denied = asked.buttons.of_plan.closed.get("P10", ())
    if denied:
        return page_of_refusal(asked, denied)
    listed = [Answered(measure, version=measure.version) for measure in waiting(asked.buttons)]
    return show(asked, narrowed(asking.blank(asked), asked.buttons), listed)


@pages.post("/plan/<plan_id>/evaluering")
@guards.plan_route("read", kind="review")
def reviewed(opened: Opened) -> Answer:
    """Every answer and the review itself in one transaction; P11 too unless «bare evaluer»."""
    asked = asking.question(buttons_of(opened), "C6", None)
    listed = [checked(answered(measure)) for measure in waiting(asked.buttons)]
    form = narrowed(read(asked), asked.buttons)
    if form.value is None or any(one.errors for one in listed):
        return show(asked, form, listed), 422
    if pressed_twice(asked):
        return back(asked, opened.plan.id)
    work = everything(opened.plan.id, form.value, form.version, listed, "_bare" in request.form)
    return attempt(
        asked,
        form,
        lambda: performed(work),
        lambda again, kept, reasons=(), news=(): show(again, kept, listed, reasons, news),
    )


def waiting(buttons: Buttons) -> list[Measure]:
    """The measures that the review must answer for."""
    return [measure for measure in buttons.view.measures if measure.state in WAITING]


def answered(measure: Measure) -> Answered:
    """What was posted about a measure."""

    def said(name: str) -> str:
        return forms.without_foul(forms.tidy(request.form.get(f"{name}-{measure.id}", "")))

    version = said("versjon")
    return Answered(
        measure,
        answer=said("svar") or CARRY,
        outcome=said("utfall") or "achieved",
        rating=said("syn") or "no_answer",
        due_on=forms.in_iso(said("dato"), "date"),
        words=said("ord")[:2000],
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
    )


def checked(one: Answered) -> Answered:
    """With what must be filled in before it can be saved."""
    return replace(one, errors=tuple(problems(one)))


def problems(one: Answered) -> Iterator[str]:
    """What cannot be accepted about one measure's answer."""
    if one.answer not in dict(ANSWERS) or one.outcome not in dict(OUTCOMES):
        yield gettext("Velg ett av svarene.")
    if one.rating not in dict(HOW_IT_WENT):
        yield gettext("Velg ett av svarene.")
    if one.answer == AGAIN and day_of(one.due_on) is None:
        yield gettext("Skriv en ny dato.")
    if one.answer == AGAIN and not one.measure.completed_on and not one.words:
        yield gettext("Skriv noen ord om hvorfor det ikke er gjort ennå.")


def day_of(text: str) -> date | None:
    """A posted day, or nothing."""
    try:
        return WRITTEN.validate_strings(text) if text else None
    except ValidationError:
        return None


def read(asked: Question) -> Form[Any]:
    """The questions about the plan, without those of the measures."""
    own: MultiDict[str, str] = MultiDict(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name in asked.model.model_fields or name in forms.OWN
    )
    form = forms.read(asked.model, own, choices=asked.choices, only=asked.names)
    return asking.arranged(form, asked)


def narrowed(form: Form[Any], buttons: Buttons) -> Form[Any]:
    """Without the carried measures, which answer above, and relatives where nobody is to be discussed."""
    hidden = {"carried"}
    if not buttons.asked.facts.undiscussed_relatives:
        hidden |= {"relatives_discussed", "relatives_why_not", "relatives_again_on"}
    return replace(form, fields=tuple(one for one in form.fields if one.name not in hidden))


def everything(
    plan_id: str, value: BaseModel, version: int | None, listed: list[Answered], only: bool
) -> Callable[[Session], list[Done]]:
    """The work: the measures' rows, then P10, then P11 unless the plan is only reviewed."""
    # Evaluated and going on is open again by then: it is carried, with its new date.
    carried = [one.id for one in listed if one.answer != DONE]
    whole = value.model_copy(update={"carried": carried})
    rows = ("P10",) if only else ("P10", "P11")

    def work(session: Session) -> list[Done]:
        done = [step for one in listed for step in measure_rows(session, one, whole)]
        for n, row_id in enumerate(rows):
            form = composite.part(row_id, whole)
            # The version read with the page counts for the first row; the second follows it.
            done.append(fire(session, row_id, plan_id, None, form, None if n else version))
        return done

    return work


def measure_rows(session: Session, one: Answered, value: Any) -> Iterator[Done]:
    """The rows that one answer becomes; a carried measure becomes none."""
    version = one.version
    for row_id, said in rows_for(one):
        agreed = value.model_dump(include=set(asking.AGREEMENT))
        form = ACTS[row_id].form(**agreed, **said)
        yield fire(session, row_id, one.measure.plan_id, one.id, form, version)
        version = None


def rows_for(one: Answered) -> Iterator[tuple[str, dict[str, Any]]]:
    """Row and fields, in the order they are taken."""
    if one.answer == CARRY:
        return
    if one.answer == DONE and not one.measure.completed_on:
        yield "M6", {}
    if one.answer == AGAIN and one.measure.state == "decided":
        yield "M5", {}
    words = {"why_not_done": one.words} if one.answer == AGAIN else {}
    yield (
        "M7",
        {
            "outcome": one.outcome,
            "rating": one.rating,
            "result_words": one.words if one.answer == DONE else "",
            **words,
        },
    )
    if one.answer == DONE:
        yield "M9", {}
    else:
        yield "M8", {"due_on": day_of(one.due_on)}


def fire(
    session: Session, row_id: str, plan_id: str, key: str | None, form: Any, version: int | None
) -> Done:
    """One row in the open transaction."""
    return steps.fire(
        session,
        current_actor(),
        row_id,
        plan_id=plan_id,
        subject_id=key,
        form=form,
        version=version,
        now=now(),
    )


def performed(work: Callable[[Session], list[Done]]) -> list[Done]:
    """Run the work in a transaction of its own, again where only the plan's head moved."""
    db.session.remove()
    return retried(engine(), work, "C6")


def show(
    asked: Question, form: Form[Any], listed: list[Answered], reasons: Any = (), news: Any = ()
) -> str:
    """The page: one row of questions for each measure, then those about the plan."""
    buttons = asked.buttons
    return render_template(
        "staff/review.html",
        view=buttons.view,
        plan=buttons.view.plan,
        form=form,
        listed=[
            (one, labels.joint(buttons.view, one.measure), due(buttons, one.measure))
            for one in listed
        ],
        answers=[(code, gettext(words)) for code, words in ANSWERS],
        relatives=relatives(buttons),
        outcomes=[(code, gettext(words)) for code, words in OUTCOMES],
        ratings=[(code, gettext(words)) for code, words in HOW_IT_WENT],
        reasons=[replace(one, step=None) for one in reasons],
        news=news,
        back=url_for("staff.plan", plan_id=buttons.view.plan.id),
        address=url_for("staff.review", plan_id=buttons.view.plan.id),
    )
