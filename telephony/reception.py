"""Incoming calls: who is let in, who is sent on, who is told that there is no room."""

import uuid
from collections import deque
from collections.abc import Callable

import structlog

from hotline.core.clock import now
from telephony import commands
from telephony.call import CallerLeg
from telephony.caller import Caller
from telephony.conversation import Equipment
from telephony.endpoint import Account, Line, Sender
from telephony.outcomes import refusal
from telephony.room import Room

# pjsua keeps an ended leg's sockets for half a second, and aborts when it has 64. A flood waits on
# the legs that are left, and is refused by pjsua itself, before it has opened any.
REFUSE_EVERY_S = 0.03

log = structlog.get_logger()


class Reception:
    """Answers every INVITE; `overflow` is where a full worker sends the next caller."""

    def __init__(self, line: Line, equipment: Equipment, room: Room) -> None:
        self.overflow = ""
        self.closed = False
        self.numbers: tuple[str, ...] = ()  # of merged lines (归并), beside the hotline's own
        self._line = line
        self._equipment = equipment
        self._room = room
        self._refused: list[CallerLeg] = []
        self._waiting: deque[tuple[CallerLeg, Callable[[], None]]] = deque()
        self._answered_at = float("-inf")

    @property
    def idle(self) -> bool:
        """Whether everybody who was turned away has been told so, and has heard it."""
        return not (self._waiting or self._refused)

    def on_invite(self, account: Account, pj_id: int, sender: Sender) -> None:
        """Admit the caller, or refuse with 302 or 486; 404 for another number, 500 for a fault.

        Raises nothing: pjsua2 would go on with a call that holds a channel and that nobody ends.
        """
        leg = CallerLeg(account, pj_id)
        try:
            leg.read_invitation(sender)
            self._receive(leg)
        except Exception as error:
            log.exception("call.failed", error=type(error).__name__, remedy="report this as a bug")
            self._fail(leg)

    def _receive(self, leg: CallerLeg) -> None:
        if not self._is_ours(leg.invitation.called):
            log.info("call.wrong_number", called=len(leg.invitation.called))
            self._turn_away(leg, lambda: leg.refuse(404))
        elif self.closed or (channel := self._room.channel_for_caller()) is None:
            self._refuse(leg, "redirected" if self.overflow else "busy")
        else:
            try:
                caller = Caller(self._equipment, leg, channel)
            except OSError as error:
                log.error("recording.refused", error=str(error), remedy="free the disk")
                self._refuse(leg, "not_recorded")
                return
            self._room.enter(caller)
            leg.attach(channel, caller)
            caller.arrived()
            leg.admit()

    def on_refused(self, caller: str, called: str, status: int, sip_call_id: str) -> None:
        """Record a caller whom pjsua turned away by itself with this status."""
        if self._is_ours(called):
            self._report(caller, called, sip_call_id, refusal(status))

    def let_go(self) -> None:
        """Answer somebody who was refused, and release the legs of those who have gone.

        Not at once: refused within its own callback, an INVITE without SDP has pjsua abort.
        """
        moment = self._equipment.clock()
        if self._waiting and moment - self._answered_at >= REFUSE_EVERY_S:
            self._answered_at = moment
            leg, answer = self._waiting.popleft()
            if not leg.gone:
                answer()
        for leg in [leg for leg in self._refused if leg.gone]:
            self._refused.remove(leg)
            leg.let_go()

    def _fail(self, leg: CallerLeg) -> None:
        """Give up a call that we failed, and give back what it holds."""
        conversation = self._room.on(leg)
        if conversation:
            conversation.fail()
            leg.fail()
        elif leg in self._refused:
            leg.fail()
        else:
            self._turn_away(leg, leg.fail)
            self._report_of(leg, "failed")

    def _refuse(self, leg: CallerLeg, reason: str) -> None:
        self._report_of(leg, reason)
        status, contact = (302, self.overflow) if reason == "redirected" else (486, "")
        self._turn_away(leg, lambda: leg.refuse(status, contact))

    def _turn_away(self, leg: CallerLeg, answer: Callable[[], None]) -> None:
        self._refused.append(leg)
        self._waiting.append((leg, answer))

    def _is_ours(self, called: str) -> bool:
        return called.endswith((self._line.number, *self.numbers))

    def _report_of(self, leg: CallerLeg, reason: str) -> None:
        said = leg.invitation
        self._report(said.caller, said.called, said.sip_call_id, reason)

    def _report(self, caller: str, called: str, sip_call_id: str, reason: str) -> None:
        self._equipment.report(
            commands.CallRefused(
                call_id=str(uuid.uuid4()),
                worker=self._equipment.worker,
                caller=caller,
                called=called or self._line.number,
                sip_call_id=sip_call_id,
                reason=reason,
                at=now().isoformat(),
            )
        )
