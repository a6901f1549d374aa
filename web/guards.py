"""What stands at the door of each view: who may come in, and which kind of page it is; policy lives in workflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import abort, request

from web.actor import current_actor
from web.clock import now
from web.database import unit
from web.sessions import reader
from workflow.record.access import open_plan

View = TypeVar("View", bound=Callable[..., Any])
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Guard:
    """What a view declares: its door, the access act it names and its kind of page."""

    door: str
    act: str = ""
    kind: str = ""


def guard_of(view: Callable[..., Any]) -> Guard | None:
    """The guard a view wears, or None."""
    found: Guard | None = getattr(view, "planlop_guard", None)
    return found


def marked(view: Any, guard: Guard) -> Any:
    """The view with its guard written on it."""
    view.planlop_guard = guard
    return view


def public(kind: str = "") -> Callable[[View], View]:
    """Anybody may come; the list of such endpoints is short and fixed by a test."""

    def dress(view: View) -> View:
        return marked(view, Guard("public", kind=kind))  # type: ignore[no-any-return]

    return dress


def signed_in(kind: str = "") -> Callable[[View], View]:
    """Anybody signed in may come; the view itself shows nothing but the reader's own."""
    return _checked(Guard("signed in", kind=kind), lambda: reader())


def staff(kind: str = "", *roles: str) -> Callable[[View], View]:
    """Those who hold a role in a unit (one of `roles`, where any is given); others get 404."""

    def check() -> None:
        held = reader().roles
        if not held or (roles and not held & set(roles)):
            abort(404)

    return _checked(Guard("staff", act=",".join(roles), kind=kind), check)


def plan_route(act: str, *less: str, kind: str = "") -> Callable[[View], View]:
    """Opens the plan of `plan_id` for the act and hands it to the view as its first argument.

    `less` are narrower acts for those who may not the first; the view looks at `plan.act`.

    The trace is written before anything is shown, and in the same transaction as the reading.
    A request that changes something is traced in a transaction of its own, so that the trace of
    a refused act stays; the view then opens its own unit. Outsiders get 404 (design §5).
    """

    def dress(view: View) -> View:
        @wraps(view)
        def opened(plan_id: str, **rest: Any) -> Any:
            reader()
            answer = None
            reads = request.method in READING
            with unit() as session:
                plan = open_plan(session, current_actor(), plan_id, (act, *less), now())
                if plan and reads:
                    answer = view(plan, **rest)
            if plan is None:
                abort(404)
            return answer if reads else view(plan, **rest)

        return marked(opened, Guard("plan", act=act, kind=kind))  # type: ignore[no-any-return]

    return dress


def uploads(view: View) -> View:
    """Lets the view take files of up to 10 MB; stands nearest to the function, under its guard."""
    view.planlop_uploads = True  # type: ignore[attr-defined]
    return view


def _checked(guard: Guard, check: Callable[[], object]) -> Callable[[View], View]:
    def dress(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **rest: Any) -> Any:
            check()
            return view(*args, **rest)

        return marked(checked, guard)  # type: ignore[no-any-return]

    return dress
