"""行政隶属: which districts lie above one another."""

from collections.abc import Mapping

from sqlmodel import Session, select

from knowledge.models import District


def upwards(session: Session, code: str) -> tuple[str, ...]:
    """Return the district's code and those above it: township, county, prefecture, region."""
    codes: list[str] = []
    while code and code not in codes:
        codes.append(code)
        district = session.get(District, code)
        code = district.parent if district else ""
    return tuple(codes)


def parents(session: Session) -> Mapping[str, str]:
    """Return the district above each, for who asks of many: `of_one_line` needs no more."""
    return dict(session.exec(select(District.code, District.parent)).all())


def of_one_line(above: Mapping[str, str], code: str, other: str) -> bool:
    """Return the same as `in_line`, by the parents of all districts."""
    return code in _climb(above, other) or other in _climb(above, code)


def _climb(above: Mapping[str, str], code: str) -> tuple[str, ...]:
    codes: list[str] = []
    while code and code not in codes:
        codes.append(code)
        code = above.get(code, "")
    return tuple(codes)


def below(session: Session, code: str, *, above: str) -> bool:
    """Return whether the first district lies within the second and is not the same."""
    return above in upwards(session, code)[1:]


def in_line(session: Session, code: str, other: str) -> bool:
    """Return whether the districts are the same, or one lies within the other."""
    return code in upwards(session, other) or other in upwards(session, code)
