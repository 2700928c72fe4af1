"""浏览器坐席 over HTTP: what opens the audio door to an agent's page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from hotline.api.schemas import BeijingTime
from hotline.core import seat_tokens
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import Conflict, NotSignedIn
from hotline.core.keyring import keyring
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web import audio_door
from hotline.web.access import SessionDep, account_of, permit
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/seats", tags=["seats"], responses=READING)

Holder = Annotated[Actor, Depends(permit(Permission.SEAT_HOLD))]


class AudioTokenOut(BaseModel):
    """What a page shows at the audio door, as a WebSocket's subprotocol, once and soon."""

    url: str = Field(examples=["wss://hotline.example.gov.cn/seat-audio"])
    token: str = Field(examples=["eyJzZWF0Ijo3fQ.c2lnbmVk"])
    expires: BeijingTime


@router.post(
    "/me/audio-token",
    operation_id="new_audio_token",
    summary="Open the audio door of one's own seat (浏览器坐席的声音)",
    responses=WRITING,
)
def new_audio_token(_actor: Holder, request: Request, session: SessionDep) -> AudioTokenOut:
    """Return where the door is, and a token that opens it once within half a minute.

    The token holds for the page that asked (`Origin`), or for a program that names none.
    """
    account = account_of(request, session)
    if account is None or account.id is None:
        raise NotSignedIn("Only a person has a seat.", remedy="Sign in with your own account.")
    url = audio_door.address(settings(), request.url.scheme, request.headers.get("host", ""))
    if not url:
        raise Conflict("The audio door has not said where it is.", remedy="Try again in a moment.")
    origin = request.headers.get("origin", "")
    token, expires = seat_tokens.issue(keyring(), account.id, origin, now=now())
    return AudioTokenOut(url=url, token=token, expires=expires)
