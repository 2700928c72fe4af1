"""What every page stands in: its templates, and who is looking at it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from fastapi.templating import Jinja2Templates

from hotline.console.live import TRIGGER, stream_url
from hotline.console.waiting import Register
from hotline.console.words import name_of, say
from hotline.core.accounts import Actor, Role
from hotline.core.errors import NotSignedIn
from hotline.core.security import PERMISSIONS, Permission, require
from hotline.web.access import SessionDep, account_of
from hotline.web.assets import asset

templates = Jinja2Templates(Path(__file__).parent / "templates")
templates.env.trim_blocks = templates.env.lstrip_blocks = True
templates.env.globals.update(
    say=say,
    name_of=name_of,
    asset=asset,
    stream_url=stream_url,
    trigger=TRIGGER,
    registers=list(Register),
)


@dataclass(frozen=True)
class Viewer:
    """Whoever looks at a page: `may` holds the names of what their role permits."""

    actor: Actor
    name: str
    may: frozenset[str]


class Seeing:
    """A dependency that yields the viewer; raises NotSignedIn or NotAllowed.

    It carries `permission`, so that a test can find the page that has none.
    """

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, request: Request, session: SessionDep) -> Viewer:
        account = account_of(request, session)
        if account is None:
            raise NotSignedIn("Nobody is signed in.", remedy="Sign in.")
        actor = Actor(account.username, Role(account.role))
        require(actor, self.permission)
        may = frozenset(each.value for each in Permission if actor.role in PERMISSIONS[each])
        return Viewer(actor, account.display_name, may)


TicketReader = Annotated[Viewer, Depends(Seeing(Permission.TICKET_READ))]
Dispatcher = Annotated[Viewer, Depends(Seeing(Permission.TICKET_DISPATCH))]
Revealer = Annotated[Viewer, Depends(Seeing(Permission.IDENTITY_REVEAL))]
Listener = Annotated[Viewer, Depends(Seeing(Permission.CALL_READ))]
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
Overseer = Annotated[Viewer, Depends(Seeing(Permission.SUPERVISION_RAISE))]
