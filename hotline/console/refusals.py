"""Why something about a call was not done, in the agent's words: a refusal is English for logs."""

from hotline.console.words import words_of


def words(why: str) -> str:
    """Return the sentence for a refusal; empty while none is known for it."""
    known = words_of("refusal")
    return next((sentence for part, sentence in known.items() if part in why), "")
