"""What a site settles about its letters: how they are numbered, and whether bulletins go out."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.letters import issuing, publishing, terms
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.settings import settings
from tests.dispatch.letters.letter_scene import APPROVER, BULLETIN, WRITER, issued


def test_the_site_writes_its_numbers_and_its_switch_in_its_own_file(
    session: Session, now: datetime
) -> None:
    own = settings().data_dir / terms.TERMS.name
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("name,value,basis\nnumber,拉热督字〔{year}〕第{count}号,本办规定\n")
    try:
        terms.read_terms.cache_clear()
        assert issued(session, BULLETIN, now).number == "拉热督字〔2026〕第1号"
        assert not publishing.switch().is_on
        for wrong in ("只有{year}", "{year}/{count}", "{year}第{count:s}号", "{year}{count:099}"):
            terms.read_terms.cache_clear()
            own.write_text(f"name,value,basis\nnumber,{wrong},本办规定\n")
            with pytest.raises(Invalid):
                terms.site_terms(own.parent)
    finally:
        own.unlink()
        terms.read_terms.cache_clear()


def test_a_bulletin_stays_among_the_departments_until_the_site_decides_otherwise(
    session: Session, now: datetime
) -> None:
    letter = issued(session, BULLETIN, now)
    with pytest.raises(Conflict, match="66号"):
        publishing.publish(session, letter, actor=APPROVER, now=now)
    own = settings().data_dir / terms.TERMS.name
    own.write_text("name,value,basis\npublish_bulletins,yes,区政府办决定\n")
    terms.read_terms.cache_clear()
    try:
        with pytest.raises(NotAllowed):
            publishing.publish(session, letter, actor=WRITER, now=now)
        publishing.publish(session, letter, actor=APPROVER, now=now)
        with pytest.raises(Conflict):
            publishing.publish(session, letter, actor=APPROVER, now=now)
        assert publishing.published(session) == [letter]
        issuing.withdraw(session, letter, "数据有误", actor=WRITER, now=now)
        assert publishing.published(session) == []
    finally:
        own.unlink()
        terms.read_terms.cache_clear()
