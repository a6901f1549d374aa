"""Tests that a process which reaches further than its own role does not start in production."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.workflow.installation.registry_town import STRICT, Town, refusal
from workflow.registry import Role, load_registry, refuse_wider
from workflow.settings import Settings


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


WIDER: list[tuple[Role, str, str]] = [
    ("web", "owner", "the web can read the owner's file of 9998"),
    ("web", "jobs", "the web can read the worker's file of 9998"),
    ("web", "private_key", "the web can read the private_key of 9998"),
    ("jobs", "owner", "the worker can read the owner's file of 9998"),
    ("jobs", "web", "the worker can read the web's file of 9998"),
    ("owner", "web", "the owner can read the web's file of 9998"),
    ("owner", "jobs", "the owner can read the worker's file of 9998"),
    ("owner", "secret_key", "the owner can read the secret_key of 9998"),
    ("owner", "identity_key", "the owner can read the identity_key of 9998"),
    ("owner", "private_key", "the owner can read the private_key of 9998"),
]


@pytest.mark.parametrize(("process", "kind", "sentence"), WIDER)
def test_a_process_that_can_read_more_does_not_start(
    town: Town, process: Role, kind: str, sentence: str
) -> None:
    town.place_own(process)
    town.place("9998", kind)
    said = refusal(lambda: refuse_wider(town.load(production=True), process))
    assert sentence in said and "give each process its own files only" in said
    refuse_wider(town.load(), process)


@pytest.mark.parametrize("process", ["web", "jobs", "owner"])
def test_a_process_starts_with_its_own_files(town: Town, process: Role) -> None:
    town.place_own(process)
    refuse_wider(town.load(production=True), process)


@contextmanager
def without_roots_rights() -> Iterator[None]:
    """Nothing is closed to root, so root acts as nobody within."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_closed_file_of_another_role_is_no_hindrance() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # pytest's own is closed to nobody
        Path(folder).chmod(0o755)
        town = Town(Path(folder))
        town.place_own("web")
        town.place("9999", "owner")
        registry = town.load(production=True)
        registry.by_code("9999").files["owner"].chmod(0)
        with without_roots_rights():
            refuse_wider(registry, "web")


def test_every_file_of_its_own_is_read_at_the_start(town: Town) -> None:
    town.place_own("jobs")
    town.place("9998", "private_key", "AAAA")
    registry = town.load(production=True)
    registry.by_code("9999").files["jobs"].unlink()
    said = refusal(lambda: refuse_wider(registry, "jobs"))
    assert "9999, files.jobs names a file that cannot be read" in said
    assert "9998, files.private_key" in said
    assert said.count("PLANLOP_MUNICIPALITIES") == 1


@pytest.mark.parametrize(
    ("process", "address", "sentence"),
    [
        ("web", "postgresql://planlop_9999_owner@db/x", "the web connects as planlop_9999_owner"),
        ("web", "postgresql://planlop_9999_jobs:a/b@db/x", "as planlop_9999_jobs: write an"),
        ("web", "postgresql://planlop_owner@db/x", "address of planlop_9999_web for it"),
        ("web", "postgresql://planlop%5F9999%5Fowner@db/x", "connects as planlop_9999_owner"),
        ("web", "postgresql://db/x?user=planlop_9999_owner", "connects as planlop_9999_owner"),
        ("web", "postgresql://planlop_9998_web@db/x", "connects as planlop_9998_web"),
        (
            "jobs",
            "postgresql://planlop_9999_owner@db/x",
            "the worker connects as planlop_9999_owner",
        ),
    ],
)
def test_a_wider_role_in_the_address_is_refused(
    town: Town, process: Role, address: str, sentence: str
) -> None:
    town.place_own(process)
    town.place("9999", process, address)
    assert sentence in refusal(lambda: refuse_wider(town.load(production=True), process))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://planlop_9999_web@db/x",
        "postgresql://fjordvik@db/x",
        "postgresql:///x",
        "postgresql://planlop_web@db/x",
    ],
)
def test_its_own_role_in_the_address_is_not(town: Town, address: str) -> None:
    town.place_own("web")
    town.place("9999", "web", address)
    refuse_wider(town.load(production=True), "web")


def test_one_alone_has_wider_roles_too() -> None:
    given = {**STRICT, "database_url": "postgresql+psycopg://planlop_owner@db/planlop"}
    registry = load_registry(Settings.model_validate(given))
    said = refusal(lambda: refuse_wider(registry, "web"))
    assert said.startswith("PLANLOP_DATABASE_URL: the web connects as planlop_owner")
    refuse_wider(registry, "owner")
