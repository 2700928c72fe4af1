"""二维码: a sheet for halls and kiosks, or for one ticket's receipt, that leads to the own page."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from dispatch import tickets
from dispatch.requesters.requester import QR
from hotline.console import navigation
from hotline.console.frame import Seeing, Viewer
from hotline.console.ratings.frame import shown
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web import qr
from hotline.web.access import SessionDep

PAGE = f"{navigation.RATINGS.page}/poster"

router = APIRouter(prefix=PAGE, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.RATING_VERIFY))]
Number = Annotated[str, Query(max_length=32)]


@router.get("", response_class=HTMLResponse)
def show(viewer: Reader, request: Request, session: SessionDep, number: Number = "") -> Response:
    """Show the sheet; what the code holds is the public address, and a number that was asked for.

    No key is in it: who scans a receipt still says their telephone.
    """
    address = _address(session, viewer, number)
    told: dict[str, Any] = {
        "number": number,
        "address": address,
        "code": qr.svg(address) if address else "",
    }
    return shown(request, viewer, "poster", **told)


@router.get("/code.svg")
def code(viewer: Reader, session: SessionDep, number: Number = "") -> Response:
    """Return the code alone, to be put into a hall's own poster; 404 without a public address."""
    address = _address(session, viewer, number)
    if not address:
        return Response(status_code=404)
    return Response(qr.svg(address), media_type="image/svg+xml")


def _address(session: SessionDep, viewer: Viewer, number: str) -> str:
    """Return what the code leads to; empty on a site without pages for requesters."""
    site = settings().public_url
    if not site:
        return ""
    ticket = tickets.find(session, number, reader=viewer.actor).number if number else ""
    return f"{site.rstrip('/')}/t/{ticket}?via={QR}"
