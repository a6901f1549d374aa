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


# Questions that want an answer of their own: whoever tests something else gives the first one offered.
ANSWERED_FIRST = frozenset(
    {"person_knows", "regime", "notified_how", "said", "how", "about", "outcome", "status", "why"}
    | {"rating", "unmet_code", "reply", "kind", "ground"}
)


def standing(form: Element) -> Answers:
    """What the form would send as it stands, with the first answer where one must be chosen."""
    return first_answers(form) | unfilled(form)


def first_answers(form: Element) -> Answers:
    """The first answer of every question that is asked as a choice and wants one."""
    answers: Answers = {}
    for control in every(form, "input"):
        name = control.get("name") or ""
        if control.get("type") == "radio" and name in ANSWERED_FIRST:
            answers.setdefault(name, [str(control.get("value") or "")])
    return answers


def unfilled(form: Element) -> Answers:
    """What the form would send if nobody touched it."""
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
