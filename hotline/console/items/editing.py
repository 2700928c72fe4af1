"""事项撰写与审核: drafts, and what editors and supervisors do with them."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from hotline.console.answering.editing import Judge, Publisher, Reason, Seen, Writer
from hotline.console.answering.library import clean
from hotline.console.answering.steps import in_words, mark_of, require_seen
from hotline.console.frame import Viewer, templates
from hotline.console.items.library import PAGE
from hotline.console.items.typed import Given, Typed, content_of
from hotline.core.clock import beijing_day, now
from hotline.web.access import SessionDep
from knowledge import names
from knowledge.articles import finding as articles
from knowledge.articles.states import TextAction
from knowledge.items import finding, life, writing
from knowledge.items.checks import ItemKey
from knowledge.items.content import ItemKind, Way
from knowledge.items.finding import REGION
from knowledge.items.materials import Form
from knowledge.items.models_items import ItemVersion, ServiceItem

router = APIRouter(prefix=PAGE, include_in_schema=False)


@router.get("/new", response_class=HTMLResponse)
def begin(viewer: Writer, request: Request, session: SessionDep) -> Response:
    """Show an empty form."""
    return _form(request, session, viewer, None, Typed(district=REGION))


@router.post("/new")
def create(viewer: Writer, session: SessionDep, given: Given) -> Response:
    """新增事项: its first draft, at one level."""
    content, key = content_of(session, given), ItemKey(clean(given.code), clean(given.district))
    return _to(
        in_words(lambda: writing.create(session, key, content, actor=viewer.actor, now=now()))
    )


@router.get("/edit/{item}", response_class=HTMLResponse)
def edit(viewer: Writer, item: str, request: Request, session: SessionDep) -> Response:
    """Show the next version's form, filled with what the item says so far."""
    found = finding.find(session, clean(item))
    row = _latest(session, found)
    called = names.department_names(session, [row.department_code] if row else [])
    given = Typed.of(row, called) if row else Typed()
    return _form(request, session, viewer, found, given, seen=mark_of(row) if row else "")


@router.post("/edit/{item}")
def write(viewer: Writer, item: str, session: SessionDep, given: Given) -> Response:
    """Keep the draft; what is published stays as it is."""
    found = finding.find(session, clean(item), lock=True)
    require_seen(_latest(session, found), given.seen)
    content = content_of(session, given)
    in_words(lambda: writing.write(session, found, content, actor=viewer.actor, now=now()))
    return _to(found)


@router.post("/submit/{item}")
def submit(viewer: Writer, item: str, session: SessionDep, seen: Seen = "") -> Response:
    """送审."""
    return _act(session, item, TextAction.SUBMIT, "", seen, viewer)


@router.post("/approve/{item}")
def approve(viewer: Judge, item: str, session: SessionDep, seen: Seen = "") -> Response:
    """审核通过: never by who wrote it, and the version that was read alone."""
    return _act(session, item, TextAction.APPROVE, "", seen, viewer)


@router.post("/send_back/{item}")
def send_back(
    viewer: Judge, item: str, session: SessionDep, reason: Reason = "", seen: Seen = ""
) -> Response:
    """退回修改, with the reason."""
    return _act(session, item, TextAction.SEND_BACK, reason, seen, viewer)


@router.post("/publish/{item}")
def publish(viewer: Publisher, item: str, session: SessionDep, seen: Seen = "") -> Response:
    """发布: it holds from its first day on."""
    return _act(session, item, TextAction.PUBLISH, "", seen, viewer)


@router.post("/expire/{item}")
def expire(
    viewer: Publisher, item: str, session: SessionDep, reason: Reason = "", seen: Seen = ""
) -> Response:
    """失效: still there, said to hold no longer."""
    return _act(session, item, TextAction.EXPIRE, reason, seen, viewer)


def _act(
    session: Session, item: str, action: TextAction, reason: str, seen: str, viewer: Viewer
) -> Response:
    found, at = finding.find(session, clean(item), lock=True), now()
    if action is TextAction.EXPIRE:
        row = finding.at(session, found, on=beijing_day(at))
    else:
        row = finding.under_way(session, found)
    require_seen(row, seen)
    in_words(lambda: life.act(session, found, action, reason=reason, actor=viewer.actor, now=at))
    return _to(found)


def _latest(session: Session, item: ServiceItem) -> ItemVersion | None:
    """Return what is under way, or what holds, or what will: the next version begins with it."""
    shown = finding.under_way(session, item) or finding.at(session, item, on=beijing_day(now()))
    return shown or next(iter(finding.versions(session, item)), None)


def _form(
    request: Request,
    session: Session,
    viewer: Viewer,
    item: ServiceItem | None,
    given: Typed,
    *,
    seen: str = "",
) -> Response:
    shown = {
        "viewer": viewer,
        "here": "items",
        "as_of": now(),
        "item": item,
        "key": str(finding.key_of(item)) if item else "",
        "given": given,
        "seen": seen,
        "kinds": list(ItemKind),
        "forms": list(Form),
        "ways": list(Way),
        "places": articles.places(session),
        "departments": names.accepting(session),
    }
    return templates.TemplateResponse(request, "items/form.html", shown)


def _to(item: ServiceItem) -> Response:
    return RedirectResponse(f"{PAGE}/read/{finding.key_of(item)}", status_code=303)
