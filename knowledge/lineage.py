"""行政隶属: which districts lie above one another."""

from sqlmodel import Session

from knowledge.models import District


def upwards(session: Session, code: str) -> tuple[str, ...]:
    """Return the district's code and those above it: township, county, prefecture, region."""
    codes: list[str] = []
    while code and code not in codes:
        codes.append(code)
        district = session.get(District, code)
        code = district.parent if district else ""
    return tuple(codes)


def below(session: Session, code: str, *, above: str) -> bool:
    """Return whether the first district lies within the second and is not the same."""
    return above in upwards(session, code)[1:]


def in_line(session: Session, code: str, other: str) -> bool:
    """Return whether the districts are the same, or one lies within the other."""
    return code in upwards(session, other) or other in upwards(session, code)
