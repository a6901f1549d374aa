"""What every answer and every request must bear: policy, cookies, tokens, hosts, methods, ways on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.web.conftest import NOW, SignedIn
from tests.web.town import Town
from web import create_app
from web.http import security_headers
from web.request.database import db
from web.request.safe_redirects import safe_address
from workflow.record.models import Base
from workflow.rules.names.steps import PlanStep
from workflow.settings import Settings
from workflow.words.steps.catalogue import URLS

HTTPS = "https://plan.example.invalid"
ONE = "01935d3e-7a1b-7c3d-8e4f-1234567890ab"


@pytest.fixture(scope="module")
def strict(settings: Settings) -> Iterator[Flask]:
    """The application as people reach it over https, with forged-request protection on."""
    built = create_app(settings.model_copy(update={"base_url": HTTPS, "demo": False}))
    built.extensions["planlop_clock"] = lambda: NOW
    yield built
    with built.app_context():
        db.engine.dispose()


class Secure(FlaskClient):
    """A browser that comes over https to our own host."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """The answer to a request over https."""
        return super().open(*args, base_url=HTTPS, **kwargs)


@pytest.fixture
def secure(strict: Flask, town: Town) -> FlaskClient:
    """A browser that nobody is signed in with."""
    return Secure(strict, strict.response_class)


def policy_of(client: FlaskClient, path: str) -> dict[str, str]:
    """The content policy of a page, directive by directive."""
    parts = client.get(path).headers["Content-Security-Policy"].split("; ")
    return {name: values for name, _, values in (part.partition(" ") for part in parts)}


def test_the_content_policy_allows_nothing_unsafe(client: FlaskClient) -> None:
    policy = policy_of(client, "/logg-inn")
    assert "unsafe" not in " ".join(policy.values()) and "*" not in " ".join(policy.values())
    for name in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert policy[name] == "'none'", name
    assert policy["form-action"] == "'self'"
    assert re.fullmatch(r"'nonce-[\w-]{22}'", policy["script-src"])


def test_https_is_kept_for_two_years(secure: FlaskClient, client: FlaskClient) -> None:
    kept = secure.get("/logg-inn").headers["Strict-Transport-Security"]
    assert kept == "max-age=63072000; includeSubDomains"
    assert "Strict-Transport-Security" not in client.get("/logg-inn").headers


def test_every_cookie_over_https_is_bound_to_the_host(secure: FlaskClient) -> None:
    page = secure.get("/logg-inn")
    cookies = [*page.headers.getlist("Set-Cookie")]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    more = secure.post(
        "/skrift", data={"csrf_token": token[1]}, headers={"Referer": f"{HTTPS}/logg-inn"}
    )
    cookies += more.headers.getlist("Set-Cookie")
    assert len(cookies) >= 2
    for cookie in cookies:
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert cookie.startswith("__Host-") and {"secure", "httponly", "path=/"} <= flags, cookie
        assert flags & {"samesite=lax", "samesite=strict"}
        assert not any(flag.startswith("domain=") for flag in flags)


def changing(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address with every method that changes something."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            yield rule, method


def address(rule: Rule) -> str:
    """An address of the rule, with an id in each of its places."""
    verb = URLS[PlanStep.ASK_COORDINATOR]
    return re.sub(r"<[^>]+>", ONE, rule.rule.replace("<step:step_name>", verb))


def stored(app: Flask) -> dict[str, int]:
    """How many rows each table holds."""
    with app.app_context():
        count = {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
        db.session.remove()
    return count


def test_no_change_goes_through_without_its_token(
    strict: Flask, secure: FlaskClient, settings: Settings
) -> None:
    before = stored(strict)
    walked = 0
    for rule, method in changing(strict):
        if rule.endpoint in security_headers.WITHOUT_TOKEN:
            continue
        for data in ({}, {"csrf_token": "made-up"}):
            answer = secure.open(address(rule), method=method, data=data)
            assert answer.status_code == 400, (rule, method, answer.status_code)
            assert "Vi forsto ikke" in answer.text
            walked += 1
    assert stored(strict) == before
    print(
        f"\n{walked} changes without a token refused, {len(security_headers.WITHOUT_TOKEN)} exempt"
    )


def test_what_needs_no_token_is_listed_with_a_reason(strict: Flask) -> None:
    views = {
        f"{view.__module__}.{view.__name__}"
        for endpoint in security_headers.WITHOUT_TOKEN
        for view in [strict.view_functions[endpoint]]
    }
    assert (
        security_headers.csrf._exempt_views == views
        and not security_headers.csrf._exempt_blueprints
    )
    assert all(len(reason) > 20 for reason in security_headers.WITHOUT_TOKEN.values())


def test_a_token_of_another_session_is_no_token(strict: Flask, secure: FlaskClient) -> None:
    page = secure.get("/logg-inn").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    other = Secure(strict, strict.response_class)
    head = {"Referer": f"{HTTPS}/logg-inn"}
    answer = other.post("/skrift", data={"csrf_token": token[1]}, headers=head)
    assert answer.status_code == 400
    assert secure.post("/skrift", data={"csrf_token": token[1]}, headers=head).status_code == 302
    assert secure.post("/skrift", data={"csrf_token": token[1]}).status_code == 400  # no Referer


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_change_begun_on_another_site_is_refused(client: FlaskClient, site: str) -> None:
    assert client.post("/skrift", headers={"Sec-Fetch-Site": site}).status_code == 400
    assert client.post("/skrift", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302


@pytest.mark.parametrize("host", ["ond.example", "plan.example.invalid.ond.example", "127.0.0.1.x"])
def test_other_hosts_are_refused(strict: Flask, host: str) -> None:
    answer = strict.test_client().get("/logg-inn", headers={"Host": host})
    assert answer.status_code == 400 and host not in answer.text
    assert strict.test_client().get("/healthz", headers={"Host": host}).status_code == 200


def test_in_production_this_machine_s_names_are_other_hosts_too(settings: Settings) -> None:
    real = create_app(
        settings.model_copy(update={"base_url": HTTPS, "demo": False, "production": True})
    )
    assert real.test_client().get("/logg-inn", headers={"Host": "localhost"}).status_code == 400


WAYS = {
    "//ond.example": "",
    "///ond.example": "",
    "/\\ond.example": "",
    "\\\\ond.example": "",
    "\\/ond.example": "",
    "/%5cond.example": "",
    "/%2fond.example": "",
    "/%0d%0aSet-Cookie: x=1": "",
    "/logg-inn\r\nX: y": "",
    "/\tlogg-inn": "",
    "\t//ond.example": "",
    " //ond.example": "",
    "javascript:alert(1)": "",
    "JaVaScRiPt:alert(1)": "",
    "data:text/html,x": "",
    "https://ond.example/logg-inn": "",
    "http://localhost@ond.example/": "",
    "https:ond.example": "",
    "ond.example": "",
    "/.//ond.example": "",
    "/finnes-ikke": "",
    "/logg-ut": "",
    "/static/app.css": "",
    "/logg-inn?next=" + "x" * 3000: "",
    "": "",
    "/logg-inn": "/logg-inn",
    "/logg-inn?next=/": "/logg-inn?next=/",
    "/": "/",
}


@pytest.mark.parametrize("where", WAYS)
def test_readers_are_led_to_our_own_pages_only(app: Flask, where: str) -> None:
    with app.test_request_context("/"):
        assert safe_address(where) == WAYS[where]


@pytest.mark.parametrize("where", [way for way, ours in WAYS.items() if not ours])
@pytest.mark.parametrize("path", ["/skrift", "/sprak", "/logg-inn/demo"])
def test_a_posted_way_on_cannot_lead_away(
    client: FlaskClient, town: Town, path: str, where: str
) -> None:
    data = {"next": where, "language": "nb", "party": town.coordinator}
    answer = client.post(path, data=data)
    assert answer.status_code in (302, 303)
    assert re.fullmatch(r"/([a-z][\w/-]*)?", answer.headers["Location"]), answer.headers["Location"]
    assert "x=1" not in str(answer.headers.getlist("Set-Cookie"))


def test_the_way_back_from_a_refusal_is_ours(app: Flask) -> None:
    from web.request.safe_redirects import previous_page

    for referrer, way in (
        ("http://ond.example/logg-inn", "/"),
        ("http://localhost/logg-inn", "/logg-inn"),
        ("javascript:alert(1)", "/"),
    ):
        with app.test_request_context("/", headers={"Referer": referrer}):
            assert previous_page() == way


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "PROPFIND"])
def test_other_methods_are_refused(client: FlaskClient, method: str) -> None:
    answer = client.open("/logg-inn", method=method)
    assert answer.status_code == 405 and "kan ikke brukes slik" in answer.text
    assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_a_method_cannot_be_said_another_way(
    client: FlaskClient, signed_in: SignedIn, town: Town
) -> None:
    mona = signed_in(town.coordinator)
    for head in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert mona.get("/logg-ut", headers={head: "POST"}).status_code == 405
    assert mona.get("/logg-ut?_method=POST").status_code == 405
    assert "Mona Lie" in mona.get("/finnes-ikke").text


def test_asking_for_the_head_alone_is_the_page_without_its_body(app: Flask, town: Town) -> None:
    head = FlaskClient(app, app.response_class).head("/logg-inn")
    assert head.status_code == 200 and head.data == b""
    assert head.headers["Cache-Control"] == "no-store"


def test_long_addresses_and_cookies_are_refused(client: FlaskClient) -> None:
    long = client.get("/logg-inn?x=" + "y" * 5000)
    assert long.status_code == 414 and "for lang" in long.text
    for number in range(9):
        client.set_cookie(f"a{number}", "b" * 950)
    many = client.get("/logg-inn")
    assert many.status_code == 431 and "sendte for mye" in many.text


def test_no_other_site_may_read_an_answer(client: FlaskClient) -> None:
    answer = client.get("/logg-inn", headers={"Origin": "https://ond.example"})
    assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_every_answer_names_its_type(client: FlaskClient) -> None:
    for path in ("/logg-inn", "/healthz", "/robots.txt", "/finnes-ikke", "/static/app.css"):
        answer = client.get(path, buffered=True)
        assert answer.headers["Content-Type"].endswith("charset=utf-8"), path


@pytest.mark.parametrize(
    "path", ["/static/", "/static/vendor/", "/static/../app.py", "/static/%2e%2e/app.py"]
)
def test_folders_are_not_listed(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404 and "import" not in answer.text


def test_a_name_given_twice_and_in_the_address_does_no_harm(
    client: FlaskClient, town: Town
) -> None:
    twice = client.post("/skrift?next=//ond.example", data={"next": ["/logg-inn", "//ond.example"]})
    assert twice.headers["Location"] == "/logg-inn"
    assert client.post("/logg-inn/demo?party=" + town.coordinator).status_code == 404


def test_signing_out_clears_what_the_browser_kept(signed_in: SignedIn, town: Town) -> None:
    answer = signed_in(town.coordinator).post("/logg-ut")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_machines_find_whom_to_tell_and_that_nothing_is_indexed(
    settings: Settings, client: FlaskClient
) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    named = create_app(
        settings.model_copy(update={"security_contact": "mailto:sikker@example.invalid"})
    )
    named.extensions["planlop_clock"] = lambda: NOW
    said = named.test_client().get("/.well-known/security.txt")
    assert said.mimetype == "text/plain" and "Contact: mailto:sikker@example.invalid\n" in said.text
    assert "Expires: 2026-09-05T11:00:00Z\n" in said.text
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert "noindex" in client.get("/logg-inn").headers["X-Robots-Tag"]
