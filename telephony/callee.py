"""Somebody whom the hotline rings by itself: 回访."""

from hotline.core.clock import now
from telephony import commands
from telephony.call import CalleeLeg
from telephony.channels import Channel
from telephony.conversation import Conversation, Equipment
from telephony.orders import Dial
from telephony.outcomes import SurveyOutcome, unanswered
from telephony.survey import SurveySession


class Callee(Conversation):
    """Somebody whom we ring, to ask how their request was handled."""

    incoming = False
    CUT_OFF = SurveyOutcome.LOST
    NO_MEDIA = TOO_LONG = SurveyOutcome.NO_KEY
    FAILED = SurveyOutcome.LOST

    def __init__(self, equipment: Equipment, leg: CalleeLeg, channel: Channel, order: Dial) -> None:
        """Raise OSError when the recording can't be begun."""
        super().__init__(equipment, order.call_id, leg, channel)
        self._order = order
        self._tape = equipment.new_tape(order.recording)
        self._session: SurveySession = SurveySession(self, self._tape, equipment.prompts)
        self._dialled_at = equipment.clock()

    def dialled(self, sip_call_id: str) -> None:
        """Report that the call is on its way."""
        self._equipment.report(commands.CallDialled(self.id, sip_call_id, now().isoformat()))

    def tick(self) -> None:
        """Drop what comes before the answer (an exchange's own tones); don't ring for ever."""
        super().tick()
        if self._answered_at is None:
            self.channel.tap.take()
            if self._equipment.clock() - self._dialled_at > self._order.ring_s:
                rang = self.leg.rang
                self._give_up(SurveyOutcome.NO_ANSWER if rang else SurveyOutcome.UNREACHABLE)

    def on_answered(self) -> None:
        if self._why:
            self.leg.end()  # answered while it was being cancelled
        else:
            super().on_answered()

    def conclude(self) -> None:
        """Report the answers, then the end."""
        self._equipment.report(
            commands.SurveyDone(
                errand=self._order.errand,
                call_id=self.id,
                outcome=self.reason,
                contacted=self._session.contacted,
                solved=self._session.solved,
                rating=self._session.rating,
                at=now().isoformat(),
            )
        )
        super().conclude()

    def _close_tape(self) -> None:
        super()._close_tape()
        if not self._session.seconds:
            (self._equipment.recordings_dir / self._order.recording).unlink(missing_ok=True)

    @property
    def reason(self) -> str:
        """How the callback went; what was expressed counts more than why the call ended."""
        if self._answered_at is None:
            return self._why or unanswered(self.leg.status, rang=self.leg.rang)
        said = self._session.outcome
        return self._why if self._why and said == SurveyOutcome.HUNG_UP else said
