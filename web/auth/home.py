"""The front door: leads each reader to her own first page, and keeps her choices of language and type size."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from web.page.header import address_of
from web.request import access_guards
from web.request.cookies import keep_choice, read_choice
from web.request.database import open_unit
from web.request.language import COOKIE as LANGUAGE_COOKIE
from web.request.language import list_languages
from web.request.reader import Reader, current_reader
from web.request.safe_redirects import page_of_form
from workflow.acts.accounts import invitations

pages = Blueprint("home", __name__)
TYPE_COOKIE = "skrift"
FIRST = (
    ("coordinator", "staff.home"),
    ("decider", "staff.inbox"),
    ("leader", "staff.overdue"),
    ("coordinating", "staff.inbox"),
)


@pages.get("/")
@access_guards.public(kind="sign-in")
def front() -> Response:
    """To the sign-in page, the staff's first page or the person's own."""
    who: Reader | None = g.get("reader")
    if who is None:
        return redirect(url_for("signin.choose"))
    return redirect(first_page(who))


def first_page(who: Reader) -> str:
    """Where a reader begins: staff where their work waits, everybody else at the plan of theirs."""
    if who.plan_id:
        return address_of("person.home", plan_id=who.plan_id) or url_for("signin.choose")
    begins = next((place for role, place in FIRST if role in who.roles), "staff.home")
    return address_of(begins if who.is_staff else "person.start") or url_for("signin.choose")


@pages.post("/sprak")
@access_guards.public()
def speak() -> Response:
    """Keeps the language chosen: with the party where somebody is signed in, else in a cookie."""
    chosen = request.form.get("language", "")
    if chosen not in dict(list_languages()):
        abort(400)
    answer = redirect(page_of_form())
    if g.get("reader"):
        with open_unit() as session:
            invitations.speak(session, current_reader().party_id, chosen)
    else:
        keep_choice(answer, LANGUAGE_COOKIE, chosen)
    return answer


@pages.post("/skrift")
@access_guards.public()
def type_size() -> Response:
    """Makes the letters larger, or as they were."""
    answer = redirect(page_of_form())
    keep_choice(answer, TYPE_COOKIE, "" if read_choice(TYPE_COOKIE) == "stor" else "stor")
    return answer
