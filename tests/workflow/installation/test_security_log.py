"""The log of security events: one line each, codes and ids only."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import security_log
from workflow.record.models import new_id
from workflow.rules.names.steps import PlanStep
from workflow.security_log import EVENTS, HIDDEN, NAMES, OneLine, UnknownEvent, note, plain


def line_of(caplog: pytest.LogCaptureFixture) -> str:
    """The last line as it is written."""
    return OneLine().format(caplog.records[-1])


def test_a_line_is_json_with_codes_and_ids(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, security_log.LOGGER)
    party = new_id()
    note("sign_in", party=party, method="password", plan=None)
    line = json.loads(line_of(caplog))
    assert line["event"] == "sign_in" and line["party"] == party and line["method"] == "password"
    assert line["at"].endswith("+00:00") and "plan" not in line


@pytest.mark.parametrize(
    "text",
    [
        "Kim Olsen",
        "Kim",
        "kim@example.invalid",
        "15857012345",
        "158570 12345",
        "x-15857012345",
        "a\nb",
        'a" , "event": "sign_in',
        "Ringte mor, hun gråt",
        "x" * 81,
        "",
    ],
)
def test_words_names_addresses_and_national_ids_do_not_get_in(
    caplog: pytest.LogCaptureFixture, text: str
) -> None:
    caplog.set_level(logging.INFO, security_log.LOGGER)
    note("refused", reason=text)
    line = line_of(caplog)
    assert json.loads(line)["reason"] == HIDDEN
    assert text == "" or json.dumps(text)[1:-1] not in line


@given(st.text(max_size=120))
def test_no_text_makes_a_second_line(text: str) -> None:
    record = logging.makeLogRecord({"msg": "refused", "ids": {"reason": plain(text)}})
    assert "\n" not in OneLine().format(record) and "\r" not in OneLine().format(record)


@pytest.mark.parametrize(
    "code",
    [PlanStep.STOP_SHARING_WITH, "signin.choose", "::1", "01935d3e-7a1b-7c3d-8e4f-123456789012"],
)
def test_codes_and_ids_stay(code: str) -> None:
    assert plain(code) == code


def test_an_event_or_name_outside_the_list_is_a_mistake() -> None:
    with pytest.raises(UnknownEvent):
        note("something")
    with pytest.raises(UnknownEvent):
        note("refused", words="x")


def test_every_event_says_what_it_is() -> None:
    assert all(EVENTS.values()) and "name" not in NAMES and "email" not in NAMES
