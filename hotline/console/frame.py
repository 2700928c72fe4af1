"""What every page stands in: its templates, and who is looking at it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from fastapi.templating import Jinja2Templates

from hotline.console import navigation
from hotline.console.live import CALL_TRIGGER, CALLS, FLOOR_TRIGGER, STREAM, TRIGGER, stream_url
from hotline.console.waiting import Register
from hotline.console.words import LANGUAGES, language, name_of, reading, say
from hotline.core import demo_mark
from hotline.core.accounts import Actor, as_actor
from hotline.core.errors import NotSignedIn
from hotline.core.security import Permission, require
from hotline.core.security import may as may_do
from hotline.web.access import SessionDep, account_of, require_own_password
from hotline.web.assets import asset
from hotline.web.turns import TurnIfUnknown
from knowledge import names

templates = Jinja2Templates(Path(__file__).parent / "templates")
templates.env.trim_blocks = templates.env.lstrip_blocks = True
templates.env.globals.update(
    say=say,
    name_of=name_of,
    reading=reading,
    languages=[language(each) for each in LANGUAGES],
    asset=asset,
    demo=demo_mark.here,
    stream_url=stream_url,
    trigger=TRIGGER,
    call_trigger=CALL_TRIGGER,
    floor_trigger=FLOOR_TRIGGER,
    call_events=CALLS,
    stream_path=STREAM,
    registers=list(Register),
    floor_pages=navigation.LINKS,
    assessment_rooms=navigation.ASSESSMENT,
    portal_pages=navigation.PORTAL,
)


@dataclass(frozen=True)
class Viewer:
    """Whoever looks at a page: `may` holds the names of what their role permits."""

    actor: Actor
    name: str
    may: frozenset[str]
    desk: str = ""  # the name of the department whose portal is theirs


class Seeing:
    """A dependency that yields the viewer; raises NotSignedIn or NotAllowed.

    It carries `permission`, so that a test can find the page that has none.
    """

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, _turn: TurnIfUnknown, request: Request, session: SessionDep) -> Viewer:
        account = account_of(request, session)
        if account is None:
            raise NotSignedIn("Nobody is signed in.", remedy="Sign in.")
        actor = request.state.actor = as_actor(account)
        require_own_password(actor, self.permission)
        require(actor, self.permission)
        may = frozenset(each.value for each in Permission if may_do(actor, each))
        desk = names.department_names(session, [actor.department]) if actor.department else {}
        viewer = Viewer(actor, account.display_name, may, desk.get(actor.department, ""))
        request.state.viewer = viewer  # whose the forms' writes are (`writes`)
        return viewer


def viewer_of(request: Request) -> Viewer:
    """Return who was let in to this page; a route names its viewer before its write."""
    viewer: Viewer = request.state.viewer
    return viewer


TicketReader = Annotated[Viewer, Depends(Seeing(Permission.TICKET_READ))]
Dispatcher = Annotated[Viewer, Depends(Seeing(Permission.TICKET_DISPATCH))]
Revealer = Annotated[Viewer, Depends(Seeing(Permission.IDENTITY_REVEAL))]
Listener = Annotated[Viewer, Depends(Seeing(Permission.CALL_READ))]
Keeper = Annotated[Viewer, Depends(Seeing(Permission.RECORDING_KEEP))]
Reviewer = Annotated[Viewer, Depends(Seeing(Permission.ORDER_REVIEW))]
Asker = Annotated[Viewer, Depends(Seeing(Permission.CALLBACK_MAKE))]
Decider = Annotated[Viewer, Depends(Seeing(Permission.TICKET_DECIDE))]
Merger = Annotated[Viewer, Depends(Seeing(Permission.TICKET_MERGE))]
Suspender = Annotated[Viewer, Depends(Seeing(Permission.TICKET_SUSPEND))]
Recaller = Annotated[Viewer, Depends(Seeing(Permission.ORDER_RECALL))]
Informer = Annotated[Viewer, Depends(Seeing(Permission.ORDER_INFORM))]
Extender = Annotated[Viewer, Depends(Seeing(Permission.EXTENSION_DECIDE))]
Contester = Annotated[Viewer, Depends(Seeing(Permission.ARBITRATION_OPEN))]
Arbitrator = Annotated[Viewer, Depends(Seeing(Permission.ARBITRATION_DECIDE))]
Oneself = Annotated[Viewer, Depends(Seeing(Permission.SELF))]
Overseer = Annotated[Viewer, Depends(Seeing(Permission.SUPERVISION_RAISE))]
Watcher = Annotated[Viewer, Depends(Seeing(Permission.QUEUE_READ))]
Worker = Annotated[Viewer, Depends(Seeing(Permission.QUEUE_WORK))]
Manager = Annotated[Viewer, Depends(Seeing(Permission.SERVICE_MANAGE))]
Holder = Annotated[Viewer, Depends(Seeing(Permission.SEAT_HOLD))]
