"""How the person wants to be told, asked once on her first page and changed on its own; reminders put off."""

from __future__ import annotations

from datetime import date, timedelta

from flask import flash, redirect, request, url_for
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.wrappers import Response

from web.both import notification_settings
from web.both.step_controller import Answer, respond_to_post
from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.page.formats import weekday
from web.person.base.blueprint import on_persons_side, pages, render_person_page, view_of
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now, today
from web.request.database import db_session, open_unit
from web.request.reader import current_reader
from web.request.translate import N_, gettext
from workflow.acts.notices import inbox, preferences, snooze
from workflow.acts.notices.preferences import NotificationSettings
from workflow.acts.notices.snooze import OWN_REASON, Reminder, SnoozeForm
from workflow.record.access.open_plan import OpenPlan
from workflow.rules.engine.denials import NotThere
from workflow.words.notices.notices import notice_sentence

AHEAD = (1, 3, 7)  # calendar days: tomorrow, in some days, in a week


class NotNow(BaseModel):
    """One of a few days."""

    model_config = ConfigDict(extra="forbid")
    until_on: date = Field(title=N_("Når passer det?"), json_schema_extra={"widget": "choice"})


@pages.get("/min/<plan_id>/beskjeder")
@access_guards.plan_route("own_pages", kind="account")
def telling(opened: OpenPlan) -> str:
    """The choice as it is, and what is sent word for word."""
    return telling_page(
        opened, notification_settings.filled_form(db_session(), "person", asked_fields(opened))
    )


@pages.post("/min/<plan_id>/beskjeder")
@access_guards.plan_route("own_pages", kind="account")
def tell_me(opened: OpenPlan) -> Answer:
    """Keeps the choice of whoever reads, for herself alone; what waits moves with it."""
    return keep_choice(opened)


def keep_choice(opened: OpenPlan) -> Answer:
    """The reader's choice is stored, or the form is shown again."""

    def saved(_: object) -> Response:
        flash(gettext("Det er lagret."))
        return redirect(url_for("person.home", plan_id=opened.plan.id), 303)

    form = notification_settings.read_posted("person", asked_fields(opened))
    return respond_to_post(
        form, notification_settings.keep, saved, lambda again, _: telling_page(opened, again)
    )


def asked_fields(opened: OpenPlan) -> list[str]:
    """The questions: reminders are the person's own, not her representative's."""
    own = "person" in opened.relations
    return [name for name in NotificationSettings.model_fields if own or name != "reminders"]


def telling_page(opened: OpenPlan, form: WebForm[NotificationSettings]) -> str:
    """The page with the form."""
    return render_person_page(
        "telling.html",
        opened,
        view_of(opened),
        title=gettext("Hvordan vil du få beskjed?"),
        form=form,
        sample=notification_settings.sample(),
        by_sms=notification_settings.has_sms(form),
    )


@pages.get("/min/<plan_id>/beskjed-til-meg")
@access_guards.plan_route("read", kind="account")
def telling_me(opened: OpenPlan) -> str:
    """The same for a relative or volunteer around the plan: their own choice, never the person's."""
    own_alone(opened)
    return telling_page(
        opened, notification_settings.filled_form(db_session(), "person", asked_fields(opened))
    )


@pages.post("/min/<plan_id>/beskjed-til-meg")
@access_guards.plan_route("read", kind="account")
def tell_only_me(opened: OpenPlan) -> Answer:
    """Keeps the choice of whoever reads."""
    own_alone(opened)
    return keep_choice(opened)


def own_alone(opened: OpenPlan) -> None:
    """404 for the person's side and for staff, who have their own pages. Raises NotThere."""
    if on_persons_side(opened) or current_reader().is_staff:
        raise NotThere(opened.plan.id)


@pages.post("/min/<plan_id>/paminnelser")
@access_guards.plan_route("own_pages", kind="account")
def remind(opened: OpenPlan) -> Response:
    """Yes or no to reminders, from the one line on the first page."""
    if "person" not in opened.relations:
        raise NotThere(opened.plan.id)
    yes = request.form.get("yes") == "yes"
    with open_unit() as session:
        preferences.answer_reminders(session, current_actor(), yes, now())
    flash(gettext("Fint. Da minner vi deg på det.") if yes else gettext("Det er greit."))
    return redirect(url_for("person.home", plan_id=opened.plan.id), 303)


@pages.get("/min/<plan_id>/senere/<notice_id>")
@access_guards.plan_route("own_pages", kind="account")
def later(opened: OpenPlan, notice_id: str) -> str:
    """When it suits better; a few days to choose from."""
    about = reminder(opened, notice_id)
    return later_page(opened, about, model_forms.show(NotNow, choices=days(about), voice="person"))


@pages.post("/min/<plan_id>/senere/<notice_id>")
@access_guards.plan_route("own_pages", kind="account")
def put_off(opened: OpenPlan, notice_id: str) -> Answer:
    """Told again on that day."""
    about = reminder(opened, notice_id)

    def keep(value: NotNow) -> date:
        wanted = SnoozeForm(until_on=value.until_on, reason=OWN_REASON)
        with open_unit() as session:
            snooze.snooze(session, current_actor(), notice_id, wanted, now())
        return value.until_on

    def kept(when: date) -> Response:
        flash(gettext("Fint. Vi minner deg på det %(day)s.", day=weekday(when)))
        return redirect(url_for("person.home", plan_id=opened.plan.id), 303)

    form = model_forms.read(NotNow, request.form, choices=days(about), voice="person")
    return respond_to_post(form, keep, kept, lambda again, _: later_page(opened, about, again))


def reminder(opened: OpenPlan, notice_id: str) -> Reminder:
    """The reader's own reminder about this plan. Raises NotThere."""
    notice = snooze.reminders(db_session(), current_actor(), now(), [notice_id]).get(notice_id)
    if notice is None or notice.plan_id != opened.plan.id:
        raise NotThere(notice_id)
    return notice


def days(about: Reminder) -> dict[str, list[tuple[str, str]]]:
    """Those of the few days that it can be put off to."""
    latest = about.latest(today())
    ahead = [today() + timedelta(days=count) for count in AHEAD]
    named = [(day.isoformat(), weekday(day)) for day in ahead if latest and day <= latest]
    return {"until_on": [(code, words[:1].upper() + words[1:]) for code, words in named]}


def later_page(opened: OpenPlan, about: Reminder, form: WebForm[NotNow]) -> str:
    """The page of one reminder."""
    return render_person_page(
        "later.html",
        opened,
        view_of(opened),
        title=gettext("Vi minner deg på det senere"),
        about=gettext(notice_sentence(about.code, True)),
        form=form,
        notice_id=about.id,
        can=bool(form["until_on"].choices),
    )


def question_is_open(opened: OpenPlan) -> bool:
    """Whether the person has not been asked about reminders yet: asked once, about an open plan."""
    if "person" not in opened.relations or opened.plan.state == "closed":
        return False
    mine = notification_settings.party(db_session())
    return mine.reminders_asked_at is None and not mine.reminders


def can_snooze(line: inbox.NoticeLine) -> bool:
    """Whether a notice is a reminder that can wait."""
    return line.still_stands and line.snoozed_until is None and line.acknowledged_at is None
