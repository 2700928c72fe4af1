"""The SIP endpoint of a media worker: one thread owns all pjsua2 objects (telephony.md, trap D)."""

import contextlib
import ctypes
import gc
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pjsua2 as pj
import structlog
from pjsua2 import _pjsua2

from telephony.addresses import clean, user_part
from telephony.doorkeeper import Doorkeeper
from telephony.numbers import Networks, caller_of, headers_of, is_within, source_of
from telephony.orders import UseTrunk

POLL_MS = 20
_OK = 200
_HA1 = 1  # pjsip's PJSIP_CRED_DATA_DIGEST
_RETRY_S = 30
# The codecs of Chinese trunks, in this order; everything else is switched off.
CODECS = {"PCMA/8000/1": 250, "PCMU/8000/1": 240}


log = structlog.get_logger()


@dataclass(frozen=True)
class Line:
    """Where a worker listens, and whom it believes.

    `proxy` is Kamailio's address when it stands in front: then SIP is spoken on this machine alone,
    and `media_host` is where sound goes in and out. `trunks` may vouch for a caller's number.
    """

    host: str
    port: int
    public_address: str
    rtp_port: int
    rtp_ports: int
    number: str = "12345"
    tcp: bool = False
    proxy: str = ""
    media_host: str = ""
    trunks: Networks = ()
    area: str = ""

    def sender(self, source: str, packet: str) -> "Sender":
        """Return who sent this packet, as far as this line can know."""
        address = source_of(packet, source, proxied=bool(self.proxy))
        return Sender(address, packet, is_within(address, self.trunks), self.area)


@dataclass(frozen=True)
class Sender:
    """From where an INVITE came, and its text; `trusted`: from a trunk."""

    source: str
    packet: str = ""
    trusted: bool = False
    area: str = ""

    def caller(self, remote: str) -> str:
        """Return the number that is shown, empty when there is none; `remote` is the From."""
        who = caller_of(self.packet, remote, trusted=self.trusted, area=self.area)
        return clean(who.number)


@dataclass(frozen=True)
class Invitation:
    """An incoming call, not yet answered: clean text, whatever the packet held."""

    caller: str = ""
    called: str = ""
    sip_call_id: str = ""
    contact: str = ""


class Account(pj.Account):  # type: ignore[misc]  # pjsua2 ships no types
    """Hands every incoming call to `on_invite`."""

    def __init__(self, line: Line, on_invite: "OnInvite") -> None:
        super().__init__()
        self.line = line
        self.on_invite = on_invite
        self._registered: Account | None = None  # kept: its destructor would unregister

    def use_trunk(self, trunk: UseTrunk) -> None:
        """Show the carrier these credentials from now on, and register by them."""
        config = account_config(self.line)
        if trunk.username:
            config.sipConfig.authCreds.append(_credentials(trunk))
        self.modify(config)
        config.regConfig.registrarUri = trunk.registrar
        if self._registered:
            self._registered.modify(_registering(config, trunk))
        elif trunk.registrar:
            self._registered = Account(self.line, self.on_invite)
            self._registered.create(_registering(config, trunk))

    def onRegState(self, prm: pj.OnRegStateParam) -> None:
        """Say how a registration went, or that it was ended; never by which name."""
        say = log.info if prm.code == _OK else log.error
        say("trunk.registration", status=int(prm.code), seconds=int(prm.expiration))

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        sender = self.line.sender(prm.rdata.srcAddress, prm.rdata.wholeMsg)
        self.on_invite(self, prm.callId, sender)


# The account, pjsua2's number of the call, and who sent its packet.
OnInvite = Callable[[Account, int, Sender], None]
# Caller, called, status, and the caller's own name for the call.
OnRefused = Callable[[str, str, int, str], None]


class Endpoint(pj.Endpoint):  # type: ignore[misc]  # pjsua2 ships no types
    """pjsua2, started; `legs` is what the library was compiled for."""

    def __init__(self, line: Line, on_refused: OnRefused) -> None:
        super().__init__()
        self._line = line
        self._on_refused = on_refused
        with _quiet():
            self.libCreate()
            self.libInit(_config())
        library = ctypes.CDLL(_pjsua2.__file__)
        self.legs = int(library.pjsua_call_get_max_count())
        self.audDevManager().setNullDev()
        transport = pj.TransportConfig()
        transport.port = line.port
        transport.boundAddress = line.host
        transport.publicAddress = line.host if line.proxy else line.public_address
        self.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        if line.tcp:
            self.transportCreate(pj.PJSIP_TRANSPORT_TCP, transport)
        self.libStart()
        self._doorkeeper = Doorkeeper(library, self.legs)
        for codec in self.codecEnum2():
            self.codecSetPriority(codec.codecId, CODECS.get(codec.codecId, 0))

    def take_no_more(self) -> None:
        """Let callers who ring from now on go unanswered: their telephones ask again.

        After a 100 Trying of ours they would not, and wait for an answer from a process that left.
        """
        self._doorkeeper.leaving = True

    def onRejectedIncomingCall(self, prm: pj.OnRejectedIncomingCallParam) -> None:
        """pjsua refused by itself: every leg was taken, or it can't talk as the caller offers."""
        sender = self._line.sender(prm.rdata.srcAddress, prm.rdata.wholeMsg)
        named = headers_of(sender.packet).get("call-id", ("",))[0]
        caller, called = sender.caller(prm.remoteInfo), clean(user_part(prm.localInfo))
        self._on_refused(caller, called, int(prm.statusCode), clean(named))


def open_account(line: Line, on_invite: OnInvite) -> Account:
    """Return the account that takes and places the hotline's calls on this line."""
    account = Account(line, on_invite)
    account.create(account_config(line))
    return account


def account_config(line: Line) -> pj.AccountConfig:
    """Return what every account on this line has in common."""
    config = pj.AccountConfig()
    config.idUri = f"sip:{line.number}@{line.public_address}"
    if not line.proxy:
        config.idUri += f":{line.port}"
    else:
        config.sipConfig.proxies.append(f"{line.proxy};lr")
    media = config.mediaConfig.transportConfig
    media.boundAddress = line.media_host or line.host
    media.publicAddress = line.public_address
    media.port = line.rtp_port
    media.portRange = line.rtp_ports
    config.callConfig.timerUse = pj.PJSUA_SIP_TIMER_OPTIONAL
    return config


def _credentials(trunk: UseTrunk) -> pj.AuthCredInfo:
    # No other realm is answered: whoever we ring could ask for proof by any name.
    return pj.AuthCredInfo("digest", trunk.realm, trunk.username, _HA1, trunk.ha1)


def _registering(config: pj.AccountConfig, trunk: UseTrunk) -> pj.AccountConfig:
    """Return the account whose only work is to register: calls are the other one's."""
    host = trunk.registrar.partition(":")[2].partition(";")[0]
    if host:
        config.idUri = f"sip:{trunk.username}@{host}"
    config.priority = -1
    if trunk.contact:
        config.sipConfig.contactForced = f"<{trunk.contact}>"
        # From an answer pjsua would learn where it is itself, and say that instead.
        config.natConfig.contactRewriteUse = config.natConfig.sipOutboundUse = 0
    config.regConfig.timeoutSec = trunk.expires_s or 300
    config.regConfig.retryIntervalSec = config.regConfig.firstRetryIntervalSec = _RETRY_S
    return config


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
    # Its level 1, errors, prints a packet that it can't read whole: the caller's number is in it.
    config.logConfig.level = config.logConfig.consoleLevel = 0
    config.logConfig.msgLogging = 0
    media = config.medConfig
    media.clockRate = media.sndClockRate = 8000
    media.channelCount = 1
    media.audioFramePtime = 20
    media.noVad = True
    media.ecTailLen = 0
    media.threadCnt = 1
    media.sndAutoCloseTime = -1  # trap E: a closed null device stops the bridge's own queue
    return config
