"""Cases in the knowledge search: for who is inside, below what answers as well, gone at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlmodel import Session

from dispatch.cases import life, searching, writing
from dispatch.cases.models_cases import WorkedCase
from dispatch.cases.states import Action
from dispatch.models import Confidentiality
from knowledge.searching import shelf, together
from knowledge.searching.entries import ANSWERS, Asked, Entry, Kind
from knowledge.searching.index import Index
from tests.dispatch.cases.scene import PUBLISHER, READER, WRITER, publish, published, wording
from tests.knowledge.articles.conftest import LAMP
from tests.knowledge.articles.conftest import published as article_of

TODAY = date(2026, 11, 26)
LAMPS = Entry(1, "路灯不亮怎么报修", "报路名和灯杆编号。")
WORKED = replace(LAMPS, kind=Kind.CASE)
ALL = tuple(Kind)


@pytest.fixture(autouse=True)
def fresh_shelf() -> Iterator[None]:
    """The index finds cases, and knows nothing of another test's."""
    searching.join()
    shelf.forget()
    yield
    shelf.forget()


def found(session: Session, text: str = "路灯不亮") -> list[str]:
    hits = together.search(session, Asked(text, TODAY, kinds=searching.kinds_for(READER)))
    return [f"{each.kind}:{each.id}" for each in hits]


def test_a_case_stands_below_an_article_that_answers_as_well_and_above_one_that_hardly_does() -> (
    None
):
    hardly = Entry(2, "暖气不热怎么报修", "报小区。")
    found = Index((WORKED, hardly, LAMPS)).search(Asked("路灯不亮怎么报修", TODAY, kinds=ALL))
    assert [(each.kind, each.id) for each in found] == [
        (Kind.ARTICLE, 1),
        (Kind.CASE, 1),
        (Kind.ARTICLE, 2),
    ]
    assert [each.good for each in found] == [True, False, False]


def test_who_asks_for_answers_finds_no_case() -> None:
    index = Index((WORKED, LAMPS))
    assert [each.kind for each in index.search(Asked("路灯", TODAY, kinds=ANSWERS))] == ["article"]
    assert [each.kind for each in index.search(Asked("路灯", TODAY))] == ["article"]
    assert index.search(Asked("路灯", TODAY, kinds=())) == []


def test_what_is_gone_is_found_no_more() -> None:
    index = Index((WORKED, replace(WORKED, id=7, gone=True)))
    assert len(index) == 1
    index.put(replace(WORKED, gone=True))
    assert index.search(Asked("路灯", TODAY, kinds=ALL)) == []
    assert len(index) == 0


def test_a_published_case_is_found_beside_the_articles_and_a_withdrawn_one_no_longer(
    session: Session, now: datetime
) -> None:
    article = article_of(session, LAMP, now)
    assert found(session) == [f"article:{article.code}"]
    case, _ = published(session, now)
    assert found(session) == [f"article:{article.code}", f"case:{case.id}"]
    life.act(session, case, 1, Action.WITHDRAW, "依据已废止", actor=PUBLISHER, now=now)
    assert found(session) == [f"article:{article.code}"]
    assert index_holds(session, case) is False


def index_holds(session: Session, case: WorkedCase) -> bool:
    asked = Asked("路灯不亮", TODAY, kinds=(Kind.CASE,))
    return case.id in [each.id for each in shelf.search(session, asked)]


def test_a_case_whose_source_is_lost_is_found_by_nobody_from_that_moment_on(
    session: Session, now: datetime
) -> None:
    case, ticket = published(session, now)
    assert found(session) == [f"case:{case.id}"]
    ticket.confidentiality = Confidentiality.CONFIDENTIAL
    session.flush()
    assert found(session) == []
    life.recall_lost(session, now=now)
    assert index_holds(session, case) is False


def test_a_new_version_is_found_by_its_own_words_alone(session: Session, now: datetime) -> None:
    case, ticket = published(session, now)
    given = wording(ticket, title="井盖翻起", situation="人行道。", tags=())
    writing.write(session, case, given, actor=WRITER, now=now)
    assert found(session, "井盖") == []
    life.act(session, case, 2, Action.SUBMIT, actor=WRITER, now=now)
    publish(session, case, 2, now)
    assert found(session, "井盖") == [f"case:{case.id}"]
    assert found(session, "路灯不亮") == []
