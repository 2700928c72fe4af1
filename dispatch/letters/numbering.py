"""文号: the number of a letter, by the site's pattern; given as it is issued, never again."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from dispatch.letters import terms
from dispatch.letters.models_letters import LetterCount
from hotline.core.clock import beijing_day
from hotline.core.settings import settings


def next_number(session: Session, *, now: datetime) -> str:
    """Return the next number of Beijing's year; whoever issues at the same time waits for it.

    A transaction that is rolled back gives its number back; one that stands keeps it for good, a
    withdrawn letter's too.
    """
    year = beijing_day(now).year
    first = insert(LetterCount).values(year=year, last=1)
    counted = first.on_conflict_do_update(
        index_elements=[LetterCount.__table__.c.year],  # type: ignore[attr-defined]  # SQLModel does not declare it
        set_={"last": LetterCount.__table__.c.last + 1},  # type: ignore[attr-defined]  # likewise
    ).returning(LetterCount.__table__.c.last)  # type: ignore[attr-defined]  # likewise
    count = session.execute(counted).scalar_one()
    pattern = terms.site_terms(settings().data_dir)[terms.NUMBER].value
    return pattern.format(year=year, count=count)
