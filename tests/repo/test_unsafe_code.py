"""What the code never does: text as statements, patterns, templates, code or markup; chance that can be guessed."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.repo.tree import PACKAGES, ROOT, modules, tracked_files

# Where a rule is left on purpose, each with its reason.
STATEMENTS = {
    "workflow/record/database/portable_sql.py": "a number of milliseconds of our own in SET LOCAL",
    "workflow/record/database/grants.py": "names of our own tables, columns and roles",
    "workflow/record/access/relation_columns.py": "codes of our own relations, so that both databases plan alike",
    "workflow/record/access/relations.py": "codes of our own relations and names of our own columns",
    "workflow/acts/notices/recipients.py": "two codes of our own",
    "workflow/record/database/engine.py": "one of two fixed words that begin a transaction",
    "benchmarks/sweep.py": "names of our own tables in VACUUM",
}
PATTERNS = {
    "workflow/record/access/protected_addresses.py": "names and places to hide, each through re.escape before"
}
MARKUP = {
    "app.html": "the square picture of an app's key, drawn by segno, which escapes the only text in it"
}
BENCHES = frozenset({"benchmarks/page_floor.py"})  # never part of a running product
CHANCE: dict[str, str] = {}
WEAK_HASHES = {
    "workflow/acts/accounts/password_lists.py": "files of leaked passwords hold SHA-1; nothing is proved by it"
}
FORBIDDEN = frozenset(
    "eval exec compile os.system os.popen pickle.loads pickle.load marshal.loads shelve.open yaml.load "
    "yaml.unsafe_load render_template_string subprocess.getoutput tempfile.mktemp __import__".split()
)
NO_IMPORT = frozenset("pickle marshal shelve xml telnetlib ftplib dill joblib".split())
HASHES = frozenset({"sha256", "sha512"})
OWN_SCRIPTS = [
    path
    for path in tracked_files()
    if path.suffix == ".js" and "static" in path.parts and "vendor" not in path.parts
]
TEMPLATES = [path for path in tracked_files() if path.suffix == ".html"]


@cache
def nodes() -> tuple[tuple[str, ast.AST], ...]:
    """Every node of the product's code, with the module it stands in."""
    return tuple(
        (str(path.relative_to(ROOT)), node)
        for path in modules(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


@cache
def calls() -> tuple[tuple[str, str, ast.Call], ...]:
    """Every call, with its module and the name that is called."""
    return tuple(
        (where, ast.unparse(node.func), node)
        for where, node in nodes()
        if isinstance(node, ast.Call)
    )


def is_fixed(node: ast.expr) -> bool:
    """Whether an expression is a text that stands in the code, or a name for one."""
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        return all(
            isinstance(part, ast.Constant) for part in ast.walk(node) if isinstance(part, ast.expr)
        )
    if isinstance(node, ast.Call):
        return False
    return isinstance(node, ast.Constant | ast.Name | ast.Attribute | ast.Subscript)


def first(call: ast.Call) -> ast.expr | None:
    """The first argument."""
    return call.args[0] if call.args else None


def test_no_statement_is_put_together_from_text() -> None:
    places = {
        where
        for where, name, call in calls()
        if name.split(".")[-1] in ("text", "exec_driver_sql", "literal_column", "DDL")
        for given in [first(call)]
        if given is not None and not is_fixed(given)
    }
    assert places - set(STATEMENTS) == set()


def test_nothing_runs_a_shell_or_reads_code() -> None:
    for where, name, call in calls():
        assert name not in FORBIDDEN or where in BENCHES, f"{where}:{call.lineno}"
        assert not any(word.arg == "shell" for word in call.keywords), f"{where}:{call.lineno}"
        assert not name.endswith((".from_string", "Environment")), f"{where}:{call.lineno}"
    for where, node in nodes():
        named = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {one.split(".")[0] for one in named} & NO_IMPORT, where


def test_no_pattern_is_made_of_input() -> None:
    places = {
        where
        for where, name, call in calls()
        if name in ("re.compile", "re.match", "re.search", "re.sub", "re.fullmatch", "re.findall")
        for given in [first(call)]
        if given is not None and not is_fixed(given) and "re.escape" not in ast.unparse(given)
    }
    assert places - set(PATTERNS) == set()


def test_chance_comes_from_the_secure_source() -> None:
    places = {
        where
        for where, node in nodes()
        if (isinstance(node, ast.Import) and any(one.name == "random" for one in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "random")
    }
    assert places - set(CHANCE) == set()


def test_hashes_are_of_the_list() -> None:
    places = {
        where
        for where, name, _ in calls()
        for used in re.findall(r"^hashlib\.(\w+)", name)
        if used not in HASHES
    }
    assert places - set(WEAK_HASHES) == set()


def test_what_is_left_on_purpose_still_is() -> None:
    there = {str(path.relative_to(ROOT)) for path in modules(*PACKAGES)}
    for listed in (STATEMENTS, PATTERNS, CHANCE, WEAK_HASHES):
        assert set(listed) <= there and all(len(reason) > 10 for reason in listed.values())


def test_templates_escape_everything() -> None:
    loose = re.compile(r"\|\s*safe\b|autoescape\s+false|\{%\s*filter\s+safe")
    names = {path.name for path in TEMPLATES if loose.search(path.read_text(encoding="utf-8"))}
    assert names == set(MARKUP)
    for where, name, call in calls():
        if name.split(".")[-1] in ("Markup", "HtmlSafe"):
            given = first(call)
            assert given is None or isinstance(given, ast.Constant), f"{where}:{call.lineno}"


def test_templates_hold_no_scripts() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for tag in re.findall(r"<script\b[^>]*>", text):
            assert "src=" in tag and "nonce=" in tag, path.name
        assert not re.search(r"<[^>%{]+\son[a-z]+\s*=", text), path.name
        assert not re.search(r"<style\b|\sstyle\s*=|javascript:", text), path.name


def test_scripts_write_text_and_keep_nothing() -> None:
    markup = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|localStorage|"
        r"sessionStorage|indexedDB|postMessage|onpaste|__proto__|document\.cookie"
    )
    assert OWN_SCRIPTS
    assert [
        path.name for path in OWN_SCRIPTS if markup.search(path.read_text(encoding="utf-8"))
    ] == []
