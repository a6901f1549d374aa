"""The frame of every page: headers, errors, languages, forms, formats and health."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Literal

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import MultiDict

from tests.web.conftest import NOW, CheckedClient, SignedIn
from tests.web.pagechecker import PageBroken, check
from tests.web.town import Town
from web import create_app
from web.forms import model_forms
from web.http.static_files import STATIC
from web.page import formats
from web.request import doorbell
from web.request.database import db
from workflow.rules.engine.denials import Denial, NotThere, ReadOnly, Refused, Stale, UnknownStep
from workflow.rules.names.steps import PlanStep
from workflow.settings import Settings

POLICY = f"script-src 'nonce-{'n' * 22}'"
PAGE = '<!DOCTYPE html><html lang="nb"><head><title>Plan</title></head><body><main><h1>Plan</h1>{}</main></body></html>'


class Visit(BaseModel):
    """A form with every kind of control."""

    model_config = ConfigDict(extra="forbid")
    words: str = Field(title="Hva vil du si?", max_length=1000)
    name: str = Field(default="", title="Navn", max_length=80)
    on: date | None = Field(default=None, title="Dag")
    at: time | None = Field(default=None, title="Klokkeslett")
    how: Literal["home", "office"] = Field(
        title="Hvor?", json_schema_extra={"choices": {"home": "Hjemme", "office": "På kontoret"}}
    )
    who: str = Field(default="", title="Hvem?", json_schema_extra={"widget": "staff"})
    topics: list[str] = Field(default=[], title="Tema", json_schema_extra={"choices": {"a": "A"}})
    count: int = Field(default=1, title="Antall", ge=1, le=9)
    sure: bool = Field(default=False, title="Jeg er sikker")


@pytest.mark.parametrize("path", ["/logg-inn", "/e-post", "/finnes-ikke", "/healthz"])
def test_headers_on_every_answer(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_nonce_is_fresh_for_each_answer(client: FlaskClient) -> None:
    policies = {client.get("/logg-inn").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


@pytest.mark.usefixtures("town")
def test_the_first_view_is_light(client: FlaskClient) -> None:
    page = client.get("/logg-inn").text
    sizes = {"page": len(page.encode())}
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        sent = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert "immutable" in sent.headers["Cache-Control"]
        sizes[address] = len(sent.data)
    font = next((STATIC / "vendor").glob("inter*.woff2"))
    sizes["font"] = font.stat().st_size
    print(f"\n{sum(sizes.values())} bytes in the first view: {sizes}")
    assert sum(sizes.values()) <= 60_000


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ok\n"


def test_a_form_without_its_token_is_refused(settings: Settings, town: Town) -> None:
    guarded = create_app(settings)
    answer = guarded.test_client().post("/logg-inn/demo", data={"party": town.coordinator})
    assert answer.status_code == 400 and "Vi forsto ikke" in answer.text
    with guarded.app_context():
        db.engine.dispose()


def test_too_large_a_form_is_refused(client: FlaskClient) -> None:
    answer = client.post("/logg-inn", data={"email": "x" * 1_100_000, "password": "y"})
    assert answer.status_code == 413 and "for stort" in answer.text


@pytest.mark.parametrize(
    ("code", "words"), [(403, "ikke åpen for deg"), (409, "mens du skrev"), (503, "nede")]
)
def test_error_pages_say_what_why_and_what_now(app: Flask, code: int, words: str) -> None:
    from web.http.error_pages import error_page

    with app.test_request_context("/"):
        page, status = error_page(code)
    assert status == code and words in page and "tel:" in page


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotThere("x"), 404, "fant ikke"),
        (Stale(), 409, "mens du skrev"),
        (ReadOnly(), 503, "nede"),
        (UnknownStep("Z1"), 400, "finnes ikke"),
        (Refused([Denial("paused")]), 409, "har pause"),
    ],
)
def test_named_errors_become_pages(
    settings: Settings, error: Exception, status: int, words: str
) -> None:
    def broken() -> str:
        raise error

    failing = create_app(settings)
    failing.test_client_class = CheckedClient
    failing.add_url_rule("/feil", "feil", broken)
    answer = failing.test_client().get("/feil")
    assert answer.status_code == status and words in answer.text


def test_without_a_database_the_page_gives_the_telephone(settings: Settings) -> None:
    gone = "sqlite:////nowhere/at/all.sqlite"
    lost = create_app(
        settings.model_copy(update={"database_url": gone, "unit_telephone": "22334455"})
    )
    answer = lost.test_client().get("/logg-inn")
    assert answer.status_code == 503 and "22&nbsp;33" in answer.text.replace("\xa0", "&nbsp;")
    assert lost.test_client().get("/readyz").status_code == 503


def test_a_fault_shows_nothing_of_the_inside(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    broken = create_app(settings)
    broken.add_url_rule("/feil", "feil", lambda: str(1 // 0))
    answer = broken.test_client().get("/feil")
    assert answer.status_code == 500 and "ZeroDivision" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_language_is_the_readers_own_and_can_be_chosen(
    client: FlaskClient, signed_in: SignedIn, town: Town
) -> None:
    english = client.get("/logg-inn", headers={"Accept-Language": "en"})
    assert '<html lang="nb"' in english.text
    client.post("/sprak", data={"language": "en", "next": "/logg-inn"})
    assert '<html lang="en"' in client.get("/logg-inn").text
    mona = signed_in(town.coordinator)
    assert '<html lang="nb"' in mona.get("/finnes-ikke").text
    mona.post("/sprak", data={"language": "en"})
    assert '<html lang="en"' in signed_in(town.coordinator).get("/finnes-ikke").text
    assert mona.post("/sprak", data={"language": "tlh"}).status_code == 400
    mona.post("/sprak", data={"language": "nb"})


def test_larger_letters(client: FlaskClient) -> None:
    assert 'data-size="md"' in client.get("/logg-inn").text
    client.post("/skrift", data={"next": "/logg-inn"})
    assert 'data-size="lg"' in client.get("/logg-inn").text


def test_two_voices(signed_in: SignedIn, town: Town) -> None:
    staff = signed_in(town.coordinator).get("/finnes-ikke").text
    person = signed_in(town.person).get("/finnes-ikke").text
    assert '<body class="staff">' in staff and "person.css" not in staff
    assert '<body class="person">' in person and "116" in person and "Haster det?" in person


def test_caught_mail_is_shown(client: FlaskClient, settings: Settings) -> None:
    folder = settings.home / "mail"
    folder.mkdir(exist_ok=True)
    head = "To: mona@example.invalid\r\nSubject: Dagens liste\r\n"
    mail = f"{head}Date: Mon, 09 Mar 2026 07:30:00 +0100\r\n\r\nTo planer.\r\n"
    Path(folder / "1.eml").write_text(mail)
    page = client.get("/e-post").text
    assert "Dagens liste" in page and "To planer." in page


def test_a_request_reads_through_one_connection(app: Flask) -> None:
    from sqlalchemy import text

    with app.test_request_context("/"):
        for _ in range(20):
            db.session.execute(text("SELECT 1"))
        assert db.engine.pool.checkedout() == 1  # type: ignore[attr-defined]


def test_a_lost_ring_never_breaks_the_request(app: Flask) -> None:
    with app.test_request_context("/"):
        assert doorbell.ring_workers() is False


def test_a_form_is_read_as_its_model(app: Flask) -> None:
    posted = MultiDict(
        [
            ("words", " hei\r\npå deg "),
            ("on", "9.3.2026"),
            ("at", "10.30"),
            ("how", "home"),
            ("topics", "a"),
            ("count", "2"),
            ("sure", "true"),
            ("version", "7"),
            ("_save", "1"),
        ]
    )
    with app.test_request_context("/"):
        form = model_forms.read(Visit, posted)
    assert form.value == Visit(
        words="hei\npå deg",
        on=date(2026, 3, 9),
        at=time(10, 30),
        how="home",
        topics=["a"],
        count=2,
        sure=True,
    )
    assert form.version == 7


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("words", "", "Fyll ut"),
        ("words", "x" * 1001, "1000 tegn"),
        ("words", "a\0b", "ikke kan lagres"),
        ("on", "i morgen", "9.3.2026"),
        ("at", "25.99", "10.30"),
        ("how", "moon", "Velg ett"),
        ("topics", "b", "Velg ett"),
        ("count", "mange", "helt tall"),
        ("count", "12", "større enn 9"),
        ("extra", "1", "ikke hører til"),
    ],
)
def test_bad_answers_are_told_and_nothing_typed_is_lost(
    app: Flask, name: str, value: str, words: str
) -> None:
    posted = MultiDict({"words": "hei", "how": "home", "name": "Kari", name: value})
    with app.test_request_context("/"):
        form = model_forms.read(Visit, posted)
        page = drawn(form)
    assert form.value is None and any(words in told for _, told in form.errors)
    assert 'value="Kari"' in page
    check(page.replace('method="post"', 'method="get"'), POLICY)


def drawn(form: model_forms.WebForm[Visit]) -> str:
    """The form on a page of its own."""
    macro = '{% from "macros/form.html" import form_page %}{{ form_page(form, "/x", "Lagre") }}'
    return PAGE.replace("{}", render_template_string(macro, form=form))


def test_every_act_of_the_engine_has_a_drawable_form(app: Flask) -> None:
    import workflow.acts.engine.fire  # noqa: F401 - loads every act
    from workflow.acts.base.registry import ACTS

    with app.test_request_context("/"):
        # A plan that is brought in comes as a file: its parts are asked on no page.
        for act in (one for one in ACTS.values() if one.step_name != PlanStep.BRING_IN):
            html = drawn(model_forms.show(act.form, version=1))  # type: ignore[arg-type]
            check(html.replace('method="post"', 'method="get"'), POLICY)


@pytest.mark.parametrize(
    ("shape", "value", "words"),
    [
        ("day", date(2026, 3, 9), "9. mars"),
        ("day", date(2027, 1, 2), "2. januar 2027"),
        ("weekday", date(2026, 3, 10), "i morgen"),
        ("weekday", date(2026, 3, 16), "mandag 16. mars"),
        ("moment", datetime(2026, 3, 10, 9, 0, tzinfo=UTC), "i morgen kl. 10.00"),
        ("moment", datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "søndag 29. mars kl. 03.30"),
        ("day", datetime(2026, 3, 9, 23, 30, tzinfo=UTC), "10. mars"),
        ("ago", date(2026, 3, 8), "i går"),
        ("ago", date(2026, 2, 25), "12 dager siden"),
        ("over", date(2026, 2, 25), "12 d over"),
        ("over", date(2026, 3, 12), "om 3 dager"),
        ("over", date(2026, 3, 9), "i dag"),
        ("over", None, "–"),
    ],
)
def test_dates_in_bokmaal(app: Flask, shape: str, value: date | None, words: str) -> None:
    with app.test_request_context("/"):
        assert getattr(formats, shape)(value) == words


def test_dates_in_english(app: Flask) -> None:
    with app.test_request_context("/", headers={"Cookie": "sprak=en"}):
        assert formats.day(date(2026, 3, 9)) == "9 March"
        assert formats.clock_time(datetime(2026, 3, 9, 9, 5, tzinfo=UTC)) == "10:05"
        assert formats.ago(NOW) == "today"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("91011223", "910 11 223"),
        ("22 33 44 55", "22 33 44 55"),
        ("116117", "116 117"),
        ("113", "113"),
        ("", ""),
    ],
)
def test_telephone_numbers(app: Flask, number: str, words: str) -> None:
    with app.test_request_context("/"):
        shown = formats.phone(number)
    assert words in shown.replace("\xa0", " ")
    assert not number or f'href="tel:{number.replace(" ", "")}"' in shown


@pytest.mark.parametrize(
    "broken",
    [
        "<div>åpen",
        "<h1>To</h1>",
        '<input name="x" id="x">',
        '<p id="a"></p><p id="a"></p>',
        '<p style="color:red">x</p>',
        '<button onclick="x()">x</button>',
        "<script>x()</script>",
        '<a href="#borte">x</a>',
        '<a href="/x"></a>',
        '<form method="post"><button>x</button></form>',
        "<h3>hopp</h3>",
        "<table><tbody><tr><td>x</td></tr></tbody></table>",
    ],
)
def test_the_page_checker_sees_what_is_wrong(broken: str) -> None:
    check(PAGE.replace("{}", "<p>god</p>"), POLICY)
    with pytest.raises(PageBroken):
        check(PAGE.replace("{}", broken), POLICY)
