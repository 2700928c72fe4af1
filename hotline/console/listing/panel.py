"""What stands over a list: its tabs, its conditions one by one, its views, and what may be done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from dispatch.listing import saved_views
from dispatch.listing.errands import PERMISSIONS, Action
from dispatch.listing.filters import Due, Filters, Order
from dispatch.listing.models_listing import SavedView
from dispatch.listing.saved_views import may_remove
from dispatch.models import Source
from dispatch.states import TicketStatus
from dispatch.terms import RequestType, Urgency
from hotline.console.callings import called
from hotline.console.frame import Viewer
from hotline.console.listing import asking
from hotline.console.listing.asking import ALL, Asked, address, query_of
from hotline.console.words import name_of, say
from knowledge import names


@dataclass(frozen=True)
class Link:
    """A way to another list."""

    word: str
    href: str
    here: bool = False


@dataclass(frozen=True)
class View:
    """One saved view, as its line shows it; `by` is empty for one's own."""

    id: int
    name: str
    href: str
    here: bool
    shared: bool
    by: str
    first: bool
    removable: bool


@dataclass(frozen=True)
class Panel:
    """Everything that stands over the list."""

    query: str
    unclear: str
    tabs: list[Link]
    orders: list[Link]
    chips: list[Link]  # what each condition says; its link leads to the list without it
    everything: str
    filters: Filters
    district: str
    department: str
    views: list[View]
    actions: list[Action]
    statuses: Sequence[TicketStatus] = tuple(TicketStatus)
    types: Sequence[RequestType] = tuple(RequestType)
    urgencies: Sequence[Urgency] = tuple(Urgency)
    sources: Sequence[Source] = tuple(Source)
    dues: Sequence[Due] = tuple(Due)


def panel(session: Session, asked: Asked, viewer: Viewer) -> Panel:
    """Return what stands over this list for whoever looks."""
    wanted = asked.filters
    first = saved_views.first_of(session, reader=viewer.actor)
    everything = address(ALL if first else "")
    district = names.district_names(session, [wanted.district]).get(wanted.district, "")
    department = names.department_names(session, [wanted.department]).get(wanted.department, "")
    return Panel(
        query=asked.query,
        unclear=asking.unclear_words(asked),
        tabs=_tabs(wanted, everything),
        orders=_orders(wanted, everything),
        chips=_chips(wanted, district, department, everything),
        everything=everything,
        filters=wanted,
        district=district,
        department=department,
        views=_views(session, asked, viewer, first),
        actions=actions_of(viewer),
    )


def actions_of(viewer: Viewer) -> list[Action]:
    """Return what the viewer may do with many tickets at once."""
    return [each for each in Action if PERMISSIONS[each] in viewer.may]


def _way(query: str, everything: str) -> str:
    return address(query) if query else everything


def _tabs(wanted: Filters, everything: str) -> list[Link]:
    every = Link(say("tickets.all"), _way(query_of(wanted, statuses=()), everything))
    of_one = [
        Link(
            name_of("ticket_status", each),
            address(query_of(wanted, statuses=(each,))),
            wanted.statuses == (each,),
        )
        for each in TicketStatus
    ]
    return [replace(every, here=not wanted.statuses), *of_one]


def _orders(wanted: Filters, everything: str) -> list[Link]:
    return [
        Link(
            say(f"listing.by_{each}"),
            _way(query_of(wanted, order=each), everything),
            wanted.order is each,
        )
        for each in Order
    ]


def _chips(wanted: Filters, district: str, department: str, everything: str) -> list[Link]:
    """Return a word for each condition, and the list without it."""
    told: list[tuple[str, dict[str, object]]] = [
        *_of_kinds(wanted),
        (" / ".join(wanted.matter), {"matter": ()}),
        (district, {"district": ""}),
        (department, {"department": ""}),
        (name_of("listing_due", wanted.due) if wanted.due else "", {"due": None}),
        (say("listing.reminded") if wanted.reminded else "", {"reminded": False}),
        (say("listing.redone") if wanted.redone else "", {"redone": False}),
        (say("listing.mine") if wanted.mine else "", {"mine": False}),
        (say("listing.tibetan") if wanted.tibetan else "", {"tibetan": False}),
        (say("listing.from_day", day=wanted.since) if wanted.since else "", {"since": None}),
        (say("listing.to_day", day=wanted.until) if wanted.until else "", {"until": None}),
        (f"“{wanted.words}”" if wanted.words else "", {"words": ""}),
    ]
    return [
        Link(word, _way(query_of(wanted, **change), everything)) for word, change in told if word
    ]


def _of_kinds(wanted: Filters) -> list[tuple[str, dict[str, object]]]:
    """Return the words of the status, where it is more than a tab, and of each kind."""
    many = wanted.statuses if len(wanted.statuses) > 1 else ()
    kinds: tuple[tuple[str, tuple[Any, ...], Callable[[Any], str]], ...] = (
        ("statuses", many, lambda each: name_of("ticket_status", each)),
        ("types", wanted.types, lambda each: str(each.label)),
        ("urgencies", wanted.urgencies, lambda each: str(each.label)),
        ("sources", wanted.sources, lambda each: name_of("source", each)),
    )
    return [
        (word(each), {name: tuple(other for other in chosen if other != each)})
        for name, chosen, word in kinds
        for each in chosen
    ]


def _views(session: Session, asked: Asked, viewer: Viewer, first: SavedView | None) -> list[View]:
    found = saved_views.listed(session, reader=viewer.actor)
    me = str(viewer.actor)
    who = called(session, {each.owner for each in found} - {me})
    return [
        View(
            id=each.id or 0,
            name=each.name,
            href=address(each.query or ALL),
            here=each.query == asked.query,
            shared=each.shared,
            by=who.get(each.owner, ""),
            first=first is not None and first.id == each.id,
            removable=may_remove(each, viewer.actor),
        )
        for each in found
    ]
