"""Answering a notice: seen, or put off to a day with a reason."""

from __future__ import annotations

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, respond_to_post
from web.forms import field_errors, model_forms
from web.forms.model_forms import WebForm
from web.page.formats import day
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now, today
from web.request.database import db_session, open_unit
from web.request.reader import current_reader
from web.request.translate import gettext
from web.staff.blueprint import pages
from web.staff.notices.messages import item_of
from workflow.acts.notices import inbox, snooze
from workflow.acts.notices.inbox import NoticeLine
from workflow.acts.notices.snooze import REASONS, Reminder, SnoozeForm
from workflow.rules.engine.denials import NotThere

SOME_DAYS = timedelta(days=3)


@pages.post("/meldinger/<notice_id>/sett")
@access_guards.staff(kind="waiting")
def seen(notice_id: str) -> Response:
    """«Sett»: no more reminders of this to the reader; others are told as before."""
    with open_unit() as session:
        snooze.acknowledge(session, current_actor(), notice_id, now())
    flash(gettext("Merket som sett. Du får ikke flere påminnelser om det."))
    return redirect(url_for("staff.messages"), 303)


@pages.get("/meldinger/<notice_id>/senere")
@access_guards.staff(kind="waiting")
def later(notice_id: str) -> str:
    """When to be reminded, and why it waits; or why it cannot wait."""
    line, reminder = find_reminder(notice_id)
    latest = reminder.latest(today())
    start = {"until_on": min(today() + SOME_DAYS, latest)} if latest else {}
    return later_page(line, reminder, blank(start))


@pages.post("/meldinger/<notice_id>/senere")
@access_guards.staff(kind="waiting")
def put_off(notice_id: str) -> Answer:
    """Puts it off once; the day and the reason are kept with the notice."""
    line, reminder = find_reminder(notice_id)

    def keep(wanted: SnoozeForm) -> date:
        with open_unit() as session:
            snooze.snooze(session, current_actor(), notice_id, wanted, now())
        return wanted.until_on

    def saved(until_on: date) -> Response:
        flash(gettext("Du blir minnet på det %(day)s.", day=day(until_on)))
        return redirect(url_for("staff.messages"), 303)

    form = model_forms.read(SnoozeForm, request.form, choices=reason_choices())
    return respond_to_post(form, keep, saved, lambda kept, _: later_page(line, reminder, kept))


def find_reminder(notice_id: str) -> tuple[NoticeLine, Reminder]:
    """The reader's own notice about a deadline, as the list shows it. Raises NotThere."""
    who = current_reader()
    listed = inbox.list_notices(db_session(), who.party_id, now())
    line = next((one for one in listed if one.id == notice_id), None)
    about = snooze.reminders(db_session(), current_actor(), now(), [notice_id])
    if line is None or notice_id not in about:
        raise NotThere(notice_id)
    return line, about[notice_id]


def reason_choices() -> dict[str, list[tuple[str, str]]]:
    """The reasons that staff choose from."""
    return {"reason": [(code, gettext(words)) for code, words in REASONS]}


def blank(start: dict[str, date]) -> WebForm[SnoozeForm]:
    return model_forms.show(SnoozeForm, start, choices=reason_choices())


def later_page(line: NoticeLine, reminder: Reminder, form: WebForm[SnoozeForm]) -> str:
    """The page of one notice: the form, or the reason that there is none."""
    why = reminder.why_not(today())
    return render_template(
        "staff/later.html",
        item=item_of(line),
        notice_id=line.id,
        form=form,
        latest=reminder.latest(today()),
        why_not=field_errors.error_sentence(why, "", {}) if why else "",
    )
