"""One caller's leg: pjsua2's callbacks become calls on a listener, its object is let go safely."""

from typing import Protocol

import pjsua2 as pj

from telephony.endpoint import Account, Invitation, user_part
from telephony.media import Channel

_LIVE = (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD)


class Listener(Protocol):
    """Who is told what happens on a leg; called on the worker's one thread."""

    def on_answered(self) -> None: ...
    def on_digit(self, digit: str) -> None: ...
    def on_gone(self) -> None: ...


class CallerLeg(pj.Call):  # type: ignore[misc]  # pjsua2 ships no types
    """A leg in the worker's hands from INVITE to DISCONNECTED."""

    def __init__(self, account: Account, pj_id: int) -> None:
        super().__init__(account, pj_id)
        self.gone = False
        self._channel: Channel | None = None
        self._listener: Listener | None = None
        info = self.getInfo()
        self.invitation = Invitation(
            pj_id=pj_id,
            caller=user_part(info.remoteUri),
            called=user_part(info.localUri),
            sip_call_id=info.callIdString,
        )

    def admit(self, channel: Channel, listener: Listener) -> None:
        """Answer with 200 and let the listener have the line."""
        self._channel, self._listener = channel, listener
        self._answer(200)

    def refuse(self, status: int, contact: str = "") -> None:
        """Answer with a final refusal; `contact` is where a 302 sends the caller."""
        header = pj.SipHeader()
        header.hName, header.hValue = "Contact", f"<{contact}>"
        self._answer(status, [header] if contact else [])

    def end(self) -> None:
        """Hang up, unless the other side already has."""
        if not self.gone:
            self.hangup(pj.CallOpParam(True))

    def let_go(self) -> None:
        """Release the pj object once DISCONNECTED.

        A stale Call would hang up whoever gets its number next (telephony.md, trap A), so Python
        gives up ownership instead of destroying it; the worker is replaced before that adds up.
        """
        self._channel = self._listener = None
        self.this.disown()

    def onCallState(self, _prm: pj.OnCallStateParam) -> None:
        state = self.getInfo().state
        if state == pj.PJSIP_INV_STATE_CONFIRMED and self._listener:
            self._listener.on_answered()
        elif state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.gone = True
            if self._listener:
                self._listener.on_gone()

    def onCallMediaState(self, _prm: pj.OnCallMediaStateParam) -> None:
        if self.gone or self._channel is None:
            return
        info = self.getInfo()  # kept: SWIG frees `media` with it
        for index, medium in enumerate(info.media):
            if medium.type == pj.PJMEDIA_TYPE_AUDIO and medium.status in _LIVE:
                self._channel.connect(self.getAudioMedia(index))

    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:
        if self._listener:
            self._listener.on_digit(prm.digit)

    def _answer(self, status: int, headers: list[pj.SipHeader] | None = None) -> None:
        answer = pj.CallOpParam()
        answer.statusCode = status
        for header in headers or []:
            answer.txOption.headers.append(header)
        self.answer(answer)
