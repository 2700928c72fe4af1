"""派单、加派、改派、撤回、提请会商 over the wire."""

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.fields import Code, Text


class DispatchIn(BaseModel):
    """Who shall handle the ticket, lead first; left out: the department that was proposed."""

    departments: list[Code] | None = Field(None, examples=[["540102-urban", "540100-urban"]])
    notes: dict[Code, Text] = Field(
        {},
        description="What each department is told, by its code.",
        examples=[{"540102-urban": "群众反映夜间无灯，请先设警示标志"}],
    )


class AddIn(BaseModel):
    """加派: who shall assist those who have the ticket, and what each is told."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "departments": ["540100-urban"],
                    "notes": {"540100-urban": "请协助核对电缆走向"},
                }
            ]
        }
    )

    departments: list[Code]
    notes: dict[Code, Text] = {}


class RedispatchIn(BaseModel):
    """改派: which open order is taken back, and who has it from now on, by the same reply clock."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "order": "261125000017-1",
                    "department": "540103-urban",
                    "note": "该路段由堆龙德庆区管养",
                }
            ]
        }
    )

    order: Code
    department: Code
    note: Text = ""


class RecallIn(BaseModel):
    """撤回: which open order is taken back, and why; its department reads the reason."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"order": "261125000017-1", "reason": "派错了单位"}]}
    )

    order: Code
    reason: Text


class ContestIn(BaseModel):
    """提请会商: what speaks for and against whom."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"note": "两区都称不管这段河堤，图上在交界处"}]}
    )

    note: Text
