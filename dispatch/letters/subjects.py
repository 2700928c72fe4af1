"""What a letter's clocks run on, by name: `letter:LETTER:RECIPIENT`, and a measure's after it.

A measure's clock is of its recipient too: whoever answers for one answers for the other.
"""

LETTER = "letter:"  # how the chain of a letter's events begins, and what its clocks run on


def chain(letter_id: int) -> str:
    """Return the name of the letter's chain of events."""
    return f"{LETTER}{letter_id}"


def of_recipient(letter_id: int, recipient_id: int) -> str:
    """Return the subject of what is asked of a recipient."""
    return f"{chain(letter_id)}:{recipient_id}"


def of_measure(letter_id: int, recipient_id: int, measure_id: int) -> str:
    """Return the subject of one measure."""
    return f"{of_recipient(letter_id, recipient_id)}:{measure_id}"


def is_letters(subject: str) -> bool:
    """Return whether a clock of this subject runs on a letter."""
    return subject.startswith(LETTER)


def letter_id(subject: str) -> int:
    """Return the id of the subject's letter."""
    return int(subject.split(":")[1])


def recipient_id(subject: str) -> int:
    """Return the id of the subject's recipient."""
    return int(subject.split(":")[2])
