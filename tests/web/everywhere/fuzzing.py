"""Values that people, broken programs and attackers send, and how a form is disturbed with them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from hypothesis import strategies as st

from tests.web.crawling import Sheet
from workflow.record.models import new_id

# Written as it stands into a page, this would be a tag of the sender's own.
TAG = "<i data-canary=1>"
CLASSICS = (
    "",
    " ",
    "0",
    "-1",
    "1e309",
    "NaN",
    "٣",
    "true",
    "on",
    "null",
    "None",
    "[]",
    "{}",
    "[object Object]",
    TAG,
    f'"{TAG}',
    f"'{TAG}",
    f"</textarea>{TAG}",
    "{{7*7}}",
    "{% raw %}",
    "%(name)s",
    "%s%n",
    "${7*7}",
    "' OR '1'='1",
    "'; DROP TABLE plan; --",
    "\\",
    "\x00",
    "a\x00b",
    "\r\nSet-Cookie: a=b",
    "\u202e",
    "\ufeff",
    "../../etc/passwd",
    "//evil.invalid",
    "https://evil.invalid",
    "javascript:alert(1)",
    "=1+1",
    "@SUM(A1)",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "0001-01-01",
    "2028-02-29",
    "2026-13-01",
    "12.31.2026",
    "1.1.26",
    "24:00",
    "25:61",
    "00:00",
    "10:00:00",
    "2026-03-29T02:30",
    "999999999999999999999",
    "-0",
    "1,5",
    "１２",
    "ß" * 300,
    "x" * 5_000,
    "å" * 20_000,
    "\n" * 3_000,
    "🙂" * 500,
    "\ud7ff\ue000",
    "a" * 121,
    "a" * 201,
)
FILES = (
    b"",
    b"%PDF-1.7\n%%EOF",
    b"MZ\x90",
    b"<svg onload=alert(1)>",
    b"\x89PNG\r\n\x1a\n",
    b"PK\x03\x04" * 9,
)
NAMES = ("a.pdf", "..\\..\\a.exe", "a\x00.pdf", "å" * 200 + ".pdf", ".htaccess", "a.svg", "", "CON")
EXTRA = (
    "plan_id",
    "version",
    "agreed_how",
    "state",
    "__class__",
    "_method",
    "next",
    "step_name",
)


@dataclass(frozen=True)
class Attack:
    """One disturbed form."""

    sheet: Sheet
    said: dict[str, list[str]]
    file: tuple[str, str, bytes] | None = None

    def body(self) -> dict[str, Any]:
        """What the test browser sends."""
        if self.file is None:
            return dict(self.said)
        field, name, content = self.file
        return {**self.said, field: (BytesIO(content), name)}


def value(keys: tuple[str, ...]) -> st.SearchStrategy[str]:
    """One value for a field: a classic, any text, a number, a date, somebody's key, a key of nothing."""
    return st.one_of(
        st.sampled_from(CLASSICS),
        st.text(max_size=60),
        st.integers(-(10**20), 10**20).map(str),
        st.dates().map(str),
        st.times().map(lambda time: time.isoformat("minutes")),
        st.sampled_from(keys),
        st.builds(new_id),
    )


@st.composite
def attacks(draw: st.DrawFn, sheets: list[Sheet], keys: tuple[str, ...]) -> Attack:
    """A form with some of its fields disturbed, left out, sent twice, or with others added."""
    sheet = draw(st.sampled_from(sheets))
    said = {name: list(values) for name, values in sheet.said.items()}
    names = sorted(sheet.kinds)
    for name in draw(st.lists(st.sampled_from(names), max_size=4, unique=True)) if names else ():
        disturb(draw, said, name, (*sheet.offered[name], *keys))
    if draw(st.integers(0, 5)) == 0:
        said[draw(st.sampled_from(EXTRA))] = [draw(value(keys))]
    files = [name for name, kind in sheet.kinds.items() if kind == "file"]
    if not files:
        return Attack(sheet, said)
    said.pop(files[0], None)
    sent = (files[0], draw(st.sampled_from(NAMES)), draw(st.sampled_from(FILES)))
    return Attack(sheet, said, sent)


def disturb(draw: st.DrawFn, said: dict[str, list[str]], name: str, keys: tuple[str, ...]) -> None:
    """One field: another value, two values, none, or not sent at all."""
    how = draw(st.integers(0, 7))
    if how == 0:
        said.pop(name, None)
    elif how == 1:
        said[name] = [draw(value(keys)), draw(value(keys))]
    else:
        said[name] = [draw(value(keys))]
