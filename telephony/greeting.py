"""What a caller hears first: one short greeting, in both languages as long as theirs is not known.

No Tibetan voice is packaged: where the site has put no `notice_bo.wav` into its own folder of
prompts (`telephony/prompts/README.md`), everybody hears the Chinese one alone.
"""

from pathlib import Path

NOTICE, NOTICE_BO = "notice", "notice_bo"
TIBETAN = "bo"
# What a site may add that is not shipped.
OF_A_SITE = (NOTICE_BO,)


def is_bilingual(own: Path) -> bool:
    """Return whether the site's own folder of prompts holds the Tibetan greeting."""
    return (own / f"{NOTICE_BO}.wav").is_file()
