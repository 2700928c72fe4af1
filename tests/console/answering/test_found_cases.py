"""Cases where an agent looks for answers: in the library and beside a call, marked as cases."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.cases import life
from dispatch.cases.states import Action
from telephony.models import Call
from tests.console.answering.conftest import say
from tests.dispatch.cases.scene import PUBLISHER, published


def test_the_library_shows_a_case_below_the_answer_and_says_what_it_is(
    agent: TestClient, session: Session, now: datetime
) -> None:
    case, _ = published(session, now)
    page = agent.get("/console/articles", params={"q": "路灯不亮怎么报修"}).text
    article = page.index("/console/articles/read/street-lamp")
    example = page.index(f'href="/console/cases/{case.id}"')
    assert article < example
    assert '<span class="chip">案例</span>' in page[example:]
    assert agent.get(f"/console/cases/{case.id}").status_code == 200


def test_beside_a_call_cases_stand_below_the_answers_and_a_withdrawn_one_vanishes(
    agent: TestClient, session: Session, call: Call, now: datetime
) -> None:
    case, _ = published(session, now)
    say(session, call, "我们这条路的路灯成片不亮，没有人修", now)
    part, link = f"/console/calls/{call.id}/answers", f'href="/console/cases/{case.id}"'
    shown = agent.get(part, headers={"HX-Request": "true"}).text
    assert shown.index('data-key="astreet-lamp"') < shown.index(link)
    life.act(session, case, 1, Action.WITHDRAW, "依据已废止", actor=PUBLISHER, now=now)
    assert link not in agent.get(part, headers={"HX-Request": "true"}).text
