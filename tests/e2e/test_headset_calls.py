"""浏览器坐席, whole: a real browser's microphone and headset in real calls, all by the call bar.

Caller, agent, colleague and 110 say a tone each; `tests.e2e.ears` tells who hears whom.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import conftest, ears
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.desk import HOLD_HZ, SPOKEN
from tests.e2e.ears import AGENT_HZ, CALLER_HZ, DESK_HZ, POLICE_HZ, hears
from tests.e2e.headset_scene import SOON_MS, Scene, is_now, parties, port_of
from tests.e2e.phone import Phone, free_udp_port
from tests.e2e.seated import new_agent, signed_in, with_microphone
from tests.e2e.tape_sound import sides
from tests.e2e.test_callbacks_telephone import PROMPT_S, silence
from tests.e2e.voices import Voice, seconds_of, tone

pytestmark = pytest.mark.e2e

AGENT, ME = "whole-headset", "/api/v1/seats/me"
SPEECH = Path(__file__).parents[2] / "hotline" / "demo" / "audio" / "street_lamp.wav"
SAID = re.compile("路灯|老人|孩子|走路")
SITE = {
    "HOTLINE_WRAP_UP_S": "1800",
    "HOTLINE_PREVIEW_S": "1800",
    "HOTLINE_DESK_RING_S": "120",
    "HOTLINE_OWED_AFTER_S": "1",
    "HOTLINE_SHORT_ABANDON_S": "0",
}


@pytest.fixture(scope="module")
def site() -> Iterator[Hotline]:
    """A hotline with a line to 110, time to write down, and little to say."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-headset-"))
    (folder / "prompts").mkdir()
    spoken = {name: silence(PROMPT_S) for name in SPOKEN} | {"hold": tone(HOLD_HZ, 1.0)}
    for name, sound in spoken.items():
        (folder / "prompts" / f"{name}.wav").write_bytes(sound)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SITE.items():
            patch.setenv(name, value)
        patch.setenv("HOTLINE_EMERGENCY", f"110=sip:110@127.0.0.1:{port_of('110')}")
        running = conftest.start(folder)
    yield running
    assert conftest.stop(running) == 0, running.log.read_text()[-3000:]


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("microphone")


@pytest.fixture(scope="module")
def browser(microphone: Path) -> Iterator[Browser]:
    with with_microphone(microphone) as running:
        yield running


@pytest.fixture(scope="module")
def page(site: Hotline, browser: Browser) -> Iterator[Page]:
    """The agent's, once they have chosen the browser, tried their headset and signed in."""
    new_agent(site, AGENT)
    with signed_in(site, browser, AGENT) as window:
        page = window.page
        ears.overhear(page.context)
        page.locator("#cb-place").click()
        page.get_by_label("浏览器，用耳机").check()
        page.get_by_role("button", name="保存").click()
        try_headset(page)
        page.keyboard.press("Alt+i")
        is_now(page, "空闲")
        expect(page.locator("#seat-sound")).to_have_text("耳机就绪", timeout=SOON_MS)
        yield page
        assert [each for each in window.faults if "ERR_" not in each] == []


@pytest.fixture(scope="module")
def colleague(site: Hotline) -> Hotline:
    """The administrator's client, at whose seat a desk phone rings when a person asks for it."""
    seat = {"kind": "desk", "address": f"sip:1001@127.0.0.1:{port_of('1001')}"}
    assert site.client.put(ME, json=seat).is_success
    assert site.client.post(f"{ME}/log-in").is_success
    assert site.client.post(f"{ME}/pause", json={"reason": "meeting"}).is_success
    wait_for(lambda: site.get("/seats/me")["status"] == "paused", 10, "not paused")
    return site


@pytest.fixture
def scene(colleague: Hotline, page: Page, tmp_path: Path) -> Iterator[Scene]:
    with ExitStack() as left:
        yield Scene(colleague, page, tmp_path, left)


def try_headset(page: Page) -> None:
    """耳机测试 on the account's page; the bar asks for it until then."""
    page.get_by_role("link", name="先试耳机").click()
    status = page.locator("#headset [role=status]")
    expect(status).to_contain_text("还没有试过")
    page.get_by_role("button", name="开始测试").click()
    expect(status).to_contain_text("正在播放", timeout=SOON_MS)
    page.get_by_role("button", name="听得清楚").click(timeout=SOON_MS)
    expect(status).to_contain_text("可以接听电话")
    page.goto("/console/")
    is_now(page, "未签入")


def consult(scene: Scene) -> Voice:
    """咨询 by keys alone: the first colleague is under the finger."""
    desk = scene.at(port_of("1001"), DESK_HZ)
    for key in ("Alt+c", "Space", "Enter"):
        scene.page.keyboard.press(key)
    expect(parties(scene.page)).not_to_contain_text("呼叫中", timeout=SOON_MS)
    expect(parties(scene.page)).to_have_count(1, timeout=SOON_MS)
    return desk


def hold_and_come_back(scene: Scene, caller: Voice) -> None:
    before = len(caller.heard())
    scene.page.keyboard.press("Alt+h")
    hears(caller)
    hears(scene.page)
    assert seconds_of(caller.heard()[before:], HOLD_HZ) > 0.5
    scene.page.keyboard.press("Alt+h")
    hears(caller, AGENT_HZ)
    hears(scene.page, CALLER_HZ)


def consult_and_come_back(scene: Scene, caller: Voice) -> None:
    desk = consult(scene)
    hears(desk, AGENT_HZ)
    hears(scene.page, DESK_HZ)
    hears(caller)
    expect(parties(scene.page)).to_contain_text("admin · 咨询中")
    scene.page.get_by_label("请离通话").click()
    hears(caller, AGENT_HZ)
    hears(scene.page, CALLER_HZ)


def hand_on(scene: Scene, caller: Voice) -> None:
    """咨询转: from then on caller and colleague are among themselves."""
    desk = consult(scene)
    hears(desk, AGENT_HZ)
    scene.page.keyboard.press("Alt+g")
    is_now(scene.page, "话后处理")
    hears(caller, DESK_HZ)
    hears(desk, CALLER_HZ)


def test_a_call_held_reloaded_consulted_and_handed_on(scene: Scene) -> None:
    caller, page = scene.calls("13900000171"), scene.page
    hears(caller, AGENT_HZ)
    hears(page, CALLER_HZ)
    call = scene.call
    hold_and_come_back(scene, caller)
    page.reload()
    hears(caller, AGENT_HZ)
    hears(page, CALLER_HZ)
    consult_and_come_back(scene, caller)
    hand_on(scene, caller)
    scene.ask(call, "hang-up")
    scene.is_not_rated(call)
    scene.over()
    page.keyboard.press("Alt+w")
    is_now(page, "空闲")
    [tape] = (scene.site.data_dir / "recordings").glob(f"*/*/*/{call}.tape")
    left, right = sides(tape)
    assert seconds_of(right, AGENT_HZ) > 2
    assert seconds_of(right, DESK_HZ) > 1
    assert seconds_of(left, CALLER_HZ) > len(left) / 8000 / 2
    assert seconds_of(right, CALLER_HZ) == seconds_of(right, HOLD_HZ) == 0
    assert seconds_of(left, AGENT_HZ) == seconds_of(left, DESK_HZ) == 0


def listen_in(scene: Scene, call: str, caller: Voice) -> None:
    """监听, 耳语, 强插: the lead hears both; then the agent hears them, then everybody."""
    lead = scene.at(port_of("1001"), DESK_HZ)
    for way, agent_hears, caller_hears in (
        ("monitor", (CALLER_HZ,), (AGENT_HZ,)),
        ("whisper", (CALLER_HZ, DESK_HZ), (AGENT_HZ,)),
        ("barge", (CALLER_HZ, DESK_HZ), (AGENT_HZ, DESK_HZ)),
    ):
        scene.ask(call, "listen", listening=way)
        hears(lead, CALLER_HZ, AGENT_HZ)
        hears(scene.page, *agent_hears)
        hears(caller, *caller_hears)
    scene.ask(call, "stop-listening")
    hears(caller, AGENT_HZ)


def fetch_110(scene: Scene, caller: Voice) -> None:
    """一键紧急: nobody hangs up by a slip until the agent lets 110 go."""
    page, police = scene.page, scene.at(port_of("110"), POLICE_HZ)
    for key in ("Alt+e", "Enter"):
        page.keyboard.press(key)
    hears(police, CALLER_HZ, AGENT_HZ)
    hears(page, CALLER_HZ, POLICE_HZ)
    hears(caller, AGENT_HZ, POLICE_HZ)
    expect(parties(page)).to_contain_text("110 公安")
    page.keyboard.press("Alt+x")
    expect(page.locator("#call-bar")).to_contain_text("紧急部门还没有确认", timeout=SOON_MS)
    hears(caller, AGENT_HZ, POLICE_HZ)
    page.get_by_label("请离通话").click()
    hears(caller, AGENT_HZ)


def test_a_team_lead_listens_whispers_and_joins_and_110_keeps_the_line(scene: Scene) -> None:
    caller, call = scene.calls("13900000172"), scene.call
    listen_in(scene, call, caller)
    fetch_110(scene, caller)
    scene.page.keyboard.press("Alt+x")
    is_now(scene.page, "话后处理")
    scene.is_not_rated(call)
    scene.over()


def test_who_gave_up_is_rung_by_key_and_the_agents_words_stand_on_the_right(
    scene: Scene, microphone: Path
) -> None:
    page, number, port = scene.page, "13900000173", free_udp_port()
    Phone(number=number, port=port).wait(1.5).hang_up().call(scene.site.sip_port, scene.folder)
    (microphone / "tone.wav").write_bytes(SPEECH.read_bytes())
    page.reload()  # a microphone plays its file from when it is opened
    is_now(page, "话后处理")
    expect(page.locator("#seat-sound")).to_have_text("耳机就绪", timeout=SOON_MS)
    caller = scene.at(port, CALLER_HZ)
    page.keyboard.press("Alt+w")
    expect(page.locator("#cb-dial")).to_be_visible(timeout=SOON_MS)
    page.keyboard.press("Alt+k")
    hears(page, CALLER_HZ)
    words = page.locator("#call-words li", has_text="坐席").filter(has_text=SAID)
    expect(words.first).to_be_visible(timeout=120_000)
    call = scene.call
    page.keyboard.press("Alt+x")
    is_now(page, "话后处理")
    scene.over()
    assert abs(caller.heard()).max() > 3000
    [tape] = (scene.site.data_dir / "recordings").glob(f"*/*/*/{call}.tape")
    left, right = sides(tape)
    assert seconds_of(left, CALLER_HZ) > 1
    assert seconds_of(right, CALLER_HZ) < 0.5  # a voice has some of every pitch
    assert abs(right).max() > 3000
