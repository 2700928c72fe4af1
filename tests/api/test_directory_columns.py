"""Files with fewer columns than there are, and files with no line, over HTTP."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from hotline.core.accounts import Role
from knowledge.articles import finding
from knowledge.articles.models_articles import Article
from knowledge.duties.models_duties import Duty
from knowledge.models import Department
from tests.api.conftest import another, sign_in
from tests.api.test_directory import OWN, outcome, sent

DEPARTMENT = "540100-urban"
ROSTER = "department_code,role,starts_at,ends_at,person,phone"
SHIFT = f"{DEPARTMENT},officer,2026-11-25 08:00,2026-11-26 08:00,甲,0891-6320001"
TOLD = "牦牛跑到公路上怎么办？,请告诉我位置，我通知养护单位。,540100-urban,2026-01-01"
HEAD = "question,say,department,valid_from"


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.SUPERVISOR, now)


@pytest.fixture
def editor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.EDITOR, now)


def test_a_column_that_is_not_in_the_file_leaves_what_stands_there(
    supervisor: TestClient, session: Session
) -> None:
    row = session.get_one(Department, DEPARTMENT)
    aliases = row.aliases
    assert aliases
    sent(supervisor, "contacts", f"code,contact,telephone\n{DEPARTMENT},某处,0891-6320009\n")
    assert outcome(sent(supervisor, "contacts", f"code,contact\n{DEPARTMENT},某处\n"))[1] == 0
    sent(supervisor, "contacts", f"code,contact\n{DEPARTMENT},指挥中心\n")
    session.refresh(row)
    assert (row.contact, row.telephone) == ("指挥中心", "0891-6320009")
    sent(supervisor, "contacts", f"code,telephone\n{DEPARTMENT},\n")  # said to be none
    session.refresh(row)
    assert (row.contact, row.telephone) == ("指挥中心", "")
    named = f"code,name,district_code\n{DEPARTMENT},某某局,540100\n"
    assert outcome(sent(supervisor, "departments", named)) == (0, 1, 0, 0)
    session.refresh(row)
    assert (row.name, row.aliases) == ("某某局", aliases)


def test_a_line_or_a_shift_keeps_what_the_file_does_not_speak_of(
    supervisor: TestClient, session: Session
) -> None:
    sent(supervisor, "hotlines", OWN)
    again = "number,name,valid_from\n12333,人社热线,2026-01-01\n"
    assert outcome(sent(supervisor, "hotlines", again)) == (0, 0, 1, 0)
    linked = "number,name,valid_from,mode\n12333,人社热线,2026-01-01,linked\n"
    (error,) = sent(supervisor, "hotlines", linked).json()["errors"]
    assert error["column"] == "aliases"  # it has some: what stands there is checked too
    sent(supervisor, "rosters", f"{ROSTER},note\n{SHIFT},先打座机\n")
    assert outcome(sent(supervisor, "rosters", f"{ROSTER}\n{SHIFT}\n")) == (0, 0, 1, 0)
    sent(supervisor, "rosters", f"{ROSTER}\n{SHIFT}\n".replace("甲", "乙"))
    duty = session.exec(select(Duty)).one()
    session.refresh(duty)
    assert (duty.person, duty.note) == ("乙", "先打座机")


def test_an_article_keeps_its_other_words_and_their_state(
    editor: TestClient, session: Session
) -> None:
    whole = f"code,{HEAD},variants,question_bo,say_bo,bo_state\n"
    sent(editor, "articles", whole + f"yak,{TOLD},牦牛挡路,གཡག,ལམ,in_sync\n")
    assert outcome(sent(editor, "articles", f"{HEAD}\n{TOLD}\n")) == (0, 0, 1, 0)
    changed = f"code,{HEAD},question_bo\nyak,{TOLD},གཡག\n".replace("养护", "路政")
    assert outcome(sent(editor, "articles", changed)) == (0, 1, 0, 0)
    text = finding.under_way(session, finding.find(session, "yak"))
    assert text
    session.refresh(text)
    assert "路政" in text.say
    assert (text.variants, text.say_bo, text.bo_state) == (["牦牛挡路"], "ལམ", "stale")
    assert outcome(sent(editor, "articles", changed)) == (0, 0, 1, 0)
    anew = f"code,{HEAD},question_bo\nyak,{TOLD},གཡག་ལམ\n"
    assert outcome(sent(editor, "articles", anew)) == (0, 1, 0, 0)
    session.refresh(text)
    assert text.bo_state == "draft"  # words that nobody has held against the Chinese ones


@pytest.mark.parametrize("order", [("yak", ""), ("", "yak")])
@pytest.mark.parametrize("present", [False, True])
def test_an_article_once_by_its_code_and_once_by_its_question_is_a_double(
    editor: TestClient, session: Session, order: tuple[str, str], present: bool
) -> None:
    if present:
        sent(editor, "articles", f"code,{HEAD}\nyak,{TOLD}\n")
    lines = "".join(f"{code},{TOLD}\n" for code in order)
    answer = sent(editor, "articles", f"code,{HEAD}\n{lines}")
    assert answer.status_code == 422, answer.text
    assert [each["row"] for each in answer.json()["errors"]] == [3]
    assert len(session.exec(select(Article)).all()) == present


def test_a_line_by_another_question_is_of_the_article_with_that_code(editor: TestClient) -> None:
    sent(editor, "articles", f"code,{HEAD}\nyak,{TOLD}\n")
    asked_anew = TOLD.replace("怎么办", "找谁")
    answer = sent(editor, "articles", f"code,{HEAD}\nyak,{asked_anew}\n,{TOLD}\n")
    assert [(each["row"], each["column"]) for each in answer.json()["errors"]] == [(3, "question")]
    others = f"code,{HEAD}\nyak,{TOLD}\nyak-2,{TOLD}\n"
    assert outcome(sent(editor, "articles", others)) == (1, 0, 1, 0)  # two codes, two articles


@pytest.mark.parametrize("name", ["f.json", "f.jsonl"])
@pytest.mark.parametrize("kind", ["precedents", "rosters", "contacts"])
def test_a_kind_that_has_nothing_is_taken_in_as_it_was_given_out(
    supervisor: TestClient, kind: str, name: str
) -> None:
    text = "[]" if name == "f.json" else "\n"
    assert outcome(sent(supervisor, kind, text, name)) == (0, 0, 0, 0)
    assert sent(supervisor, kind, "[1]", name).status_code == 422
    assert sent(supervisor, kind, "\n", "f.csv").status_code == 422  # without a heading it is none


def test_no_article_is_published_and_the_export_is_taken_in(editor: TestClient) -> None:
    made = editor.get("/api/v1/articles/export", params={"format": "json"})
    assert made.json() == []
    assert outcome(sent(editor, "articles", made.content, "f.json")) == (0, 0, 0, 0)
