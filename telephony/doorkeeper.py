"""Requests that would abort the SIP library, turned away before it reads them whole.

Its assertions are compiled in (telephony.md, fact 2): a module of our own, asked before all others
by pjsip's thread, answers what Kamailio would have answered (docs/call-benches.md).
"""

import ctypes
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

# Each medium of sound takes two sockets of the 64 that the library can hold, and keeps their places
# for half a second after its end. Four legs of two are 16, what is opened meanwhile 40, and SIP's.
MOST_MEDIA = 4
MOST_SOUND = 2  # one with SRTP and one without; nobody's telephone offers a third
MOST_OPENED = 40
KEPT_S = 0.6
SOCKETS = 2
SAID_EACH = 100  # of so many refused the log names one

_MEDIUM = re.compile(rb"[\r\n]m=", re.IGNORECASE)
_SOUND = re.compile(rb"[\r\n]m=audio", re.IGNORECASE)
_OFFERS = (b"INVITE", b"UPDATE", b"PRACK", b"ACK")
# The library takes what begins one of its own methods for that method, and reads either case.
_OWN = (b"INVITE", b"CANCEL", b"ACK", b"BYE", b"REGISTER", b"OPTIONS")
_WORD = re.compile(rb"\s*([\w.!%*+`'~-]+)")
# A line of a key, its end, and something behind it: the library looks there for the duration.
_KEY = re.compile(rb"[\r\n]*[^\r\n\0]+[\r\n][^\0]")
# Line ends of either kind part a body from its headers.
_BLANK = re.compile(rb"(?:\r\n|\n|\r(?!\n)){2}")
_TO = re.compile(rb"(?:^|[\r\n])(?:to|t)[ \t]*:([^\r\n]*)", re.IGNORECASE)
_TAG = re.compile(rb";[ \t]*tag[ \t]*=", re.IGNORECASE)

log = structlog.get_logger()


def verdict(packet: bytes) -> int:
    """Return the status by which a request is refused, 0 for one that the library may read."""
    method = method_of(packet)
    if method in _OFFERS and _too_many(packet):
        return 488
    if method == b"INFO" and b"dtmf-relay" in packet.lower() and not _is_key(packet):
        return 400
    return 0


def method_of(packet: bytes) -> bytes:
    """Return a request's method as the library reads it; empty for what has none."""
    found = _WORD.match(packet)
    word = found[1].upper() if found else b""
    return next((each for each in _OWN if word and each.startswith(word)), word)


def _too_many(packet: bytes) -> bool:
    return len(_MEDIUM.findall(packet)) > MOST_MEDIA or len(_SOUND.findall(packet)) > MOST_SOUND


def _is_key(packet: bytes) -> bool:
    _, *body = _BLANK.split(packet, maxsplit=1)
    return not body or not body[0] or _KEY.match(body[0]) is not None


def opens(packet: bytes) -> int:
    """Return how many sockets the library opens for a request."""
    if method_of(packet) not in (b"INVITE", b"UPDATE"):
        return 0
    media = max(1, len(_SOUND.findall(packet)))
    called = _TO.findall(_BLANK.split(packet, maxsplit=1)[0])
    runs = bool(called) and all(map(_is_tagged, called))
    return SOCKETS * (media - runs)  # a call that runs has one


def _is_tagged(to: bytes) -> bool:
    """Return whether a tag stands behind the address: in a name or within brackets it is none."""
    behind = to.rpartition(b">")[2]
    return not set(behind) & set(b'<"') and _TAG.search(behind) is not None


@dataclass
class Budget:
    """How many sockets may be opened within `KEPT_S`."""

    most: int = MOST_OPENED
    clock: Callable[[], float] = time.monotonic
    _taken: deque[tuple[float, int]] = field(default_factory=deque)

    def takes(self, sockets: int) -> bool:
        """Return whether so many may be opened now, and count them if so."""
        moment = self.clock()
        while self._taken and moment - self._taken[0][0] > KEPT_S:
            self._taken.popleft()
        if sum(count for _, count in self._taken) + sockets > self.most:
            return False
        if sockets:
            self._taken.append((moment, sockets))
        return True


class _Text(ctypes.Structure):
    _fields_ = (("at", ctypes.c_void_p), ("length", ctypes.c_ssize_t))


_ASKED = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class _Module(ctypes.Structure):
    """pjsip_module, as pjsip/sip_module.h has had it for fifteen years."""

    _fields_ = (
        *(("prev", ctypes.c_void_p), ("next", ctypes.c_void_p), ("name", _Text)),
        *(("id", ctypes.c_int), ("priority", ctypes.c_int)),
        *((name, ctypes.c_void_p) for name in ("load", "start", "stop", "unload")),
        ("on_rx_request", _ASKED),
        *((f"unused_{number}", ctypes.c_void_p) for number in range(4)),
    )


# Where a received packet lies in pjsip_rx_data: its buffer, and where the message begins in it.
_BUFFER, _BUFFER_BYTES, _MESSAGE, _LENGTH = 320, 4000, 4424, 4432
_PRIORITY = 4  # before the library's own layers, which begin at 8
_HANDLED, _PASSED = 1, 0


class Doorkeeper:
    """Stands before the library's own layers as long as the process lives."""

    def __init__(self, library: ctypes.CDLL, legs: int) -> None:
        """Take the place; `library` is pjsua, started, and `legs` how many calls it holds."""
        self._library, self._legs, self._budget = library, legs, Budget()
        self._refused = 0
        self.leaving = False  # who rings now is left to our successor: unanswered, they ask again
        library.pjsua_get_pjsip_endpt.restype = ctypes.c_void_p
        self._endpoint = ctypes.c_void_p(library.pjsua_get_pjsip_endpt())
        self._name = ctypes.create_string_buffer(b"mod-doorkeeper")
        self._asked = _ASKED(self._ask)  # kept: the library calls it
        self._module = _Module(
            name=_Text(ctypes.addressof(self._name), len(self._name) - 1),
            id=-1,
            priority=_PRIORITY,
            on_rx_request=self._asked,
        )
        done = library.pjsip_endpt_register_module(self._endpoint, ctypes.byref(self._module))
        if done:
            log.error("doorkeeper.absent", status=done, remedy="put Kamailio in front")

    def _ask(self, received: int) -> int:
        packet = _packet(received)
        if self.leaving and opens(packet):
            return _HANDLED
        status = verdict(packet)
        if status:
            if method_of(packet) != b"ACK":  # to answer one is another assertion of the library's
                self._answer(received, status)
            self._refused += 1
            if self._refused % SAID_EACH == 1:
                log.warning("request.refused", status=status, so_far=self._refused)
            return _HANDLED
        # With no leg left the library refuses by itself, and opens nothing. Otherwise who comes
        # too soon is not answered yet: whoever calls asks again after half a second.
        full = self._library.pjsua_call_get_count() >= self._legs
        return _PASSED if full or self._budget.takes(opens(packet)) else _HANDLED

    def _answer(self, received: int, status: int) -> None:
        self._library.pjsip_endpt_respond_stateless(
            self._endpoint, ctypes.c_void_p(received), status, None, None, None
        )


def _packet(received: int) -> bytes:
    """Return the message's text; nothing where a build of the library lays it elsewhere."""
    begins = ctypes.c_void_p.from_address(received + _MESSAGE).value or 0
    length = ctypes.c_int.from_address(received + _LENGTH).value
    at = begins - received - _BUFFER
    if not (0 <= at < _BUFFER_BYTES and 0 < length <= _BUFFER_BYTES - at):
        return b""
    return ctypes.string_at(begins, length)
