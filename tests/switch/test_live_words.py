"""A call's words while it runs: real tapes, a real speech process, real rows; scripted hearing."""

import time
import wave
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from dispatch.terms import RequestType
from hotline.core import db
from hotline.core.settings import Settings
from hotline.switch import proposing, transcripts, words_kept
from hotline.switch.transcripts import Transcriber
from telephony import records, words_now
from telephony.commands import CallEnded
from telephony.models import Call, CallStatus, Recording, RecordingStatus, Utterance
from tests.factories import arrival, create_ticket
from tests.speech.conftest import serve_in_thread
from tests.switch.taped import PARTIAL, RATE, Line, LoudEngine

WITHIN_S = 60


@pytest.fixture
def hearing() -> LoudEngine:
    return LoudEngine()


@pytest.fixture
def site(
    own: Settings, emptied: Engine, hearing: LoudEngine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """The session's settings, with a speech process of this test's own."""
    monkeypatch.setattr(db, "engine", lambda: emptied)
    monkeypatch.setattr(transcripts, "AWAY_S", 0.0)
    with serve_in_thread(hearing) as socket:
        monkeypatch.setattr(Settings, "speech_socket", property(lambda _: socket))
        yield own


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Which jobs were queued."""
    jobs: list[tuple[str, ...]] = []
    monkeypatch.setattr(proposing, "enqueue", lambda *job: jobs.append(job))
    monkeypatch.setattr(words_kept, "enqueue_after_commit", lambda _session, *job: jobs.append(job))
    return jobs


def spoken(engine: Engine, call: Call) -> list[tuple[str, int]]:
    """Return who began to speak at which second, in the order of the talk."""
    with Session(engine) as session:
        said = select(Utterance).where(Utterance.call_id == call.id).order_by(col(Utterance.seq))
        return [(each.speaker, round(each.start_s)) for each in session.exec(said)]


def tend_until(transcriber: Transcriber, ask: Callable[[], Any]) -> Any:
    end = time.monotonic() + WITHIN_S
    while not (answer := ask()):
        assert time.monotonic() < end, "it did not happen"
        transcriber.tend()
        time.sleep(0.02)
    return answer


def status(engine: Engine, call: Call) -> str:
    with Session(engine) as session:
        return session.exec(select(Recording.status).where(Recording.call_id == call.id)).one()


def test_both_voices_are_written_down_while_they_talk(
    site: Settings, emptied: Engine, now: datetime, asked: list[tuple[str, ...]]
) -> None:
    with Session(emptied, expire_on_commit=False) as session:
        line, transcriber = Line(site, session, now), Transcriber(site)
        line.say(1)
        line.say(0, 2)
        expected = [("caller", 0), ("agent", 1)]
        tend_until(transcriber, lambda: spoken(emptied, line.call) == expected)
        assert status(emptied, line.call) == RecordingStatus.RUNNING
        line.say(3)
        line.hang_up(session)
        tend_until(transcriber, lambda: status(emptied, line.call) == RecordingStatus.TRANSCRIBED)
    assert spoken(emptied, line.call) == [*expected, ("caller", 2)]
    assert (words_kept.REGISTER_JOB, str(line.call.id)) in asked
    assert (proposing.PROPOSE_JOB, str(line.call.id)) in asked


def test_after_a_crash_it_goes_on_from_the_rows(
    site: Settings,
    emptied: Engine,
    now: datetime,
    hearing: LoudEngine,
    asked: list[tuple[str, ...]],
) -> None:
    with Session(emptied, expire_on_commit=False) as session:
        line, first = Line(site, session, now), Transcriber(site)
        for level in (1, 2, 3):
            line.say(level)
        tend_until(first, lambda: len(spoken(emptied, line.call)) == 3)
        for work in first._works.values():
            work.leave()  # what a crash does: nobody is told, and the rows stay
        second_switch = Transcriber(site)
        line.say(4)
        line.hang_up(session)
        tend_until(second_switch, lambda: status(emptied, line.call) == RecordingStatus.TRANSCRIBED)
    assert spoken(emptied, line.call) == [("caller", at) for at in range(4)]
    assert len(hearing.decoded) == 4  # nothing twice
    assert asked


def test_a_recogniser_that_dies_is_asked_again_and_no_word_is_lost(
    site: Settings,
    emptied: Engine,
    now: datetime,
    hearing: LoudEngine,
    asked: list[tuple[str, ...]],
) -> None:
    hearing.breaks = 2
    with Session(emptied, expire_on_commit=False) as session:
        line, transcriber = Line(site, session, now), Transcriber(site)
        line.say(1)
        line.say(2, 9)
        line.hang_up(session)
        tend_until(transcriber, lambda: status(emptied, line.call) == RecordingStatus.TRANSCRIBED)
    assert sorted(spoken(emptied, line.call)) == [("agent", 1), ("caller", 0), ("caller", 1)]
    assert asked


def test_a_sound_that_always_kills_the_recogniser_is_given_to_a_person(
    site: Settings,
    emptied: Engine,
    now: datetime,
    hearing: LoudEngine,
    asked: list[tuple[str, ...]],
) -> None:
    hearing.breaks = 10_000
    with Session(emptied, expire_on_commit=False) as session:
        line, transcriber = Line(site, session, now), Transcriber(site)
        line.say(1)
        for _ in range(10):
            transcriber.tend()
        line.hang_up(session)
        tend_until(transcriber, lambda: status(emptied, line.call) == RecordingStatus.FAILED)
    assert asked == [(words_kept.REGISTER_JOB, str(line.call.id))]


def test_words_that_must_wait_are_said_to_come_later_and_come(
    site: Settings,
    emptied: Engine,
    now: datetime,
    hearing: LoudEngine,
    asked: list[tuple[str, ...]],
) -> None:
    def behind() -> float:
        with Session(emptied) as other:
            shown = words_now.now_of(other, other.get_one(Call, line.call.id))
            return max((each.behind_s for each in shown), default=0.0)

    hearing.gate.clear()
    with Session(emptied, expire_on_commit=False) as session:
        line, transcriber = Line(site, session, now), Transcriber(site)
        line.say(1)
        tend_until(transcriber, lambda: behind() >= 1)
        hearing.gate.set()
        tend_until(transcriber, lambda: spoken(emptied, line.call))
        tend_until(transcriber, lambda: behind() == 0)
        line.hang_up(session)
        tend_until(transcriber, lambda: status(emptied, line.call) == RecordingStatus.TRANSCRIBED)
    assert asked


def test_a_sentence_that_is_being_said_is_shown_and_is_no_event(
    site: Settings, emptied: Engine, now: datetime, asked: list[tuple[str, ...]]
) -> None:
    def shown() -> list[str]:
        with Session(emptied) as other:
            found = words_now.now_of(other, other.get_one(Call, line.call.id))
            return [each.text for each in found if each.text]

    with Session(emptied, expire_on_commit=False) as session:
        line, transcriber = Line(site, session, now), Transcriber(site)
        line.say(PARTIAL[0])
        tend_until(transcriber, lambda: shown() == ["第7句"])
        assert spoken(emptied, line.call) == []
        line.say(1)
        tend_until(transcriber, lambda: spoken(emptied, line.call))
        assert shown() == []
        line.hang_up(session)
        tend_until(transcriber, lambda: status(emptied, line.call) == RecordingStatus.TRANSCRIBED)
    assert asked


def test_no_more_of_a_report_goes_to_a_recogniser_elsewhere(
    site: Settings, emptied: Engine, now: datetime, asked: list[tuple[str, ...]]
) -> None:
    elsewhere = site.model_copy(update={"speech_engine": transcripts.REMOTE})
    with Session(emptied, expire_on_commit=False) as session:
        line, transcriber = Line(site, session, now), Transcriber(elsewhere)
        line.say(1)
        tend_until(transcriber, lambda: spoken(emptied, line.call))
        ticket = create_ticket(session, now=now, request_type=RequestType.REPORT)
        ticket.call_id = line.call.id
        session.commit()
        tend_until(transcriber, lambda: not transcriber._works)
        line.say(2)
        line.hang_up(session)
        tend_until(transcriber, lambda: status(emptied, line.call) == RecordingStatus.FAILED)
    assert spoken(emptied, line.call) == [("caller", 0)]
    assert asked


def test_an_earlier_versions_recording_has_both_voices_on_one_track(
    site: Settings, emptied: Engine, now: datetime, asked: list[tuple[str, ...]]
) -> None:
    came = arrival(now)
    path = site.recordings_dir / came.recording
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(bytes([1, 0]) * RATE + bytes([2, 0]) * RATE)
    with Session(emptied, expire_on_commit=False) as session:
        call = records.open_call(session, came)
        call.agent = "agent-1"
        ended = CallEnded(str(call.id), "caller_hung_up", 2.0, 0, now.isoformat())
        records.end_call(session, ended)
        session.commit()
        transcriber = Transcriber(site)
        tend_until(transcriber, lambda: status(emptied, call) == RecordingStatus.TRANSCRIBED)
    assert spoken(emptied, call) == [(words_now.BOTH, 0), (words_now.BOTH, 1)]
    assert asked == []  # what an agent heard, the agent registers


def test_more_calls_than_places_wait_and_the_page_says_so(
    site: Settings, emptied: Engine, now: datetime, asked: list[tuple[str, ...]]
) -> None:
    with Session(emptied, expire_on_commit=False) as session:
        lines = [Line(site, session, now) for _ in range(2)]
        for line in lines:
            line.say(1)
        transcriber = Transcriber(site.model_copy(update={"live_calls": 1}))
        tend_until(transcriber, lambda: spoken(emptied, lines[0].call))
        assert spoken(emptied, lines[1].call) == []
        (late,) = words_now.now_of(session, session.get_one(Call, lines[1].call.id))
        assert late.behind_s > 1
        lines[0].hang_up(session)
        tend_until(transcriber, lambda: spoken(emptied, lines[1].call))
        lines[1].hang_up(session)
        done = RecordingStatus.TRANSCRIBED
        tend_until(transcriber, lambda: {status(emptied, x.call) for x in lines} == {done})
    assert len(asked) >= 2


def test_a_call_that_was_thought_lost_is_heard_on_from_there(
    site: Settings, emptied: Engine, now: datetime, asked: list[tuple[str, ...]]
) -> None:
    with Session(emptied, expire_on_commit=False) as session:
        line, transcriber = Line(site, session, now), Transcriber(site)
        line.say(1)
        lost = session.get_one(Call, line.call.id)
        records.lose_call(session, lost, seconds=1.0, now=now)
        session.commit()
        done = RecordingStatus.TRANSCRIBED
        tend_until(transcriber, lambda: status(emptied, line.call) == done)
        line.say(2)
        line.hang_up(session)
        tend_until(transcriber, lambda: len(spoken(emptied, line.call)) == 2)
        tend_until(transcriber, lambda: status(emptied, line.call) == done)
        assert session.get_one(Call, line.call.id).status in (CallStatus.ENDED, CallStatus.LOST)
    assert asked
