"""The SIP endpoint of a media worker: one thread owns all pjsua2 objects (telephony.md, trap D)."""

import contextlib
import ctypes
import gc
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pjsua2 as pj
from pjsua2 import _pjsua2

from telephony.addresses import clean, user_part

POLL_MS = 20
# The codecs of Chinese trunks, in this order; everything else is switched off.
CODECS = {"PCMA/8000/1": 250, "PCMU/8000/1": 240}


@dataclass(frozen=True)
class Line:
    """Where a worker listens."""

    host: str
    port: int
    public_address: str
    rtp_port: int
    rtp_ports: int
    number: str = "12345"
    tcp: bool = False


@dataclass(frozen=True)
class Invitation:
    """An incoming call, not yet answered: clean text, whatever the packet held."""

    caller: str = ""
    called: str = ""
    sip_call_id: str = ""
    contact: str = ""


class Account(pj.Account):  # type: ignore[misc]  # pjsua2 ships no types
    """Hands every incoming call to `on_invite`."""

    def __init__(self, on_invite: "OnInvite") -> None:
        super().__init__()
        self._on_invite = on_invite

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        self._on_invite(self, prm.callId, prm.rdata.srcAddress)


# The account, pjsua2's number of the call, and the address its packet came from.
OnInvite = Callable[[Account, int, str], None]


class Endpoint(pj.Endpoint):  # type: ignore[misc]  # pjsua2 ships no types
    """pjsua2, started; `legs` is what the library was compiled for."""

    def __init__(self, line: Line, on_refused: Callable[[str, str, int], None]) -> None:
        super().__init__()
        self._on_refused = on_refused
        with _quiet():
            self.libCreate()
            self.libInit(_config())
        self.legs = int(ctypes.CDLL(_pjsua2.__file__).pjsua_call_get_max_count())
        self.audDevManager().setNullDev()
        transport = pj.TransportConfig()
        transport.port = line.port
        transport.boundAddress = line.host
        transport.publicAddress = line.public_address
        self.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        if line.tcp:
            self.transportCreate(pj.PJSIP_TRANSPORT_TCP, transport)
        self.libStart()
        for codec in self.codecEnum2():
            self.codecSetPriority(codec.codecId, CODECS.get(codec.codecId, 0))

    def onRejectedIncomingCall(self, prm: pj.OnRejectedIncomingCallParam) -> None:
        """pjsua refused by itself: every leg was taken, or it can't talk as the caller offers."""
        caller, called = clean(user_part(prm.remoteInfo)), clean(user_part(prm.localInfo))
        self._on_refused(caller, called, int(prm.statusCode))


def open_account(line: Line, on_invite: OnInvite) -> Account:
    """Return the account that takes and places the hotline's calls on this line."""
    config = pj.AccountConfig()
    config.idUri = f"sip:{line.number}@{line.public_address}:{line.port}"
    media = config.mediaConfig.transportConfig
    media.boundAddress = line.host
    media.publicAddress = line.public_address
    media.port = line.rtp_port
    media.portRange = line.rtp_ports
    config.callConfig.timerUse = pj.PJSUA_SIP_TIMER_OPTIONAL
    account = Account(on_invite)
    account.create(config)
    return account


def leave(endpoint: Endpoint) -> None:
    """End every call, give the BYEs time to go out, and leave without destructors (trap C)."""
    endpoint.hangupAllCalls()
    for _ in range(15):
        endpoint.libHandleEvents(POLL_MS)
    sys.stdout.flush()
    os._exit(0)


def own_this_thread() -> None:
    """Keep the collector off pjsua2's objects, and the GIL moving for the clock thread (trap H)."""
    gc.disable()
    sys.setswitchinterval(0.0005)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep pjlib's start-up lines, printed before its log level holds, off standard output."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _config() -> pj.EpConfig:
    config = pj.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.maxCalls = 64  # clamped to what the library holds
    config.uaConfig.userAgent = "hotline"
    config.logConfig.level = 1
    config.logConfig.consoleLevel = 1
    media = config.medConfig
    media.clockRate = media.sndClockRate = 8000
    media.channelCount = 1
    media.audioFramePtime = 20
    media.noVad = True
    media.ecTailLen = 0
    media.threadCnt = 1
    media.sndAutoCloseTime = -1  # trap E: a closed null device stops the bridge's own queue
    return config
