"""The addresses of the product with the door each has, as a document."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from web.http import rate_limits, security_headers
from web.request.access_guards import guard_of
from workflow.cli.tables.policy_document import write_document as of_rules

LEAD = """## Addresses

Every address wears one guard. «plan»: the act is opened by relation, traced, and answers 404 to outsiders;
«staff»: one of the roles named, or any; «signed in»: the reader's own things; «public»: anybody. Changes need
a form's token unless the last column says why not."""
HEAD = ("address", "methods", "door", "act or roles", "kind of page", "limit", "without token")


def document(app: Flask) -> str:
    """The table of addresses, as Markdown."""
    lines = [HEAD, ["---"] * len(HEAD), *rows(app)]
    return f"{LEAD}\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def rows(app: Flask) -> Iterator[tuple[str, ...]]:
    """One line an address, in the order of the addresses."""
    with app.app_context():
        for rule in sorted(
            app.url_map.iter_rules(),
            key=lambda one: (one.rule, one.endpoint, sorted(one.methods or ())),
        ):
            yield row(app, rule)


def row(app: Flask, rule: Rule) -> tuple[str, ...]:
    """The door of one address."""
    guard = guard_of(app.view_functions[rule.endpoint])
    methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    free = rule.endpoint in rate_limits.UNLIMITED
    of = {"none"} if free else {rate_limits.class_of(rule.endpoint, method) for method in methods}
    door = (guard.door, guard.act, guard.kind) if guard else ("public", "", "")
    exempt = security_headers.WITHOUT_TOKEN.get(rule.endpoint, "")
    return (f"`{rule.rule}`", ", ".join(methods), *door, ", ".join(sorted(of)), exempt)


def write_policy_document(app: Flask) -> str:
    """The whole document of the policy: what the rules say, then the addresses."""
    return f"{of_rules()}\n{document(app)}"
