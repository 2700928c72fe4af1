"""空缺清单: everything that nobody has said yet, in one place; no caller is ever told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from hotline.core.clock import beijing_day
from knowledge import catalogue_faults, stored
from knowledge.articles import gaps as questions
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import TextStatus
from knowledge.duties.models_duties import Duty
from knowledge.items import finding as items
from knowledge.models import Department
from telephony.models_lines import MergedHotline

SHOWN = 200  # of each kind; the rest is counted
MOST = 2000  # of what is counted one by one


class Gap(StrEnum):
    """What is lacking."""

    CATALOGUE = "catalogue"  # 派单目录的空缺与重叠
    LINE_MODE = "line_mode"  # how a line was merged
    LINE_DEPARTMENT = "line_department"
    LINE_BASIS = "line_basis"
    CONTACT = "contact"  # a department that takes orders, and nobody knows how to reach it
    ROSTER = "roster"  # nobody of it is on duty now
    ARTICLE = "article"  # phone, fee, limit, basis or place not supported
    ARTICLE_SAMPLE = "article_sample"  # its owner hasn't confirmed it
    ITEM = "item"
    QUESTION = "question"  # asked, and no article answers


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that lacks something: `subject` is its code, `name` how people call it."""

    subject: str
    name: str
    lacks: tuple[str, ...] = ()
    department: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """All that lacks the same: how many there are, and the first of them."""

    gap: Gap
    count: int
    items: Sequence[Missing]


def sections(session: Session, *, home: str, now: datetime) -> list[Section]:
    """Return every kind of gap, counted, those without any too."""
    day = beijing_day(now)
    return [
        _catalogue(session, day, home),
        *_lines(session, day),
        _contacts(session),
        _rosters(session, now),
        *_articles(session),
        _items(session, day),
        _questions(session),
    ]


def _section(gap: Gap, found: Sequence[Missing]) -> Section:
    return Section(gap, len(found), found[:SHOWN])


def _catalogue(session: Session, day: date, home: str) -> Section:
    directory = stored.current(session)
    found = []
    for each in catalogue_faults.faults(directory, day, home=home):
        matter, district = directory.matters[each.matter], directory.districts[each.district]
        name = f"{'/'.join(filter(None, matter.category))} × {district.name_zh}"
        subject, departments = f"{each.matter}:{each.district}", "、".join(each.departments)
        found.append(Missing(subject, name, (each.fault.value,), departments))
    return _section(Gap.CATALOGUE, found)


def _lines(session: Session, day: date) -> list[Section]:
    asked = select(MergedHotline).where(
        or_(col(MergedHotline.valid_to).is_(None), col(MergedHotline.valid_to) >= day)
    )
    rows = session.exec(asked.order_by(MergedHotline.number)).all()
    lacking = (
        (Gap.LINE_MODE, "mode"),
        (Gap.LINE_DEPARTMENT, "department_code"),
        (Gap.LINE_BASIS, "legal_basis"),
    )
    return [
        _section(
            gap,
            [
                Missing(row.number, row.name, (column,), row.department_code)
                for row in rows
                if not getattr(row, column)
            ],
        )
        for gap, column in lacking
    ]


def _contacts(session: Session) -> Section:
    asked = select(Department).where(col(Department.accepts), Department.telephone == "")
    return _counted(session, Gap.CONTACT, asked, ("telephone",))


def _rosters(session: Session, now: datetime) -> Section:
    present = select(Duty.department_code).where(Duty.starts_at <= now, Duty.ends_at > now)
    asked = select(Department).where(col(Department.accepts), col(Department.code).not_in(present))
    return _counted(session, Gap.ROSTER, asked, ("on_duty",))


def _counted(
    session: Session, gap: Gap, asked: SelectOfScalar[Department], lacks: tuple[str, ...]
) -> Section:
    count = session.exec(select(func.count()).select_from(asked.subquery())).one()
    rows = session.exec(asked.order_by(Department.code).limit(SHOWN)).all()
    return Section(gap, count, [Missing(row.code, row.name, lacks, row.code) for row in rows])


def _articles(session: Session) -> list[Section]:
    shown = (
        select(Article.code, ArticleText)
        .join(ArticleText, col(ArticleText.article_id) == Article.id)
        .where(ArticleText.status == TextStatus.PUBLISHED)
    )
    empty = func.jsonb_array_length(ArticleText.missing) > 0
    return [
        _some(session, Gap.ARTICLE, shown.where(empty)),
        _some(session, Gap.ARTICLE_SAMPLE, shown.where(col(ArticleText.sample))),
    ]


def _some(session: Session, gap: Gap, asked: "Select[str, ArticleText]") -> Section:
    count = session.exec(select(func.count()).select_from(asked.subquery())).one()
    rows = session.exec(asked.order_by(Article.code).limit(SHOWN)).all()
    items = [
        Missing(code, text.question, tuple(text.missing), text.department_code)
        for code, text in rows
    ]
    return Section(gap, count, items)


def _items(session: Session, day: date) -> Section:
    found = items.listed(session, on=day, lacking=True, limit=MOST)
    rows = [
        Missing(
            str(items.key_of(item)),
            version.name,
            tuple(version.missing),
            version.department_code,
        )
        for item, version in found
    ]
    return _section(Gap.ITEM, rows)


def _questions(session: Session) -> Section:
    found = questions.open_ones(session, limit=MOST)
    rows = [Missing(str(row.id), row.question, (f"{row.times}",)) for row in found]
    return _section(Gap.QUESTION, rows)
