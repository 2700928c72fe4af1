"""Somebody who rang us: who comes to talk to them, and what is told of that to the switch."""

import uuid

from hotline.core.clock import now
from telephony import commands
from telephony.attended import AttendedSession
from telephony.call import CallerLeg
from telephony.channels import Channel
from telephony.commands import recording_path
from telephony.company import Companion, Company
from telephony.conversation import LONGEST_TALK_S, Conversation, Equipment

# A switch that was killed is back within this: 3 s, 13 on a machine with seven times as much to do
# as it can (docs/call-benches.md); after that nobody will come, as far as we know.
AWAY_S = 15.0


class Caller(Conversation):
    """They wait, talk to an agent and to whom the agent fetches, or leave a message."""

    incoming = True
    HUNG_UP = "agent_hung_up"  # it was ended for them

    def __init__(self, equipment: Equipment, leg: CallerLeg, channel: Channel) -> None:
        """Raise OSError when the recording can't be begun."""
        call_id = uuid.uuid4()
        super().__init__(equipment, str(call_id), leg, channel)
        self._invitation = leg.invitation
        self._recording = recording_path(call_id, now())
        self.company = Company(channel)
        self._session: AttendedSession = AttendedSession(
            self,
            equipment.new_tape(self._recording),
            equipment.prompts,
            equipment.limits,
            self.company,
            self._pressed,
        )
        self._rated = False

    def arrived(self) -> None:
        """Report the call to the switch."""
        self._equipment.report(
            commands.CallArrived(
                call_id=self.id,
                worker=self._equipment.worker,
                caller=self._invitation.caller,
                called=self._invitation.called,
                sip_call_id=self._invitation.sip_call_id,
                recording=self._recording,
                at=now().isoformat(),
                contact=self._invitation.contact,
            )
        )

    @property
    def may_be_offered(self) -> bool:
        """Whether an agent may be rung for this caller now."""
        return not self.over and self._session.waits and not self.company.rung

    @property
    def may_be_joined(self) -> bool:
        """Whether somebody else may be rung for this caller now."""
        return not self.over and (self._session.waits or self._session.talks)

    def expect(self, guest: Companion) -> None:
        """Somebody is being rung for this caller."""
        self.company.expect(guest)
        if self.company.rung:
            self._session.expected()

    def announce(self, prompts: tuple[str, ...]) -> None:
        """Say this to a caller who waits."""
        if not self.over:
            self._session.announce(prompts)

    def greet(self, language: str) -> None:
        """Greet them in the language that is known to be theirs."""
        if not self.over:
            self._session.greet(language)

    def unattended(self, ask: str = "") -> None:
        """No agent comes: take the message, asked for with this prompt."""
        if not self.over:
            self._session.unattended(ask)

    def leave(self, guest: Companion, *, waits: bool) -> None:
        """Let somebody go while the others go on; `waits`: so does a caller who is left alone."""
        self._part(guest, waits=waits)
        guest.leave()

    def other_left(self, other: Companion) -> None:
        """Somebody is gone, answered or not."""
        self._part(other)

    def hang_up(self) -> None:
        """End the call for everybody."""
        self._give_up(self.HUNG_UP)

    def tick(self) -> None:
        """Let the session go on, and report a rating as soon as it is expressed."""
        super().tick()
        self._report_rating()
        if self._session.waits:
            self._counts_from = self._equipment.clock()
            if self._equipment.away_s() > AWAY_S:
                self._session.unattended()

    def conclude(self) -> None:
        """End everybody's leg, report a rating, then the end."""
        for each in self.company.guests():
            self.company.part(each)
            each.withdraw()
        self._report_rating()
        super().conclude()

    @property
    def _longest_s(self) -> float:
        return LONGEST_TALK_S if self._session.talked else super()._longest_s

    def _part(self, guest: Companion, *, waits: bool = False) -> None:
        if self.company.part(guest) and not self.over:
            waits = waits or self.company.rung
            self._session.parted(waits=waits)
            for listener in [] if waits else self.company.guests():
                listener.leave()

    def _pressed(self, key: str) -> None:
        self._equipment.report(commands.CallerPressed(self.id, key, now().isoformat()))

    def _report_rating(self) -> None:
        if self._session.rating is not None and not self._rated:
            self._rated = True
            rating = int(self._session.rating)
            self._equipment.report(commands.CallRated(self.id, rating, now().isoformat()))
