"""Codes from an app and from paper: sealed at rest, each used once, also by two at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from workflow.acts.accounts import passwords, recovery_codes, second_factors, staff_roles, totp
from workflow.acts.accounts.sealing import SealBroken, link_token, seal_text, unseal_text
from workflow.acts.accounts.totp import CodeRefused
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Authenticator, Delivery, Notice, Party

NOW = datetime(2026, 3, 9, 11, 0, tzinfo=UTC)
SECRET = "a secret of this test, and a long one"
STEP = timedelta(seconds=30)


def party(session: Session, number: str = "9202") -> Party:
    """Somebody with a local account."""
    if number == "9202":
        staff_roles.add_municipality(session, "Fjordvik", number, NOW)
    key = staff_roles.add_party(session, "Ada Berget", NOW, email=f"ada{number}@example.test")
    row = session.get(Party, key)
    assert row is not None
    return row


@pytest.fixture
def ada(session: Session) -> Party:
    """Somebody with a local account."""
    return party(session)


def with_app(session: Session, who: Party, at: datetime = NOW - 10 * STEP) -> pyotp.TOTP:
    """Sets an app up, long enough ago that its first code is of no use now."""
    begun = totp.begin(session, who, "Telefonen", SECRET, at)
    app = pyotp.TOTP(begun.key)
    totp.confirm(session, who, app.at(at), SECRET, at)
    return app


def test_a_seal_opens_only_where_it_was_made() -> None:
    sealed = seal_text(SECRET, "totp", "NØKKEL", "row 1")
    assert "NØKKEL" not in sealed and unseal_text(SECRET, "totp", sealed, "row 1") == "NØKKEL"
    for other in (
        (SECRET + "x", "totp", "row 1"),
        (SECRET, "link", "row 1"),
        (SECRET, "totp", "2"),
    ):
        with pytest.raises(SealBroken):
            unseal_text(other[0], other[1], sealed, other[2])
    with pytest.raises(SealBroken):
        unseal_text(SECRET, "totp", "no base64!", "row 1")
    assert seal_text(SECRET, "totp", "NØKKEL", "row 1") != sealed
    assert link_token(SECRET, "a") == link_token(SECRET, "a") != link_token(SECRET, "b")


def test_the_key_is_not_stored_in_the_clear(session: Session, ada: Party) -> None:
    begun = totp.begin(session, ada, "Telefonen", SECRET, NOW)
    stored = session.execute(select(Authenticator.secret)).scalar_one()
    assert begun.key not in stored and len(begun.key) == 32
    again = totp.app_in_setup(session, ada, SECRET)
    assert again == begun
    assert begun.address.startswith("otpauth://totp/") and "issuer=Planl" in begun.address
    picture = begun.picture("QR")
    assert picture.startswith("<svg") and "style" not in picture and begun.key not in picture


def test_an_app_opens_nothing_before_it_is_confirmed(session: Session, ada: Party) -> None:
    app = pyotp.TOTP(totp.begin(session, ada, "Telefonen", SECRET, NOW).key)
    assert not totp.check(session, ada.id, app.at(NOW), SECRET, NOW)
    assert not second_factors.of(session, ada.id).any
    with pytest.raises(CodeRefused):
        totp.confirm(session, ada, "000000", SECRET, NOW)
    totp.confirm(session, ada, app.at(NOW), SECRET, NOW)
    assert second_factors.of(session, ada.id).app


@pytest.mark.parametrize(
    ("off", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_one_step_to_either_side(session: Session, ada: Party, off: int, right: bool) -> None:
    app = with_app(session, ada)
    assert totp.check(session, ada.id, app.at(NOW + off * STEP), SECRET, NOW) is right


def test_a_used_step_and_all_before_it_are_dead(session: Session, ada: Party) -> None:
    app = with_app(session, ada)
    code, older = app.at(NOW), app.at(NOW - STEP)
    spaced = f"{code[:3]} {code[3:]}"
    assert totp.check(session, ada.id, spaced, SECRET, NOW)
    assert not totp.check(session, ada.id, code, SECRET, NOW)
    assert not totp.check(session, ada.id, older, SECRET, NOW)
    assert totp.check(session, ada.id, app.at(NOW + STEP), SECRET, NOW)


def test_another_secret_makes_no_error_and_opens_nothing(session: Session, ada: Party) -> None:
    app = with_app(session, ada)
    assert not totp.check(session, ada.id, app.at(NOW), "changed", NOW)


def test_ten_codes_on_paper_each_once(session: Session, ada: Party) -> None:
    codes = recovery_codes.renew(session, ada, NOW)
    assert len(set(codes)) == 10 == second_factors.of(session, ada.id).codes_left
    stored = session.execute(select(Authenticator.secret)).scalars().all()
    assert not set(codes) & set(stored)
    typed = codes[0].upper().replace("-", " ")
    assert recovery_codes.spend(session, ada.id, typed, NOW)
    assert not recovery_codes.spend(session, ada.id, codes[0], NOW)
    assert recovery_codes.count_left(session, ada.id) == 9
    recovery_codes.renew(session, ada, NOW)
    assert not recovery_codes.spend(session, ada.id, codes[1], NOW)


def test_somebody_elses_code_opens_nothing(session: Session, ada: Party) -> None:
    other = party(session, "9203")
    assert not recovery_codes.spend(
        session, other.id, recovery_codes.renew(session, ada, NOW)[0], NOW
    )


@pytest.mark.parametrize("paper", [False, True])
def test_two_at_the_same_moment_one_wins(fresh_database: Database, paper: bool) -> None:
    with unit_of_work(fresh_database.engine) as session:
        who = party(session, "9204" if paper else "9205")
        app = with_app(session, who)
        code = recovery_codes.renew(session, who, NOW)[0] if paper else app.at(NOW)
        key = who.id

    def attempt(_: int) -> bool:
        with unit_of_work(fresh_database.engine) as session:
            if paper:
                return recovery_codes.spend(session, key, code, NOW)
            return totp.check(session, key, code, SECRET, NOW)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(6))) == 1


def test_guessing_codes_is_slowed(session: Session, ada: Party) -> None:
    app = with_app(session, ada)
    for _ in range(5):
        assert second_factors.by_code(session, ada.id, "000000", SECRET, NOW) == ""
    with pytest.raises(second_factors.TooManyTries):
        second_factors.by_code(session, ada.id, app.at(NOW), SECRET, NOW)
    later = NOW + timedelta(seconds=16)
    assert second_factors.by_code(session, ada.id, app.at(later), SECRET, later) == "totp"


def test_a_proof_is_the_code_where_there_is_one_else_the_password(
    session: Session, ada: Party
) -> None:
    passwords.store(session, ada, passwords.hash_password("fire blaa hester"), NOW)
    session.flush()

    def proves(**form: str) -> bool:
        return second_factors.check(session, ada, form, secret=SECRET, now=NOW)

    assert proves(password="fire blaa hester") and not proves(password="feil") and not proves()
    app = with_app(session, ada)
    assert not proves(password="fire blaa hester")
    assert proves(code=app.at(NOW))


def test_taking_the_last_one_away_takes_the_paper_too_and_tells(
    session: Session, ada: Party
) -> None:
    with_app(session, ada)
    recovery_codes.renew(session, ada, NOW)
    other = party(session, "9206")
    mine = second_factors.of(session, ada.id).held[0]
    assert not second_factors.take_away(session, other, mine.id, NOW)
    assert second_factors.take_away(session, ada, mine.id, NOW)
    assert second_factors.of(session, ada.id) == second_factors.Factors([], 0)
    told = session.execute(
        select(Notice.code, Delivery.channel).join(Delivery, Delivery.notice_id == Notice.id)
    )
    assert told.all() == [("L.changed", "account")]
