"""统计表: how many ended where, on what and how rated; and what of it is not told."""

from collections.abc import Mapping, Sequence

from dispatch.publishing import bands, leftovers, measuring, suppression, tables
from dispatch.publishing.anonymity import Anonymous, Group, Record
from dispatch.publishing.leftovers import Shown
from dispatch.publishing.sources import PART, place_of
from dispatch.publishing.suppression import Rule
from dispatch.publishing.tables import Cell, Counts
from dispatch.publishing.terms import Terms

Told = Mapping[Cell, int | None]


def told(
    safe: Anonymous, rows: Counts, terms: Terms, earlier: Sequence[Told] = ()
) -> dict[Cell, int | None]:
    """Return every cell with its count, None for one that is withheld.

    `rows` is what a reader can count in the records. Withheld are small cells, those of few people,
    those that an earlier edition withheld, those that leave few once the rows are taken away
    (`leftovers`), and what any of these could be reckoned from.
    """
    things = [_shown(*each) for each in safe.shown]
    places = [each.place for each in things]
    table = tables.count(measuring.axes(places, earlier), places)
    withheld = {cell for each in earlier for cell, count in each.items() if count is None}
    of = tables.people((each.place, each.who) for each in things)
    withheld |= {cell for cell, counted in of.items() if counted < terms.cell}
    rule = Rule(terms.cell, terms.width, measuring.KEYS.index("rating"), bands.UNSAID)

    def suppress(also: frozenset[Cell]) -> frozenset[Cell]:
        return suppression.suppress(table, rule, floors=rows, before=withheld | also)

    hidden = leftovers.settle(table, leftovers.left(things), terms.k, suppress)
    return {cell: None if cell in hidden else table.counts[cell] for cell in table.cells()}


def _shown(record: Record, group: Group | None) -> Shown:
    """Return where the record stands in the statistics, and as much of it as its row shows."""
    place = place_of(record)
    if group is None:
        return Shown(place, None, record.who)
    seen = (measuring.prefecture(group[0]), group[1].partition(PART)[0], place[-1])
    return Shown(place, seen, record.who)
