"""质检 in the console: the work, one call before its card, an agent's own results, the rules."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.inspection import cards, lists
from dispatch.inspection.models_inspection import Inspection
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.dispatch.inspection_scene import ALL_MET, drawn, submitted

PAGE = "/console/inspection"
INSPECTOR, AGENT = "quality_inspector-1", "agent-1"


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def inspector(session: Session, at: datetime) -> TestClient:
    return enter(another(session), session, Role.INSPECTOR, at)


def marked(found: Inspection, do: str, **levels: str) -> dict[str, object]:
    given = {**ALL_MET, **levels}
    return {
        "version": found.version,
        "do": do,
        "criterion": list(given),
        "level": list(given.values()),
        "note": "第 15 秒抢话",
    }


def test_an_inspector_works_from_the_list_to_the_submitted_card(
    inspector: TestClient, agent: TestClient, session: Session, at: datetime
) -> None:
    found = drawn(session, at, inspector=INSPECTOR, agent=AGENT)
    listed = inspector.get(PAGE, params={"mine": "true", "kind": "call"}).text
    assert f'{PAGE}/{found.id}"' in listed
    assert "没有质检任务" in inspector.get(PAGE, params={"why": "flag"}).text
    page = inspector.get(f"{PAGE}/{found.id}").text
    for word in ("服务禁语", "跟我没关系", "抢话", "承诺未落实", "规则第 1 版", "耐心倾听", "泄露"):
        assert word in page
    assert agent.get(f"{PAGE}/{found.id}").status_code == 403
    one = f"{PAGE}/{found.id}/marks"
    unmarked = inspector.post(one, data=marked(found, "submit", tone=""))
    assert unmarked.status_code == 422
    assert "还有评分项没有评定" in unmarked.text
    session.refresh(found)
    assert inspector.post(one, data=marked(found, "save", tone="")).status_code == 200
    assert (found.state, "tone" in found.marks) == ("draft", False)
    stale = {**marked(found, "submit"), "version": found.version - 1}
    assert inspector.post(one, data=stale).status_code == 412
    done = inspector.post(one, data=marked(found, "submit", listening="missed"))
    assert "85" in done.text
    assert "合格" in done.text
    assert "提交了质检结果" in done.text


def test_a_flag_is_marked_as_a_false_alarm_beside_its_words(
    inspector: TestClient, session: Session, at: datetime
) -> None:
    found = drawn(session, at, inspector=INSPECTOR, agent=AGENT)
    page = inspector.get(f"{PAGE}/{found.id}").text
    form = page.split(f'action="{PAGE}/{found.id}/flags/')[1].split('"')[0]
    back = inspector.post(f"{PAGE}/{found.id}/flags/{form}", data={"false_alarm": "true"})
    assert '<span class="chip">误报</span>' in back.text
    assert "0%" in inspector.get(f"{PAGE}/figures").text


def test_an_agent_reads_own_results_and_appeals_and_a_lead_decides(
    agent: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    found = submitted(session, at, inspector=INSPECTOR, agent=AGENT)
    assert agent.get(PAGE).status_code == 403
    assert f'{PAGE}/own/{found.id}"' in agent.get(f"{PAGE}/own").text
    page = agent.get(f"{PAGE}/own/{found.id}").text
    assert "第 15 秒抢话" in page
    assert "未做到" in page
    appeal = {"version": found.version, "grounds": "对方先停了"}
    assert "申诉中" in agent.post(f"{PAGE}/own/{found.id}/appeal", data=appeal).text
    session.refresh(found)
    assert "对方先停了" in lead.get(f"{PAGE}/{found.id}").text
    verdict = {**marked(found, "submit"), "verdict": "changed", "answer": "确有停顿"}
    decided = lead.post(f"{PAGE}/{found.id}/decision", data=verdict).text
    assert "改判" in decided
    assert "（原 85 分）" in decided
    assert "确有停顿" in agent.get(f"{PAGE}/own/{found.id}").text
    other = submitted_by_another(session, at)
    assert agent.get(f"{PAGE}/own/{other.id}").status_code == 404


def submitted_by_another(session: Session, at: datetime) -> Inspection:
    return drawn(session, at, inspector=INSPECTOR, agent="agent-2")


def test_quality_staff_keep_cards_lists_and_plans_on_the_page(
    inspector: TestClient, lead: TestClient, session: Session
) -> None:
    assert lead.get(f"{PAGE}/setup").status_code == 403
    page = inspector.get(f"{PAGE}/setup").text
    assert "通话服务基本评分卡" in page
    assert "跟我没关系" in page
    _, present = lists.current(session)
    typed = {
        **{"seen": 0, "silence_s": "25", "overlap_s": "1.5", "opening_s": "15"},
        **{"closing_s": "30", "promise_h": "2", "reply_letters": "10", "copied_share": "0.9"},
        **{"forbidden": "等着吧\n等着吧\n", "promise": "会回复您", "empty_replies": "无"},
        **{"opening": "您好、你好\n{number}", "closing": "再见"},
    }
    assert inspector.post(f"{PAGE}/setup/lists", data=typed).status_code == 200
    number, kept = lists.current(session)
    assert (number, kept.forbidden, kept.silence_s) == (1, ["等着吧"], 25)
    assert (kept.opening, kept.questions) == ([["您好", "你好"], ["{number}"]], present.questions)
    wrong = inspector.post(f"{PAGE}/setup/lists", data={**typed, "seen": 1, "silence_s": "x"})
    assert "数值应大于 0" in wrong.text
    wish = {
        **{"title": "每周抽检", "card": "call-basic", "period": "week", "per_agent": 3},
        **{"due_days": 5, "with_flags": "true", "inspector": INSPECTOR},
    }
    assert "每周抽检" in inspector.post(f"{PAGE}/setup/plans", data=wish).text
    nobody = {**wish, "inspector": []}
    assert "请选质检员" in inspector.post(f"{PAGE}/setup/plans", data=nobody).text
    card = {
        **{"seen": 0, "title": "新卡", "pass_mark": 60, "code_as": "call-short"},
        **{"item": ["tone", "", ""], "weight": ["60", "40", ""], "zh": ["语气", "准确", ""]},
        **{"en": ["", "", ""], "bad": [""], "bad_zh": ["泄密"], "bad_en": [""]},
    }
    assert "新卡" in inspector.post(f"{PAGE}/cards/call-basic", data=card).text
    made = cards.card(cards.find(session, "call-short"))
    assert [(each.code, each.weight) for each in made.criteria] == [("tone", 60), ("c1", 40)]
    light = {**card, "weight": ["60", "30", ""], "code_as": "call-light"}
    assert "分值合计应为 100" in inspector.post(f"{PAGE}/cards/call-basic", data=light).text


def test_a_calibration_is_opened_marked_and_closed_on_the_pages(
    inspector: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    one = submitted(session, at, inspector="dolma", agent=AGENT)
    given = {"title": "十一月", "items": str(one.id), "inspector": [INSPECTOR, "team_lead-1"]}
    opened = inspector.post(f"{PAGE}/calibrations", data=given).text
    assert "十一月" in opened
    row = opened.split(f"{PAGE}/calibrations/")[1].split('"')[0]
    assert "都提交后才能结束" in inspector.get(f"{PAGE}/calibrations/{row}").text
    for who in (inspector, lead):
        listed = who.get(PAGE, params={"why": "calibration", "mine": "true"}).text
        number = int(listed.split('data-key="q')[1].split('"')[0])
        found = session.get_one(Inspection, number)
        who.post(f"{PAGE}/{number}/marks", data=marked(found, "submit"))
    closed = inspector.post(f"{PAGE}/calibrations/{row}/close").text
    assert "100%" in closed
    wrong = {**given, "items": "x"}
    assert "请写质检单编号" in inspector.post(f"{PAGE}/calibrations", data=wrong).text
