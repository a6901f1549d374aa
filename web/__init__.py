"""The pages people see, over Flask: they ask the rules and show what those say, and decide nothing.

How a page is made (the long form stands in docs/contributing.md, "a page"):

    from web.forms import model_forms
    from web.request import access_guards
    from web.request.actor import current_actor
    from web.request.clock import now
    from web.request.database import db_session, open_unit
    from web.request.reader import current_reader

    pages = Blueprint("staff", __name__)          # listed in web/staff/__init__.py

    @pages.get("/plan/<plan_id>")
    @access_guards.plan_route("read", kind="plan")  # opens the plan, writes the trace, 404 to outsiders
    def plan(opened): return render_template("staff/plan.html", opened=opened)

Every view wears exactly one guard (`public`, `signed_in`, `staff`, `plan_route`), and `proved` nearest
the function where a fresh proof is asked for; every GET names its kind of page from
web/app/page_kinds.py. Templates extend base.html and set `title`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from workflow.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application of the settings given, else of the environment's.

    The import waits until here, so that `planlop` starts without loading Flask.
    """
    from web.app.app import build_app
    from workflow.settings import load_settings

    return build_app(settings or load_settings())
