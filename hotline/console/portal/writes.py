"""What every form on an order's page shares: the order as it was seen, and what was typed kept."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from dispatch.handling import orders
from dispatch.handling.reply_checks import Finding
from dispatch.models import WorkOrder
from hotline.console.frame import Viewer, viewer_of
from hotline.console.portal import order_page, refused
from hotline.console.portal.again import Again
from hotline.console.portal.desk import ORDERS
from hotline.core.clock import now
from hotline.core.errors import HotlineError, NotFound, Stale
from hotline.web.access import SessionDep

LARGEST = 2**31 - 1

Version = Annotated[int, Form(ge=0, le=LARGEST)]


async def typed_in(request: Request) -> dict[str, list[str]]:
    """Return the form's words by field; files are sent anew."""
    form = await request.form()
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str) and value:
            found.setdefault(name, []).append(value)
    return found


class Write:
    """One write on the order that the path names; a route names its viewer before it."""

    def __init__(
        self,
        number: str,
        request: Request,
        session: SessionDep,
        typed: Annotated[dict[str, list[str]], Depends(typed_in)],
        version: Version,
    ) -> None:
        self.session, self.number, self.now = session, number, now()
        self.viewer: Viewer = viewer_of(request)
        self._request, self._typed, self._version = request, typed, version

    def do(
        self,
        action: str,
        act: Callable[[WorkOrder], object],
        *,
        issuer: bool = False,
        findings: Sequence[Finding] = (),
    ) -> Response:
        """Act on the order, locked, and lead back to it; or show the form again and say why not.

        Whatever was refused has changed nothing. With `issuer`, who gave the order on may write;
        `findings`, which `act` may fill, are shown with the form.
        """
        try:
            with self.session.begin_nested():
                act(self._order(issuer=issuer))
                self.session.flush()
        except NotFound:
            raise
        except HotlineError as error:
            shown = Again(action, refused.sentence(error), self._typed, tuple(findings))
            return order_page.shown(
                self._request,
                self.session,
                self.viewer,
                self.number,
                again=shown,
                status=error.status,
            )
        return RedirectResponse(f"{ORDERS}/{self.number}?done={action}", status_code=303)

    def _order(self, *, issuer: bool) -> WorkOrder:
        reader = self.viewer.actor
        order = orders.find(self.session, self.number, reader=reader, lock=True, issuer=issuer)
        if order.version != self._version:
            raise Stale(f"Order {order.number} is at version {order.version}.")
        return order


OrderForm = Annotated[Write, Depends()]
