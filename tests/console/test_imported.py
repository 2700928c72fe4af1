"""A ticket that was taken over from another system, as people here see it."""

from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.taking_over.import_mapping import parse_mapping
from tests.dispatch.import_scene import CLOSED, MAPPING, REPLIED, REPLY, take_in, written

STANDS = {"待签收": "待签收", "待审核": "待审核", "待回访": "待回访", "已办结": "办结"}


@pytest.mark.parametrize("status", ["待派单", "待签收", "办理中", "待审核", "待回访", "已办结"])
def test_its_page_says_where_it_came_from(
    agent: TestClient, session: Session, tmp_path: Path, now: datetime, status: str
) -> None:
    line = (CLOSED if status == "已办结" else REPLIED) | {"状态": status}
    take_in(session, written(tmp_path, line), parse_mapping("mapping.toml", MAPPING), now)
    page = agent.get("/console/tickets/JX-0001")
    assert page.status_code == 200
    assert "工单从旧热线系统导入，编号不变。" in page.text
    assert "13989005678" not in page.text
    assert (REPLY in page.text) == (status in ("待审核", "待回访", "已办结"))
    assert STANDS.get(status, "") in page.text
    assert "JX-0001" in agent.get("/console/").text
