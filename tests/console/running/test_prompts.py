"""提示音: heard as on the telephone, replaced after somebody has listened, and taken back."""

import io
import re
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core import events
from hotline.core.settings import Settings
from telephony import prompt_checks, site_prompts
from telephony.site_prompts import SHIPPED

PAGE = "/console/administration/prompts"


def tone(seconds: float = 2.0, level: float = 0.14, rate: int = 8000) -> bytes:
    """Return a hum that a caller can hear, as a WAV."""
    at = np.arange(int(seconds * rate)) / rate
    sound = (np.sin(2 * np.pi * 440 * at) * level * 32767).astype("<i2")
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(sound.tobytes())
    return made.getvalue()


def offered(client: TestClient, name: str, data: bytes, status: int = 303) -> str:
    answer = client.post(
        f"{PAGE}/{name}", files={"file": ("mine.wav", data, "audio/wav")}, follow_redirects=False
    )
    assert answer.status_code == status, answer.text
    return answer.text


def changed(client: TestClient, path: str, status: int = 303) -> str:
    answer = client.post(f"{PAGE}/{path}", follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.text


@pytest.fixture
def folder(own: Settings) -> Iterator[Path]:
    """The site's own folder of prompts, empty: others' settings have made it, or not."""
    shutil.rmtree(own.prompts_dir, ignore_errors=True)
    yield own.prompts_dir
    shutil.rmtree(own.prompts_dir, ignore_errors=True)


@pytest.fixture
def site(folder: Path, lead: TestClient) -> TestClient:
    assert not folder.exists()
    return lead


def test_every_prompt_is_shown_with_its_words_and_what_lacks_tibetan(site: TestClient) -> None:
    page = site.get(PAGE).text
    for each in site_prompts.listed(Path("/nonexistent")):
        assert f'id="{each.name}"' in page
        assert each.text in page
    spoken = [each for each in SHIPPED.glob("*.wav") if each.stem != "tone"]
    assert f"有 {len(spoken)} 条没有藏语录音" in page
    assert page.count("· 没有藏语录音") == len(spoken)


def test_a_prompt_is_heard_as_the_line_carries_it(site: TestClient) -> None:
    answer = site.get(f"{PAGE}/notice/sound")
    assert answer.headers["content-type"] == "audio/wav"
    heard = prompt_checks.samples_of(answer.content)
    shipped = prompt_checks.samples_of((SHIPPED / "notice.wav").read_bytes())
    assert len(heard) == len(shipped)
    assert len(set(heard.tolist())) <= 256
    assert np.abs(heard.astype(int) - shipped).max() <= 1024
    assert site.get(f"{PAGE}/notice/sound?version=waiting").status_code == 404
    assert site.get(f"{PAGE}/..%2f..%2fmaster/sound").status_code == 404


def test_a_recording_is_listened_to_before_it_goes_live_and_can_be_taken_back(
    site: TestClient, session: Session, folder: Path
) -> None:
    offered(site, "notice", tone())
    assert not (folder / "notice.wav").exists()
    assert "还没有启用" in site.get(PAGE).text
    assert site.get(f"{PAGE}/notice/sound?version=waiting").status_code == 200
    changed(site, "notice/live")
    assert (folder / "notice.wav").is_file()
    page = site.get(PAGE).text
    assert "本地录音" in page
    assert "听自带的" in page
    changed(site, "notice/shipped")
    assert not (folder / "notice.wav").exists()
    assert "还没有启用" in site.get(PAGE).text  # what was taken back is not lost
    changed(site, "notice/discard")
    assert "刚被别人改过" in changed(site, "notice/discard", 422)
    told = events.history(session, "prompt:notice")
    assert [each.refs["what"] for each in told] == ["offered", "live", "shipped", "discarded"]
    assert {each.actor for each in told} == {"team_lead-1"}


def test_what_nobody_has_listened_to_does_not_go_live(site: TestClient, folder: Path) -> None:
    offered(site, "notice", tone())
    (heard,) = re.findall(r'name="heard" value="(\w+)"', site.get(PAGE).text)
    offered(site, "notice", tone(3.0))
    answer = site.post(f"{PAGE}/notice/live", data={"heard": heard})
    assert answer.status_code == 422
    assert "刚被别人改过" in answer.text
    assert not (folder / "notice.wav").exists()
    (other,) = re.findall(r'name="heard" value="(\w+)"', answer.text)
    site.post(f"{PAGE}/notice/live", data={"heard": other})
    assert (folder / "notice.wav").is_file()


def test_the_tibetan_greeting_can_be_added(site: TestClient) -> None:
    assert "还没有录音" in site.get(PAGE).text
    assert "超过 8 秒" in offered(site, "notice_bo", tone(9), 422)
    offered(site, "notice_bo", tone(4))
    changed(site, "notice_bo/live")
    page = site.get(PAGE).text
    assert "还没有录音" not in page
    spoken = len(list(SHIPPED.glob("*.wav"))) - 1
    assert f"有 {spoken - 1} 条没有藏语录音" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "不是 WAV"),
        (b"ID3 something else", "不是 WAV"),
        (tone(rate=44100), "44100 Hz"),
        (tone(0.1), "太短"),
        (tone(61), "超过 60 秒"),
        (tone(level=0.0), "听不到声音"),
        (tone(level=0.01), "声音太小"),
        (tone(level=0.9), "声音太大"),
    ],
)
def test_what_callers_could_not_hear_is_refused_in_words(
    site: TestClient, folder: Path, data: bytes, words: str
) -> None:
    assert words in offered(site, "notice", data, 422)
    assert not folder.exists()


def test_only_who_manages_the_service_changes_what_callers_hear(
    agent: TestClient, auditor: TestClient, folder: Path
) -> None:
    for client in (agent, auditor):
        assert client.get(PAGE).status_code == 403
        offered(client, "notice", tone(), 403)
        changed(client, "notice/live", 403)
    assert not folder.exists()


def test_what_the_machine_does_not_say_can_not_be_sent(site: TestClient, folder: Path) -> None:
    offered(site, "nothing", tone(), 404)
    changed(site, "notice/elsewhere", 422)
    assert not folder.exists()
