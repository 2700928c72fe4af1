"""The day of `tests.console.scenes` in a rush, with an agent who talks: what pictures show."""

from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch.drafting import drafts
from dispatch.drafting.drafts import FieldName
from hotline.core import accounts
from hotline.core.accounts import Account, Role, as_actor
from telephony import records
from telephony.models import Call
from tests.api import calls_scene
from tests.console import scenes
from tests.console.scenes import Scene
from tests.e2e import demo_floor

BEGAN = timedelta(seconds=74)
CARD = "城关区一家烧烤店半夜扰民，来电人请求管理"
SAID = (
    ("agent", "您好，12345热线，请讲。"),
    ("caller", "你好，拉萨市城关区北京东路的路灯坏了一个星期了，晚上看不见路。"),
    ("agent", "请问具体在北京东路的什么位置？"),
    ("caller", "在八廓商城对面的公交站旁边，三盏灯都不亮，老人和孩子走路很危险。"),
    ("agent", "我记下来了，方便留一个联系电话吗？"),
    ("caller", "可以，我的电话是13900400099。"),
)


def arrange(session: Session, *, at: datetime) -> Scene:
    """Tell the day, let the floor be busy, and return what the pages are named by."""
    made = scenes.arrange(session, at=at)
    demo_floor.enliven(session, at=at)
    agent = accounts.find(session, scenes.username(Role.AGENT))
    assert agent
    earlier = _rung(session, at - timedelta(minutes=26), "13900400098", SAID[:2])
    typed = {FieldName.TITLE.value: CARD}
    drafts.write(session, earlier, typed, actor=as_actor(agent), now=at - timedelta(minutes=22))
    return Scene({**made.names, "call": str(_talks(session, agent, at).id)})


def _talks(session: Session, agent: Account, at: datetime) -> Call:
    call = _rung(session, at - BEGAN, "13900400099", SAID)
    seat = calls_scene.seat_of(session, agent.username, at - BEGAN, kind="desk")
    call.language = "zh"
    calls_scene.talking(session, seat, call, at - BEGAN)
    return call


def _rung(session: Session, at: datetime, number: str, said: tuple[tuple[str, str], ...]) -> Call:
    call = calls_scene.caller(session, at, number)
    for seq, (speaker, text) in enumerate(said, start=1):
        records.add_utterance(
            session,
            call,
            speaker=speaker,
            seq=seq,
            start_s=9.0 * seq,
            end_s=9.0 * seq + 6,
            text=text,
            confidence=0.88,
            now=at,
        )
    return call
