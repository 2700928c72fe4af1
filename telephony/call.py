"""One leg: pjsua2's callbacks become calls on a listener, its object is let go safely."""

from collections.abc import Callable
from typing import Protocol

import pjsua2 as pj
import structlog

from hotline.core.errors import HotlineError
from telephony.addresses import clean, own_contact, user_part
from telephony.channels import Channel
from telephony.endpoint import Account, Invitation, Sender
from telephony.pulse import patience_s
from telephony.sdp import offer_keys_as

_LIVE = (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD)
_DECLINE = 603
KEYS_PAYLOAD = "101"

log = structlog.get_logger()


class NotSent(HotlineError):
    """The INVITE could not be sent: a bad address, no transport or no leg."""

    status = 503
    title = "The call can't be placed"


class Listener(Protocol):
    """Who is told what happens on a leg; called on the worker's one thread."""

    def on_answered(self) -> None: ...
    def on_digit(self, digit: str, by: str) -> None: ...
    def on_gone(self) -> None: ...


class Leg(pj.Call):  # type: ignore[misc]  # pjsua2 ships no types
    """A leg in the worker's hands until DISCONNECTED."""

    def __init__(self, account: Account, pj_id: int) -> None:
        super().__init__(account, pj_id)
        self.gone = False
        self.rang = False
        self.status = 0  # the last SIP status, once gone
        self._ending = False
        self._channel: Channel | None = None
        self._listener: Listener | None = None
        self._medium: int | None = None
        self._held = False  # by the other side
        self._packets = 0

    def poll(self) -> None:
        """Nothing: pjsua tells by itself."""

    def sound(self) -> int:
        """Return how many packets of sound have come by the present medium."""
        if self._medium is not None and not (self.gone or self._ending):
            try:
                stat = self.getStreamStat(self._medium)
                self._packets = int(stat.rtcp.rxStat.pkt)
            except pj.Error as error:  # the medium has just ended
                log.info("call.no_stream", error=error.reason)
        return self._packets

    def patience_s(self, ever: bool) -> float:
        """Return how long sound may stay away; `ever`: some has come."""
        carried = self._medium is not None and not self._held
        return patience_s(ever=ever, carried=carried)

    def end(self) -> None:
        """Hang up, or cancel, unless the other side is gone already."""
        if not (self.gone or self._ending):
            self._ending = True
            self._unplug()
            self._succeeds(lambda: self.hangup(pj.CallOpParam(True)))

    def press(self, key: str) -> None:
        """Press keys, sent by RFC 2833."""
        try:
            self.dialDtmf(key)
        except pj.Error as error:  # no medium to send them by
            log.warning("keys.not_sent", error=error.reason)

    def _succeeds(self, act: Callable[[], None]) -> bool:
        """Do what ends the call; when pjsua refuses because it has ended, take note of that."""
        try:
            act()
        except pj.Error as error:
            log.warning("call.not_ended", error=error.reason)
            if not (self.gone or self.isActive()):
                self._is_gone(0)
            return self.gone
        return True

    def let_go(self) -> None:
        """Release the pj object once DISCONNECTED.

        A stale Call would hang up whoever gets its number next (telephony.md, trap A), so Python
        gives up ownership instead of destroying it; the worker is replaced before that adds up.
        """
        self._channel = self._listener = None
        self.this.disown()

    def onCallState(self, _prm: pj.OnCallStateParam) -> None:
        info = self.getInfo()
        self.rang = self.rang or info.state == pj.PJSIP_INV_STATE_EARLY
        if info.state == pj.PJSIP_INV_STATE_CONFIRMED and self._listener:
            self._listener.on_answered()
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED and not self.gone:
            self._is_gone(int(info.lastStatusCode))

    def _is_gone(self, status: int) -> None:
        self.gone, self.status = True, status
        self._unplug()
        if self._listener:
            self._listener.on_gone()

    def _unplug(self) -> None:
        self._medium = None
        if self._channel:
            self._channel.disconnect()

    def onCallMediaState(self, _prm: pj.OnCallMediaStateParam) -> None:
        if self.gone or self._ending or self._channel is None:
            return
        info = self.getInfo()  # kept: SWIG frees `media` with it
        self._unplug()
        for index, medium in enumerate(info.media):
            # Held by the other side, a medium may have no place in the bridge (trap F).
            joined = medium.status in _LIVE and medium.audioConfSlot != pj.PJSUA_INVALID_ID
            if medium.type == pj.PJMEDIA_TYPE_AUDIO and joined:
                self._medium = index
                self._held = medium.status != pj.PJSUA_CALL_MEDIA_ACTIVE
                self._channel.connect(self.getAudioMedia(index))

    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:
        if self._listener:
            self._listener.on_digit(prm.digit, str(prm.method))

    def onCallTransferRequest(self, prm: pj.OnCallTransferRequestParam) -> None:
        """Refuse REFER: by itself pjsua would ring whomever the other side names (盗打)."""
        prm.statusCode = _DECLINE

    def onCallReplaceRequest(self, prm: pj.OnCallReplaceRequestParam) -> None:
        """Refuse a call that would take this one's place."""
        prm.statusCode = _DECLINE


class CallerLeg(Leg):
    """An incoming leg, from its INVITE on."""

    def __init__(self, account: Account, pj_id: int) -> None:
        super().__init__(account, pj_id)
        self.invitation = Invitation()

    def read_invitation(self, sender: Sender) -> None:
        """Take from the INVITE what is fit to be kept."""
        info = self.getInfo()
        self.invitation = Invitation(
            caller=sender.caller(info.remoteUri),
            called=clean(user_part(info.localUri)),
            sip_call_id=clean(info.callIdString),
            contact=own_contact(info.remoteContact, sender.source),
        )

    def attach(self, channel: Channel, listener: Listener) -> None:
        """Let the listener have the line."""
        self._channel, self._listener = channel, listener

    def admit(self) -> None:
        """Answer with 200."""
        self._answer(200)

    def fail(self) -> None:
        """Answer with 500, or hang up if there has been an answer; raises nothing of pjsua's."""
        if not self._succeeds(lambda: self._answer(500)):
            self.end()

    def refuse(self, status: int, contact: str = "") -> None:
        """Answer with a final refusal; `contact` is where a 302 sends the caller."""
        header = pj.SipHeader()
        header.hName, header.hValue = "Contact", f"<{contact}>"
        if not self._succeeds(lambda: self._answer(status, [header] if contact else [])):
            self.end()

    def _answer(self, status: int, headers: list[pj.SipHeader] | None = None) -> None:
        answer = pj.CallOpParam()
        answer.statusCode = status
        for header in headers or []:
            answer.txOption.headers.append(header)
        self.answer(answer)


class CalleeLeg(Leg):
    """An outgoing leg."""

    def onCallSdpCreated(self, prm: pj.OnCallSdpCreatedParam) -> None:
        """Offer keys (RFC 2833) as payload 101: much equipment sends them so whatever it is told.

        pjsua offers 120, and would not hear a key that comes as 101.
        """
        prm.sdp.wholeSdp = offer_keys_as(prm.sdp.wholeSdp, KEYS_PAYLOAD)

    def __init__(self, account: Account) -> None:
        super().__init__(account, pj.PJSUA_INVALID_ID)

    def dial(self, destination: str, channel: Channel, listener: Listener) -> str:
        """Send the INVITE and return its Call-ID; raise NotSent."""
        self._channel, self._listener = channel, listener
        try:
            self.makeCall(destination, pj.CallOpParam(True))
            return str(self.getInfo().callIdString)
        except pj.Error as error:
            self.gone = True
            raise NotSent(error.reason) from None  # its other words hold the number
