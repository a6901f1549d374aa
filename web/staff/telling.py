"""How a member of staff is told: channel, digest hour, quiet hours; the person's own page stands in web.person."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from web import guards, tellings
from web.database import db_session
from web.forms import Form
from web.staff.blueprint import pages
from web.step_controller import Answer, respond
from web.words import gettext
from workflow.acts.preferences import Telling


@pages.get("/beskjeder")
@guards.staff(kind="account")
def telling() -> str:
    """The reader's own choice, and what a mail says."""
    return telling_page(tellings.shown(db_session(), voice="staff"))


@pages.post("/beskjeder")
@guards.staff(kind="account")
def tell_me() -> Answer:
    """Keeps the choice; what waits moves with it."""

    def saved(_: object) -> Response:
        flash(gettext("Lagret. Det som venter på deg, følger med."))
        return redirect(url_for("staff.telling"), 303)

    form = tellings.posted("staff")
    return respond(form, tellings.keep, saved, lambda again, _: telling_page(again))


def telling_page(form: Form[Telling]) -> str:
    """The form, and an example of what is sent."""
    return render_template(
        "staff/telling.html",
        form=form,
        sample=tellings.sample(),
        by_sms=tellings.has_sms(form),
    )
