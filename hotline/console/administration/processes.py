"""运行状态: every process and what it hangs on, what ails it, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from hotline.console import moments
from hotline.console.administration import processes_judged
from hotline.console.administration.areas import PROCESSES
from hotline.console.administration.frame import shown
from hotline.console.administration.processes_judged import Level, Line
from hotline.console.administration.processes_seen import Seen, look
from hotline.console.frame import Manager, templates
from hotline.console.words import say, words_of
from hotline.core.clock import now
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from telephony.acd import SeatStatus

router = APIRouter(prefix=PROCESSES.page, include_in_schema=False)


@dataclass(frozen=True)
class Part:
    """One line of the page, in words; `remedy` is empty where nothing is to be done."""

    name: str
    level: str
    state: str
    remedy: str
    heard: str
    facts: list[str]


@router.get("", response_class=HTMLResponse)
def show(viewer: Manager, request: Request, session: SessionDep) -> Response:
    """Show every part."""
    return shown(request, viewer, "running_processes", PROCESSES, **_seen(session))


@router.get("/rows", response_class=HTMLResponse)
def rows(viewer: Manager, request: Request, session: SessionDep) -> Response:
    """Return what changes by itself, for the page that is already open."""
    told = {"viewer": viewer, **_seen(session)}
    return templates.TemplateResponse(request, "administration/running_processes_rows.html", told)


def _seen(session: Session) -> dict[str, Any]:
    seen = look(session, settings(), now=now())
    lines = processes_judged.judge(seen)
    worst = processes_judged.worst(lines)
    ailing = [say(f"part.{each.name}") for each in lines if each.level in (Level.BAD, Level.WATCH)]
    return {
        "parts": [_part(line, seen) for line in lines],
        "worst": worst.value,
        "ailing": "、".join(ailing),
        "looked_at": moments.short(seen.at),
    }


def _part(line: Line, seen: Seen) -> Part:
    return Part(
        name=line.name,
        level=line.level.value,
        state=say(f"part_state.{line.state}", **line.figures),
        remedy=words_of("part_remedy").get(line.state, "").format(**line.figures),
        heard=_heard(line.name, seen),
        facts=[*_facts(line.name, seen), *_running(line.name, seen)],
    )


def _heard(name: str, seen: Seen) -> str:
    """Return when the part last showed that it lives; one that was just asked shows it now."""
    spans = {"worker": seen.queued.worker_heard_s, "schedule": seen.queued.schedule_heard_s}
    if name in spans:
        return _ago(spans[name])
    asked = ("database", "redis", "switch", "telephone", "seats", "speech")
    if name == "web" or (name in asked and seen.parts[name] == "ok"):
        return say("parts.just_now")
    return ""


def _ago(seconds: float | None) -> str:
    return "" if seconds is None else say("parts.ago", seconds=max(0, int(seconds)))


def _facts(name: str, seen: Seen) -> Iterator[str]:
    match name:
        case "database":
            yield say("parts.database", version=seen.database, connections=seen.connections)
        case "switch":
            yield say("parts.waiting", count=seen.floor.waiting, owed=seen.floor.owed)
        case "seats":
            talking = seen.floor.seats.get(SeatStatus.TALKING, 0)
            yield say("parts.seats", here=_seated(seen), talking=talking)
        case "speech" if "engine" in seen.speech:
            yield say("parts.speech", engine=seen.speech["engine"], model=seen.speech["model"])
        case "worker":
            yield say("parts.workers", count=seen.queued.workers)


def _seated(seen: Seen) -> int:
    seats = seen.floor.seats
    return sum(seats.values()) - seats.get(SeatStatus.LOGGED_OFF, 0)


def _running(name: str, seen: Seen) -> Iterator[str]:
    """Yield the processes of this machine: since when, and what they take."""
    for each in seen.found.get(name, ()):
        yield say(
            "parts.process",
            pid=each.pid,
            since=moments.span(seen.at - each.since),
            memory=each.memory_mb,
            cpu=f"{each.cpu_s:.0f}",
        )
