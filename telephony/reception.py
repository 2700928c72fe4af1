"""Incoming calls: who is let in, who is sent on, who is told that there is no room."""

import uuid

import structlog

from hotline.core.clock import now
from telephony import commands
from telephony.call import CallerLeg
from telephony.conversation import Caller, Equipment
from telephony.endpoint import Account, Line
from telephony.outcomes import refusal
from telephony.room import Room

log = structlog.get_logger()


class Reception:
    """Answers every INVITE; `overflow` is where a full worker sends the next caller."""

    def __init__(self, line: Line, equipment: Equipment, room: Room) -> None:
        self.overflow = ""
        self.closed = False
        self._line = line
        self._equipment = equipment
        self._room = room
        self._refused: list[CallerLeg] = []

    def on_invite(self, account: Account, pj_id: int, source: str) -> None:
        """Admit the caller, or refuse with 302 or 486; 404 for another number, 500 for a fault.

        Raises nothing: pjsua2 would go on with a call that holds a channel and that nobody ends.
        """
        leg = CallerLeg(account, pj_id)
        try:
            leg.read_invitation(source)
            self._receive(leg)
        except Exception as error:
            log.exception("call.failed", error=type(error).__name__, remedy="report this as a bug")
            self._fail(leg)

    def _receive(self, leg: CallerLeg) -> None:
        if not leg.invitation.called.endswith(self._line.number):
            log.info("call.wrong_number", called=len(leg.invitation.called))
            self._refused.append(leg)
            leg.refuse(404)
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

    def on_refused(self, caller: str, called: str, status: int) -> None:
        """Record a caller whom pjsua turned away by itself with this status."""
        if called.endswith(self._line.number):
            self._report(caller, "", refusal(status))

    def let_go(self) -> None:
        """Release the legs of those who were refused and have gone."""
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
            self._refused.append(leg)
            leg.fail()
            self._report(leg.invitation.caller, leg.invitation.sip_call_id, "failed")

    def _refuse(self, leg: CallerLeg, reason: str) -> None:
        self._refused.append(leg)
        self._report(leg.invitation.caller, leg.invitation.sip_call_id, reason)
        leg.refuse(302, self.overflow) if reason == "redirected" else leg.refuse(486)

    def _report(self, caller: str, sip_call_id: str, reason: str) -> None:
        self._equipment.report(
            commands.CallRefused(
                call_id=str(uuid.uuid4()),
                worker=self._equipment.worker,
                caller=caller,
                called=self._line.number,
                sip_call_id=sip_call_id,
                reason=reason,
                at=now().isoformat(),
            )
        )
