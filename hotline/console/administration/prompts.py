"""提示音: what the machine says on the telephone, to be heard in the page, and a site's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from hotline.console.administration.areas import PROMPTS
from hotline.console.administration.frame import Refusal, attempt, shown
from hotline.console.faults import Misfilled
from hotline.console.frame import Manager, Viewer
from hotline.console.words import say
from hotline.core.clock import now
from hotline.core.errors import Conflict
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from telephony import alaw, prompt_checks, site_prompts
from telephony.prompt_checks import Unfit
from telephony.site_prompts import Prompt, Version

router = APIRouter(prefix=PROMPTS.page, include_in_schema=False)

GROUPS = ("answer", "queue", "mode", "message", "after", "tone")  # as a call goes
# The first whose prefix fits; what none fits is said around a message.
_STARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("answer", ("notice", "please_wait", "busy", "emergency")),
    ("queue", ("queue_", "hold")),
    ("mode", ("mode_",)),
    ("after", ("rate_call", "callback_", "invalid_key", "no_key")),
    ("tone", ("tone",)),
    ("message", ("",)),
)


class Change(StrEnum):
    """启用、放弃、恢复自带."""

    LIVE = "live"
    DISCARD = "discard"
    SHIPPED = "shipped"


@dataclass(frozen=True)
class Group:
    """Prompts that are said in the same part of a call."""

    name: str
    prompts: list[Prompt]


@router.get("", response_class=HTMLResponse)
def show(viewer: Manager, request: Request) -> Response:
    """Show every prompt, grouped by when it is said."""
    return _shown(request, viewer)


@router.get("/{name}/sound")
def sound(_viewer: Manager, name: str, version: Version = Version.LIVE) -> Response:
    """Return the recording as a caller hears it: through A-law, as the network carries it."""
    data = site_prompts.sound_of(settings().prompts_dir, name, version)
    heard = alaw.through_telephone(prompt_checks.samples_of(data))
    return Response(prompt_checks.wav_of(heard), media_type="audio/wav")


@router.post("/{name}")
def offer(
    viewer: Manager,
    name: str,
    request: Request,
    session: SessionDep,
    file: Annotated[UploadFile, File()],
) -> Response:
    """上传: checked, and kept until somebody has listened to it."""
    data = file.file.read(prompt_checks.MOST_BYTES + 1)
    own = settings().prompts_dir
    return _done(
        request,
        viewer,
        session,
        name,
        lambda: site_prompts.offer(session, own, name, data, actor=viewer.actor, now=now()),
    )


@router.post("/{name}/{change}")
def change(
    viewer: Manager,
    name: str,
    change: Change,
    request: Request,
    session: SessionDep,
    heard: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """启用、放弃、恢复自带: what was changed meanwhile is said."""
    act, own = _CHANGES[change], settings().prompts_dir
    if change is Change.LIVE:
        act = partial(act, heard=heard)
    return _done(
        request,
        viewer,
        session,
        name,
        lambda: act(session, own, name, actor=viewer.actor, now=now()),
    )


def grouped(prompts: list[Prompt]) -> list[Group]:
    """Return the prompts by when they are said, every group in the order of a call."""
    names = [_group_of(each.name) for each in prompts]
    return [
        Group(name, [each for each, of in zip(prompts, names, strict=True) if of == name])
        for name in GROUPS
    ]


def _group_of(name: str) -> str:
    return next(group for group, parts in _STARTS if name.startswith(parts))


def _without_tibetan(prompts: list[Prompt]) -> set[str]:
    """Return the names of what is said in Chinese alone."""
    said = {each.name.removesuffix("_bo") for each in prompts if each.tibetan and each.own}
    return {each.name for each in prompts if each.text} - said


def _shown(request: Request, viewer: Viewer, refused: Refusal | None = None) -> Response:
    prompts = site_prompts.listed(settings().prompts_dir)
    return shown(
        request,
        viewer,
        "running_prompts",
        PROMPTS,
        refused=refused,
        prompts=prompts,
        prompt_groups=grouped(prompts),
        untold=_without_tibetan(prompts),
        longest=f"{prompt_checks.LONGEST_S:g}",
    )


def _done(
    request: Request,
    viewer: Viewer,
    session: Session,
    name: str,
    act: Callable[[], object],
) -> Response:
    """Do it and lead back to the prompt; a refusal is said in the reader's words."""

    def said() -> None:
        try:
            act()
        except Unfit as error:
            word = f"prompt_fault.{error.fault}"
            raise Misfilled(say(word, found=error.found, longest=_longest(name))) from error
        except Conflict as error:
            raise Misfilled(say("prompts.meanwhile")) from error

    if refused := attempt(session, said):
        return _shown(request, viewer, refused)
    return RedirectResponse(f"{PROMPTS.page}#{name}", status_code=303)


def _longest(name: str) -> str:
    return f"{site_prompts.longest_s(name):g}"


_CHANGES: Mapping[Change, Callable[..., None]] = {
    Change.LIVE: site_prompts.put_live,
    Change.DISCARD: site_prompts.discard,
    Change.SHIPPED: site_prompts.take_back,
}
