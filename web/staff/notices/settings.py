"""How a member of staff is told: channel, digest hour, quiet hours."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from web.both import notification_settings
from web.both.step_controller import Answer, respond_to_post
from web.forms.model_forms import WebForm
from web.request import access_guards
from web.request.database import db_session
from web.request.translate import gettext
from web.staff.blueprint import pages
from workflow.acts.notices.preferences import NotificationSettings


@pages.get("/beskjeder")
@access_guards.staff(kind="account")
def telling() -> str:
    """The reader's own choice, and what a mail says."""
    return telling_page(notification_settings.filled_form(db_session(), voice="staff"))


@pages.post("/beskjeder")
@access_guards.staff(kind="account")
def tell_me() -> Answer:
    """Keeps the choice; what waits moves with it."""

    def saved(_: object) -> Response:
        flash(gettext("Lagret. Det som venter på deg, følger med."))
        return redirect(url_for("staff.telling"), 303)

    form = notification_settings.read_posted("staff")
    return respond_to_post(
        form, notification_settings.keep, saved, lambda again, _: telling_page(again)
    )


def telling_page(form: WebForm[NotificationSettings]) -> str:
    """The form, and an example of what is sent."""
    return render_template(
        "staff/telling.html",
        form=form,
        sample=notification_settings.sample(),
        by_sms=notification_settings.has_sms(form),
    )
