"""A package is opened by its receiver alone, for its own hand-over; one file gives the same two keys."""

from __future__ import annotations

import base64

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.workflow.crossing.letters import BODO, CROSSING, FAUSKE, KNOWN, NARVIK, PACKAGE, RINGS
from workflow.acts.neighbours.keys import (
    BadKey,
    CannotOpen,
    Keyring,
    PublicKey,
    make_private,
    seal_package,
)
from workflow.record.models.base import new_id

# The package


def test_only_the_receiver_opens_the_package() -> None:
    aad = CROSSING.encode()
    sealed = seal_package(PACKAGE, KNOWN[BODO], aad)
    assert RINGS[BODO].unseal(sealed, aad) == PACKAGE
    assert PACKAGE not in sealed
    for code in (NARVIK, FAUSKE):  # not even who sealed it
        with pytest.raises(CannotOpen):
            RINGS[code].unseal(sealed, aad)


def test_a_package_belongs_to_its_hand_over() -> None:
    sealed = seal_package(PACKAGE, KNOWN[BODO], CROSSING.encode())
    for other in (new_id().encode(), b"", CROSSING.upper().encode() + b" "):
        with pytest.raises(CannotOpen):
            RINGS[BODO].unseal(sealed, other)


@given(st.data())
def test_a_changed_package_is_not_opened(data: st.DataObject) -> None:
    sealed = bytearray(seal_package(PACKAGE, KNOWN[BODO], b""))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    for bad in (bytes(sealed), bytes(sealed[:place])):
        with pytest.raises(CannotOpen):
            RINGS[BODO].unseal(bad, b"")


def test_the_same_package_never_looks_the_same() -> None:
    assert seal_package(PACKAGE, KNOWN[BODO], b"") != seal_package(PACKAGE, KNOWN[BODO], b"")


# The key file


def test_a_key_file_gives_the_same_keys_each_time() -> None:
    text = make_private()
    assert len(base64.b64decode(text)) == 32
    assert Keyring.from_text(text + "\n").public == Keyring.from_text(text).public
    assert make_private() != text


def test_two_purposes_have_two_keys() -> None:
    public = RINGS[NARVIK].public
    assert public.signing != public.sealing
    assert RINGS[NARVIK].secret not in (public.signing, public.sealing)


def test_derivation_stays_as_it_is() -> None:
    """Another derivation would lock out every neighbour that holds our public key."""
    assert Keyring(bytes(32)).public.fingerprint == "2bd0 f2c9 8510 7c54 4644 d75c c6b2 ccbb"


def test_a_public_key_is_written_on_one_line_and_read_again() -> None:
    public = RINGS[NARVIK].public
    assert len(base64.b64decode(public.text)) == 64
    assert PublicKey.from_text(f" {public.text}\n") == public
    assert len(public.fingerprint.split()) == 8
    assert len({key.fingerprint for key in KNOWN.values()}) == 3


@pytest.mark.parametrize("text", ("", "kort", "æ" * 44, base64.b64encode(bytes(31)).decode()))
def test_what_is_no_key_is_named_so(text: str) -> None:
    with pytest.raises(BadKey):
        Keyring.from_text(text)
    with pytest.raises(BadKey):
        PublicKey.from_text(text)


def test_nothing_is_sealed_to_a_key_that_everybody_can_open() -> None:
    with pytest.raises(BadKey):  # the point of order one: the shared secret would be zero
        seal_package(PACKAGE, PublicKey(KNOWN[BODO].signing, bytes(32)), b"")


def test_the_secret_is_not_shown_by_chance() -> None:
    assert repr(RINGS[BODO]) == "Keyring()"
