"""What moves one recipient of a letter on; the letter is locked."""

from sqlmodel import Session

from dispatch.letters import states
from dispatch.letters.models_letters import Letter, LetterRecipient
from dispatch.letters.states import Kind, Standing, Status, Step
from hotline.core.errors import Conflict


def step(session: Session, letter: Letter, recipient: LetterRecipient, taken: Step) -> None:
    """Let the recipient take a step; raise Conflict where it can't, or once the letter is ended."""
    if letter.status != Status.ISSUED:
        raise Conflict(f"The letter is {letter.status}.", remedy="Nothing more is asked.")
    standing = states.stepped(Kind(letter.kind), Standing(recipient.standing), taken)
    recipient.standing = standing
    session.add(recipient)
