"""k-匿名: rows are generalised step by step until nobody stands out, and the rest is left out.

At each step the rows that are left are grouped by their generalised quasi-identifiers. A group of
at least `k` people with at least `diversity` values of every sensitive column is kept; all
others go on to the next, coarser step. What fits no group at the last step is suppressed. The
outcome does not depend on the order of the rows, nor is anything drawn by chance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Step = tuple[int, ...]  # the level of each quasi-identifier
Group = tuple[str, ...]  # the generalised quasi-identifiers that rows share


@dataclass(frozen=True, slots=True)
class Record:
    """One matter: each quasi-identifier at all its levels, the finest first; what is sensitive.

    `who` it was of is in no file: who asks twelve times is one of a group, not twelve.
    """

    quasi: tuple[tuple[str, ...], ...]
    sensitive: tuple[str, ...]
    who: int

    def at(self, step: Step) -> Group:
        """Return its quasi-identifiers, generalised as far as the step says."""
        return tuple(levels[level] for levels, level in zip(self.quasi, step, strict=True))


@dataclass(frozen=True, slots=True)
class Anonymous:
    """What may be written: rows in an order that tells nothing, and what it took."""

    rows: tuple[tuple[Group, tuple[str, ...]], ...]
    per_step: tuple[int, ...]  # how many rows each step kept
    suppressed: int


def anonymise(
    records: Iterable[Record], ladder: Sequence[Step], *, k: int, diversity: int
) -> Anonymous:
    """Return the rows so that each shares its quasi-identifiers with k - 1 other people's."""
    rest, kept, per_step = list(records), dict[Group, list[Record]](), list[int]()
    for step in ladder:
        groups = _grouped(rest, step)
        held = {
            group: members
            for group, members in groups.items()
            if group in kept or is_safe(members, k=k, diversity=diversity)
        }
        for group, members in held.items():
            kept.setdefault(group, []).extend(members)
        per_step.append(sum(map(len, held.values())))
        rest = [each for group, members in groups.items() if group not in held for each in members]
    rows = sorted((group, each.sensitive) for group, members in kept.items() for each in members)
    return Anonymous(tuple(rows), tuple(per_step), len(rest))


def is_safe(members: Sequence[Record], *, k: int, diversity: int) -> bool:
    """Return whether nobody among these rows can be told from the others, nor what they all say."""
    columns = zip(*(each.sensitive for each in members), strict=True)
    people = {each.who for each in members}
    return len(people) >= k and all(len(set(column)) >= diversity for column in columns)


def _grouped(records: Iterable[Record], step: Step) -> dict[Group, list[Record]]:
    groups: dict[Group, list[Record]] = {}
    for each in records:
        groups.setdefault(each.at(step), []).append(each)
    return groups
