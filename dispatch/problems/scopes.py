"""What a problem is about: a matter with all below it, in a district with all below it."""

from dataclasses import dataclass

from hotline.core.errors import Invalid

LEVELS = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """`matter` is a path of at most three levels (`城乡建设/市政设施`); empty: every matter."""

    matter: str
    district: str

    @property
    def levels(self) -> tuple[str, ...]:
        return tuple(self.matter.split("/")) if self.matter else ()


def path(written: str) -> str:
    """Return a matter as it is kept, without blanks; raise Invalid for more levels than there are.

    It may be written with `/` or `／` between its levels.
    """
    levels = [each.strip() for each in written.replace("／", "/").split("/")]
    while levels and not levels[-1]:
        levels.pop()
    if len(levels) > LEVELS or not all(levels):
        raise Invalid("A matter has three levels.", remedy="Write them with / between them.")
    return "/".join(levels)
