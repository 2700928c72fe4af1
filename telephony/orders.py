"""What the switch tells a media worker to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ack:
    """The switch has every report up to this number in the database."""

    upto: int


@dataclass(frozen=True)
class Overflow:
    """Where a full worker sends the next caller; empty when there is nowhere."""

    contact: str


@dataclass(frozen=True)
class Dial:
    """Place this call and ask the callback's questions; its last report is a CallEnded."""

    errand: str  # what it is for, in the switch's own words
    call_id: str
    destination: str  # a SIP URI that was found allowed
    recording: str  # path below the recordings folder
    ring_s: float


@dataclass(frozen=True)
class Relay:
    """Ring a department's telephone, then the requester's, and join them; at last a CallEnded."""

    errand: str
    call_id: str
    office: str  # a SIP URI that was found allowed
    requester: str  # the same
    recording: str  # path below the recordings folder
    ring_s: float  # for each of the two


@dataclass(frozen=True)
class Offer:
    """Ring this seat's telephone for this caller; the answer is an AgentGone, at last."""

    call_id: str
    seat: int
    destination: str  # a SIP URI that was found allowed, or `BROWSER` and the seat's number
    ring_s: float


@dataclass(frozen=True)
class TakeMessage:
    """No agent comes: take the message; `ask` is a prompt in place of the usual request."""

    call_id: str
    ask: str = ""


@dataclass(frozen=True)
class Drain:
    """Take no new calls; leave when the last one ends."""


@dataclass(frozen=True)
class Stop:
    """End every call and leave."""


@dataclass(frozen=True)
class Answer:
    """The agent of this seat takes the call that they are offered; a desk phone answers itself."""

    call_id: str
    seat: int


@dataclass(frozen=True)
class Greet:
    """The caller's language is known (zh or bo): greet them in no other."""

    call_id: str
    language: str


@dataclass(frozen=True)
class Announce:
    """Play these prompts to a caller who waits, one after the other, then go on waiting."""

    call_id: str
    prompts: tuple[str, ...]


@dataclass(frozen=True)
class Hold:
    """保持: the caller hears that they are held, and nobody else; or hears everybody again."""

    call_id: str
    on: bool


@dataclass(frozen=True)
class Mute:
    """This party is heard by nobody, or by everybody again."""

    call_id: str
    party: str
    on: bool


@dataclass(frozen=True)
class Invite:
    """Ring somebody else for this call; the answer is a PartyJoined, and at last a PartyGone.

    `apart`: the caller is held until they are told to hear each other (咨询). `part` and
    `listening` are those of `telephony.wiring`; `destination` as in an Offer.
    """

    call_id: str
    party: str  # what the switch calls them, unique in the call
    part: str
    destination: str
    ring_s: float
    apart: bool = False
    listening: str = ""


@dataclass(frozen=True)
class Listen:
    """Let a supervisor who is in the call monitor, whisper or barge from now on."""

    call_id: str
    party: str
    listening: str


@dataclass(frozen=True)
class Meet:
    """三方: everybody in the call hears everybody from now on."""

    call_id: str


@dataclass(frozen=True)
class Leave:
    """This party leaves the call, or is rung no longer; the others go on.

    When the last of those who talk to the caller leaves, the caller is asked how the call was, or
    with `waits` (or while somebody else is rung) waits on for the next Offer.
    """

    call_id: str
    party: str
    waits: bool = False


@dataclass(frozen=True)
class Press:
    """Press these keys for the party, by RFC 2833."""

    call_id: str
    party: str
    keys: str


@dataclass(frozen=True)
class HangUp:
    """End the call at once, for everybody; nobody is asked anything."""

    call_id: str


@dataclass(frozen=True)
class SealBy:
    """Tapes that begin from now on are sealed by this public half (`telephony.tape_keys`)."""

    public: str  # hex


@dataclass(frozen=True)
class UseTrunk:
    """中继账号: prove to the carrier by it who calls, and register if there is a registrar.

    Without a username there is none. A registration that runs is ended by `expires_s` alone.
    """

    username: str = ""
    realm: str = ""
    registrar: str = ""  # sip:host:port; empty: this worker does not register
    contact: str = ""  # where the carrier sends calls
    expires_s: int = 0
    ha1: str = ""  # last: of a line that is not understood the beginning is logged


@dataclass(frozen=True)
class TakeFor:
    """归并: calls to these numbers are the hotline's too, from now on; to no others any more."""

    numbers: tuple[str, ...] = ()


BROWSER = "seat:"
"""How a destination begins that is no telephone but a browser: the number of its seat follows."""


def seat_party(seat: int) -> str:
    """Return what the agent of a seat is called among the parties of a call."""
    return f"{BROWSER}{seat}"


Order = (
    Ack
    | Overflow
    | Dial
    | Relay
    | Offer
    | TakeMessage
    | Drain
    | Stop
    | Answer
    | Greet
    | Announce
    | Hold
    | Mute
    | Invite
    | Listen
    | Meet
    | Leave
    | Press
    | HangUp
    | SealBy
    | TakeFor
    | UseTrunk
)
