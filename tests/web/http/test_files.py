"""Files in and out: what is taken, how it is handed back, and tables that spreadsheets may open."""

from __future__ import annotations

import csv
import zipfile
from datetime import date
from io import BytesIO, StringIO

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from web.http import csv_download, uploads
from web.http.uploads import UploadRefused, check_upload, send_back


def word(*more: str, size: int = 10) -> bytes:
    """A Word file of sorts, with other parts in it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            packed.writestr(name, b"x" * size)
    return out.getvalue()


PDF, PNG, JPEG = b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n...", b"\xff\xd8\xff\xe0..."


def given_file(name: str, content: bytes, mime: str = "text/html") -> FileStorage:
    """A file as a browser sends it; the type it claims is never believed."""
    return FileStorage(BytesIO(content), filename=name, content_type=mime)


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("samtykke.pdf", PDF, "application/pdf"),
        ("BILDE.PNG", PNG, "image/png"),
        ("foto.jpeg", JPEG, "image/jpeg"),
        ("foto.jpg", JPEG, "image/jpeg"),
        ("notat.txt", "Blåbær\n".encode(), "text/plain; charset=utf-8"),
        ("brev.docx", word(), uploads.WORD),
    ],
)
def test_files_of_the_list_are_taken_as_they_were_sent(
    name: str, content: bytes, mime: str
) -> None:
    upload = check_upload(given_file(name, content))
    assert (upload.content, upload.mime, upload.name) == (content, mime, name)
    assert len(upload.sha256) == 64


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("tom.pdf", b"", "empty"),
        ("stor.pdf", b"%PDF-" + b"x" * uploads.LARGEST_FILE, "large"),
        ("side.html", b"<script>", "kind"),
        ("tegning.svg", b"<svg onload='x()'/>", "kind"),
        ("arkiv.zip", word(), "kind"),
        ("program.pdf.exe", PDF, "kind"),
        ("pdf", PDF, "kind"),
        (".pdf", PDF, "kind"),
        ("side.pdf", b"<html><script>", "differs"),
        ("bilde.png", JPEG, "differs"),
        ("notat.txt", b"\xff\xfe\x00x", "differs"),
        ("notat.txt", b"a\0b", "differs"),
        ("brev.docx", PDF, "differs"),
        ("brev.docx", b"PK\x03\x04 rubbish", "differs"),
        ("brev.docx", word("word/vbaProject.bin"), "macros"),
        ("brev.docx", word(size=60_000_000), "differs"),
    ],
)
def test_other_files_are_refused_with_a_sentence(
    app: Flask, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(UploadRefused) as no:
        check_upload(given_file(name, content, "application/pdf"))
    assert no.value.reason == reason
    with app.test_request_context("/"):
        assert no.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\brev.pdf", "brev.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_lose_folders_and_hidden_signs(name: str, kept: str) -> None:
    assert check_upload(given_file(name, PDF)).name == kept


def test_a_file_is_saved_and_never_shown_inside_our_pages(app: Flask) -> None:
    with app.test_request_context("/"):
        answer = app.process_response(send_back(PDF, "application/pdf", 'sær "fil"\r\nX: y.pdf'))
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="s_r__fil___X__y.pdf"'
    )
    assert "\n" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store" and answer.data == PDF


@pytest.mark.parametrize(
    "cell", ["=1+1", "+47", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n@x", "＝1", "|cmd", "%x"]
)
def test_cells_that_a_spreadsheet_would_run_are_text(cell: str) -> None:
    assert csv_download.harmless(cell) == f"'{cell}"


def test_numbers_days_and_words_stay() -> None:
    assert [
        csv_download.harmless(cell) for cell in (-3, 1.5, True, None, date(2026, 3, 9), "Kim")
    ] == [
        "-3",
        "1.5",
        "1",
        "",
        "2026-03-09",
        "Kim",
    ]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_whatever_is_written_no_cell_begins_a_formula_and_none_escapes(
    rows: list[list[str]],
) -> None:
    text = csv_download.content(["a", "b"], rows)
    assert text.startswith(csv_download.MARK)
    read = list(csv.reader(StringIO(text[1:], newline=""), delimiter=";"))
    assert len(read) == len(rows) + 1 and all(len(row) == 2 for row in read)
    for row in read:
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)


def test_a_table_is_a_file_to_save(app: Flask) -> None:
    with app.test_request_context("/"):
        answer = app.process_response(csv_download.answer("hvem-har-sett", ["Når"], [["i dag"]]))
    assert answer.mimetype == "text/csv" and answer.data.startswith("\ufeff".encode())
    assert answer.headers["Content-Disposition"] == 'attachment; filename="hvem-har-sett.csv"'
