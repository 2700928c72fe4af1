"""One short greeting: in the caller's own language where it is known, else in both, zh then bo."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from hotline.core.settings import Settings
from hotline.switch import announcing
from telephony import attended, blocking, greeting, ivr
from telephony.acd.modes import CHANGES
from telephony.attended import AttendedSession
from telephony.media import load_prompts
from telephony.orders import Greet, TakeMessage
from telephony.script import Play
from telephony.session import Limits
from tests.telephony.floor_scene import Floor
from tests.telephony.lines import SILENCE, FakeTape
from tests.telephony.ringing import PROMPTS, FakeCompany, FullLine

SHIPPED = announcing.SHIPPED
NAMES = {"notice": 40, "notice_bo": 30, "please_wait": 20, "leave_request": 50}  # frames


def greeted(*, tibetan: bool, language: str | None = None, after: int = 0) -> list[str]:
    """Return what a caller hears first, each prompt known by its length, as far as the request.

    `language`: what the switch says so many ticks after the answer, if anything; -1: before it.
    """
    spoken = {**PROMPTS, **{name: [SILENCE] * length for name, length in NAMES.items()}}
    if not tibetan:
        del spoken["notice_bo"]
    line = FullLine()
    session = AttendedSession(
        line, FakeTape(), spoken, Limits(60, silence_end_s=4.0), FakeCompany(), lambda _: None
    )
    if language is not None and after < 0:
        session.greet(language)
    heard: list[str] = []
    line.play = lambda frames: _heard(line, frames, heard)  # type: ignore[method-assign]
    session.answered()
    for tick in range(100):
        if language is not None and tick == after:
            session.greet(language)
        session.tick()
    return heard[: heard.index("please_wait")]


def _heard(line: FullLine, frames: list[bytes], heard: list[str]) -> None:
    line.left = len(frames)
    heard.append(next(name for name, length in NAMES.items() if length == len(frames)))


def test_who_is_not_known_hears_chinese_and_then_tibetan() -> None:
    assert greeted(tibetan=True) == ["notice", "notice_bo"]


def test_without_a_tibetan_recording_everybody_hears_the_chinese_greeting() -> None:
    for language in (None, "zh", "bo"):
        assert greeted(tibetan=False, language=language) == ["notice"]


@pytest.mark.parametrize("after", [-1, 0, 5])
def test_who_speaks_chinese_hears_chinese_alone(after: int) -> None:
    assert greeted(tibetan=True, language="zh", after=after) == ["notice"]


def test_who_speaks_tibetan_hears_tibetan_alone_as_soon_as_that_is_known() -> None:
    assert greeted(tibetan=True, language="bo", after=5) == ["notice", "notice_bo"]
    # Known before the line was open: no word of the other one.
    spoken = [SILENCE] * NAMES["notice_bo"]
    line = FullLine()
    prompts = {**PROMPTS, "notice": [SILENCE] * NAMES["notice"], "notice_bo": spoken}
    session = AttendedSession(
        line, FakeTape(), prompts, Limits(60, silence_end_s=4.0), FakeCompany(), lambda _: None
    )
    session.greet("bo")
    session.answered()
    assert line.longest == NAMES["notice_bo"]


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A site that has recorded its own Tibetan greeting."""
    own = Settings(data_dir=tmp_path, language_areas="0897=bo 0891=zh")
    own.prompts_dir.mkdir(parents=True)
    shutil.copy(SHIPPED / "tone.wav", own.prompts_dir / "notice_bo.wav")
    return own


def test_the_leader_says_which_language_is_known_and_nothing_else(
    session: Session, now: datetime, site: Settings
) -> None:
    scene = Floor(session, now, site)
    nobody_there = scene.call("08971234567")
    greet, message = scene.told[:2]
    assert greet == Greet(str(nobody_there.id), "bo")
    assert isinstance(message, TakeMessage)
    scene.seat("one")
    known = scene.call("08911234567")
    assert scene.told[0] == Greet(str(known.id), "zh")
    scene.call("13900000001")
    assert not [each for each in scene.told if isinstance(each, Greet)]


def test_a_site_without_its_own_recording_is_told_of_no_language(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    own = Settings(data_dir=tmp_path, language_areas="0897=bo")
    scene = Floor(session, now, own)
    scene.seat("one")
    scene.call("08971234567")
    assert not [each for each in scene.told if isinstance(each, Greet)]


def test_a_sites_own_tibetan_greeting_is_played_though_none_is_shipped(site: Settings) -> None:
    assert greeting.NOTICE_BO in load_prompts(SHIPPED, site.prompts_dir)
    assert greeting.NOTICE_BO not in load_prompts(SHIPPED, site.data_dir)
    assert not (SHIPPED / "notice_bo.wav").exists()


def asked_for() -> Iterator[str]:
    """Yield every prompt that the code can ask for."""
    for script in (ivr.MESSAGE, ivr.CALL, ivr.SURVEY):
        for _, act in script.rows.values():
            if isinstance(act, Play):
                yield from act.prompts
        yield from (question.prompt for question in script.questions.values())
    yield from ("thank_you", "nothing_heard", "callback_thanks", "callback_sorry")  # goodbyes
    yield from (change.prompt for change in CHANGES.values() if change.prompt)
    yield from (attended.HOLD, attended.REQUEST, blocking.PROMPT, greeting.NOTICE, "tone")
    yield from (announcing.PLEASE_WAIT, announcing.CALLBACK_OFFER, announcing.CALLBACK_PROMISED)
    for position in range(1, 13):
        for minutes in announcing.SPANS_MIN:
            yield from announcing.standing(position, minutes * 60.0)
        yield announcing._place(position)


def test_every_prompt_that_can_be_asked_for_is_shipped() -> None:
    assert {name for name in asked_for() if not (SHIPPED / f"{name}.wav").is_file()} == set()


def test_every_mode_but_the_normal_one_speaks() -> None:
    silent = [mode for mode, change in CHANGES.items() if not announcing.playable(change.prompt)]
    assert silent == ["normal"]
