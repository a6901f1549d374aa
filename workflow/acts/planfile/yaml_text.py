"""A plan file's text: safe YAML in, with the line of every field, and YAML out; no plan is made here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from workflow.acts.planfile.schema import PlanFile
from workflow.rules.engine.denials import PlanlopError
from workflow.words.refusals.fields import field_error

LARGEST = 1_000_000  # bytes; a plan with ten years of history is a third of it
DEEPEST = 12
WIDEST = 400  # characters on a line before the text is folded
Place = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong in a file: its line (from 1), the field's path, a code and a sentence."""

    line: int
    field: str
    code: str
    text: str

    def __str__(self) -> str:
        # A problem of the whole file stands in no field.
        return ": ".join(part for part in (f"line {self.line}", self.field, self.text) if part)


class PlanFileRefused(PlanlopError):
    """The file cannot be taken in; `problems` says where and why, and nothing was stored."""

    code = "bad_file"

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class Loader(yaml.SafeLoader):
    """Safe YAML in which only null and true/false are not text: no day, number or `on` is guessed."""

    # YAML's own guesses would make a telephone a number and «no» a false.
    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 - PyYAML's own name and form


NULL, BOOL, TIMESTAMP = (f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "timestamp"))
TRUE_OR_FALSE = re.compile(r"^(?:true|false)$")
Loader.add_implicit_resolver(NULL, re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
Loader.add_implicit_resolver(BOOL, TRUE_OR_FALSE, ["t", "f"])


@dataclass(frozen=True)
class Source:
    """A file as it was read: its data, and where each field stands."""

    data: Any
    root: Node

    def line(self, place: Place) -> int:
        """The line of a field, or of the nearest part around it that is there."""
        node = self.root
        line = node.start_mark.line + 1
        for step in place:
            pair = child(node, step)
            if pair is None:
                break
            node, line = pair
        return line

    def problem(self, place: Place, code: str, text: str) -> FileProblem:
        """Something wrong at a place."""
        return FileProblem(self.line(place), ".".join(map(str, place)), code, text)


def child(node: Node, step: str | int) -> tuple[Node, int] | None:
    """What stands under a node, and on which line its name stands."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        part = node.value[step]
        return part, part.start_mark.line + 1
    return None


def read_file(text: str | bytes, language: str = "nb") -> tuple[PlanFile, Source]:
    """The file with its source. Raises PlanFileRefused with every problem there is in its shape."""
    source = parse(decode(text))
    try:
        return PlanFile.model_validate(source.data), source
    except ValidationError as wrong:
        raise PlanFileRefused(shape_problems(wrong, source, language=language)) from wrong


def decode(text: str | bytes) -> str:
    """The text, if it is UTF-8 of a size that can be a plan. Raises PlanFileRefused."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > LARGEST:
        raise file_refusal(1, "too_large", f"The file is larger than {LARGEST:,} bytes.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = raw[: wrong.start].count(b"\n") + 1
        raise file_refusal(line, "not_utf8", "The file is not UTF-8 text.") from wrong


def file_refusal(line: int, code: str, text: str) -> PlanFileRefused:
    """A problem of the file as a whole."""
    return PlanFileRefused([FileProblem(line, "", code, text)])


def parse(text: str) -> Source:
    """Safe YAML without aliases, tags, doubled names or deep nests. Raises PlanFileRefused."""
    try:
        _refuse_tricks(text)
        root = yaml.compose(text, Loader=Loader)
    except yaml.reader.ReaderError as wrong:
        line = text[: wrong.position].count("\n") + 1
        raise file_refusal(
            line, "control_characters", "There are signs that no text may hold."
        ) from wrong
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise file_refusal(line, "not_yaml", f"This is not YAML: {wrong.problem}.") from wrong
    if not isinstance(root, MappingNode):
        raise file_refusal(1, "not_a_plan", "The file does not hold a plan.")
    _refuse_doubles(root)
    return Source(_plain(root), root)


def _refuse_tricks(text: str) -> None:
    """Aliases can make a small file enormous, deep nests can break a reader: neither is needed."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise file_refusal(line, "alias", "Anchors and aliases (& and *) are not taken.")
        if getattr(event, "tag", None):
            raise file_refusal(line, "tag", "Tags (!) are not taken.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise file_refusal(line, "too_deep", f"More than {DEEPEST} levels are not taken.")


def _refuse_doubles(node: Node) -> None:
    """A name that stands twice in one part: which of them counts would be a guess."""
    seen: set[str] = set()
    for item in node.value if not isinstance(node, ScalarNode) else ():
        key, value = item if isinstance(node, MappingNode) else (None, item)
        if key is not None:
            if not isinstance(key, ScalarNode) or key.value in seen:
                line = key.start_mark.line + 1
                raise file_refusal(
                    line, "double", f"{key.value!s:.40} stands twice, or is no name."
                )
            seen.add(key.value)
        _refuse_doubles(value)


def _plain(node: Node) -> Any:
    """Text, true, false, nothing, lists and maps."""
    if isinstance(node, MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    if node.tag == NULL:
        return None
    if node.tag == BOOL:
        return node.value == "true"
    return node.value


def shape_problems(
    wrong: ValidationError, source: Source, under: Place = (), language: str = "nb"
) -> list[FileProblem]:
    """pydantic's errors with the line of each; `under` is where the checked part stands."""
    return [
        source.problem(
            [*under, *one["loc"]],
            one["type"],
            field_error(one["type"], one.get("ctx", {}), language, one["msg"]),
        )
        for one in wrong.errors(include_url=False, include_input=False)
    ]


class Dumper(yaml.SafeDumper):
    """YAML as people write it: lists indented, long texts as blocks, days bare, no aliases."""

    # Without old YAML's days and its `on` and `yes`, which newer readers take as text anyway.
    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own name and form
        sign: [one for one in resolvers if one[0] not in (BOOL, TIMESTAMP)]
        for sign, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
    }

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        """Lists stand indented under their name."""
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Equal values are written out each time."""
        return True


def _block(dumper: yaml.SafeDumper, text: str) -> Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Dumper.add_representer(str, _block)
Dumper.add_implicit_resolver(BOOL, TRUE_OR_FALSE, ["t", "f"])


def write_file(file: BaseModel) -> str:
    """The file's text; what says nothing is left out."""
    data = file.model_dump(mode="json", exclude_defaults=True)
    return yaml.dump(
        without_empty(data), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=WIDEST
    )


def without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same without parts that hold nothing."""
    return {name: value for name, value in data.items() if value not in (None, [], {})}
