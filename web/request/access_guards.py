"""The one guard that each view wears: who may come in, the trace that this leaves, and its kind of page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for

from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import open_unit
from web.request.reader import Reader, current_reader
from web.request.safe_redirects import previous_page
from workflow.acts.accounts.sessions import has_proved_lately
from workflow.record.access.open_plan import open_plan
from workflow.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# What a guest of one plan may open beside that plan's pages and what is open to everybody.
FOR_GUESTS = frozenset({"signin.leave"})


def install(app: Flask, settings: Settings) -> None:
    """Keeps guests inside their one plan, whatever the address; must come after the reader is known."""
    app.before_request(keep_guests_inside)


def keep_guests_inside() -> None:
    """404 for a guest everywhere but in the plan that the link was for, and where anybody may come."""
    who: Reader | None = g.get("reader")
    endpoint = request.endpoint or ""
    if who is None or who.plan_id is None or endpoint in FOR_GUESTS or is_open_to_all(endpoint):
        return
    # 404 and not 403: not there and not yours look alike, or addresses could be tried out.
    if (request.view_args or {}).get("plan_id") != who.plan_id:
        abort(404)


def is_open_to_all(endpoint: str) -> bool:
    """Whether the view is for people whom nobody knows, such as the page that a new link opens."""
    view = current_app.view_functions.get(endpoint)
    guard = guard_of(view) if view else None
    return endpoint == "static" or (guard is not None and guard.door == "public")


@dataclass(frozen=True)
class ViewGuard:
    """What a view declares: its door, the access act it names and its kind of page."""

    door: str
    act: str = ""
    kind: str = ""


def guard_of(view: Callable[..., Any]) -> ViewGuard | None:
    """The guard a view wears, or None."""
    guard: ViewGuard | None = getattr(view, "planlop_guard", None)
    return guard


def mark_view(view: Any, guard: ViewGuard) -> Any:
    """The view with its guard written on it."""
    view.planlop_guard = guard
    return view


def public(kind: str = "") -> Callable[[View], View]:
    """Anybody may come; the list of such endpoints is short and fixed by a test."""

    def dress(view: View) -> View:
        return mark_view(view, ViewGuard("public", kind=kind))  # type: ignore[no-any-return]

    return dress


def signed_in(kind: str = "") -> Callable[[View], View]:
    """Anybody signed in may come; the view itself shows nothing but the reader's own."""
    return _checked(ViewGuard("signed in", kind=kind), lambda: current_reader())


def staff(kind: str = "", *roles: str) -> Callable[[View], View]:
    """Those who hold a role in a unit (one of `roles`, where any is given); others get 404."""

    def check() -> None:
        held = current_reader().roles
        if not held or (roles and not held & set(roles)):
            abort(404)

    return _checked(ViewGuard("staff", act=",".join(roles), kind=kind), check)


def plan_route(act: str, *less: str, kind: str = "") -> Callable[[View], View]:
    """Opens the plan of `plan_id` for the act and hands it to the view as its first argument.

    `less` are narrower acts for those who may not the first; the view looks at `plan.act`.

    The trace is written before anything is shown, and in the same transaction as the reading.
    A request that changes something is traced in a transaction of its own, so that the trace of
    a refused act stays; the view then opens its own unit. Outsiders get 404.
    """

    def dress(view: View) -> View:
        @wraps(view)
        def opened(plan_id: str, **rest: Any) -> Any:
            current_reader()
            answer = None
            reads = request.method in READING
            with open_unit() as session:
                plan = open_plan(session, current_actor(), plan_id, (act, *less), now())
                g.opened = plan  # the frame says on what ground where it is an emergency
                if plan and reads:
                    answer = view(plan, **rest)
            if plan is None:
                abort(404)
            return answer if reads else view(plan, **rest)

        return mark_view(opened, ViewGuard("plan", act=act, kind=kind))  # type: ignore[no-any-return]

    return dress


def proved(view: View) -> View:
    """Asks the reader to prove anew who she is, unless she did within five minutes.

    Stands nearest to the function, under its guard. Leads to the page «Er det deg?» and back; what
    was posted is not kept, so such a view is best reached by a page that asks first. Guests, who
    have nothing to prove by, and whoever sits at a lent screen get 404.
    """

    @wraps(view)
    def checked(*args: Any, **rest: Any) -> Any:
        who = current_reader()
        if who.plan_id is not None or who.beside_plan_id is not None:
            abort(404)
        if has_proved_lately(who, now()):
            return view(*args, **rest)
        return redirect(url_for("proving.ask", next=page_to_return_to()), 303)

    checked.planlop_proved = True  # type: ignore[attr-defined]
    return checked  # type: ignore[return-value]


def page_to_return_to() -> str:
    """The page asked for, or the one that a form stood on."""
    return request.full_path.rstrip("?") if request.method in READING else previous_page()


def uploads(view: View) -> View:
    """Lets the view take files of up to 10 MB; stands nearest to the function, under its guard."""
    view.planlop_uploads = True  # type: ignore[attr-defined]
    return view


def _checked(guard: ViewGuard, check: Callable[[], object]) -> Callable[[View], View]:
    def dress(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **rest: Any) -> Any:
            check()
            return view(*args, **rest)

        return mark_view(checked, guard)  # type: ignore[no-any-return]

    return dress
