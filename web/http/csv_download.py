"""Tables as CSV files that spreadsheets open without running anything in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO

from flask import Response, request

from web.request import security_log

Cell = str | int | float | bool | date | datetime | None
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
MARK = "\ufeff"  # tells Excel that the file is UTF-8
BETWEEN = ";"  # what Excel expects where a comma is the decimal sign


def answer(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The table as a file to save, never to show; `name` is ours, in ASCII, without an ending."""
    response = Response(content(header, rows).encode(), mimetype="text/csv")
    security_log.note("export", kind=name, plan=(request.view_args or {}).get("plan_id"))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def content(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The file's text: UTF-8 with its mark, CRLF, quotes where a cell needs them."""
    out = StringIO()
    writer = csv.writer(out, delimiter=BETWEEN, lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return MARK + out.getvalue()


def harmless(cell: Cell) -> str:
    """A cell as text; one that a spreadsheet would run as a formula begins with an apostrophe.

    Numbers of our own keep their minus sign: they cannot hold a formula.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        return str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    text = cell.replace("\0", "")
    risky = text.startswith(STARTS_A_FORMULA) or text.lstrip().startswith(STARTS_A_FORMULA)
    return f"'{text}" if risky else text
