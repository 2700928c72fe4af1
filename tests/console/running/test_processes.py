"""运行状态: what ails a part is said with what to do, and nobody is shown it without need."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from dispatch.timing.lag import Lag
from hotline.console.administration.processes_found import Found, named
from hotline.console.administration.processes_judged import Level, Line, judge, worst
from hotline.console.administration.processes_seen import Queued, Seen
from hotline.console.words import table
from telephony.floor_gauges import Gauges

PAGE = "/console/administration/processes"
AT = datetime(2026, 11, 25, 4, tzinfo=UTC)
ONE = Found(1, AT, 50, 1.0)
PARTS = ("database", "switch", "redis", "worker", "schedule", "speech", "seats", "telephone")
WELL = Seen(
    at=AT,
    version="0.1.0",
    parts=dict.fromkeys(PARTS, "ok"),
    found={"switch": [ONE], "nursery": [ONE], "media": [ONE, ONE]},
    media_wanted=2,
    proxied=False,
    queued=Queued(workers=1, worker_heard_s=3.0, schedule_heard_s=2.0),
    clocks=Lag(0, 0.0),
    floor=Gauges(0, 0.0, 0, 0, 0, 0, {}, 0),
    speech={"engine": "whisper", "model": "base"},
    database="16.11",
    connections=9,
    free_mb=900_000,
    least_free_mb=500,
    certificate_until=AT + timedelta(days=300),
    model_id=1,
    model_is_live=True,
)


def ailing(seen: Seen) -> dict[str, Level]:
    return {line.name: line.level for line in judge(seen) if line.level is not Level.GOOD}


def without(part: str, said: str) -> Seen:
    return replace(WELL, parts={**WELL.parts, part: said})


def test_a_site_that_is_well_has_nothing_to_look_at() -> None:
    assert ailing(WELL) == {}
    assert worst(judge(WELL)) is Level.GOOD


@pytest.mark.parametrize(
    ("seen", "part", "level"),
    [
        (without("switch", "no leader"), "switch", Level.BAD),
        (without("speech", "away"), "speech", Level.WATCH),
        (without("schedule", "silent"), "schedule", Level.BAD),
        (without("schedule", "not heard"), "schedule", Level.BAD),
        (without("worker", "none"), "worker", Level.BAD),
        (without("worker", "unknown"), "worker", Level.UNKNOWN),
        (replace(WELL, found={**WELL.found, "media": [ONE]}), "media", Level.WATCH),
        (replace(WELL, found={**WELL.found, "media": []}), "media", Level.BAD),
        (replace(WELL, found={**WELL.found, "nursery": []}), "nursery", Level.WATCH),
        (replace(WELL, found={}), "media", Level.UNKNOWN),
        (replace(WELL, queued=Queued(waiting=9, oldest_s=90)), "jobs", Level.WATCH),
        (replace(WELL, queued=Queued(waiting=9, oldest_s=900)), "jobs", Level.BAD),
        (replace(WELL, clocks=Lag(4, 200.0)), "clocks", Level.WATCH),
        (replace(WELL, free_mb=499), "disk", Level.BAD),
        (replace(WELL, free_mb=4000), "disk", Level.WATCH),
        (replace(WELL, certificate_until=AT + timedelta(days=20)), "certificate", Level.WATCH),
        (replace(WELL, certificate_until=AT + timedelta(days=1)), "certificate", Level.BAD),
        (replace(WELL, certificate_until=AT - timedelta(days=1)), "certificate", Level.BAD),
        (replace(WELL, certificate_until=None), "certificate", Level.UNKNOWN),
        (replace(WELL, model_is_live=False), "model", Level.BAD),
        (replace(WELL, model_id=None), "model", Level.WATCH),
    ],
)
def test_what_ails_one_part_is_told_of_that_part_alone(seen: Seen, part: str, level: Level) -> None:
    assert ailing(seen) == {part: level}


def test_kamailio_is_judged_where_it_belongs() -> None:
    behind = replace(WELL, proxied=True)
    assert ailing(behind) == {}
    dead = replace(behind, parts={**WELL.parts, "telephone": "no answer"})
    assert ailing(dead) == {"kamailio": Level.BAD, "telephone": Level.BAD}
    assert "kamailio" not in {line.name for line in judge(WELL)}


def lines_of_all() -> list[Line]:
    worse = [without(part, said) for part in PARTS for said in ("away", "unknown", "not heard")]
    return [line for seen in (WELL, *worse) for line in judge(seen)]


def test_every_word_is_there_and_every_fault_has_its_remedy() -> None:
    words = table("zh")
    for line in lines_of_all():
        assert line.name in words["part"]
        words["part_state"][line.state].format(**line.figures)
        if line.level in (Level.BAD, Level.WATCH) and line.name != "database":
            assert words["part_remedy"][line.state].format(**line.figures)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["/usr/bin/python", "-m", "hotline.cli", "serve"], "web"),
        (["/opt/hotline/bin/hotline", "schedule"], "schedule"),
        (["python", "-m", "pytest", "worker"], ""),
        (["hotline"], ""),
        ([], ""),
    ],
)
def test_a_process_is_known_by_its_command(words: list[str], name: str) -> None:
    assert named(words) == name


def test_a_team_lead_sees_every_part_and_what_to_do(lead: TestClient) -> None:
    page = lead.get(PAGE).text
    for words in ("数据库", "PostgreSQL ", "Redis 队列", "请启动 Redis", "有故障："):
        assert words in page
    assert 'hx-trigger="every 15s"' in page
    rows = lead.get(f"{PAGE}/rows").text
    assert "<html" not in rows
    assert 'class="tickets parts"' in rows


def test_nobody_else_is_shown_the_machine(agent: TestClient, auditor: TestClient) -> None:
    for client in (agent, auditor):
        assert client.get(PAGE).status_code == 403
        assert client.get(f"{PAGE}/rows").status_code == 403
