"""k-匿名: rows are generalised step by step until nobody stands out, and the rest is left out.

At each step the rows that are left are grouped by their generalised quasi-identifiers. A group of
at least `k` people with at least `diversity` values of every sensitive column is kept; all
others go on to the next, coarser step. What fits no group at the last step is suppressed. The
outcome does not depend on the order of the rows, nor is anything drawn by chance.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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
    shown: tuple[tuple[Record, Group | None], ...] = field(compare=False)  # None: in no row


def anonymise(
    records: Iterable[Record], ladder: Sequence[Step], *, k: int, diversity: int, cut: int = -1
) -> Anonymous:
    """Return the rows so that each shares its quasi-identifiers with k - 1 other people's.

    At the step `cut`, how a table is cut that is published beside the rows, what is left of a
    group takes in the smallest finer one of it: the rows tell of all of the group or of nobody.
    """
    rest, kept = list(records), dict[Group, list[tuple[int, Record]]]()
    for number, step in enumerate(ladder):
        groups = _grouped(rest, step)
        if number == cut:
            _take_in(groups, kept, step)
        rest = []
        for group, members in groups.items():
            if group in kept or is_safe(members, k=k, diversity=diversity):
                kept.setdefault(group, []).extend((number, each) for each in members)
            else:
                rest += members
    return _written(kept, rest, len(ladder))


def _take_in(
    groups: Mapping[Group, list[Record]], kept: dict[Group, list[tuple[int, Record]]], step: Step
) -> None:
    """Let each group have the smallest finer one that was kept, with which it is safe as well."""
    finer: dict[Group, list[Group]] = {}
    for group, found in kept.items():
        finer.setdefault(found[0][1].at(step), []).append(group)
    for group, members in groups.items():
        if group not in kept and group in finer:
            least = min(finer[group], key=lambda each: (len(kept[each]), each))
            members += [each for _, each in kept.pop(least)]


def _written(
    kept: Mapping[Group, Sequence[tuple[int, Record]]], rest: Sequence[Record], steps: int
) -> Anonymous:
    held = [(number, group, each) for group, found in kept.items() for number, each in found]
    per_step = Counter(number for number, _, _ in held)
    return Anonymous(
        rows=tuple(sorted((group, each.sensitive) for _, group, each in held)),
        per_step=tuple(per_step[number] for number in range(steps)),
        suppressed=len(rest),
        shown=(*((each, group) for _, group, each in held), *((each, None) for each in rest)),
    )


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
