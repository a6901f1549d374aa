"""Local passwords: what is refused and why, one verification for everybody, newer parameters."""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.acts.accounts import password_lists, passwords, staff_roles
from workflow.acts.accounts.password_lists import BreachedListUnreadable, is_breached
from workflow.record.models import Credential, Party
from workflow.rules.accounts.password_rules import find_weakness, normalise, words_of

NOW = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)
RIGHT = "fire blaa hester gaar"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def ada(session: Session) -> Party:
    """An administrator with a password."""
    staff_roles.add_municipality(session, "Fjordvik", "9201", NOW)
    key = staff_roles.add_party(session, "Ada Berget", NOW, email="Ada@example.test")
    party = session.get(Party, key)
    assert party is not None
    passwords.store(session, party, passwords.hash_password(RIGHT), NOW)
    session.flush()
    return party


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elleve tegn", "too_short"),
        ("x" * 201, "too_long"),
        ("abcabcabcabc", "repeated"),
        ("aaaaaaaaaaaabbb", "repeated"),
        ("123456789012", "sequence"),
        ("987654321098", "sequence"),
        ("qwertyuiopasdfgh", "sequence"),
        ("Passord123456", "common"),
        ("P@ssord2026!!", "common"),
        ("Sommeren 2026!", "common"),
        ("1q2w3e4r5t6y", "common"),
        ("Fjordvik2026!", "own_words"),
        ("ada berget 1234", "own_words"),
        ("Planløp planløp", "own_words"),
        ("PLANLØP-Fjordvik", "own_words"),
        (RIGHT, ""),
        ("alle tegn er lov her", ""),
        ("839201746512", ""),
        ("это мой пароль тут", ""),
        ("x7" + "kQ9v" * 2 + "mzR", ""),
    ],
)
def test_what_is_refused(password: str, code: str) -> None:
    own = words_of(("Ada Berget", "ada@example.test", "Fjordvik"))
    assert find_weakness(password, own, password_lists.common()) == code


def test_length_is_counted_after_normalising_and_nothing_is_cut_off() -> None:
    assert normalise("ﬁre") == "fire"
    assert find_weakness("e\u0301" * 12, (), ()) != "too_long"
    long = "ab3 " * 50
    first, second = (passwords.hash_password(long[:-1] + sign) for sign in "xy")
    assert passwords.fits(first, long[:-1] + "x") and not passwords.fits(second, long[:-1] + "x")
    composed, parts = "blåbær på fjellet", "bla\u030abær pa\u030a fjellet"
    assert passwords.fits(passwords.hash_password(composed), parts)


def test_the_common_ones_are_read_at_the_first_question_only() -> None:
    assert len(password_lists.common()) > 20_000
    assert password_lists.common() is password_lists.common()


@pytest.mark.parametrize("line", ["{}:3\r\n", "{}\n", "{}:1234567\n"])
@pytest.mark.parametrize("many", [1, 2, 3, 10, 500])
def test_the_file_of_leaked_passwords_is_searched_by_halves(
    tmp_path: Path, line: str, many: int
) -> None:
    hashes = sorted(hashlib.sha1(str(n).encode()).hexdigest().upper() for n in range(many))
    file = tmp_path / "leaked.txt"
    file.write_text("".join(line.format(one) for one in hashes), newline="")
    assert all(is_breached(str(n), str(file)) for n in range(many))
    assert not any(is_breached(f"not {n}", str(file)) for n in range(50))
    assert not is_breached("anything", "")


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "leaked.txt"
    file.write_text("secret\nhemmelig\n")
    with pytest.raises(BreachedListUnreadable):
        is_breached("hemmelig", str(file))
    with pytest.raises(BreachedListUnreadable):
        is_breached("hemmelig", str(tmp_path / "not there"))


def test_a_leaked_password_is_refused(session: Session, ada: Party, tmp_path: Path) -> None:
    file = tmp_path / "leaked.txt"
    file.write_text(hashlib.sha1(RIGHT.encode()).hexdigest() + ":7\n")
    assert passwords.refusal(session, ada, RIGHT) == ""
    assert passwords.refusal(session, ada, RIGHT, str(file)) == "breached"


class Counting:
    """A hasher that counts what it is asked to verify."""

    def __init__(self) -> None:
        self.verified = 0

    def verify(self, hashed: str, password: str) -> bool:
        """As the real one."""
        self.verified += 1
        return PasswordHasher().verify(hashed, password)

    def hash(self, password: str) -> str:
        """As the real one."""
        return PasswordHasher().hash(password)


def test_known_and_unknown_are_verified_as_often(
    session: Session, ada: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting()
    monkeypatch.setattr(passwords, "HASHER", counting)
    passwords._nobodys.cache_clear()
    passwords._nobodys()
    seen = []
    for email, given in (
        ("ada@example.test", RIGHT),
        ("ada@example.test", "feil"),
        ("x@y.z", "feil"),
    ):
        before = counting.verified
        passwords.by_password(session, email, given)
        seen.append(counting.verified - before)
    passwords._nobodys.cache_clear()
    assert seen == [1, 1, 1]


def test_the_times_of_known_and_unknown_are_of_one_class(
    session: Session, ada: Party, record_property: Callable[[str, object], None]
) -> None:
    passwords.by_password(session, "x@y.z", "feil")
    medians = [
        statistics.median(timed(session, email) for _ in range(7))
        for email in ("ada@example.test", "nobody@example.test")
    ]
    told = " / ".join(f"{seconds * 1000:.1f} ms" for seconds in medians)
    record_property("measured", f"sign-in, known / unknown e-mail, median: {told}")


def timed(session: Session, email: str) -> float:
    """Seconds of one wrong try."""
    began = time.perf_counter()
    assert passwords.by_password(session, email, "feil") is None
    return time.perf_counter() - began


def test_a_weaker_hash_is_made_anew_at_sign_in(session: Session, ada: Party) -> None:
    passwords.store(session, ada, QUICK.hash(RIGHT), NOW)
    session.flush()
    assert passwords.by_password(session, "ADA@example.test", RIGHT) is ada
    passwords.keep_strong(session, ada, RIGHT)
    stored = session.execute(select(Credential.password_hash)).scalar_one()
    assert not passwords.HASHER.check_needs_rehash(stored)
    assert passwords.by_password(session, "ada@example.test", RIGHT) is ada


def test_changing_needs_the_current_one(session: Session, ada: Party) -> None:
    with pytest.raises(passwords.WrongPassword):
        passwords.change(session, ada, "feil", "et helt annet ord", NOW, here="")
    with pytest.raises(passwords.PasswordRefused, match="own_words"):
        passwords.change(session, ada, RIGHT, "Ada Berget 2026", NOW, here="")
    passwords.change(session, ada, RIGHT, "et helt annet ord", NOW, here="")
    assert passwords.by_password(session, "ada@example.test", RIGHT) is None
    assert passwords.by_password(session, "ada@example.test", "et helt annet ord") is ada


def test_no_second_password_for_one_e_mail(session: Session, ada: Party) -> None:
    key = staff_roles.add_party(session, "Emil Berget", NOW, email="ADA@example.test")
    emil = session.get_one(Party, key)
    with pytest.raises(passwords.PasswordRefused, match="email_taken"):
        passwords.store(session, emil, passwords.hash_password(RIGHT), NOW)
    assert passwords.by_password(session, "ada@example.test", RIGHT) is ada


def test_who_shares_an_e_mail_without_a_password_locks_nobody_out(
    session: Session, ada: Party
) -> None:
    staff_roles.add_party(session, "Emil Berget", NOW, email="ada@example.test")
    assert passwords.by_password(session, "ada@example.test", RIGHT) is ada


def test_no_e_mail_is_nobodys(session: Session, ada: Party) -> None:
    ada.email = ""
    nobody = session.get_one(Party, staff_roles.add_party(session, "Emil", NOW))
    passwords.store(session, nobody, passwords.hash_password(RIGHT), NOW)
    assert passwords.account_of(session, " ") is None
