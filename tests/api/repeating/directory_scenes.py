"""Files of the directory, and somebody on duty."""

from datetime import timedelta
from itertools import count

from sqlmodel import Session

from hotline.core.clock import now
from knowledge.duties.models_duties import Duty, DutyRole, sealed
from tests.api.repeating.scenes import Known

_FRESH = count(1)


def lines(_session: Session) -> Known:
    return {
        "kind": "hotlines",
        "files": {"sheet": _line()},
        "other files": {"sheet": _line()},
    }


def articles(_session: Session) -> Known:
    return {"files": {"sheet": _article()}, "other files": {"sheet": _article()}}


def on_duty(session: Session) -> Known:
    at = now()
    row = Duty(
        department_code="540100-urban",
        role=DutyRole.OFFICER,
        starts_at=at - timedelta(hours=1, seconds=next(_FRESH)),
        ends_at=at + timedelta(hours=1),
        person="甲",
        sealed_phone=sealed("0891-6320001"),
        updated_at=at,
    )
    session.add(row)
    session.flush()
    return {"code": "540100-urban", "duty_id": row.id}


def _line() -> tuple[str, bytes]:
    text = f"number,name,valid_from\n9{next(_FRESH):05},某热线,2026-01-01\n"
    return "hotlines.csv", text.encode()


def _article() -> tuple[str, bytes]:
    head = "question,say,department,valid_from"
    line = f"第{next(_FRESH)}号牦牛怎么办,请告诉我位置。,540100-urban,2026-01-01"
    return "articles.csv", f"{head}\n{line}\n".encode()
