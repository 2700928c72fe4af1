"""An article's life: by different people, one text shown at a time, an event for each step."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed
from knowledge.articles import finding, gaps, life, mistakes, seeding, writing
from knowledge.articles.states import (
    SHOWN,
    TRANSITIONS,
    UNDER_WAY,
    TextAction,
    TextStatus,
    advance_text,
)
from knowledge.articles.wording import Language
from tests.knowledge.articles.conftest import (
    AGENT,
    EDITOR,
    LAMP,
    OTHER,
    SUPERVISOR,
    publish,
    published,
)


def test_an_article_is_written_judged_and_published_by_different_people(
    session: Session, now: datetime
) -> None:
    article = published(session, LAMP, now)
    text = finding.shown(session, article)
    assert text is not None
    assert (text.status, text.drafted_by, text.reviewed_by, text.published_by) == (
        TextStatus.PUBLISHED,
        "editor-1",
        "editor-2",
        "supervisor-1",
    )
    told = [each.type for each in events.history(session, life.chain(article))]
    assert told == ["article.drafted", "article.submitted", "article.approved", "article.published"]


@pytest.mark.parametrize("action", [TextAction.APPROVE, TextAction.PUBLISH])
def test_nobody_judges_their_own_words(session: Session, now: datetime, action: TextAction) -> None:
    boss = Actor("boss", Role.ADMINISTRATOR)
    article = writing.create(session, LAMP, actor=boss, now=now)
    life.act(session, article, TextAction.SUBMIT, actor=boss, now=now)
    if action is TextAction.PUBLISH:
        life.act(session, article, TextAction.APPROVE, actor=OTHER, now=now)
    with pytest.raises(NotAllowed):
        life.act(session, article, action, actor=boss, now=now)


def test_whoever_wrote_last_is_the_author(session: Session, now: datetime) -> None:
    article = writing.create(session, LAMP, actor=EDITOR, now=now)
    writing.write(session, article, replace(LAMP, send="改过"), actor=OTHER, now=now)
    life.act(session, article, TextAction.SUBMIT, actor=OTHER, now=now)
    with pytest.raises(NotAllowed):
        life.act(session, article, TextAction.APPROVE, actor=OTHER, now=now)
    assert life.act(session, article, TextAction.APPROVE, actor=EDITOR, now=now).reviewed_by


def test_what_is_published_stays_until_the_next_text_takes_its_place(
    session: Session, now: datetime
) -> None:
    article = published(session, LAMP, now)
    writing.write(
        session, article, replace(LAMP, say="请告诉我灯杆编号就行。"), actor=EDITOR, now=now
    )
    shown = finding.shown(session, article)
    assert shown is not None
    assert shown.say == LAMP.say
    publish(session, article, now)
    statuses = [each.status for each in finding.texts(session, article)]
    assert statuses == [TextStatus.PUBLISHED, TextStatus.REPLACED]


def test_sending_back_and_expiring_need_a_reason(session: Session, now: datetime) -> None:
    article = writing.create(session, LAMP, actor=EDITOR, now=now)
    life.act(session, article, TextAction.SUBMIT, actor=EDITOR, now=now)
    with pytest.raises(Invalid):
        life.act(session, article, TextAction.SEND_BACK, actor=OTHER, now=now)
    back = life.act(session, article, TextAction.SEND_BACK, reason="少了地点", actor=OTHER, now=now)
    assert (back.status, back.note) == (TextStatus.DRAFT, "少了地点")
    publish(session, article, now)
    with pytest.raises(Invalid):
        life.act(session, article, TextAction.EXPIRE, actor=SUPERVISOR, now=now)


def test_a_text_that_waits_for_judgement_is_not_changed(session: Session, now: datetime) -> None:
    article = writing.create(session, LAMP, actor=EDITOR, now=now)
    life.act(session, article, TextAction.SUBMIT, actor=EDITOR, now=now)
    with pytest.raises(Conflict):
        writing.write(session, article, LAMP, actor=EDITOR, now=now)


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": " "},
        {"say": "好"},
        {"department_code": "nobody"},
        {"matter_codes": ("999999",)},
        {"district_code": "100000"},
        {"valid_to": LAMP.valid_from - timedelta(days=1)},
        {"missing": ("soul",)},
        {"bo_state": Language.IN_SYNC},
        {"send": "长" * 501},
    ],
)
def test_what_can_t_stand_is_refused(
    session: Session, now: datetime, wrong: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        writing.create(session, replace(LAMP, **wrong), actor=EDITOR, now=now)  # type: ignore[arg-type]


def test_tibetan_words_are_late_once_the_chinese_changed(session: Session, now: datetime) -> None:
    both = replace(LAMP, question_bo="གློག་བཞུ་མི་འབར།", bo_state=Language.IN_SYNC)
    article = published(session, both, now)
    later = writing.write(
        session, article, replace(both, say=LAMP.say + "谢谢。"), actor=EDITOR, now=now
    )
    assert later.bo_state == Language.STALE


def test_a_mistake_is_reported_once_and_its_owner_has_until_a_day(
    session: Session, now: datetime
) -> None:
    article = published(session, LAMP, now)
    first = mistakes.report(session, article, actor=AGENT, now=now)
    again = mistakes.report(
        session, article, "电话13989001234打不通", actor=AGENT, now=now + timedelta(hours=1)
    )
    assert again.id == first.id
    assert (first.department_code, first.due_at) == ("540100-urban", now + mistakes.OWNER_SPAN)
    assert "13989001234" not in again.note
    assert mistakes.count_open(session) == 1
    mistakes.close(session, article, mistakes.Outcome.CORRECTED, actor=EDITOR, now=now)
    assert mistakes.count_open(session) == 0
    told = [each.type for each in events.history(session, life.chain(article))][-2:]
    assert told == ["article.disputed", "article.verified"]


def test_what_is_asked_again_and_again_is_one_gap(session: Session, now: datetime) -> None:
    for _ in range(3):
        gaps.note(session, "牦牛贷款怎么办", now=now)
    gaps.note(session, "打13989001234找我", now=now)
    first, second = gaps.open_ones(session)
    assert (first.question, first.times) == ("牦牛贷款怎么办", 3)
    assert "13989001234" not in second.question
    gaps.close(session, first.id or 0, actor=EDITOR, now=now)
    assert [each.id for each in gaps.open_ones(session)] == [second.id]


def test_the_packaged_articles_are_samples_and_come_once(session: Session, now: datetime) -> None:
    first = seeding.seed(session, now=now)
    assert first.added >= 40
    again = seeding.seed(session, now=now)
    assert (again.added, again.renewed, again.unchanged) == (0, 0, first.added)
    texts = [text for _, text in finding.listed(session, limit=500)]
    assert all(each.sample and "待主管部门确认" in each.source for each in texts)
    assert len(finding.incomplete(session, limit=500)) > 40
    lamp = finding.find(session, "street-lamp")
    writing.write(session, lamp, LAMP, actor=EDITOR, now=now)
    assert seeding.seed(session, now=now).kept == 1


_BESIDE = (TextStatus.SCHEDULED, TextStatus.REPLACED)


@given(st.sampled_from(TextStatus), st.sampled_from(TextAction))
def test_nothing_leaves_the_table_of_transitions(status: TextStatus, action: TextAction) -> None:
    if (status, action) in TRANSITIONS:
        assert advance_text(status, action) in {*SHOWN, *UNDER_WAY, *_BESIDE}
    else:
        with pytest.raises(Conflict):
            advance_text(status, action)
