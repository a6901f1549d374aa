"""Tokens that are not what they should be open nothing: forged, expired, meant for others, replayed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from tests.servers.databases import Backend, copied
from tests.servers.forged_oidc import (
    ACCESS_TOKEN,
    KEY,
    NEW_KEY,
    OTHER_KEY,
    Forger,
    by_secret,
    forged_provider,
    half_hash,
    public_text,
    signed,
    unsigned,
)
from tests.web.auth.oidc_world import LEVELS, SECRET, key_pair
from tests.web.conftest import NOW, tried_at
from tests.web.town import Town, founded
from web import create_app
from web.request.database import db
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Identity, SignIn, new_id
from workflow.settings import Settings

DOOR = "/logg-inn/hos/liar"
LOGOUT: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
HOUR = 3600
REFUSED, AWAY = "Vi kunne ikke stole på svaret", "Innloggingen svarer ikke"


@pytest.fixture(scope="module")
def forger() -> Iterator[Forger]:
    with forged_provider() as running:
        yield running


@pytest.fixture(scope="module")
def app(
    backend: Backend, tmp_path_factory: pytest.TempPathFactory, forger: Forger
) -> Iterator[Flask]:
    """The product at a fixed hour, with one provider."""
    liar = {
        "label": "Prøven",
        "issuer": forger.address,
        "client_id": "planlop",
        "client_secret": SECRET,
        "levels": LEVELS,
        "required": "high",
        "who": "both",
        "claims": {"national_id": "pid"},
    }
    keys = key_pair(tmp_path_factory.mktemp("keys"))
    keyed = {
        **{name: value for name, value in liar.items() if name != "client_secret"},
        "private_key_file": str(keys.path),
        "private_key_algorithm": "ES256",
    }
    with copied(backend) as database:
        settings = Settings(
            home=tmp_path_factory.mktemp("home"),
            database_url=database.url,
            redis_url="unix:///none",
            oidc={"liar": liar, "keyed": keyed},
            oidc_timeout=2.0,
            limit_factor=100.0,
        )
        with tried_at(NOW, create_app(settings)) as built:
            yield built


@pytest.fixture(scope="module")
def town(app: Flask) -> Town:
    """A municipality whose coordinator came by the provider before."""
    with app.app_context(), unit_of_work(db.engine) as session:
        municipality = founded(session, NOW - timedelta(days=30))
        who = {"party_id": municipality.coordinator}
        known = {"id": new_id(), "provider": "liar", "subject": "mona", "created_at": NOW}
        session.execute(insert(Identity), {**who, **known})
    return municipality


@pytest.fixture
def client(app: Flask, town: Town, forger: Forger) -> FlaskClient:
    """A browser that nobody is signed in with, and an honest provider."""
    forger.honest()
    app.extensions["planlop_oidc"].clear()
    return app.test_client()


def right(forger: Forger, nonce: str) -> dict[str, Any]:
    """The claims of a token as it should be."""
    at = int(NOW.timestamp())
    return {
        "iss": forger.address,
        "aud": "planlop",
        "sub": "mona",
        "nonce": nonce,
        "iat": at,
        "exp": at + 300,
        "auth_time": at,
        "acr": "high",
        "sid": "s1",
        "at_hash": half_hash(ACCESS_TOKEN),
    }


Forge = Callable[[dict[str, Any]], str]


def come(client: FlaskClient, forger: Forger, forge: Forge, door: str = DOOR) -> TestResponse:
    """The whole way through the provider; `forge` makes the id_token of the right claims."""
    sent = client.get(door)
    asked = parse_qs(urlsplit(sent.headers["Location"]).query)
    claims = right(forger, asked["nonce"][0])
    forger.token = {
        "access_token": ACCESS_TOKEN,
        "token_type": "Bearer",
        "expires_in": 300,
        "id_token": forge(claims),
    }
    return client.get(f"{DOOR}/svar?code=c&state={asked['state'][0]}")


def sessions(app: Flask) -> int:
    """How many sessions are open."""
    with app.app_context():
        return len(db.session.scalars(select(SignIn.id).where(SignIn.ended_at.is_(None))).all())


def but(**changed: Any) -> Forge:
    """The right claims but for some; None takes one away."""

    def forge(claims: dict[str, Any]) -> str:
        told = {**claims, **changed}
        return signed({name: value for name, value in told.items() if value is not None})

    return forge


AT = int(NOW.timestamp())
FORGED: dict[str, Forge] = {
    "nobody signed it": unsigned,
    "nobody signed it, in capitals": lambda claims: unsigned(claims, "None"),
    "signed with the shared secret": lambda claims: by_secret(claims, SECRET),
    "signed with the public key as a secret": lambda claims: by_secret(claims, public_text()),
    "another key of the same name": lambda claims: signed(claims, OTHER_KEY),
    "a key that nobody publishes": lambda claims: signed(claims, NEW_KEY, kid="two"),
    "a key that the token brings along": lambda claims: signed(
        claims, OTHER_KEY, jwk=OTHER_KEY.as_dict(private=False)
    ),
    "changed after it was signed": lambda claims: signed(claims)[:-8] + "AAAAAAAA",
    "no token at all": lambda claims: "",
    "not a token": lambda claims: "a.b.c",
    "another issuer": but(iss="https://evil.example"),
    "no issuer": but(iss=None),
    "for somebody else": but(aud="other"),
    "for somebody else, handed to us": but(aud="other", azp="planlop"),
    "for us and others, asked for by another": but(aud=["planlop", "other"], azp="other"),
    "for us and others, by nobody": but(aud=["planlop", "other"]),
    "for nobody": but(aud=None),
    "expired": but(iat=AT - 2 * HOUR, exp=AT - HOUR),
    "without an end": but(exp=None),
    "made tomorrow": but(iat=AT + 24 * HOUR, exp=AT + 25 * HOUR),
    "not yet good": but(nbf=AT + HOUR),
    "another question's": but(nonce="another"),
    "no question's": but(nonce=None),
    "nobody's": but(sub=None),
    "an empty somebody's": but(sub=""),
    "a number's": but(sub=17),
    "a name that no database takes": but(sub="mona\x00"),
    "a session that no database takes": but(sid="s\x00"),
    "of another access token": but(at_hash=half_hash("another")),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_token_that_does_not_hold_opens_nothing(
    app: Flask, client: FlaskClient, forger: Forger, forge: Forge
) -> None:
    before = sessions(app)
    page = come(client, forger, forge)
    assert page.status_code == 400 and REFUSED in page.text
    assert sessions(app) == before and client.get("/planer").status_code == 303


@pytest.mark.parametrize("pid", ["\x00", ["\x00"], {"a": 1}, None, 7, "x" * 5000])
def test_strange_claims_are_nobodys(client: FlaskClient, forger: Forger, pid: object) -> None:
    page = come(client, forger, but(sub="stranger", pid=pid))
    assert page.status_code == 403 and "Vi finner deg ikke her" in page.text


def test_the_right_token_opens_a_session(app: Flask, client: FlaskClient, forger: Forger) -> None:
    assert come(client, forger, signed).status_code == 303
    assert client.get("/planer").status_code == 200


def test_a_new_key_is_looked_for_but_not_at_every_strange_token(
    app: Flask, client: FlaskClient, forger: Forger
) -> None:
    come(client, forger, signed)
    talk = app.extensions["planlop_oidc"]["liar"]
    forger.asked.clear()
    for _ in range(3):
        come(client, forger, lambda claims: signed(claims, NEW_KEY, kid="two"))
    assert forger.asked.count("/keys") == 0  # asked less than half a minute ago
    at, held = talk._keys
    talk._keys = (at - 60, held)
    forger.keys = [KEY, NEW_KEY]
    answer = come(client, forger, lambda claims: signed(claims, NEW_KEY, kid="two"))
    assert answer.status_code == 303 and forger.asked.count("/keys") == 1


def test_our_own_proof_counts_for_less_than_a_minute_and_once(
    client: FlaskClient, forger: Forger
) -> None:
    """HelseID takes 60 seconds at most."""
    proofs = []
    for _ in range(2):
        asked = parse_qs(urlsplit(client.get("/logg-inn/hos/keyed").headers["Location"]).query)
        client.get(f"/logg-inn/hos/keyed/svar?code=c&state={asked['state'][0]}")
        sent = parse_qs(forger.bodies[-1])
        assert "client_secret" not in sent and sent["code_verifier"]
        part = sent["client_assertion"][0].split(".")[1]
        proofs.append(json.loads(base64.urlsafe_b64decode(part + "==")))
    for proof in proofs:
        assert proof["aud"] == forger.address and proof["iss"] == proof["sub"] == "planlop"
        assert 0 < proof["exp"] - proof["iat"] <= 60 and proof["nbf"] == proof["iat"]
    assert proofs[0]["jti"] != proofs[1]["jti"]


@pytest.mark.parametrize(
    "lie",
    [
        {"status": 500},
        {"status": 503, "raw": b"<html>"},
        {"raw": b"<html>down</html>"},
        {"raw": b"[]"},
        {"seconds": 3.0},
    ],
)
def test_a_provider_that_stumbles_gets_a_page(
    client: FlaskClient, forger: Forger, lie: dict[str, Any]
) -> None:
    client.get(DOOR)
    for name, value in lie.items():
        setattr(forger, name, value)
    page = come(client, forger, signed)
    assert page.status_code == 503 and AWAY in page.text


def test_a_code_that_the_provider_refuses(client: FlaskClient, forger: Forger) -> None:
    client.get(DOOR)
    forger.status, forger.raw = 400, b'{"error": "invalid_grant"}'
    page = come(client, forger, signed)
    assert page.status_code == 400 and REFUSED in page.text


@pytest.mark.parametrize(
    "described", [{"issuer": "https://evil.example"}, {"jwks_uri": None}, {"token_endpoint": ""}]
)
def test_a_provider_that_describes_itself_wrongly(
    client: FlaskClient, forger: Forger, described: dict[str, Any]
) -> None:
    forger.described = described
    sent = client.get(DOOR)
    page = sent if sent.status_code == 503 else come(client, forger, signed)
    assert page.status_code == 503 and AWAY in page.text


@pytest.mark.parametrize("at", [None, AT - HOUR, str(AT)])
def test_an_old_sign_in_proves_nothing_now(
    app: Flask, client: FlaskClient, forger: Forger, at: object
) -> None:
    come(client, forger, signed)
    page = come(client, forger, but(auth_time=at), "/bevis/hos?next=/planer")
    assert page.status_code == 400 and REFUSED in page.text
    again = come(client, forger, signed, "/bevis/hos?next=/planer")
    assert again.status_code == 303 and again.headers["Location"] == "/planer"


def farewell(forger: Forger, **changed: Any) -> dict[str, Any]:
    """The claims of a logout token; None takes one away."""
    told = {
        "iss": forger.address,
        "aud": "planlop",
        "iat": AT,
        "exp": AT + 120,
        "jti": new_id(),
        "events": LOGOUT,
        "sub": "mona",
        "sid": "s1",
        **changed,
    }
    return {name: value for name, value in told.items() if value is not None}


def end(client: FlaskClient, token: str) -> int:
    """The provider's message; the status of our answer."""
    answer = client.post(f"{DOOR}/ut", data={"logout_token": token})
    assert answer.headers["Cache-Control"] == "no-store" and not answer.data
    return answer.status_code


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"aud": "other"},
        {"iat": None},
        {"iat": AT - HOUR},
        {"exp": AT - HOUR},
        {"jti": None},
        {"events": None},
        {"events": {"other": {}}},
        {"events": list(LOGOUT)},
        {"nonce": "n"},
        {"sub": None, "sid": None},
        {"sid": 17},
    ],
    ids=str,
)
def test_a_logout_token_that_does_not_hold_ends_nothing(
    client: FlaskClient, forger: Forger, changed: dict[str, Any]
) -> None:
    come(client, forger, signed)
    assert end(client, signed(farewell(forger, **changed))) == 400
    assert client.get("/planer").status_code == 200


def test_forged_logout_tokens_end_nothing(client: FlaskClient, forger: Forger) -> None:
    come(client, forger, signed)
    told = farewell(forger)
    for token in (unsigned(told), signed(told, OTHER_KEY), signed(told, typ="at+jwt"), ""):
        assert end(client, token) == 400
    id_token = signed(right(forger, "n"))
    assert end(client, id_token) == 400
    assert client.get("/planer").status_code == 200


@pytest.mark.parametrize("about", [{"sub": None}, {"sid": None}, {}])
def test_a_logout_token_counts_once(
    app: Flask, client: FlaskClient, forger: Forger, about: dict[str, Any]
) -> None:
    come(client, forger, signed)
    token = signed(farewell(forger, **about), typ="logout+jwt")
    assert end(client, token) == 200
    assert client.get("/planer").status_code == 303
    come(client, forger, signed)
    assert end(client, token) == 400
    assert client.get("/planer").status_code == 200


def test_another_subjects_session_number_ends_nothing(client: FlaskClient, forger: Forger) -> None:
    come(client, forger, signed)
    assert end(client, signed(farewell(forger, sub="other"))) == 200
    assert end(client, signed(farewell(forger, sid="s2"))) == 200
    assert client.get("/planer").status_code == 200
