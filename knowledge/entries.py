"""What the directory holds, as frozen values; `knowledge.models` has their tables."""

from dataclasses import dataclass
from datetime import date

ANY_MATTER = "00"


@dataclass(frozen=True, slots=True)
class DistrictEntry:
    """行政区划: `parent` is empty at the top."""

    code: str
    parent: str
    level: str
    name_zh: str
    name_bo: str = ""
    aliases: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentEntry:
    """承办单位; `kind` is organ, enterprise or desk (热线受理)."""

    code: str
    name: str
    short_name: str
    aliases: tuple[str, ...]
    district_code: str
    kind: str = "organ"
    accepts: bool = True
    source: str = ""

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every wording by which people call it."""
        return tuple(dict.fromkeys(filter(None, (self.name, self.short_name, *self.aliases))))


@dataclass(frozen=True, slots=True)
class MatterEntry:
    """事项: two digits of `code` a level; a keyword `低保*2` counts twice."""

    code: str
    l1: str
    l2: str = ""
    l3: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def category(self) -> tuple[str, str, str]:
        return self.l1, self.l2, self.l3

    @property
    def lineage(self) -> tuple[str, ...]:
        """This matter's code and those above it, the most specific first, `00` last."""
        above = [self.code[:length] for length in (6, 4, 2) if length <= len(self.code)]
        return (*above, ANY_MATTER) if self.code != ANY_MATTER else (ANY_MATTER,)


@dataclass(frozen=True, slots=True)
class ResponsibilityEntry:
    """权责清单 entry; both days are inclusive, an empty end is open."""

    matter_code: str
    district_code: str
    department_code: str
    legal_basis: str
    valid_from: date
    valid_to: date | None = None
    source: str = ""

    def holds_on(self, day: date) -> bool:
        """Return whether the entry is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def about(self) -> tuple[str, ...]:
        """Of what there is one entry at a time."""
        return self.matter_code, self.district_code


@dataclass(frozen=True, slots=True)
class PrecedentEntry(ResponsibilityEntry):
    """会商先例: an arbitration's decision on this ticket; of a sealed one it has no number."""

    ticket: str = ""


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """联络处: how one reaches a department that is there already; both may be empty."""

    code: str
    contact: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class HotlineEntry:
    """归并热线 (`telephony.models_lines`); both days are inclusive, an empty end is open."""

    number: str
    name: str
    mode: str
    valid_from: date
    valid_to: date | None = None
    aliases: tuple[str, ...] = ()
    department_code: str = ""
    hours: str = ""
    answered_by: str = ""
    legal_basis: str = ""
    source: str = ""

    @property
    def about(self) -> tuple[str, ...]:
        """Of what there is one entry at a time."""
        return (self.number,)


Dated = ResponsibilityEntry | HotlineEntry


def overlap(one: Dated, other: Dated) -> bool:
    """Return whether both speak of the same thing on some same day."""
    return (
        one.about == other.about
        and (other.valid_to is None or one.valid_from <= other.valid_to)
        and (one.valid_to is None or other.valid_from <= one.valid_to)
    )


Entry = (
    DistrictEntry
    | DepartmentEntry
    | MatterEntry
    | ResponsibilityEntry
    | ContactEntry
    | HotlineEntry
)
