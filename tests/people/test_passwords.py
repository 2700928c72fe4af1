"""Which passwords people may choose, and how they are kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from hotline.core.errors import Invalid
from hotline.core.people import passwords


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2026!",
        "admin12345678",
        "qwertyuiop123",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "123456789012",
        "Lhasa12345!!",
        "rexian12345fuwu",
        "woaini1314520",
        "热线密码12345678",
        "dawa.tsering1990",
        "13989001234zx",
    ],
)
def test_what_anybody_would_try_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid, match="among the first"):
        passwords.require_good(password, username="dawa.tsering")


@pytest.mark.parametrize(
    "password",
    ["yak butter at dawn", "青稞酒和晚霞都很好看啊啊", "correct-horse-tent", "tYq8_vLm2-Wz"],
)
def test_length_alone_makes_a_password_good(password: str) -> None:
    passwords.require_good(password, username="dawa")


@pytest.mark.parametrize("length", [0, 11, 129])
def test_a_password_of_the_wrong_length_is_told_its_length(length: int) -> None:
    with pytest.raises(Invalid, match=f"this one {length}"):
        passwords.require_good("x" * length)


def test_every_temporary_password_is_one_that_people_might_choose() -> None:
    for _ in range(200):
        passwords.require_good(passwords.temporary_password())


@settings(max_examples=200)
@given(st.text(max_size=130), st.text(max_size=20))
def test_any_text_is_judged(password: str, username: str) -> None:
    assert passwords.is_common(password, username=username) in (True, False)


def test_a_hash_of_old_parameters_is_right_and_renewed() -> None:
    old = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))
    verdict = passwords.check("yak butter", old.hash("yak butter"))
    assert verdict.right
    assert verdict.renewed
    assert passwords.check("yak butter", verdict.renewed) == passwords.Verdict(True)


@pytest.mark.parametrize("kept", ["", "$2b$12$notours"])
def test_no_hash_of_ours_opens_nothing(kept: str) -> None:
    assert passwords.check("", kept) == passwords.Verdict(False)
