"""Every address of web is guarded and counted; what each page shows is tested in tests/web."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from web import create_app
from web.app.page_kinds import KINDS, MOST_KINDS
from web.request.access_guards import ViewGuard, guard_of
from workflow.rules.engine.policy import READING
from workflow.settings import Settings

# Whoever is not signed in reaches these and nothing else.
PUBLIC = {
    "static",
    "health.healthz",
    "health.readyz",
    "home.front",
    "home.speak",
    "home.type_size",
    "machines.robots",
    "machines.security_txt",
    "mail.inbox",
    "goodbye.ended",
    "oidc.answer",
    "oidc.begin",
    "signin.accept_invitation",
    "signin.as_invented",
    "signin.choose",
    "signin.invitation",
    "signin.with_password",
    "second_step.answer",
    "second_step.ask",
    "passkeys.ask",
    "passkeys.sign_in",
    "links.forgot",
    "links.guest",
    "links.guest_door",
    "links.guest_in",
    "links.send_guest",
    "links.send_new",
}
FOR_MACHINES = {
    "static",
    "health.healthz",
    "health.readyz",
    "machines.robots",
    "machines.security_txt",
}
WITHOUT_ADDRESS = {"error"}  # kinds of page that stand in for others


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The whole application, without a database."""
    return create_app(Settings(home=tmp_path_factory.mktemp("routes"), demo=True, catch_mail=True))


def routes(app: Flask) -> Iterator[tuple[Rule, ViewGuard | None]]:
    """Every address with the guard of its view."""
    for rule in app.url_map.iter_rules():
        yield rule, guard_of(app.view_functions[rule.endpoint])


def test_every_view_wears_a_guard(app: Flask) -> None:
    bare = {rule.endpoint for rule, guard in routes(app) if guard is None}
    assert bare == {"static"}


def test_the_public_addresses_are_a_short_fixed_list(app: Flask) -> None:
    public = {rule.endpoint for rule, guard in routes(app) if not guard or guard.door == "public"}
    assert public == PUBLIC


def test_every_address_below_a_plan_opens_it_by_an_act(app: Flask) -> None:
    for rule, guard in routes(app):
        assert guard is None or (guard.door == "plan") == ("plan_id" in rule.arguments), rule
        assert guard is None or guard.door != "plan" or guard.act in READING, rule


def test_the_kinds_of_page_are_few_and_each_serves_a_need(app: Flask) -> None:
    named = {
        rule.endpoint: guard.kind if guard else ""
        for rule, guard in routes(app)
        if "GET" in (rule.methods or ()) and rule.endpoint not in FOR_MACHINES
    }
    unknown = {endpoint: kind for endpoint, kind in named.items() if kind not in KINDS}
    assert not unknown, "every page names its kind from web/app/page_kinds.py"
    assert set(named.values()) | WITHOUT_ADDRESS == set(KINDS)
    assert len(KINDS) <= MOST_KINDS and all(KINDS.values())
    print(f"\n{len(KINDS)} kinds of page of at most {MOST_KINDS}")


def test_the_mail_page_exists_in_the_embedded_run_only(tmp_path: Path) -> None:
    quiet = create_app(Settings(home=tmp_path))
    assert "mail.inbox" not in quiet.view_functions
