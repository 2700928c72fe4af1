"""案例 over the wire: masked texts, what a publisher must confirm, and nobody's name."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.cases.sources import MOST
from dispatch.cases.states import Action, Kind, Status
from dispatch.cases.writing import LONGEST_TAG, MOST_TAGS
from hotline.api.fields import LARGEST_ROW, Code, Text
from hotline.api.schemas import BeijingTime, Out

Words = Annotated[Text, Field(min_length=1)]
Tag = Annotated[Text, Field(max_length=LONGEST_TAG)]


class WorkedCaseIn(BaseModel):
    """案例: what happened, how it was handled and by what, what came of it, what is learned."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "good",
                    "title": "成片路灯不亮，一次查明管护单位",
                    "situation": "多人反映同一路段路灯不亮。",
                    "handling": "并单后召集两家单位现场确认。",
                    "basis": "《城市照明管理规定》",
                    "outcome": "三日内修复。",
                    "lesson": "先查移交文件，再派单。",
                    "matter": "城乡建设/市政设施",
                    "tickets": ["202611250001"],
                    "tags": ["并单"],
                }
            ]
        }
    )

    kind: Kind
    title: Words
    situation: Words
    handling: Words
    basis: Text = ""
    outcome: Words
    lesson: Words
    matter: Text = ""
    tickets: list[Code] = Field(min_length=1, max_length=MOST)
    tags: list[Tag] = Field(default=[], max_length=MOST_TAGS)


class CaseSubmissionIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"text": 1}]})

    text: int = Field(ge=1, le=LARGEST_ROW, description="The number of the text.")


class CaseDecisionIn(BaseModel):
    """Publish, send back or withdraw; `confirmed` holds the keys of `to_confirm`, each one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": 1, "action": "withdraw", "reason": "依据已废止"}]}
    )

    text: int = Field(ge=1, le=LARGEST_ROW)
    action: Action
    reason: Text = ""
    confirmed: list[Text] = Field(default=[], max_length=500)


class FindingOut(Out):
    key: str
    kind: str
    text: str
    field: str
    start: int
    end: int


class CaseTextOut(Out):
    """One version of what a case says."""

    case_id: int
    number: int
    status: Status
    kind: Kind
    title: str
    situation: str
    handling: str
    basis: str
    outcome: str
    lesson: str
    matter: str
    tags: list[str]
    written_at: BeijingTime
    published_at: BeijingTime | None
    reason: str


class CaseTextPage(BaseModel):
    items: list[CaseTextOut]
    next: str | None


class WorkedCaseOut(BaseModel):
    """A case with the texts and the source tickets that the reader may see."""

    id: int
    version: int
    district: str
    tickets: list[str]
    texts: list[CaseTextOut]
    to_confirm: list[FindingOut] = Field(description="Of the text that waits to be published.")
