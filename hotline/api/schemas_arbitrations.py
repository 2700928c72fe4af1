"""会商 over the wire: who is heard, and what was decided."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from dispatch.handling.arbitration import Why
from dispatch.handling.cases import CaseStatus
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, DepartmentOut, Out


class DecideIn(BaseModel):
    """裁定: who leads from now on, and on what basis; both become a precedent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "department": "540102-urban",
                    "basis": "《城市道路管理条例》第六条",
                }
            ]
        }
    )

    department: Code
    basis: Text


class PrecedentOut(Out):
    """会商先例: in these days, tickets of the matter in the district go to the department."""

    matter_code: str
    district_code: str
    department_code: str
    valid_from: date
    valid_to: date | None = Field(
        description="The last day it held, once its decision was recalled; before `valid_from`: "
        "recalled on the day it was made."
    )


class ArbitrationOut(Out):
    """A contested ticket and, once it is decided, who answers for it."""

    id: int
    ticket: str
    title: str
    round: int
    status: CaseStatus
    why: Why
    note: str
    candidates: list[DepartmentOut] = Field(
        description="Those who gave the ticket back in this round, then those they named."
    )
    opened_at: BeijingTime
    opened_by: str
    due_at: BeijingTime | None = Field(description="By when it shall be decided.")
    decided_at: BeijingTime | None
    decided_by: str
    department: DepartmentOut | None = Field(description="Whom the decision named.")
    basis: str


class ArbitrationDetail(ArbitrationOut):
    """A case with the precedent that it became."""

    precedent: PrecedentOut | None
    version: int = Field(description="Its ticket's, as in the ETag.")


class ArbitrationPage(BaseModel):
    items: list[ArbitrationOut]
    next: str | None
