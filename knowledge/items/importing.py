"""导入: a file's items become drafts for others to judge; all of the file, or nothing.

A line that says what its item says already changes nothing, so that the same file twice is the file
once; a line is a draft only, since whoever brings a file does not publish it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.events import EventType, News
from knowledge.articles.states import SHOWN, UNDER_WAY, TextStatus
from knowledge.checks import RowError
from knowledge.importer import ImportRefused
from knowledge.items import finding, life, lines, writing
from knowledge.items.checks import ItemKey
from knowledge.items.content import Content, columns, content_of
from knowledge.items.models_items import ItemVersion, ServiceItem
from knowledge.items.sheets import COLUMNS, Row, sheet_of
from knowledge.kept_columns import Cells, keep, stands_of
from knowledge.sheets import Cleaning, Sheet

Line = tuple[int, ItemKey, Content]
Present = dict[ItemKey, tuple[ServiceItem, list[ItemVersion]]]


@dataclass(frozen=True, slots=True)
class Fresh:
    """A line that says something new; `before` is what its item says so far, if there is one."""

    row: int
    key: ItemKey
    before: Content | None
    after: Content


@dataclass(frozen=True, slots=True)
class ItemsTaken:
    """What an import did; `cleaned` names each cell that was not taken as it stood."""

    added: int
    changed: int
    unchanged: int
    cleaned: tuple[Cleaning, ...]
    fresh: tuple[Fresh, ...] = ()


def take_in(
    session: Session,
    file: str,
    rows: Iterable[Row],
    *,
    actor: Actor,
    now: datetime,
    only_check: bool = False,
) -> ItemsTaken:
    """Draft every line that says something new; return what changed, or would.

    Raises ImportRefused with an error for every bad cell, Invalid for another kind of file,
    Conflict where somebody makes one of its items at this moment; then nothing is written.
    """
    sheet = _kept(session, sheet_of(file, rows))
    told = _read(session, file, sheet)
    present = _present(session, {key.code for _, key, _ in told})
    fresh = [each for each in told if not _said(present, each)]
    _refuse_waiting(file, fresh, present)
    added = sum(key not in present for _, key, _ in fresh)
    shown = tuple(_fresh(present, each) for each in fresh)
    if not only_check:
        _draft(session, fresh, present, actor, now)
    unchanged, changed = len(told) - len(fresh), len(fresh) - added
    return ItemsTaken(added, changed, unchanged, sheet.cleaned, shown)


def _kept(session: Session, sheet: Sheet) -> Sheet:
    """Return the sheet with what its items say so far in the columns that the file has not."""
    absent = [column for column in COLUMNS if column not in sheet.columns]
    if not absent:
        return sheet
    codes = {line.cells["code"] for line in sheet.lines}
    present = _present(session, {code for code in codes if code.isprintable()})

    def standing(cells: Cells) -> Cells | None:
        key = ItemKey(cells["code"], cells["district"])
        told = [lines.written(key, content_of(each)) for each in _counted(present, key)]
        return stands_of(cells, sheet.columns, told)

    return keep(sheet, absent, standing)


def _counted(present: Present, key: ItemKey) -> list[ItemVersion]:
    """Return what the item says and what its draft does, the newest last."""
    _, versions = present.get(key, (None, []))
    return [each for each in versions if each.status in (*SHOWN, *UNDER_WAY)]


def _read(session: Session, file: str, sheet: Sheet) -> list[Line]:
    known = writing.known(session)
    errors = [
        RowError(file, line.row, *found)
        for line in sheet.lines
        for found in lines.check_line(line.cells, known)
    ]
    first: dict[tuple[str, str], int] = {}
    for line in sheet.lines:
        key = (line.cells["code"], line.cells["district"])
        if first.setdefault(key, line.row) != line.row:
            problem = f"{'@'.join(key)} stands in row {first[key]} already."
            errors.append(RowError(file, line.row, "code", problem, "Leave one of the two."))
    if errors:
        raise ImportRefused(sorted(errors, key=lambda each: each.row))
    return [(line.row, *lines.read(line.cells)) for line in sheet.lines]


def _present(session: Session, codes: set[str]) -> Present:
    """Return the items of these codes, locked, and their versions that are shown or under way."""
    items = session.exec(
        select(ServiceItem).where(col(ServiceItem.code).in_(codes)).order_by(col(ServiceItem.id))
        .with_for_update()
    ).all()  # fmt: skip
    versions: dict[int, list[ItemVersion]] = {each.id or 0: [] for each in items}
    mine = select(ItemVersion).where(col(ItemVersion.item_id).in_(versions))
    for row in session.exec(mine.order_by(col(ItemVersion.number))):
        versions[row.item_id].append(row)
    return {finding.key_of(each): (each, versions[each.id or 0]) for each in items}


def _said(present: Present, line: Line) -> bool:
    """Return whether the item says this already, or its draft does."""
    _, key, content = line
    # That it is a sample is not said in a file.
    said = (replace(content_of(each), sample=False) for each in _counted(present, key))
    return content in said


def _fresh(present: Present, line: Line) -> Fresh:
    row, key, content = line
    counted = _counted(present, key)
    return Fresh(row, key, content_of(counted[-1]) if counted else None, content)


def _refuse_waiting(file: str, fresh: list[Line], present: Present) -> None:
    judged = (TextStatus.REVIEW, TextStatus.APPROVED)
    errors = [
        RowError(
            file,
            row,
            "code",
            f"the next version of {key} is {version.status}.",
            "Have it sent back, or wait until it is published.",
        )
        for row, key, _ in fresh
        for version in present.get(key, (None, []))[1]
        if version.status in judged
    ]
    if errors:
        raise ImportRefused(errors)


def _draft(
    session: Session, fresh: list[Line], present: Present, actor: Actor, now: datetime
) -> None:
    told: list[News] = []
    # By key: of two files at once neither waits for what the other waits for.
    for _, key, content in sorted(fresh, key=lambda line: str(line[1])):
        found = present.get(key)
        item = found[0] if found else writing.added(session, key, by=str(actor), now=now)
        row = _row(item, found[1] if found else [], content, str(actor), now)
        item.seed, item.version = "", item.version + 1
        session.add_all((item, row))
        told.append(life.news(item, EventType.ITEM_DRAFTED, row, actor=str(actor), now=now))
    session.flush()
    events.append_many(session, told)


def _row(
    item: ServiceItem, versions: list[ItemVersion], content: Content, by: str, now: datetime
) -> ItemVersion:
    """Return the draft with its new words, or the next version."""
    draft = next((each for each in versions if each.status == TextStatus.DRAFT), None)
    if draft:
        draft.sqlmodel_update(columns(content) | {"drafted_by": by, "drafted_at": now})
        return draft
    return ItemVersion(
        item_id=item.id or 0,
        number=max((each.number for each in versions), default=0) + 1,
        status=TextStatus.DRAFT,
        drafted_at=now,
        drafted_by=by,
        **columns(content),
    )
