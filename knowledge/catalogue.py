"""派单目录: resolve a matter and a district to the department that answers for it, and say why."""

from collections.abc import Iterator
from datetime import date, datetime

from hotline.core.clock import beijing_day
from knowledge.directory import Directory
from knowledge.entries import (
    ANY_MATTER,
    DepartmentEntry,
    MatterEntry,
    PrecedentEntry,
    ResponsibilityEntry,
)


def responsible(
    directory: Directory, matter: MatterEntry, district: str, at: datetime
) -> ResponsibilityEntry | None:
    """Return the entry that decides: most specific district first, then most specific matter.

    A precedent (会商先例) stands before the catalogue's own entry of its pair. Entries of
    departments that accept no orders are passed over. None when no one answers.
    """
    return next(candidates(directory, matter, district, at), None)


def candidates(
    directory: Directory, matter: MatterEntry, district: str, at: datetime
) -> Iterator[ResponsibilityEntry]:
    """Yield the entries in force for the matter and the district, the deciding one first."""
    day = beijing_day(at)
    for area in directory.upwards(district):
        for code in matter.lineage:
            yield from (
                entry
                for entry in _of_pair(directory, (code, area), day)
                if directory.departments[entry.department_code].accepts
            )


def desk(directory: Directory, district: str, at: datetime) -> DepartmentEntry | None:
    """Return the hotline desk (热线受理) that takes what nobody else answers for."""
    entry = responsible(directory, directory.matters[ANY_MATTER], district, at)
    return directory.departments[entry.department_code] if entry else None


def explain(directory: Directory, entry: ResponsibilityEntry) -> str:
    """Return the clause in one sentence: matter, district, department, basis, and since when."""
    matter = directory.matters[entry.matter_code]
    district = directory.districts[entry.district_code]
    department = directory.departments[entry.department_code]
    path = "/".join(filter(None, matter.category)) if matter.code != ANY_MATTER else "其他事项"
    if isinstance(entry, PrecedentEntry):
        of_ticket = f"工单{entry.ticket}，" if entry.ticket else ""
        return (
            f"会商先例：{path}×{district.name_zh}→{department.name}，依据{entry.legal_basis}"
            f"（{of_ticket}{entry.valid_from.isoformat()}起）"
        )
    return (
        f"派单目录：{path}×{district.name_zh}→{department.name}，"
        f"依据{entry.legal_basis}（{entry.valid_from.isoformat()}起）"
    )


def _of_pair(
    directory: Directory, pair: tuple[str, str], day: date
) -> Iterator[ResponsibilityEntry]:
    """Yield the pair's entries in force, the newest precedent first.

    A catalogue entry that begins on a later day than the precedent has overruled it.
    """
    listed = directory.catalogue.get(pair, ())
    decided = (one for one in directory.precedents.get(pair, ()) if one.holds_on(day))
    newest = next(decided, None)
    if newest and not any(newest.valid_from < entry.valid_from <= day for entry in listed):
        yield newest
    yield from (entry for entry in listed if entry.holds_on(day))
