"""密码: argon2id hashes, and which passwords people may choose (NIST SP 800-63B-4, 3.1.1.2)."""

import os
import re
import secrets
import threading
from dataclasses import dataclass

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from hotline.core.errors import Invalid

# docs/decisions/argon2-for-a-shift-change.md
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
# Checked when there is nothing to check, so that every refusal takes as long.
_NOBODY = _hasher.hash(secrets.token_urlsafe())
# One hash needs a core and 19 MiB: more at once are no faster, only larger.
AT_ONCE = os.cpu_count() or 1
_turns = threading.BoundedSemaphore(AT_ONCE)

SHORTEST = 12  # letters; length is what makes a password hard, so nothing else is asked of it
LONGEST = 128
_LEFT_OVER = 5  # what must remain once all that anybody would try first is taken away
_UNLIKE = 5  # different letters
_TEMPORARY_BYTES = 12

# What people everywhere, in China and on this site begin with; longer ones first.
_COMMON = sorted(
    {
        *("password", "passwort", "passw", "admin", "administrator", "root", "guest", "welcome"),
        *("letmein", "changeme", "secret", "login", "iloveyou", "default", "test", "user"),
        *("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwerty", "asdf", "qazwsx", "1qaz", "2wsx"),
        *("woaini", "zhongguo", "china", "mima", "nihao", "guanliyuan", "beijing", "tibet"),
        *("xizang", "lasa", "lhasa", "rexian", "hotline", "zhengwu", "fuwu", "bianmin", "abc"),
        *("密码", "管理员", "热线", "西藏", "拉萨", "政务", "服务", "便民", "中国", "我爱你"),
        *("1314520", "5201314", "1314", "520", "888", "666"),
    },
    key=len,
    reverse=True,
)
_LOOKS_LIKE = str.maketrans("@$!", "asi")
_MEANT_FOR_LETTERS = str.maketrans("013457", "oleast")
_REPEATED = re.compile(r"(.+?)\1+")


@dataclass(frozen=True)
class Verdict:
    """Whether a password was right, and the hash to keep instead when parameters have changed."""

    right: bool
    renewed: str | None = None


def hash_password(password: str) -> str:
    """Return the argon2id hash to keep; takes a core for some tens of milliseconds."""
    with _turns:
        return _hasher.hash(password)


def check(password: str, kept: str) -> Verdict:
    """Compare a password with its kept hash; without a hash it is wrong, and takes as long."""
    with _turns:
        try:
            right, renewed = _hasher.verify_and_update(password, kept or _NOBODY)
        except UnknownHashError:  # a hash of another kind holds for nobody
            right, renewed = _hasher.verify(password, _NOBODY), None
    return Verdict(right and bool(kept), renewed if right and kept else None)


def temporary_password() -> str:
    """Return a password to be shown once, of 96 random bits."""
    return secrets.token_urlsafe(_TEMPORARY_BYTES)


def require_good(password: str, *, username: str = "") -> None:
    """Raise Invalid, saying why, for a password that is too short or among the first tried."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            f"A password has {SHORTEST} to {LONGEST} letters, this one {len(password)}.",
            remedy="Write some words that only you would put together.",
        )
    if is_common(password, username=username):
        raise Invalid(
            "This password is among the first that anybody would try.",
            remedy="Write some words that only you would put together.",
        )


def is_common(password: str, *, username: str = "") -> bool:
    """Return whether it is made of usual words, runs, repetitions and the person's own name."""
    plain = password.casefold()
    if len(set(plain)) < _UNLIKE or _REPEATED.fullmatch(plain):
        return True
    read = plain.translate(_LOOKS_LIKE)
    names = [name for name in re.split(r"[\W_]+", username.casefold()) if len(name) > 2]
    both = (read, read.translate(_MEANT_FOR_LETTERS))
    return any(_left_over(each, names) < _LEFT_OVER for each in both)


def _left_over(text: str, names: list[str]) -> int:
    """Return how many letters remain without common words, names, digits in runs and signs."""
    for word in (*names, *_COMMON):
        text = text.replace(word, " ")
    text = re.sub(r"(19|20)\d\d|1[3-9]\d{9}", " ", text)  # a year, a mobile number
    text = "".join(" " if _runs_on(text, at) else sign for at, sign in enumerate(text))
    return len(re.sub(r"[\W_]+", "", text))


def _runs_on(text: str, at: int) -> bool:
    """Return whether the letter stands in a run of three that go up, down or stay the same."""
    for start in (at - 2, at - 1, at):
        run = [ord(sign) for sign in text[max(start, 0) : start + 3]]
        if start >= 0 and len(run) == 3 and run[1] - run[0] == run[2] - run[1] in (-1, 0, 1):
            return True
    return False
