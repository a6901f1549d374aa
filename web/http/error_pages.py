"""Error pages that say what, why and what now, in the reader's language, and nothing of the inside."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from traceback import extract_tb

from flask import Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from web.http import rate_limits
from web.page.refusals import reader_voice, reason_of, status_of
from web.request import security_log
from web.request.language import current_language
from web.request.safe_redirects import previous_page
from web.request.translate import N_, gettext
from workflow.rules.engine.denials import NotThere, PlanlopError, ReadOnly, Refused
from workflow.settings import Settings
from workflow.words.refusals.refusals import error_text

log = logging.getLogger(__name__)
READ_ONLY = "25006"  # PostgreSQL's code: the database takes no writes just now


@dataclass(frozen=True)
class ErrorStory:
    """What an error page tells: what happened, why, and what the reader can do now."""

    what: str
    why: str
    now: str


STORIES: dict[int, ErrorStory] = {
    400: ErrorStory(
        N_("Vi forsto ikke det som ble sendt"),
        N_("Siden kan ha stått åpen lenge, eller noe ble borte på veien."),
        N_("Gå tilbake, last siden på nytt og prøv igjen."),
    ),
    403: ErrorStory(
        N_("Denne siden er ikke åpen for deg"),
        N_("Noen andre avgjør dette, eller du er logget inn som en annen."),
        N_("Ring oss hvis du trenger hjelp til å komme videre."),
    ),
    404: ErrorStory(
        N_("Vi fant ikke siden"),
        N_("Adressen kan være skrevet feil, eller siden er ikke delt med deg."),
        N_("Gå til forsiden og finn den derfra."),
    ),
    405: ErrorStory(
        N_("Denne siden kan ikke brukes slik"),
        N_("Noe ble sendt til en side som bare kan leses, eller omvendt."),
        N_("Gå til forsiden og begynn derfra."),
    ),
    409: ErrorStory(
        N_("Noen endret dette mens du skrev"),
        N_("Det du skrev, er ikke lagret ennå. Vi ville ikke skrive over det som er nytt."),
        N_("Gå tilbake, se hva som er nytt, og lagre igjen."),
    ),
    413: ErrorStory(
        N_("Det du sendte, er for stort"),
        N_("En tekst kan være én megabyte. En fil kan være ti."),
        N_("Del det opp, eller send en mindre fil."),
    ),
    414: ErrorStory(
        N_("Adressen er for lang"),
        N_("Ingen av sidene våre har så lang adresse."),
        N_("Gå til forsiden og finn siden derfra."),
    ),
    415: ErrorStory(
        N_("Vi kan ikke ta imot denne filen"),
        N_("Vi tar imot PDF, bilder (PNG og JPEG), ren tekst og Word-filer uten makroer."),
        N_("Lagre filen på en av disse måtene, og send den igjen."),
    ),
    422: ErrorStory(
        N_("Noe i skjemaet må rettes"),
        N_("Et svar var skrevet på en annen måte enn vi venter."),
        N_("Gå tilbake og se på svarene en gang til."),
    ),
    429: ErrorStory(
        N_("Vent litt før du går videre"),
        N_("Det kom mange klikk fra deg på kort tid. Vi bremser, så alle slipper til."),
        N_("Vent et minutt, og prøv igjen. Haster det, så ring oss."),
    ),
    431: ErrorStory(
        N_("Nettleseren sendte for mye"),
        N_("Den husker kanskje for mange ting om siden vår."),
        N_("Slett informasjonskapslene for denne siden, og logg inn igjen."),
    ),
    500: ErrorStory(
        N_("Noe gikk galt hos oss"),
        N_("Det er vår feil, ikke din. Det du nettopp sendte, er kanskje ikke lagret."),
        N_("Prøv igjen om litt. Går det ikke, så ring oss."),
    ),
    503: ErrorStory(
        N_("Planløp er nede akkurat nå"),
        N_("Vi får ikke tak i planene. Ingenting er borte."),
        N_("Prøv igjen om noen minutter. Haster det, så ring oss."),
    ),
}


def install(app: Flask, settings: Settings) -> None:
    """Takes over every error that a view raises."""
    app.register_error_handler(HTTPException, http_error_page)
    app.register_error_handler(PlanlopError, program_error_page)
    app.register_error_handler(OperationalError, no_database)
    app.register_error_handler(DBAPIError, unknown_error_page)
    if not settings.debug:
        app.register_error_handler(Exception, unknown_error_page)


def http_error_page(error: HTTPException) -> ResponseReturnValue:
    """The page of an HTTP error; nobody signed in is led to the sign-in page and back."""
    if error.code == 401:
        # Only a page can be led back to: what was posted is not kept.
        where = request.full_path.rstrip("?") if request.method == "GET" else ""
        return redirect(url_for("signin.choose", next=where or None), 303)
    if error.response is not None or error.code is None or error.code < 400:
        return error
    tell(error)
    page, status = error_page(error.code)
    if isinstance(error, RateLimitExceeded):
        return page, status, {"Retry-After": str(rate_limits.wait_for(error))}
    methods = getattr(error, "valid_methods", None)
    return (page, status, {"Allow": ", ".join(sorted(methods))}) if methods else (page, status)


def tell(error: HTTPException) -> None:
    """A line in the log of security events for what was refused, without what was sent."""
    if isinstance(error, CSRFError):
        security_log.note("csrf", reason="token")
    elif isinstance(error, RateLimitExceeded):
        security_log.note(
            "rate_limit", limits=rate_limits.class_of(request.endpoint or "", request.method)
        )
    elif error.code in (403, 404) and g.get("reader"):
        security_log.note(
            "refused", status=error.code, plan=(request.view_args or {}).get("plan_id")
        )


def program_error_page(error: PlanlopError) -> ResponseReturnValue:
    """The page of an error that the program raised on purpose."""
    if isinstance(error, NotThere):
        tell(NotFound())
        return error_page(404)
    if isinstance(error, ReadOnly):
        return no_database(error)
    if isinstance(error, Refused):
        return refused_page(error)
    return error_page(status_of(error), error_text(error, current_language(), reader_voice()))


def refused_page(error: Refused) -> ResponseReturnValue:
    """Why a step is not open now, with the button that clears each reason."""
    listed = [reason_of(denial) for denial in error.denials]
    return render_template("errors/refused.html", listed=listed, back=previous_page()), status_of(
        error
    )


def no_database(error: Exception) -> ResponseReturnValue:
    """503 with the unit's telephone number; the page asks the database for nothing."""
    # Its kind alone: a database's own words may repeat a row.
    log.error("no database: %s", type(error).__name__)
    g.reader = None
    page, status = error_page(503)
    return page, status, {"Retry-After": "60"}


def unknown_error_page(error: Exception) -> ResponseReturnValue:
    """500; the reader sees nothing of the inside, the log names the kind of error and its places.

    The error's own words stay out of the log: they may repeat what somebody wrote.
    """
    if isinstance(error, HTTPException):
        return http_error_page(error)
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") == READ_ONLY:
        return no_database(error)
    log.error("unhandled %s at %s: %s", type(error).__name__, request.endpoint, places(error))
    security_log.note("fault")
    g.reader = None
    return error_page(InternalServerError.code)


def places(error: BaseException) -> str:
    """Where an error was raised and where what caused it was: files, lines and functions only."""
    said = []
    cause: BaseException | None = error
    while cause is not None:
        frames = extract_tb(cause.__traceback__)
        steps = " > ".join(f"{one.filename}:{one.lineno} {one.name}" for one in frames)
        said.append(f"{type(cause).__name__}: {steps}")
        cause = cause.__cause__ or cause.__context__
    return " caused by ".join(said)


def error_page(code: int, why: str = "") -> tuple[str, int]:
    """The page that tells what, why (the error's own sentence, where it has one) and what now."""
    story = STORIES.get(code, STORIES[400 if code < 500 else 500])
    told = ErrorStory(gettext(story.what), why or gettext(story.why), gettext(story.now))
    return render_template("errors/error.html", story=told, code=code), code
