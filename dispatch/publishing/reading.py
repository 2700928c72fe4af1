"""Releases and their files as they are read: all of them by staff, what is out by anybody."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from dispatch.publishing import files
from dispatch.publishing.columns import Grade
from dispatch.publishing.models_publishing import ReleaseFile, StatisticsRelease
from dispatch.publishing.stages import WAS_OUT, Stage
from hotline.core.errors import HotlineError, NotFound

SHOWN = 50


class Broken(HotlineError):
    title = "The published file was tampered with"


def listed(
    session: Session, *, before: int = 0, out: bool = False, limit: int = SHOWN
) -> Sequence[StatisticsRelease]:
    """Return the releases, the newest made first; `out`: those alone that are published now.

    `before` is the id of the last one seen.
    """
    asked = select(StatisticsRelease)
    if out:
        asked = asked.where(StatisticsRelease.stage == Stage.PUBLISHED)
    if before:
        asked = asked.where(col(StatisticsRelease.id) < before)
    return session.exec(asked.order_by(col(StatisticsRelease.id).desc()).limit(limit)).all()


def find(session: Session, release_id: int, *, lock: bool = False) -> StatisticsRelease:
    """Return the release; raise NotFound."""
    asked = select(StatisticsRelease).where(StatisticsRelease.id == release_id)
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    found = session.exec(asked).first()
    if found is None:
        raise NotFound(f"There is no release {release_id}.", remedy="Take one from the list.")
    return found


def latest(session: Session) -> StatisticsRelease | None:
    """Return what is out of the last month that has something; its newest edition."""
    return session.exec(
        select(StatisticsRelease)
        .where(StatisticsRelease.stage == Stage.PUBLISHED)
        .order_by(col(StatisticsRelease.month).desc(), col(StatisticsRelease.edition).desc())
        .limit(1)
    ).first()


def of_month(session: Session, month: str) -> StatisticsRelease | None:
    """Return the newest edition that is out of the month; None where nothing is."""
    return session.exec(
        select(StatisticsRelease)
        .where(StatisticsRelease.stage == Stage.PUBLISHED, StatisticsRelease.month == month)
        .order_by(col(StatisticsRelease.edition).desc())
        .limit(1)
    ).first()


def months_out(session: Session, *, before: str = "", limit: int) -> Sequence[str]:
    """Return the months of which something is out, the newest first; `before` is not among them."""
    asked = select(StatisticsRelease.month).where(StatisticsRelease.stage == Stage.PUBLISHED)
    if before:
        asked = asked.where(StatisticsRelease.month < before)
    newest_first = col(StatisticsRelease.month).desc()
    return session.exec(asked.distinct().order_by(newest_first).limit(limit)).all()


def out(session: Session, month: str, edition: int) -> StatisticsRelease:
    """Return the published edition; raise NotFound for one that is not out, or no longer."""
    found = session.exec(
        select(StatisticsRelease).where(
            StatisticsRelease.month == month,
            StatisticsRelease.edition == edition,
            StatisticsRelease.stage == Stage.PUBLISHED,
        )
    ).first()
    if found is None:
        raise NotFound(f"Nothing is published as {month} edition {edition}.", remedy=_LIST)
    return found


def files_of(session: Session, release: StatisticsRelease) -> Sequence[ReleaseFile]:
    """Return the release's files without their bytes, by name."""
    body: Any = ReleaseFile.body
    asked = select(ReleaseFile).where(ReleaseFile.release_id == release.id).options(defer(body))
    return session.exec(asked.order_by(col(ReleaseFile.name))).all()


def file(session: Session, release: StatisticsRelease, name: str) -> ReleaseFile:
    """Return one file; raise NotFound, and Broken when its SHA-256 is another."""
    found = session.get(ReleaseFile, (release.id, name))
    if found is None:
        raise NotFound(f"The release has no file {name!r}.", remedy=_LIST)
    require_whole(found)
    return found


def public(found: ReleaseFile) -> bool:
    """Return whether anybody may have the file."""
    return found.grade == Grade.PUBLIC


def require_whole(found: ReleaseFile) -> None:
    """Raise Broken unless the file is the one that was made."""
    if files.digest(found.body) != found.sha256:
        raise Broken(
            f"{found.name} of release {found.release_id} is not what was made.",
            remedy="Compare with a backup: it was changed outside the hotline.",
        )


def editions(session: Session, month: str) -> Sequence[StatisticsRelease]:
    """Return every edition of the month, the first one first."""
    asked = select(StatisticsRelease).where(StatisticsRelease.month == month)
    return session.exec(asked.order_by(col(StatisticsRelease.edition))).all()


def bodies_out(session: Session, known: Sequence[StatisticsRelease]) -> list[Mapping[str, bytes]]:
    """Return the files of those editions that anybody may have taken, withdrawn ones too."""
    was_out = [each for each in known if each.stage in WAS_OUT]
    return [bodies(session, each) for each in was_out]


def bodies(session: Session, release: StatisticsRelease) -> Mapping[str, bytes]:
    """Return the release's files by name, each as it was made; raise Broken."""
    asked = select(ReleaseFile).where(ReleaseFile.release_id == release.id)
    found = session.exec(asked.order_by(col(ReleaseFile.name))).all()
    for each in found:
        require_whole(each)
    return {each.name: each.body for each in found}


_LIST = "See /api/v1/open-data/releases."
