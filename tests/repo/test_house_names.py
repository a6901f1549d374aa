"""Names: a class has its name to itself, and what one calls is named by what it does, not by what was done."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tests.repo.tree import PACKAGES, ROOT, modules

# Participles that do not end in -ed. Those that are nouns or commands too (cut, let, put, read, run,
# set) are left out: a name does not show which is meant.
PARTICIPLES = frozenset(
    """
    began begun born bought bound broken brought built came caught chosen done drawn driven fallen
    felt forgotten found frozen given gone got grown held hidden kept known laid led left lent lost
    made meant met overseen paid risen said seen sent shown sold sought spent spoken stood struck
    sung swept taken taught thought thrown told understood undone withdrawn woken won worn written
    """.split()
)
NO_PARTICIPLES = frozenset({"bed", "exceed", "feed", "need", "proceed", "red", "seed", "speed"})
# What may follow a participle without making a noun of it: «told_of», «asked_for», «done_before».
SMALL_WORDS = frozenset(
    """
    about after again ahead along anew around at away back before by down for from here in into
    just lately now of off on once out over since there to together twice up with within
    """.split()
)
# A participle as its own name, and why it may stand.
ALLOWED = {
    "signed_in": "a view's guard reads as the condition that it asks for",
    "proved": "a view's guard reads as the condition that it asks for",
    "Refused": "an error is named by what has happened",
}
# Conditions of the rules, attributes, and pages, whose endpoint the address book names.
STATEMENTS = ("guard", "property", "cached_property")
ROUTES = re.compile(r"\w+\.(?:get|post)$")


def is_participle(word: str) -> bool:
    """Whether a word is a participle; the regular ones are told by their ending."""
    return word in PARTICIPLES or (word.endswith("ed") and word not in NO_PARTICIPLES)


def is_only_a_participle(name: str) -> bool:
    """«told», «kept_back» and «AskedFor» are; «kept_rows», «is_kept» and «PlanReleased» are not."""
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]
    return (
        bool(words)
        and is_participle(words[0])
        and all(is_participle(word) or word in SMALL_WORDS for word in words[1:])
    )


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the product with its path."""
    for path in modules(*PACKAGES):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def is_a_statement(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a name is read as a state or an address and not called as a deed."""
    for each in function.decorator_list:
        called = ast.unparse(each.func if isinstance(each, ast.Call) else each)
        if called in STATEMENTS or called.endswith(".setter") or ROUTES.match(called):
            return True
    return False


def public_names(body: list[ast.stmt]) -> Iterator[str]:
    """Functions, methods and classes that others may call, but for pages, guards and attributes."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield node.name
            yield from public_names(node.body)
        elif (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and not node.name.startswith("_")
            and not is_a_statement(node)
        ):
            yield node.name


def test_a_class_name_stands_in_one_module() -> None:
    where: dict[str, set[str]] = defaultdict(set)
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                where[node.name].add(path)
    assert not {name: sorted(paths) for name, paths in where.items() if len(paths) > 1}


def test_nothing_public_is_called_by_a_participle() -> None:
    named = {
        name: path
        for path, tree in trees()
        for name in public_names(tree.body)
        if is_only_a_participle(name)
    }
    assert not named.keys() - ALLOWED.keys(), named
    assert not ALLOWED.keys() - named.keys(), "no longer there"


def test_what_counts_as_a_participle() -> None:
    for name in ("told", "asked_for", "kept_back", "done_before", "Carried", "HandedOn", "_Told"):
        assert is_only_a_participle(name), name
    for name in ("kept_rows", "is_kept", "signed_copy", "PlanReleased", "overdue", "feed", "need"):
        assert not is_only_a_participle(name), name
