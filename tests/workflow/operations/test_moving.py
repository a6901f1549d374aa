"""Tests of a whole municipality that moves: taken out, taken in elsewhere, proved; refused where it is not whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, Database, SqliteBackend, copied
from tests.workflow.commands import line_on
from workflow.acts.operations.take_in import TakeInRefused, take_in
from workflow.acts.operations.take_out import (
    LEFT_BEHIND,
    MANIFEST,
    FolderTaken,
    Keys,
    NothingToTake,
    moved_tables,
    take_out,
)
from workflow.demo.load import load_demo
from workflow.record.database.engine import unit_of_work
from workflow.record.database.migrate import newest_migration
from workflow.record.history import access_seals
from workflow.record.history.municipal_chain import insert_rows
from workflow.record.history.verify import verify
from workflow.record.models import Base, MunicipalityRow

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
KEYS = Keys("an identity key, long enough", "a secret key, long enough", "public")


@pytest.fixture(scope="module")
def full(backend: Backend) -> Iterator[Database]:
    """The invented municipality, with its looks sealed."""
    with copied(backend) as database:
        with unit_of_work(database.engine) as session:
            load_demo(session, NOW)
        with unit_of_work(database.engine) as session:
            access_seals.seal(session.connection(), NOW)
        yield database


@pytest.fixture(scope="module")
def folder(full: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was taken out of it."""
    where = tmp_path_factory.mktemp("moving") / "9999"
    take_out(full.engine, where, KEYS, newest_migration(), NOW, lambda _: None)
    return where


def content(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that moves."""
    with engine.connect() as conn:
        return {
            table.name: [
                tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key))
            ]
            for table in moved_tables()
        }


def test_what_was_taken_out_comes_in_the_same_on_either_database(
    full: Database, folder: Path, backend: Backend, sqlite_backend: SqliteBackend
) -> None:
    for kind in (backend, sqlite_backend):
        with copied(kind) as other:
            manifest = take_in(
                other.engine, folder, KEYS, newest_migration(), "9999", lambda _: None
            )
            assert content(other.engine) == content(full.engine)
            assert verify(other.engine).ok
            assert manifest["rows"]["plan"] > 10 and manifest["rows"]["document"] > 5


def test_no_key_and_no_open_session_leaves(folder: Path) -> None:
    text = "".join(
        path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file()
    )
    assert KEYS.identity_key not in text and KEYS.secret_key not in text
    assert not (folder / "tables" / "sign_in.jsonl").exists()
    assert set(Base.metadata.tables) > LEFT_BEHIND
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0


def refused(backend: Backend, folder: Path, keys: Keys = KEYS, number: str = "") -> str:
    """Why it is not taken in, and that nothing stands afterwards."""
    with copied(backend) as other:
        with pytest.raises(TakeInRefused) as why:
            take_in(other.engine, folder, keys, newest_migration(), number, lambda _: None)
        with Session(other.engine) as session:
            assert session.execute(select(MunicipalityRow)).first() is None
    return str(why.value)


def copy_of(folder: Path, tmp_path: Path) -> Path:
    """A folder that a test may spoil."""
    where = tmp_path / "copy"
    for path in folder.rglob("*"):
        if path.is_file():
            target = where / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return where


def test_other_keys_another_place_and_a_spoiled_folder_are_refused(
    backend: Backend, folder: Path, tmp_path: Path
) -> None:
    assert "identity_key here is another" in refused(backend, folder, Keys("x", KEYS.secret_key))
    assert "secret_key here is another" in refused(backend, folder, Keys(KEYS.identity_key, "x"))
    assert "this place is 9998's" in refused(backend, folder, number="9998")
    spoiled = copy_of(folder, tmp_path)
    document = next((spoiled / "documents").iterdir())
    document.write_bytes(document.read_bytes() + b" ")
    assert "not as it was taken out" in refused(backend, spoiled)
    document.unlink()
    assert "missing or too many" in refused(backend, spoiled)
    (spoiled / "manifest.json").unlink()
    assert "cut off" in refused(backend, spoiled)


def test_a_row_changed_with_its_digest_does_not_prove(
    backend: Backend, folder: Path, tmp_path: Path
) -> None:
    """Whoever changes an event can make its file's digest anew, but not the chain."""
    import hashlib

    spoiled = copy_of(folder, tmp_path)
    path = spoiled / "tables" / "event.jsonl"
    path.write_text(
        path.read_text("utf-8").replace('"step_name": "plan.grant"', '"step_name": "plan.deny"'),
        "utf-8",
    )
    manifest = json.loads((spoiled / "manifest.json").read_text("utf-8"))
    manifest["files"]["tables/event.jsonl"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (spoiled / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert "does not prove" in refused(backend, spoiled)


def test_it_goes_into_empty_places_only(full: Database, folder: Path) -> None:
    with pytest.raises(FolderTaken):
        take_out(full.engine, folder, KEYS, newest_migration(), NOW, lambda _: None)
    with pytest.raises(TakeInRefused, match="holds a municipality already"):
        take_in(full.engine, folder, KEYS, newest_migration(), "", lambda _: None)


def test_the_commands_move_it(
    full: Database, backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = line_on(full.url, str(tmp_path), monkeypatch)
    out = here.json("take-out", str(tmp_path / "out"))
    with copied(backend) as other:
        there = line_on(other.url, str(tmp_path), monkeypatch)
        assert there.json("take-in", str(tmp_path / "out")) == out
        assert there.json("verify")["ok"] is True
        assert out["number"] == "9999" and out["files"] > 30


def test_an_empty_database_has_nothing_to_take(
    backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with copied(backend) as empty:
        with pytest.raises(NothingToTake):
            take_out(empty.engine, tmp_path / "out", KEYS, newest_migration(), NOW, lambda _: None)
        done = line_on(empty.url, str(tmp_path), monkeypatch).run("take-out", str(tmp_path / "out"))
        assert done.exit_code == 1 and "no municipality" in done.output
        assert not (tmp_path / "out").exists()


def test_words_that_end_a_line_in_their_own_way_move_too(backend: Backend, tmp_path: Path) -> None:
    """Pasted text may hold U+2028 and its like."""
    with copied(backend) as one, copied(backend) as other:
        odd = "Øst\u2028kommune\u2029 \x85"
        with unit_of_work(one.engine) as session:
            row = {"number": "9999", "name": odd, "created_at": NOW}
            insert_rows(session, MunicipalityRow, row)
        take_out(one.engine, tmp_path / "out", KEYS, newest_migration(), NOW, lambda _: None)
        take_in(other.engine, tmp_path / "out", KEYS, newest_migration(), "", lambda _: None)
        assert content(other.engine)["municipality"] == content(one.engine)["municipality"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"number": "9101"}, "it was changed"),
        ({"form": None}, "does not name everything"),
        ({"files": {}}, "does not name everything"),
    ],
)
def test_a_manifest_that_was_changed_is_not_believed(
    folder: Path, backend: Backend, tmp_path: Path, change: dict[str, object], told: str
) -> None:

    where = tmp_path / "changed"
    shutil.copytree(folder, where)
    manifest = {**json.loads((where / MANIFEST).read_text()), **change}
    if change.get("form", "") is None:
        del manifest["form"]
    (where / MANIFEST).write_text(json.dumps(manifest))
    with copied(backend) as other, pytest.raises(TakeInRefused, match=told):
        take_in(other.engine, where, KEYS, newest_migration(), "", lambda _: None)


def test_the_digest_that_came_another_way_is_compared(
    folder: Path, backend: Backend, tmp_path: Path
) -> None:
    with copied(backend) as other, pytest.raises(TakeInRefused, match="not the one"):
        take_in(other.engine, folder, KEYS, newest_migration(), "", lambda _: None, digest="0" * 64)
