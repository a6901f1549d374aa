"""Sign-in by OpenID Connect against a certified provider: who comes in, who does not, and how it ends."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conftest import unavailable
from tests.servers.databases import Backend, copied
from tests.servers.oidc import Issuer, ProviderUnavailable, running_provider
from tests.web.auth.oidc_world import (
    PERSONS,
    PID,
    STAFF,
    Browser,
    Site,
    clients,
    half_way,
    heading,
    key_pair,
    kim,
    mona,
    opened,
    providers,
    served,
)
from web.request.database import db
from web.request.reader import COOKIE
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Representation
from workflow.rules.calendar.clock import utc_now


@pytest.fixture(scope="module")
def world(
    backend: Backend, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, Issuer]]:
    """The product and the provider, each on its own port."""
    with served() as listening, copied(backend) as database:
        keys = key_pair(tmp_path_factory.mktemp("keys"))
        try:
            starting = running_provider(
                clients(listening.base, keys), ["low", "substantial", "high"]
            )
            issuer = starting.__enter__()
        except ProviderUnavailable as problem:
            unavailable(f"no OpenID provider: {problem}")
            raise
        try:
            doors = providers(issuer.address, keys)
            site = opened(listening, database, tmp_path_factory.mktemp("home"), doors)
            site.known_as(site.town.person, PID)
            yield site, issuer
            with site.app.app_context():
                db.engine.dispose()
        finally:
            starting.__exit__(None, None, None)


@pytest.fixture
def site(world: tuple[Site, Issuer]) -> Site:
    return world[0]


@pytest.fixture
def issuer(world: tuple[Site, Issuer]) -> Issuer:
    return world[1]


@pytest.fixture
def browser(site: Site) -> Browser:
    return site.browser()


def test_the_sign_in_page_offers_the_providers(browser: Browser) -> None:
    page = browser.get("/logg-inn?next=/planer")
    assert "Logg inn med ID-porten" in page.text
    assert "Logg inn med Kommunens innlogging" in page.text
    assert f"{PERSONS}?next=/planer" in page.text and 'type="password"' in page.text


def test_a_person_comes_in_by_national_id(
    site: Site, issuer: Issuer, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    kim(issuer)
    with caplog.at_level(logging.DEBUG):
        page = browser.get(PERSONS)
    assert page.status_code == 200 and urlsplit(page.url).path.startswith("/min/")
    opened = site.sessions(site.town.person)[-1]
    assert (opened.method, opened.provider, opened.acr) == ("oidc", "persons", "high")
    assert opened.provider_subject == "sub-kim" and opened.provider_session
    assert PID not in caplog.text and "eyJ" not in caplog.text


def test_staff_come_in_by_verified_e_mail_and_are_led_on(
    site: Site, issuer: Issuer, browser: Browser
) -> None:
    mona(issuer)
    page = browser.get(f"{STAFF}?next=/kalender")
    assert urlsplit(page.url).path == "/kalender" and "Mona Lie" in page.text
    cookie = next(one for one in browser.kept.cookies if one.name == COOKIE)
    assert cookie.has_nonstandard_attr("HttpOnly")


def test_the_second_time_the_subject_is_enough(site: Site, issuer: Issuer) -> None:
    mona(issuer)
    site.browser().get(STAFF)
    mona(issuer, email="other@example.invalid")
    page = site.browser().get(STAFF)
    assert "Mona Lie" in page.text


def test_the_question_is_complete(site: Site, issuer: Issuer, browser: Browser) -> None:
    sent = browser.get(PERSONS, follow=False)
    asked = {
        name: one[0] for name, one in parse_qs(urlsplit(sent.headers["Location"]).query).items()
    }
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{site.base}{PERSONS}/svar"
    assert asked["acr_values"] == "high" and "openid" in asked["scope"].split()
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 40
    assert sent.headers["Cache-Control"] == "no-store"
    pushed = browser.get(STAFF, follow=False).headers["Location"]
    assert set(parse_qs(urlsplit(pushed).query)) == {"client_id", "request_uri"}


@pytest.mark.parametrize("acr", ["low", "strange"])
def test_too_little_assurance_does_not_come_in(
    site: Site, issuer: Issuer, browser: Browser, acr: str
) -> None:
    kim(issuer, acr)
    page = browser.get(PERSONS)
    assert page.status_code == 403 and heading(page) == "Innloggingen var ikke sikker nok"
    assert f"{PERSONS}?ny=1" in page.text and not browser.is_in()


def test_all_who_are_not_known_get_the_same_page(site: Site, issuer: Issuer) -> None:
    pages = set()
    for subject, pid in (("sub-nobody", "01814512345"), ("sub-none", ""), ("sub-x", "x")):
        issuer.will_be(subject, "high", pid=pid)
        page = site.browser().get(PERSONS)
        assert page.status_code == 403 and heading(page) == "Vi finner deg ikke her"
        pages.add(re.sub(r"(nonce|value)=\"[^\"]+\"", "", page.text))
    site.known_as(site.town.leader, "14923412399")
    issuer.will_be("sub-inger", "high", pid="14923412399")  # works here, has no plan
    page = site.browser().get(PERSONS)
    pages.add(re.sub(r"(nonce|value)=\"[^\"]+\"", "", page.text))
    assert len(pages) == 1


@pytest.mark.parametrize(
    "claims",
    [{"roles": ["other"]}, {"roles": None}],
)
def test_staff_without_the_role_do_not_come_in(
    issuer: Issuer, browser: Browser, claims: dict[str, object]
) -> None:
    mona(issuer, **claims)
    assert heading(browser.get(STAFF)) == "Vi finner deg ikke her"


@pytest.mark.parametrize("verified", [False, None, "no"])
def test_an_e_mail_that_nobody_verified_counts_nothing(
    issuer: Issuer, browser: Browser, verified: object
) -> None:
    issuer.will_be(
        f"sub-{verified}", email="inger@example.invalid", email_verified=verified, roles=["planlop"]
    )
    assert heading(browser.get(STAFF)) == "Vi finner deg ikke her"


def test_an_account_that_ended_stays_closed(site: Site, issuer: Issuer, browser: Browser) -> None:
    kim(issuer)
    site.browser().get(PERSONS)
    site.change(site.town.person, deactivated_at=utc_now())
    try:
        assert heading(browser.get(PERSONS)) == "Vi finner deg ikke her"
    finally:
        site.change(site.town.person, deactivated_at=None)


def test_another_humans_national_id_does_not_fit_a_subject(
    site: Site, issuer: Issuer, browser: Browser
) -> None:
    kim(issuer)
    site.browser().get(PERSONS)
    issuer.will_be("sub-kim", "high", pid="14923412399")
    assert heading(browser.get(PERSONS)) == "Vi finner deg ikke her"


def test_whoever_refuses_at_the_provider_is_not_in(issuer: Issuer, browser: Browser) -> None:
    issuer.will_refuse()
    page = browser.get(PERSONS)
    assert heading(page) == "Du ble ikke logget inn" and not browser.is_in()


def test_a_wrong_state_is_not_taken(issuer: Issuer, browser: Browser) -> None:
    kim(issuer)
    where = half_way(issuer, browser)
    forged = re.sub(r"state=[^&]+", "state=forged", where)
    page = browser.get(forged)
    assert page.status_code == 400 and heading(page) == "Innloggingen ble avbrutt"
    assert not browser.is_in()


def test_an_answer_fits_only_the_browser_that_asked(
    site: Site, issuer: Issuer, browser: Browser
) -> None:
    kim(issuer)
    where = half_way(issuer, browser)
    other = site.browser()
    assert heading(other.get(where)) == "Innloggingen ble avbrutt" and not other.is_in()


def test_an_answer_counts_once(site: Site, issuer: Issuer, browser: Browser) -> None:
    kim(issuer)
    where = half_way(issuer, browser)
    before = [(one.name, one.value, one.domain, one.path) for one in browser.kept.cookies]
    assert browser.get(where).status_code == 200
    thief = site.browser()
    for name, value, domain, path in before:
        thief.kept.cookies.set(name, value, domain=domain, path=path)
    assert heading(thief.get(where)) == "Innloggingen ble avbrutt" and not thief.is_in()


def test_a_replayed_code_is_refused(site: Site, issuer: Issuer, browser: Browser) -> None:
    kim(issuer)
    first = half_way(issuer, browser)
    browser.get(first)
    spent = parse_qs(urlsplit(first).query)["code"][0]
    thief = site.browser()
    page = thief.get(re.sub(r"code=[^&]+", f"code={spent}", half_way(issuer, thief)))
    assert heading(page) == "Vi kunne ikke stole på svaret" and not thief.is_in()


def test_an_answer_of_another_issuer_is_not_taken(issuer: Issuer, browser: Browser) -> None:
    kim(issuer)
    where = half_way(issuer, browser)
    for forged in (
        re.sub(r"&iss=.*", "&iss=https%3A%2F%2Fevil.example", where),
        re.sub(r"&iss=.*", "", where),
    ):
        assert heading(browser.get(forged)) == "Vi kunne ikke stole på svaret"


def test_the_way_on_stays_inside(issuer: Issuer, browser: Browser) -> None:
    kim(issuer)
    page = browser.get(f"{PERSONS}?next=https://evil.example/")
    assert page.url.startswith(browser.base)


def test_signing_out_ends_the_providers_session_too(
    site: Site, issuer: Issuer, browser: Browser
) -> None:
    kim(issuer)
    browser.get(PERSONS)
    page = browser.press("/logg-ut")
    assert heading(page) == "Du er logget ut her"
    address = page.headers["Refresh"].partition("url=")[2]
    assert address.startswith(f"{issuer.address}/session/end?") and "id_token_hint=" in address
    assert not browser.is_in()
    form = browser.get(address)
    token = re.search(r'name="xsrf" value="([^"]+)"', form.text)
    assert token
    done = browser.kept.post(
        f"{issuer.address}/session/end/confirm",
        data={"xsrf": token.group(1), "logout": "yes"},
        timeout=20,
    )
    assert done.url.startswith(f"{browser.base}/logg-inn")
    issuer.will_be("sub-nobody-else", "high")
    assert heading(browser.get(PERSONS)) == "Vi finner deg ikke her"  # nobody was remembered there


def test_the_provider_ends_sessions_here_at_once(site: Site, issuer: Issuer) -> None:
    """The browser signs out at the provider; the provider's own message ends what it opened here."""
    kim(issuer)
    first, second = site.browser(), site.browser()
    first.get(PERSONS)
    second.get(PERSONS)
    assert first.is_in() and second.is_in()
    form = first.get(f"{issuer.address}/session/end")
    token = re.search(r'name="xsrf" value="([^"]+)"', form.text)
    assert token
    first.kept.post(
        f"{issuer.address}/session/end/confirm",
        data={"xsrf": token.group(1), "logout": "yes"},
        timeout=20,
    )
    assert not first.is_in() and second.is_in()
    ended = [one for one in site.sessions(site.town.person) if one.ended_because == "provider"]
    assert len(ended) == 1


def test_proving_again_asks_anew_at_the_provider(
    site: Site, issuer: Issuer, browser: Browser
) -> None:
    kim(issuer)
    browser.get(PERSONS)
    page = browser.get("/bevis?next=/min-konto/innlogginger")
    assert heading(page) == "Er det deg?" and "/bevis/hos" in page.text
    sent = browser.get("/bevis/hos?next=/min-konto/innlogginger", follow=False)
    asked = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert asked["prompt"] == ["login"] and asked["max_age"] == ["0"]
    before = site.sessions(site.town.person)[-1]
    page = browser.get("/bevis/hos?next=/min-konto/innlogginger")
    assert urlsplit(page.url).path == "/min-konto/innlogginger"
    after = site.sessions(site.town.person)[-1]
    assert after.id == before.id and after.token_hash != before.token_hash
    assert before.proved_at and after.proved_at and after.proved_at > before.proved_at


@pytest.mark.parametrize(
    ("who", "told"),
    [("nobody", "Vi finner deg ikke her"), ("inger", "Vi kunne ikke stole på svaret")],
)
def test_somebody_else_cannot_prove_for_the_reader(
    site: Site, issuer: Issuer, browser: Browser, who: str, told: str
) -> None:
    mona(issuer)
    browser.get(STAFF)
    before = site.sessions(site.town.coordinator)[-1]
    browser.kept.cookies.clear("127.0.0.1")  # another human at the provider
    issuer.will_be(
        f"prove-{who}", email=f"{who}@example.invalid", email_verified=True, roles=["planlop"]
    )
    assert heading(browser.get("/bevis/hos?next=/planer")) == told
    after = site.sessions(site.town.coordinator)[-1]
    assert (after.proved_at, after.token_hash) == (before.proved_at, before.token_hash)


def test_a_private_key_and_pushed_questions(site: Site, issuer: Issuer, browser: Browser) -> None:
    """As HelseID wants it: no secret is shared, and the browser carries a reference only."""
    site.known_as(site.town.leader, "14923412399")
    known = {"pid": "14923412399", "security_level": "4"}
    issuer.will_be("sub-inger", "low", **known)
    sent = browser.get("/logg-inn/hos/keyed", follow=False)
    assert set(parse_qs(urlsplit(sent.headers["Location"]).query)) == {"client_id", "request_uri"}
    page = browser.get("/logg-inn/hos/keyed")
    assert page.status_code == 200 and "Inger Bakke" in page.text
    assert site.sessions(site.town.leader)[-1].acr == "high"
    issuer.will_be("sub-inger", "low", **{**known, "security_level": "3"})
    assert heading(site.browser().get("/logg-inn/hos/keyed")) == "Innloggingen var ikke sikker nok"


def test_an_unknown_door_is_no_page(browser: Browser) -> None:
    for path in ("/logg-inn/hos/none", "/logg-inn/hos/none/svar"):
        assert browser.get(path).status_code == 404


def test_a_logout_token_that_is_none_ends_nothing(
    site: Site, issuer: Issuer, browser: Browser
) -> None:
    kim(issuer)
    browser.get(PERSONS)
    for token in ("", "x.y.z", "eyJhbGciOiJub25lIn0.e30."):
        assert (
            browser.kept.post(
                f"{browser.base}{PERSONS}/ut", data={"logout_token": token}, timeout=20
            ).status_code
            == 400
        )
    assert browser.is_in()


def test_a_door_for_persons_opens_no_staff_page(
    site: Site, issuer: Issuer, browser: Browser
) -> None:
    """Somebody who works here and acts for a person comes in as the latter."""
    who = {"representative_id": site.town.decider}
    with site.app.app_context(), unit_of_work(db.engine) as session:
        session.add(
            Representation(
                person_id=site.town.person,
                ground="guardian",
                from_at=utc_now() - timedelta(days=1),
                **who,
            )
        )
    site.known_as(site.town.decider, "02823412377")
    issuer.will_be("sub-ola", "high", pid="02823412377")
    page = browser.get(PERSONS)
    assert page.status_code == 200 and browser.is_in()
    assert browser.get("/innkomne").status_code == 404


def test_a_provider_that_is_down_leaves_the_other_ways(
    site: Site, issuer: Issuer, browser: Browser
) -> None:
    """Last of all: the provider is ended."""
    kim(issuer)
    browser.get(PERSONS)
    issuer.process.kill()
    issuer.process.wait()
    site.app.extensions["planlop_oidc"].clear()
    page = site.browser().get(PERSONS)
    assert page.status_code == 503 and heading(page) == "Innloggingen svarer ikke"
    assert 'href="/logg-inn"' in page.text
    browser.get("/min-konto/innlogginger")
    out = browser.press("/logg-ut")
    assert urlsplit(out.url).path == "/logg-inn" and not browser.is_in()
