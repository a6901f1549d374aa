"""Fills in and sends a page's form as a browser without scripts does; what pages should hold is no matter here."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.pagechecker import every, parsed, words_of

TICKED = {"checkbox", "radio"}
Answers = dict[str, list[str]]


def form_of(html: str, action: str = "") -> Element:
    """The posting form whose address holds `action`; the first inside main where none is named."""
    main = next(every(parsed(html), "main"))
    for form in every(main, "form"):
        if form.get("method") == "post" and action in (form.get("action") or ""):
            return form
    raise AssertionError(f"no form to {action}")


def standing(form: Element) -> Answers:
    """What the form would send as it stands."""
    answers: Answers = {}
    for control in every(form, "input", "textarea", "select"):
        name, kind = control.get("name") or "", control.get("type")
        if not name or (kind in TICKED and control.get("checked") is None):
            continue
        answers.setdefault(name, []).extend(values(control))
    return answers


def values(control: Element) -> list[str]:
    """What one control would send."""
    if control.tag == "select":
        chosen = [one for one in every(control, "option") if one.get("selected") is not None]
        options = chosen or list(every(control, "option"))[:1]
        return [str(one.get("value") or "") for one in options]
    if control.tag == "textarea":
        return [(control.text or "").removeprefix("\n")]
    return [str(control.get("value") or "")]


def send(
    browser: FlaskClient, page: str, action: str = "", press: str = "", **answers: Any
) -> TestResponse:
    """Get a page, answer its form and send it; what is not answered stays as it stood."""
    shown = browser.get(page)
    assert shown.status_code == 200, (page, shown.status_code)
    form = form_of(shown.get_data(as_text=True), action)
    said = standing(form)
    for name, answer in answers.items():
        said[name] = answer if isinstance(answer, list) else [str(answer)]
    if press:
        said[press] = ["1"]
    return browser.post(form.get("action") or page, data=said)


def pressed(browser: FlaskClient, page: str, action: str) -> TestResponse:
    """Press a button that is a form of its own."""
    return send(browser, page, action)


def said(answer: TestResponse) -> str:
    """All words of a page."""
    return words_of(parsed(answer.get_data(as_text=True)))
