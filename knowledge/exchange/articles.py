"""知识点 as lines: a file's articles become drafts for others to judge; all of them, or nothing.

A line is of the article with its code, or, without one, with its question in its district. What
that article says already changes nothing.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session, col, select

from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from knowledge import stored
from knowledge.articles import writing
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import SHOWN, UNDER_WAY, TextStatus
from knowledge.articles.wording import Language, Wording, check, wording_of
from knowledge.checks import Finding, RowError
from knowledge.cleaning import Sort, clean
from knowledge.directory import Directory
from knowledge.headings import SORTS, SORTS_OF
from knowledge.importer import ImportRefused, ImportReport, absent_from, complete
from knowledge.kept_columns import keep, stands_of
from knowledge.rows import Cells, joined, parted
from knowledge.sheets import Line, read_sheet

KIND = "articles"
REQUIRED = ("question", "say", "department", "valid_from")
OPTIONAL = (
    *("code", "variants", "send", "question_bo", "say_bo", "send_bo", "bo_state", "source"),
    *("matters", "district", "valid_to", "review_by", "missing"),
)
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
_TIBETAN = ("question_bo", "say_bo", "send_bo")
_DAYS = ("valid_from", "valid_to", "review_by")
_SORTS = {**SORTS, **SORTS_OF[KIND]}
# What `wording.check` complains of, and in which column it stands.
_COLUMNS = (
    *(("question", "question"), ("answer", "say"), ("message", "send"), ("variants", "variants")),
    *(("department", "department"), ("no matter", "matters"), ("district", "district")),
    *(("ends before", "valid_to"), ("missing", "missing"), ("Tibetan", "bo_state")),
)


@dataclass(frozen=True)
class Present:
    """What is here already, by code and by question."""

    articles: Mapping[str, Article]
    by_question: Mapping[tuple[str, str], Article]
    texts: Mapping[int, Sequence[ArticleText]]
    told: Mapping[int, Sequence[Cells]]  # the texts as the lines of a file, cleaned as any

    def of(self, cells: Cells) -> Article | None:
        """Return the article that a line is of."""
        if cells["code"]:
            return self.articles.get(cells["code"])
        return self.by_question.get(_question(cells))

    def standing(self, cells: Cells, absent: Collection[str]) -> Cells | None:
        """Return what its article says so far: what it says as the line does, or else its newest.

        The state of Tibetan words is theirs: other words have none yet.
        """
        article = self.of(cells)
        if article is None:
            return None
        given = [column for column in cells if column not in (*absent, "code")]
        told = self.told.get(article.id or 0, [])
        stands = stands_of(cells, given, told)
        if stands is None or all(stands[c] == cells[c] for c in _TIBETAN if c in given):
            return stands
        return {**stands, "bo_state": ""}


def take_in(session: Session, path: Path, actor: Actor, now: datetime) -> ImportReport:
    """Draft every line that says something new; raise ImportRefused with an error a bad line."""
    given = read_sheet(path, SORTS_OF[KIND])
    sheet = complete(path, given, REQUIRED, OPTIONAL)
    present = _present(session)
    absent = [column for column in absent_from(given, sheet) if column != "code"]
    sheet = keep(sheet, absent, lambda cells: present.standing(cells, absent))
    _require_right(session, path.name, sheet.lines, present)
    added = changed = 0
    for line in sheet.lines:
        article = present.of(line.cells)
        wording = _fitting(present, article, _wording(line.cells))
        if article is None:
            writing.create(session, wording, actor=actor, now=now, code=line.cells["code"])
            added += 1
        elif not _says(present, article, wording):
            writing.write(session, article, wording, actor=actor, now=now)
            changed += 1
    session.flush()
    unchanged = len(sheet.lines) - added - changed
    return ImportReport(path.name, KIND, added, changed, unchanged, 0, sheet.cleaned)


def _require_right(session: Session, file: str, told: Sequence[Line], present: Present) -> None:
    known = stored.current(session)
    errors = [
        RowError(file, line.row, *found)
        for line in told
        if (found := _fault(line.cells, known, present))
    ]
    errors += _doubles(file, told, present)
    if errors:
        raise ImportRefused(sorted(errors, key=lambda each: each.row))


def lines(session: Session) -> list[dict[str, str]]:
    """Return what is published, by code, as lines that `take_in` takes without a change."""
    return [line for _, line in published(session)]


def published(session: Session) -> list[tuple[int, dict[str, str]]]:
    """Return what is published, by code, each with its article's row."""
    asked = (
        select(Article, ArticleText)
        .join(ArticleText, col(ArticleText.article_id) == Article.id)
        .where(ArticleText.status == TextStatus.PUBLISHED)
    )
    found = session.exec(asked.order_by(Article.code))
    return [(article.id or 0, _line(article, text)) for article, text in found]


def _line(article: Article, text: ArticleText) -> dict[str, str]:
    said = wording_of(text)
    plain = ("question", "say", "send", "question_bo", "say_bo", "send_bo", "source")
    return {
        "code": article.code,
        **{name: getattr(said, name) for name in plain},
        "bo_state": said.bo_state.value,
        "variants": joined(said.variants),
        "matters": joined(said.matter_codes),
        "missing": joined(said.missing),
        "department": said.department_code,
        "district": said.district_code,
        **{name: _written(getattr(said, name)) for name in _DAYS},
    }


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""


def _fault(cells: Mapping[str, str], known: Directory, present: Present) -> Finding | None:
    for column in REQUIRED:
        if not cells[column]:
            return column, "is empty.", "Fill it in."
    if cells["code"] and not _CODE.fullmatch(cells["code"]):
        return "code", f"{cells['code']!r} is no code.", "Use small letters, digits and hyphens."
    if cells["bo_state"] and cells["bo_state"] not in list(Language):
        return "bo_state", f"{cells['bo_state']!r} is no state.", f"Use {', '.join(Language)}."
    for column in _DAYS:
        if cells[column] and not _is_day(cells[column]):
            return column, f"{cells[column]!r} is no date.", "Write it as 2026-01-31."
    wording = _wording(cells)
    try:
        check(
            wording,
            departments=known.departments,
            matters=known.matters,
            districts=known.districts,
        )
    except Invalid as error:
        column = next((name for part, name in _COLUMNS if part in error.detail), "say")
        return column, error.detail, error.remedy
    article = present.of(cells)
    return _waiting(article, _fitting(present, article, wording), present)


def _waiting(article: Article | None, wording: Wording, present: Present) -> Finding | None:
    """Return the fault of a line whose article waits for somebody's judgement."""
    if article is None or _says(present, article, wording):
        return None
    judged = (TextStatus.REVIEW, TextStatus.APPROVED)
    if any(text.status in judged for text in present.texts.get(article.id or 0, ())):
        problem = f"the next text of {article.code} waits for a judgement."
        return "code", problem, "Have it sent back, or wait until it is published."
    return None


def _doubles(file: str, told: Sequence[Line], present: Present) -> list[RowError]:
    """Return the lines of an article that an earlier line is of already.

    A line without a code is of any article with its question; two codes are two articles.
    """
    coded: dict[str, int] = {}
    asked: dict[tuple[str, str], int] = {}
    uncoded: dict[tuple[str, str], int] = {}
    found = []
    for line in told:
        own, article = line.cells["code"], present.of(line.cells)
        code, question = article.code if article else own, _question(line.cells)
        first = coded.get(code) or (uncoded if own else asked).get(question)
        if first:
            problem, column = f"stands in row {first} already.", "code" if own else "question"
            found.append(RowError(file, line.row, column, problem, "Leave one of the two."))
        if code:
            coded.setdefault(code, line.row)
        asked.setdefault(question, line.row)
        if not own:
            uncoded.setdefault(question, line.row)
    return found


def _question(cells: Cells) -> tuple[str, str]:
    return cells["question"], cells["district"]


def _says(present: Present, article: Article, wording: Wording) -> bool:
    """Return whether the article says this already, or its draft does."""
    return any(_wording(cells) == wording for cells in present.told.get(article.id or 0, ()))


def _fitting(present: Present, article: Article | None, wording: Wording) -> Wording:
    """Return the wording, late where the same words are late here: no file brings them in step."""
    if article is None or wording.bo_state is not Language.IN_SYNC:
        return wording
    late = replace(wording, bo_state=Language.STALE)
    told = map(_wording, present.told.get(article.id or 0, ()))
    words = [(each.zh, each.bo, each.bo_state) for each in told]
    return late if (late.zh, late.bo, late.bo_state) in words else wording


def _present(session: Session) -> Present:
    articles = {row.code: row for row in session.exec(select(Article).order_by(col(Article.id)))}
    by_id = {row.id: row for row in articles.values()}
    texts: dict[int, list[ArticleText]] = {}
    told: dict[int, list[Cells]] = {}
    by_question = {}
    kept = (*SHOWN, *UNDER_WAY, TextStatus.SCHEDULED)
    asked = select(ArticleText).where(col(ArticleText.status).in_(kept))
    for text in session.exec(asked.order_by(col(ArticleText.id))):
        article = by_id[text.article_id]
        line = _line(article, text)
        cells = {name: clean(cell, _SORTS.get(name, Sort.PROSE)) for name, cell in line.items()}
        texts.setdefault(text.article_id, []).append(text)
        told.setdefault(text.article_id, []).append(cells)
        by_question[_question(cells)] = article
    return Present(articles, by_question, texts, told)


def _wording(cells: Mapping[str, str]) -> Wording:
    says_bo = bool(cells["question_bo"] or cells["say_bo"])
    state = cells["bo_state"] or (Language.DRAFT if says_bo else Language.NONE)
    return Wording(
        question=cells["question"],
        say=cells["say"],
        send=cells["send"],
        question_bo=cells["question_bo"],
        say_bo=cells["say_bo"],
        send_bo=cells["send_bo"],
        source=cells["source"],
        bo_state=Language(state),
        department_code=cells["department"],
        district_code=cells["district"],
        valid_from=date.fromisoformat(cells["valid_from"]),
        valid_to=date.fromisoformat(cells["valid_to"]) if cells["valid_to"] else None,
        review_by=date.fromisoformat(cells["review_by"]) if cells["review_by"] else None,
        variants=parted(cells["variants"]),
        matter_codes=parted(cells["matters"]),
        missing=parted(cells["missing"]),
    )


def _is_day(cell: str) -> bool:
    try:
        date.fromisoformat(cell)
    except ValueError:
        return False
    return True
