"""A question from another municipality: the summary, who may be the same here, yes or no, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, respond_to_post
from web.forms import model_forms, pickers
from web.forms.model_forms import WebForm, make_required
from web.page.formats import day, weekday
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.doorbell import CROSS, ring_workers
from web.request.language import current_language
from web.request.reader import current_reader
from web.request.template_globals import current_settings
from web.request.translate import N_, gettext, ngettext
from web.staff.blueprint import pages
from web.staff.lists.find_person import describe
from web.staff.lists.my_plans import plan_address
from workflow.acts.crossing import answer
from workflow.acts.crossing.answer import CrossingQuestion, TakeOverForm, TurnDownForm
from workflow.acts.neighbours import directory
from workflow.acts.neighbours.messages import PlanSummary
from workflow.record.crossing.hand_over import find_told
from workflow.record.models import Party
from workflow.rules.crossing.hand_over import ACCEPTED, LAPSED, OFFERED, REFUSED, RELEASED
from workflow.rules.engine.denials import NotThere, PlanlopError, Stale
from workflow.rules.sharing.scopes import GOALS, MEASURES
from workflow.words.labels.scopes import parts_in_a_row

NEEDED = (*TakeOverForm.model_fields, *TurnDownForm.model_fields)
TITLES: Mapping[str, str] = {
    OFFERED: N_("%(place)s spør om dere tar over en plan"),
    ACCEPTED: N_("Dere tar over en plan fra %(place)s"),
    RELEASED: N_("Dere har tatt over en plan fra %(place)s"),
    REFUSED: N_("Planen blir i %(place)s"),
    LAPSED: N_("Planen blir i %(place)s"),
}
NEXT: Mapping[str, str] = {
    OFFERED: N_("%(place)s svarer for planen til den er overført."),
    ACCEPTED: N_("Vi har sagt ja. %(place)s svarer for planen til den er overført."),
    RELEASED: N_("Planen er her fra %(day)s. Nå svarer vi for den."),
    REFUSED: N_("Vi har sagt nei. %(place)s svarer for planen som før."),
    LAPSED: N_("%(place)s har tatt spørsmålet tilbake."),
    "expired": N_("Svarfristen gikk ut. %(place)s svarer for planen som før."),
    "withdrawn": N_("%(place)s har trukket spørsmålet og svarer for planen som før."),
    "closed": N_("Planen er avsluttet i %(place)s."),
    "consent": N_("Personen vil ikke flytte planen likevel. %(place)s svarer for den."),
    "silent": N_("Vi har ikke hørt fra %(place)s på lenge. Spørsmålet er lagt bort."),
}
AFTER_YES = N_("Dere får beskjed når planen er her.")
DELETED = N_("Sammendraget er slettet.")
TOO_LATE = N_("Noen svarte, eller spørsmålet falt bort, mens du skrev. Svaret ditt ble ikke sendt.")


@dataclass(frozen=True)
class FromElsewhere:
    """A question from another municipality on the list of what waits: no name in it."""

    asked: CrossingQuestion
    title: str
    next: str
    address: str

    @property
    def is_open(self) -> bool:
        """Whether an answer waits here."""
        return self.asked.state == OFFERED


def list_questions(session: Session) -> list[FromElsewhere]:
    """What other municipalities have asked, for those who answer to them."""
    waits = answer.waiting(session, current_actor(), now())
    return [from_elsewhere(one, directory.name_of(session, one.neighbour_code)) for one in waits]


def from_elsewhere(one: CrossingQuestion, place: str) -> FromElsewhere:
    """One question as a list shows it."""
    after = gettext(NEXT[one.state], place=place)
    return FromElsewhere(
        one, title_of(one.state, place), after, url_for("staff.crossing", crossing_id=one.id)
    )


def title_of(state: str, place: str) -> str:
    """What a question is called by how it stands; nobody's name is in it."""
    return gettext(TITLES[state], place=place)


@pages.get("/overtakelse/<crossing_id>")
@access_guards.staff(kind="waiting")
def crossing(crossing_id: str) -> str:
    """The question as it stands; whoever reads the summary is written down first."""
    return page(crossing_id)


@pages.post("/overtakelse/<crossing_id>/ja")
@access_guards.staff(kind="waiting")
def take_over(crossing_id: str) -> Answer:
    """Says yes; the plan comes when the sender releases it."""
    known = current_settings()
    key = known.identity_key.get_secret_value()

    def say(session: Session, form: TakeOverForm) -> None:
        actor, real = current_actor(), known.production
        answer.accept(session, actor, crossing_id, form, key, now(), synthetic_only=not real)

    return send_answer(crossing_id, TakeOverForm, say)


@pages.post("/overtakelse/<crossing_id>/nei")
@access_guards.staff(kind="waiting")
def turn_down(crossing_id: str) -> Answer:
    """Says no; the summary is deleted here at once."""

    def say(session: Session, form: TurnDownForm) -> None:
        answer.refuse(session, current_actor(), crossing_id, form, now())

    return send_answer(crossing_id, TurnDownForm, say)


def send_answer(crossing_id: str, model: Any, say: Any) -> Answer:
    """Sends the answer; what stands in its way comes back with everything that was typed."""
    answer.find(db_session(), current_actor(), crossing_id, now())
    form = model_forms.read(model, request.form, choices=choices(model))

    def send(value: Any) -> None:
        with open_unit() as session:
            say(session, value)
        ring_workers(CROSS)

    def sent(_: object) -> Response:
        flash(gettext("Svaret er sendt."))
        return redirect(url_for("staff.crossing", crossing_id=crossing_id), 303)

    def again(kept: WebForm[Any], error: PlanlopError | None) -> str:
        if isinstance(error, Stale):  # nothing is left to answer: no form is drawn
            return page(crossing_id, late=request.form.get("reason", ""), told=gettext(TOO_LATE))
        return page(crossing_id, kept, model)

    return respond_to_post(form, send, sent, again)


@pages.get("/overtakelse/<crossing_id>/ja")
@pages.get("/overtakelse/<crossing_id>/nei")
@access_guards.staff(kind="waiting")
def asked_again(crossing_id: str) -> Response:
    """The address that stands in the browser after a form came back leads to the question."""
    answer.find(db_session(), current_actor(), crossing_id, now())
    return redirect(url_for("staff.crossing", crossing_id=crossing_id))


@pages.get("/overfort/<notice_id>")
@access_guards.staff(kind="waiting")
def handed_over(notice_id: str) -> str:
    """Where a plan went, for whoever coordinated it and reads it no more: place, number, who answers."""
    plain = "\x00" not in notice_id
    pair = find_told(db_session(), notice_id, current_reader().party_id) if plain else None
    if pair is None:
        raise NotThere(notice_id)
    number, left = pair
    title = gettext("Plan %(number)s er overført", number=number)
    return render_template("staff/handed_over.html", title_words=title, one=left)


def choices(model: Any) -> dict[str, list[tuple[str, str]]]:
    """The answers of a form's pickers."""
    return pickers.choices_of(model, pickers.Where(db_session(), now()))


def page(
    crossing_id: str,
    form: WebForm[Any] | None = None,
    model: Any = None,
    told: str = "",
    late: str = "",
) -> str:
    """The page of a question in whatever state it is; a form that was refused stands as it was."""
    with open_unit() as session:
        question, summary = answer.read_summary(session, current_actor(), crossing_id, now())
        place = directory.name_of(session, question["neighbour_code"])
        by = session.get(Party, question["answered_by"] or "")
        alike = answer.alike(session, summary) if summary and is_open(question) else ()
        home = session.get(Party, answer.whose_it_was(session, question) or "")
        return render_template(
            "staff/crossing.html",
            one=question,
            place=place,
            told=told,
            late=late,
            title_words=title_of(question["state"], place),
            open=is_open(question),
            next=what_next(question, place),
            summary=facts_of(summary, is_open(question)),
            person=summary,
            whom=whom_to_ask(summary, place),
            alike=[describe(one) for one in alike],
            answer=answer_of(question, by.name if by else ""),
            home=home.name if home else "",
            yes=form_or_empty(TakeOverForm, form, model),
            no=form_or_empty(TurnDownForm, form, model),
            plan=plan_address(question["plan_id"]) if question["plan_id"] else "",
        )


def form_or_empty(model: Any, form: WebForm[Any] | None, sent: Any) -> WebForm[Any]:
    """The form as it was sent, or an empty one; the acts say themselves what they cannot do without."""
    mine = (
        form
        if form is not None and sent is model
        else model_forms.show(model, choices=choices(model))
    )
    return make_required(mine, NEEDED)


def is_open(question: Mapping[str, Any]) -> bool:
    """Whether it waits for our answer."""
    return bool(question["state"] == OFFERED)


def what_next(question: Mapping[str, Any], place: str) -> list[str]:
    """What holds now and what comes, in plain words."""
    state = question["state"]
    words = NEXT.get(question["why"], NEXT[state]) if state == LAPSED else NEXT[state]
    released = question["released_at"]
    lines = [gettext(words, place=place, day=day(released) if released else "")]
    lines += [gettext(AFTER_YES)] if state == ACCEPTED else []
    if state == RELEASED and not question["rests_on_old"]:
        lines.append(gettext("Kontoret behandler saken på nytt."))
    return [*lines, gettext(DELETED)] if state in (REFUSED, LAPSED) else lines


def facts_of(summary: PlanSummary | None, waits: bool) -> Sequence[tuple[str, str]]:
    """The summary as names and values; telephones stand in the template."""
    if summary is None:
        return ()
    goals = ngettext("%(num)d mål", "%(num)d mål", summary.goals)
    measures = ngettext("%(num)d tiltak i gang", "%(num)d tiltak i gang", summary.measures)
    known = {GOALS: goals, MEASURES: measures}
    counted = ", ".join(known[scope] for scope in known if scope in summary.scopes)
    home = summary.discharge_on
    return (
        (gettext("Svar innen"), weekday(summary.expires_at) if waits else ""),
        (gettext("Navn"), summary.name),
        (gettext("Født"), day(summary.born_on) if summary.born_on else ""),
        (gettext("Språk"), language_name(summary.language)),
        (gettext("Adressen er beskyttet"), gettext("ja") if summary.protection else ""),
        (gettext("Hvorfor spør de?"), summary.reason),
        (gettext("Kommer hjem"), day(home) if home else ""),
        (gettext("Første avtale etterpå"), summary.first_appointment),
        (gettext("Ikke på plass ennå"), summary.gaps),
        (gettext("Innvilget der"), gettext("Ja") if summary.granted else gettext("Nei")),
        (gettext("I planen"), counted),
        (gettext("Dette følger med"), parts_in_a_row(summary.scopes, current_language())),
    )


def whom_to_ask(summary: PlanSummary | None, place: str) -> list[tuple[str, str, str]]:
    """Who there knows the plan: the coordinator, and who asked where that is somebody else."""
    if summary is None:
        return []
    contacts = [
        (summary.coordinator, gettext("Koordinator"), summary.coordinator_phone),
        (summary.asked_by, gettext("Spurt av"), summary.asked_phone),
    ]
    once = contacts[:1] if summary.asked_by == summary.coordinator else contacts
    return [(name, f"{what}, {place}", phone) for name, what, phone in once if name]


def language_name(code: str) -> str:
    """What the person's language is called; nothing for bokmål, which needs no word."""
    if code in ("nb", "no"):
        return ""
    try:
        return Locale(code).get_display_name(current_language()) or code
    except ValueError:
        return code


def answer_of(question: Mapping[str, Any], by: str) -> Sequence[tuple[str, str]]:
    """What we answered, who did, and who takes over."""
    if not question["answered_at"]:
        return ()
    yes = question["state"] in (ACCEPTED, RELEASED)
    rests = (
        gettext("Ja") if question["rests_on_old"] else gettext("Nei, vi behandler saken på nytt")
    )
    return (
        (gettext("Svart"), day(question["answered_at"])),
        (gettext("Av"), by),
        (gettext("Hvorfor"), question["reason"] if question["state"] == REFUSED else ""),
        (gettext("Koordinator"), question["coordinator_name"]),
        (gettext("Kontor"), question["unit_name"]),
        (gettext("Bygger på det gamle vedtaket"), rests if yes else ""),
    )
