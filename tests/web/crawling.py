"""Follows links as a reader would and gathers the forms on the way."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from flask import Flask
from flask.testing import FlaskClient

from tests.web.filling import Answers, standing
from tests.web.pagechecker import every, parsed
from web.request.reader import COOKIE

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


LINK = re.compile(r'href="(/[^"#]*)"')
LEFT_OUT = re.compile(r"^/(static|sprak|logg-ut|logg-inn)|\.(css|js|svg|woff2?)")


@dataclass(frozen=True)
class Sheet:
    """One form as it stands on a page: where it goes, what it would send, and its fields by kind."""

    page: str
    action: str
    method: str
    said: Answers
    kinds: dict[str, str]
    offered: dict[str, tuple[str, ...]]
    upload: bool


def pages(app: Flask, token: str, starts: list[str], most: int) -> Iterator[tuple[str, Element]]:
    """Every page that links lead to, the nearest first; addresses alike but for keys count once a place."""
    waiting, seen = deque(starts), set(starts)
    shown = 0
    while waiting and shown < most:
        where = waiting.popleft()
        browser = app.test_client()
        if token:
            browser.set_cookie(COOKIE, token)
        answer = browser.get(where)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        page = parsed(answer.get_data(as_text=True))
        shown += 1
        yield where, page
        for link in every(page, "a"):
            target = (link.get("href") or "").partition("#")[0]
            if target.startswith("/") and not target.startswith("//") and target not in seen:
                seen.add(target)
                waiting.append(target)


def crawled(
    browser: FlaskClient, starts: Sequence[str], most: int, but: re.Pattern[str] | None = None
) -> dict[str, str]:
    """What stands at those addresses and at others that links on them lead to, files too, by address."""
    waiting, texts = list(starts), dict[str, str]()
    while waiting and len(texts) < most:
        address = waiting.pop(0)
        if address in texts or LEFT_OUT.search(address) or (but and but.search(address)):
            continue
        answer = browser.get(address)
        texts[address] = answer.get_data(as_text=True)
        if answer.status_code in (301, 302, 303):
            waiting.append(answer.location)
        if answer.mimetype == "text/html":
            waiting += [one.replace("&amp;", "&") for one in LINK.findall(texts[address])]
    return texts


def sheets(app: Flask, token: str, starts: list[str], most: int) -> Iterator[Sheet]:
    """Every form on those pages, one of each shape."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for where, page in pages(app, token, starts, most):
        for form in every(page, "form"):
            sheet = sheet_of(where, form)
            shape = (KEY.sub("KEY", sheet.action), tuple(sorted(sheet.kinds)))
            if shape not in seen:
                seen.add(shape)
                yield sheet


def sheet_of(where: str, form: Element) -> Sheet:
    """A form with what it offers."""
    kinds: dict[str, str] = {}
    offered: dict[str, tuple[str, ...]] = {}
    for control in every(form, "input", "textarea", "select", "button"):
        name = control.get("name") or ""
        if not name:
            continue
        kinds[name] = control.get("type") or control.tag
        options = [str(one.get("value") or "") for one in every(control, "option")]
        offered[name] = (*offered.get(name, ()), *options, control.get("value") or "")
    return Sheet(
        where,
        form.get("action") or where,
        (form.get("method") or "get").upper(),
        standing(form),
        kinds,
        {name: tuple(dict.fromkeys(values)) for name, values in offered.items()},
        form.get("enctype") == "multipart/form-data",
    )
