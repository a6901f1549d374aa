"""What the tests of sign-in by OpenID Connect share: the product served on loopback, and a browser without scripts."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from joserfc.jwk import ECKey
from sqlalchemy import select, update
from werkzeug.serving import make_server

from tests.servers.databases import Database
from tests.servers.oidc import Issuer
from tests.web.as_web_role import serve_as_web_role
from tests.web.pagechecker import check
from tests.web.town import Town, founded
from web import create_app
from web.request.database import db
from workflow.acts.people.register import digest_national_id
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Party, SignIn
from workflow.rules.calendar.clock import utc_now
from workflow.settings import Settings

SECRET = "only-for-tests-only-for-tests-only-for-tests"
PERSONS, STAFF = "/logg-inn/hos/persons", "/logg-inn/hos/staff"
PID = "13924312345"  # month + 80: nobody's
STAFF_PID = "14923412399"
LEVELS = {"low": "low", "substantial": "substantial", "high": "high"}


def providers(issuer: str, keys: Keys, **more: Any) -> dict[str, dict[str, Any]]:
    """Three doors to one provider: persons by national id, staff by e-mail, staff by a private key (as HelseID)."""
    persons = {
        "label": "ID-porten",
        "issuer": issuer,
        "client_id": "persons",
        "client_secret": SECRET,
        "scopes": "openid profile",
        "levels": LEVELS,
        "required": "substantial",
        "ask": ["high"],
        "claims": {"national_id": "pid"},
        "who": "person",
        **more,
    }
    staff = {
        "label": {"nb": "Kommunens innlogging", "en": "The municipality"},
        "issuer": issuer,
        "client_id": "staff",
        "client_secret": SECRET,
        "scopes": "openid profile email",
        "by_email": True,
        "who": "staff",
        "roles": ["planlop"],
        "claims": {"roles": "roles"},
        "municipality": "0001",
        "pushed": True,
        "userinfo": True,
    }
    keyed = {
        **staff,
        "label": "HelseID",
        "client_id": "keyed",
        "pushed": True,
        "required": "high",
        "client_secret": "",
        "private_key_file": str(keys.path),
        "private_key_id": "planlop-1",
        "private_key_algorithm": keys.algorithm,
        "by_email": False,
        "roles": [],
        "levels": {"3": "substantial", "4": "high"},
        "claims": {"national_id": "pid", "level": "security_level"},
    }
    return {"persons": persons, "staff": staff, "keyed": keyed}


@dataclass(frozen=True)
class Keys:
    """The private key that Planløp shows at the provider: the file, and its public half."""

    path: Path
    algorithm: str
    public: dict[str, Any]


def key_pair(folder: Path) -> Keys:
    """A fresh key in a file, as an administrator would make it."""
    made = ECKey.generate_key("P-256", {"kid": "planlop-1", "use": "sig"}, auto_kid=False)
    path = folder / "key.pem"
    path.write_bytes(made.as_pem(private=True))
    return Keys(path, "ES256", dict(made.as_dict(private=False)))


def clients(base: str, keys: Keys) -> list[dict[str, Any]]:
    """What the provider knows of the doors."""
    by_key = {
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [keys.public]},
        "require_pushed_authorization_requests": True,
    }
    by_secret = {"client_secret": SECRET}
    return [
        {
            "client_id": name,
            "redirect_uris": [f"{base}/logg-inn/hos/{name}/svar"],
            "post_logout_redirect_uris": [f"{base}/logg-inn"],
            "backchannel_logout_uri": f"{base}/logg-inn/hos/{name}/ut",
            "backchannel_logout_session_required": True,
            **(by_key if name == "keyed" else by_secret),
        }
        for name in ("persons", "staff", "keyed")
    ]


@dataclass
class Browser:
    """A browser with cookies of its own; every page of ours that it gets is checked."""

    base: str
    kept: requests.Session
    page: requests.Response | None = None

    def get(self, path: str, follow: bool = True) -> requests.Response:
        """A page, at the end of every redirect unless told not to follow."""
        where = path if path.startswith("http") else self.base + path
        return self._seen(self.kept.get(where, allow_redirects=follow, timeout=20))

    def press(self, path: str, follow: bool = True, **fields: str) -> requests.Response:
        """Posts a form of the page seen last."""
        where = path if path.startswith("http") else self.base + path
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page.text if self.page else "")
        fields |= {"csrf_token": token.group(1)} if token else {}
        return self._seen(self.kept.post(where, data=fields, allow_redirects=follow, timeout=20))

    def _seen(self, answer: requests.Response) -> requests.Response:
        written = answer.headers.get("Content-Type", "").startswith("text/html")
        shown = written and answer.status_code not in range(300, 400)
        if shown and answer.url.startswith(self.base):
            spoken = answer.text.partition('lang="')[2][:2]
            check(answer.text, answer.headers["Content-Security-Policy"], spoken)
            self.page = answer
        return answer

    def is_in(self) -> bool:
        """Whether a page that wants a reader opens."""
        return urlsplit(self.get("/min-konto/innlogginger").url).path != "/logg-inn"


@dataclass
class Site:
    """The product, served."""

    app: Flask
    base: str
    town: Town

    def browser(self) -> Browser:
        """A browser that has been nowhere."""
        return Browser(self.base, requests.Session())

    def change(self, party_id: str, **values: Any) -> None:
        """Changes a human."""
        with self.app.app_context(), unit_of_work(db.engine) as session:
            session.execute(update(Party).where(Party.id == party_id).values(**values))

    def known_as(self, party_id: str, national_id: str) -> None:
        """Gives somebody a national id."""
        key = self.app.extensions["planlop_settings"].identity_key.get_secret_value()
        self.change(party_id, national_id_hmac=digest_national_id(key, national_id))

    def sessions(self, party_id: str) -> list[SignIn]:
        """Every session of somebody, the oldest first."""
        with self.app.app_context(), unit_of_work(db.engine) as session:
            mine = select(SignIn).where(SignIn.party_id == party_id).order_by(SignIn.created_at)
            return list(session.execute(mine).scalars())


class Threaded:
    """A server on loopback whose port is known before the application is."""

    def __init__(self) -> None:
        self.app: Any = None
        self.server = make_server("127.0.0.1", 0, self, threaded=True)
        self.base = f"http://localhost:{self.server.server_port}"

    def __call__(self, environ: Any, start: Any) -> Any:
        return self.app(environ, start)


@contextmanager
def served() -> Iterator[Threaded]:
    """A port that answers once it is given an application; ends with the block."""
    listening = Threaded()
    running = threading.Thread(target=listening.server.serve_forever, args=(0.02,))
    running.start()
    try:
        yield listening
    finally:
        listening.server.shutdown()
        running.join()
        listening.server.server_close()


def opened(
    listening: Threaded, database: Database, home: Path, doors: dict[str, dict[str, Any]]
) -> Site:
    """The product at the port, with a town in it."""
    settings = Settings(
        home=home,
        base_url=listening.base,
        database_url=database.url,
        redis_url="unix:///none",
        oidc=doors,
        oidc_timeout=3.0,
        limit_factor=100.0,
    )
    app = create_app(settings)
    with app.app_context(), unit_of_work(db.engine) as session:
        town = founded(session, utc_now() - timedelta(days=30))
    serve_as_web_role(app)
    listening.app = app
    return Site(app, listening.base, town)


def heading(answer: requests.Response) -> str:
    """The page's h1."""
    match = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.S)
    return html.unescape(match.group(1)) if match else ""


def kim(issuer: Issuer, acr: str = "high") -> None:
    """The next who comes is the person with a plan."""
    issuer.will_be("sub-kim", acr, pid=PID, name="Kim Olsen")


def mona(issuer: Issuer, **claims: object) -> None:
    """The next who comes is the coordinator."""
    known = {"email": "MONA@example.invalid", "email_verified": True, "roles": ["planlop"]}
    issuer.will_be("sub-mona", "low", **{**known, **claims})


def half_way(issuer: Issuer, browser: Browser, door: str = PERSONS) -> str:
    """The address of the provider's answer, not yet opened."""
    answer = browser.get(door, follow=False)
    for _ in range(5):
        where = answer.headers["Location"]
        where = where if "://" in where else issuer.address + where
        if where.startswith(browser.base):
            return where
        answer = browser.get(where, follow=False)
    raise AssertionError("the provider never answered")
