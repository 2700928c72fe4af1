"""Articles from a file: nothing twice, and Tibetan words that are late stay late."""

import csv
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from hotline.core.clock import beijing_day
from knowledge.articles import finding, writing
from knowledge.articles.models_articles import Article
from knowledge.articles.wording import Language, Wording
from knowledge.exchange.articles import OPTIONAL, REQUIRED, take_in
from tests.knowledge.articles.conftest import EDITOR, LAMP, publish, published

BOTH = replace(LAMP, question_bo="གློག་བཞུ་མི་འབར།", bo_state=Language.IN_SYNC)
ANEW = LAMP.say + "谢谢。"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "articles.csv"


def taken(session: Session, file: Path, wording: Wording, now: datetime) -> tuple[int, int, int]:
    """Return how many articles a file of this line adds, changes and leaves."""
    cells = {
        **{name: getattr(wording, name, "") for name in (*REQUIRED, *OPTIONAL)},
        **{"department": wording.department_code, "district": wording.district_code},
        **{"variants": "|".join(wording.variants), "matters": "|".join(wording.matter_codes)},
        **{"bo_state": wording.bo_state.value, "missing": "", "code": ""},
    }
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(cells))
        writer.writeheader()
        writer.writerow({name: value or "" for name, value in cells.items()})
    report = take_in(session, file, EDITOR, now)
    return report.added, report.changed, report.unchanged


def test_what_begins_later_is_there_already(session: Session, now: datetime, file: Path) -> None:
    later = replace(LAMP, valid_from=beijing_day(now) + timedelta(days=5))
    published(session, later, now)
    assert taken(session, file, later, now) == (0, 0, 1)
    assert session.exec(select(func.count()).select_from(Article)).one() == 1


def test_a_file_that_comes_again_leaves_late_tibetan_late(
    session: Session, now: datetime, file: Path
) -> None:
    article = published(session, BOTH, now)
    anew = replace(BOTH, say=ANEW)
    assert taken(session, file, anew, now) == (0, 1, 0)
    assert taken(session, file, anew, now) == (0, 0, 1)
    publish(session, article, now)
    assert taken(session, file, anew, now) == (0, 0, 1)
    assert taken(session, file, replace(anew, variants=("路灯灭了",)), now) == (0, 1, 0)
    assert {each.bo_state for each in finding.texts(session, article)[:2]} == {Language.STALE}


def test_tibetan_words_are_late_until_they_change_however_often_they_are_kept(
    session: Session, now: datetime
) -> None:
    article = published(session, BOTH, now)
    for _ in range(2):
        row = writing.write(session, article, replace(BOTH, say=ANEW), actor=EDITOR, now=now)
        assert row.bo_state == Language.STALE
    fresh = replace(BOTH, say=ANEW, question_bo="གློག་བཞུ་འབར་མི་འདུག")
    assert writing.write(session, article, fresh, actor=EDITOR, now=now).bo_state == "in_sync"


def test_tibetan_words_are_measured_by_the_text_that_has_them(
    session: Session, now: datetime
) -> None:
    article = published(session, BOTH, now)
    later = replace(
        BOTH,
        say="从那天起照这个说。",
        question_bo="གློག་བཞུ་འབར་མི་འདུག",
        valid_from=beijing_day(now) + timedelta(days=5),
    )
    writing.write(session, article, later, actor=EDITOR, now=now)
    publish(session, article, now)
    for said, state in ((replace(BOTH, say=ANEW), "stale"), (BOTH, "in_sync")):
        row = writing.write(session, article, said, actor=EDITOR, now=now)
        assert row.bo_state == state
