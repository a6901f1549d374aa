"""A pydantic form model as fields on a page, and a posted form as the model, with nothing typed lost."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from werkzeug.datastructures import MultiDict

from web.forms import field_errors
from web.forms.widgets import choices_of, extra_of, is_many, limit_of, widget_of
from web.request.translate import gettext
from workflow.acts.base.form_fields import is_answer, missing_answers

Model = TypeVar("Model", bound=BaseModel)
Choice = tuple[str, str]
Choices = Mapping[str, Sequence[Choice]]
OWN = frozenset({"csrf_token", "version"})
KEPT_CONTROLS = "\n\t"


@dataclass(frozen=True)
class FormField:
    """One field as the macros draw it; every text is already in the reader's language."""

    name: str
    label: str
    help: str
    widget: str
    required: bool
    choices: tuple[Choice, ...]
    longest: int | None
    folded: bool = False
    values: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The control's id on the page; a group's first control has it too."""
        return f"felt-{self.name}"

    @property
    def value(self) -> str:
        """What stands in the field."""
        return self.values[0] if self.values else ""

    @property
    def described_by(self) -> str:
        """The ids of the help and the error texts, for aria-describedby."""
        parts = ("hjelp" if self.help else "", "feil" if self.errors else "")
        return " ".join(f"{self.id}-{part}" for part in parts if part)


@dataclass(frozen=True)
class WebForm(Generic[Model]):
    """A form on its way to or from the page; `value` is there once everything is accepted."""

    fields: tuple[FormField, ...]
    value: Model | None = None
    general: tuple[str, ...] = ()
    version: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the model accepted what was posted."""
        return self.value is not None

    @property
    def errors(self) -> tuple[tuple[str, str], ...]:
        """(control id, sentence) of every error, in the order of the page; general ones first."""
        loose = [("", sentence) for sentence in self.general]
        return (*loose, *((shown.id, words) for shown in self.fields for words in shown.errors))

    @property
    def open_fields(self) -> tuple[FormField, ...]:
        """The fields that everybody sees at once."""
        return tuple(shown for shown in self.fields if not shown.folded)

    @property
    def folded_fields(self) -> tuple[FormField, ...]:
        """The fields that stand under "Mer": seldom needed, empty and without errors."""
        return tuple(shown for shown in self.fields if shown.folded)

    def __getitem__(self, name: str) -> FormField:
        """The field of that name, for pages that place fields themselves."""
        return next(shown for shown in self.fields if shown.name == name)

    def label_of(self, control: str) -> str:
        """The label of the field whose control has that id."""
        return next((shown.label for shown in self.fields if shown.id == control), "")

    def with_error(self, sentence: str, name: str = "") -> WebForm[Model]:
        """The same form, refused: with one more sentence beside a field, or for the whole."""
        if not name:
            return replace(self, value=None, general=(*self.general, sentence))
        fields = tuple(
            replace(shown, errors=(*shown.errors, sentence), folded=False)
            if shown.name == name
            else shown
            for shown in self.fields
        )
        return replace(self, value=None, fields=fields)


def make_required(form: WebForm[Model], names: Container[str]) -> WebForm[Model]:
    """The form with these fields not called optional; whether they are needed the step decides."""
    fields = tuple(
        replace(shown, required=True) if shown.name in names else shown for shown in form.fields
    )
    return replace(form, fields=fields)


def show(
    model: type[Model],
    values: Mapping[str, Any] | None = None,
    *,
    choices: Choices | None = None,
    version: int | None = None,
    only: Iterable[str] | None = None,
    voice: str = "staff",
) -> WebForm[Model]:
    """An unfilled form, or one filled with the values given; `choices` name parties and such.

    In the person's voice the fields meant for staff are left out.
    """
    given = {name: as_texts(value) for name, value in (values or {}).items()}
    names = _wanted(model, only, voice)
    return WebForm(fields=_fields(model, given, choices or {}, names), version=version)


def read(
    model: type[Model],
    posted: MultiDict[str, str],
    *,
    choices: Choices | None = None,
    only: Iterable[str] | None = None,
    voice: str = "staff",
) -> WebForm[Model]:
    """What was posted, as the model if it is accepted; else with errors and nothing typed lost.

    Names that begin with an underscore are the page's own buttons and are left out. Any other
    unknown name is an error, as is a character that has no place in text: that one is taken
    out of what is shown again, and the reader is asked to look.
    """
    texts = {
        name: tuple(
            text if is_secret(model, name) else tidy_text(text) for text in posted.getlist(name)
        )
        for name in posted
        if name not in OWN and not name.startswith("_")
    }
    shown = {name: [without_foul(text) for text in said] for name, said in texts.items()}
    form: WebForm[Model] = WebForm(
        fields=_fields(model, shown, choices or {}, _wanted(model, only, voice)),
        version=version_of(posted),
    )
    foul = field_errors.error_sentence("control_character", "", {})
    problems = [(name, foul) for name, said in texts.items() if any(map(is_foul, said))]
    problems += _not_offered(form) + _not_answered(model, form)
    value = None
    try:
        # Without the sign: it is told of once, and not again as what the model cannot take.
        value = model.model_validate(_data(model, shown))
    except ValidationError as wrong:
        problems += _sentences(form, wrong)
    return _refused(form, problems) if problems else replace(form, value=value)


def is_secret(model: type[BaseModel], name: str) -> bool:
    """Whether a field holds a password, which is judged exactly as it was typed."""
    info = model.model_fields.get(name)
    return info is not None and widget_of(info) == "password"


def version_of(posted: MultiDict[str, str]) -> int | None:
    """The version of the row that the form was drawn from, or None."""
    text = posted.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _wanted(model: type[BaseModel], only: Iterable[str] | None, voice: str) -> frozenset[str]:
    """The fields to show: those asked for, and none of another voice."""
    names = frozenset(model.model_fields if only is None else only)
    said = {name: extra_of(info).get("voice") for name, info in model.model_fields.items()}
    return frozenset(name for name in names if said[name] in (None, voice))


def _not_offered(form: WebForm[Any]) -> list[tuple[str, str]]:
    """Answers that were not among those offered, of fields whose type allows any text."""
    wrong = field_errors.error_sentence("literal_error", "", {})
    return [
        (shown.name, wrong)
        for shown in form.fields
        if shown.choices and set(filter(None, shown.values)) - {code for code, _ in shown.choices}
    ]


def _not_answered(model: type[BaseModel], form: WebForm[Any]) -> list[tuple[str, str]]:
    """Questions of the page that want an answer of their own and have none."""
    given = {shown.name for shown in form.fields if any(shown.values)}
    here = {shown.name for shown in form.fields}
    sentence = field_errors.error_sentence("choice_missing", "", {})
    return [(name, sentence) for name in missing_answers(model, given) if name in here]


def _fields(
    model: type[BaseModel],
    texts: Mapping[str, Sequence[str]],
    choices: Choices,
    wanted: frozenset[str],
) -> tuple[FormField, ...]:
    return tuple(
        _field(name, info, texts, choices.get(name))
        for name, info in model.model_fields.items()
        if name in wanted
    )


def _field(
    name: str,
    info: FieldInfo,
    texts: Mapping[str, Sequence[str]],
    offered: Sequence[Choice] | None,
) -> FormField:
    extra = extra_of(info)
    help_text = str(extra.get("help") or info.description or "")
    # What somebody said or did is answered by whoever fills in the form, and never beforehand.
    blank = info.is_required() or is_answer(info)
    start = () if blank else as_texts(info.get_default(call_default_factory=False))
    values = tuple(texts[name]) if name in texts else start
    return FormField(
        name=name,
        label=gettext(info.title or name),
        help=gettext(help_text) if help_text else "",
        widget=widget_of(info),
        required=blank,
        choices=tuple(offered) if offered is not None else choices_of(info),
        longest=limit_of(info),
        folded=bool(extra.get("folded")) and [*filter(None, values)] == [*filter(None, start)],
        values=values,
    )


def _data(model: type[BaseModel], texts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What the model is to judge: empty answers left out, lists as lists, dates as ISO."""
    data: dict[str, Any] = {}
    for name, said in texts.items():
        info = model.model_fields.get(name)
        answers = [text for text in said if text]
        if info is not None and is_many(info):
            data[name] = answers
        elif answers:
            data[name] = in_iso(answers[0], widget_of(info)) if info else answers[0]
    for name, info in model.model_fields.items():
        if is_many(info) and name not in data:
            data[name] = []
        if widget_of(info) == "checkbox" and name not in texts:
            data[name] = False
    return data


def _sentences(form: WebForm[Any], wrong: ValidationError) -> list[tuple[str, str]]:
    sentences = []
    for error in wrong.errors(include_url=False):
        name = str(error["loc"][0]) if error["loc"] else ""
        code = error["type"]
        if code == "missing" and name in {s.name for s in form.fields if s.choices}:
            code = "choice_missing"
        sentences.append(
            (name, field_errors.error_sentence(code, error["msg"], error.get("ctx", {})))
        )
    return sentences


def _refused(form: WebForm[Model], problems: Sequence[tuple[str, str]]) -> WebForm[Model]:
    names = {shown.name for shown in form.fields}
    for name, sentence in problems:
        form = form.with_error(sentence, name if name in names else "")
    return form


def as_texts(value: Any) -> tuple[str, ...]:
    """A stored value as the texts that its controls hold."""
    if value is None or value is False or value == "":
        return ()
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(str(one) for one in value)
    if value is True:
        return ("true",)
    if isinstance(value, datetime):
        return (value.isoformat(timespec="minutes"),)
    if isinstance(value, time):
        return (f"{value:%H:%M}",)
    return (value.isoformat(),) if isinstance(value, date) else (str(value),)


def tidy_text(text: str) -> str:
    """Typed text with one kind of line break, composed letters and no blanks around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def is_foul(text: str) -> bool:
    """Whether a text holds NUL or another control character that no keyboard writes."""
    return without_foul(text) != text


def without_foul(text: str) -> str:
    """The text without control characters other than line breaks and tabs."""
    return "".join(
        sign
        for sign in text
        if sign in KEPT_CONTROLS or unicodedata.category(sign) not in ("Cc", "Cs")
    )


def in_iso(text: str, widget: str) -> str:
    """A date or time that was typed the Norwegian way, in the form pydantic reads."""
    if widget == "date" and text.count(".") == 2:
        day, month, year = text.split(".")
        return f"{year.strip():0>4}-{month.strip():0>2}-{day.strip():0>2}"
    if widget == "time":
        hour, _, minute = text.replace(".", ":").partition(":")
        return f"{hour.strip():0>2}:{minute.strip() or '00':0>2}"
    return text
