"""Files that people send: which ones are taken, by name and bytes, and how they are handed back without being shown."""

from __future__ import annotations

import hashlib
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import UnsupportedMediaType

from web.http.security_headers import SANDBOX
from web.request import security_log
from web.request.translate import N_, gettext

LARGEST_FILE = 10 * 1024 * 1024
LONGEST_NAME = 120
# Counted in the archive's own list: a packed bomb is refused before anything is unpacked.
MOST_PARTS = 2000
LARGEST_UNPACKED = 100 * 1024 * 1024
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# Why a file is not taken: the sentence a reader gets, by code.
SENTENCES: dict[str, str] = {
    "empty": N_("Filen er tom. Velg en annen."),
    "large": N_("Filen er større enn ti megabyte. Send en mindre fil."),
    "kind": N_(
        "Vi tar imot PDF, PNG, JPEG, ren tekst og Word-filer (docx). Lagre filen på en av disse måtene."
    ),
    "differs": N_("Filen er noe annet enn navnet sier. Lagre den på nytt, og prøv igjen."),
    "macros": N_("Word-filen har makroer i seg. Lagre den uten, eller som PDF."),
}


class UploadRefused(UnsupportedMediaType):
    """A file that is not taken (415); `reason` says why, `sentence` tells the reader."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason

    @property
    def sentence(self) -> str:
        """What the reader reads, in her language."""
        return gettext(SENTENCES[self.reason])


@dataclass(frozen=True)
class Upload:
    """A file that was taken: as it was sent, with the type that its own bytes show."""

    name: str
    mime: str
    content: bytes
    sha256: str


def is_pdf(content: bytes) -> bool:
    """Whether the bytes begin as a PDF file does."""
    return content.startswith(b"%PDF-")


def is_png(content: bytes) -> bool:
    """Whether the bytes begin as a PNG picture does."""
    return content.startswith(b"\x89PNG\r\n\x1a\n")


def is_jpeg(content: bytes) -> bool:
    """Whether the bytes begin as a JPEG picture does."""
    return content.startswith(b"\xff\xd8\xff")


def is_text(content: bytes) -> bool:
    """Whether the bytes are UTF-8 without control characters."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n\f" for sign in text)


def is_word(content: bytes) -> bool:
    """Whether the bytes are a Word file of reasonable size once unpacked; nothing is unpacked here."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return False
    names = {part.filename for part in parts}
    fits = len(parts) <= MOST_PARTS and sum(part.file_size for part in parts) <= LARGEST_UNPACKED
    return fits and {"[Content_Types].xml", "word/document.xml"} <= names


def has_macros(content: bytes) -> bool:
    """Whether a Word file carries a program."""
    with zipfile.ZipFile(BytesIO(content)) as packed:
        return any(name.lower().endswith("vbaproject.bin") for name in packed.namelist())


# Ending of the name -> the type it is kept as, and what its bytes must show.
KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", is_pdf),
    "png": ("image/png", is_png),
    "jpg": ("image/jpeg", is_jpeg),
    "jpeg": ("image/jpeg", is_jpeg),
    "txt": ("text/plain; charset=utf-8", is_text),
    "docx": (WORD, is_word),
}


def read_upload(field: str = "file") -> Upload | None:
    """The file of a form's field, or None where none was chosen. Raises UploadRefused.

    The view wears `access_guards.uploads`. What was refused is logged by its code alone.
    """
    file = request.files.get(field)
    if file is None or not file.filename:
        return None
    try:
        return check_upload(file)
    except UploadRefused as no:
        security_log.note(
            "upload_refused", reason=no.reason, plan=(request.view_args or {}).get("plan_id")
        )
        raise


def check_upload(file: FileStorage) -> Upload:
    """The file, if its size, name and bytes agree with one of the kinds. Raises UploadRefused."""
    # One byte more than we take tells that it is too large, however large it is.
    content = file.stream.read(LARGEST_FILE + 1)
    if not content:
        raise UploadRefused("empty")
    if len(content) > LARGEST_FILE:
        raise UploadRefused("large")
    name = plain_name(file.filename or "")
    mime, shows = kind_of(name)
    if not shows(content):
        raise UploadRefused("differs")
    if mime == WORD and has_macros(content):
        raise UploadRefused("macros")
    return Upload(name, mime, content, hashlib.sha256(content).hexdigest())


def kind_of(name: str) -> tuple[str, Callable[[bytes], bool]]:
    """Type and proof of a name's ending. Raises UploadRefused for any other ending."""
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or ending.lower() not in KINDS:
        raise UploadRefused("kind")
    return KINDS[ending.lower()]


def plain_name(name: str) -> str:
    """The file's own name without folders, control characters and hidden marks, at most 120 signs."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    clean = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot else clean[:LONGEST_NAME]


def send_back(content: bytes, mime: str, name: str) -> Response:
    """A file as it was sent, always to be saved and never shown inside our pages."""
    response = Response(content, mimetype=None, content_type=mime)
    security_log.note("export", kind="file", plan=(request.view_args or {}).get("plan_id"))
    ascii_name = "".join(
        sign if (sign.isascii() and sign.isalnum()) or sign in ".-_" else "_" for sign in name
    )
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
