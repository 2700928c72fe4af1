"""Articles over the wire: what everybody may read, and what editors write."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.fields import LARGEST_ROW, Code, Text
from hotline.api.schemas import BeijingTime, Out
from knowledge.articles.mistakes import Outcome
from knowledge.articles.states import TextStatus
from knowledge.articles.wording import Language, Missing

Line = Annotated[Text, Field(max_length=500)]


class ArticleOut(BaseModel):
    """知识点 as it is published; `missing` names what nobody could confirm yet."""

    code: str = Field(examples=["street-lamp"])
    status: TextStatus
    expired: bool
    question: str
    variants: list[str]
    say: str
    send: str
    question_bo: str
    say_bo: str
    send_bo: str
    bo_state: Language
    source: str
    department: str
    matters: list[str]
    district: str = Field(description="Empty: everywhere.")
    valid_from: date
    valid_to: date | None
    review_by: date | None
    missing: list[str]
    sample: bool = Field(description="Not confirmed by its owner yet.")
    text_version: int


class ArticlePage(BaseModel):
    items: list[ArticleOut]
    next: str | None


class FoundOut(BaseModel):
    """An article that answers; `covers` is the share of the query that it has, by rarity."""

    article: ArticleOut
    good: bool
    covers: float


class ArticlesFound(BaseModel):
    """What holds, the best first; what no longer does stands apart."""

    good: bool = Field(description="False: the question is on the list of gaps.")
    items: list[FoundOut]
    expired: list[FoundOut]


class HeardIn(BaseModel):
    """What somebody has said so far."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "我们这里路灯不亮了"}]})

    text: Text
    district: Code = ""


class OwnArticleIn(BaseModel):
    """One text of a department's own article; nobody's name or number belongs into it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "路灯不亮怎么报修？",
                    "variants": ["路灯坏了"],
                    "say": "请告诉我路名和灯杆编号，我登记转城管维修。",
                    "send": "路灯故障请报路名和灯杆编号。",
                    "matters": ["010101"],
                    "valid_from": "2026-01-01",
                    "source": "编辑自撰",
                }
            ]
        }
    )

    question: Line
    say: Text
    valid_from: date
    variants: Annotated[list[Line], Field(max_length=40)] = []
    send: Line = ""
    question_bo: Line = ""
    say_bo: Text = ""
    send_bo: Line = ""
    bo_state: Language = Language.NONE
    source: Line = ""
    matters: Annotated[list[Code], Field(max_length=20)] = []
    district: Code = ""
    valid_to: date | None = None
    review_by: date | None = None
    missing: list[Missing] = []


class ArticleIn(OwnArticleIn):
    """One text of an article, with the department that answers for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "路灯不亮怎么报修？",
                    "say": "请告诉我路名和灯杆编号，我登记转城管维修。",
                    "department": "540100-urban",
                    "valid_from": "2026-01-01",
                    "source": "编辑自撰",
                }
            ]
        }
    )

    department: Code


class WhyIn(BaseModel):
    """Why a text goes back, or holds no longer; what is wrong with it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "地点已变更"}]})

    reason: Annotated[Text, Field(max_length=1000)] = ""


class SentBackIn(WhyIn):
    """Why a text goes back, and which: one under way may stand beside one that begins later."""

    text_version: Annotated[int, Field(ge=1, le=LARGEST_ROW)] | None = Field(
        default=None, description="Without one, the text that is under way, else the later one."
    )


class OutcomeIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "corrected"}]})

    outcome: Outcome


class TextOut(ArticleOut):
    """One version, with who wrote and judged it."""

    drafted_at: BeijingTime
    drafted_by: str
    reviewed_by: str
    published_by: str
    note: str


class MistakeOut(Out):
    """纠错: waits for its owner until `due_at`."""

    text_number: int
    department_code: str
    note: str
    reported_at: BeijingTime
    due_at: BeijingTime
    closed_at: BeijingTime | None
    outcome: str


class ArticleDetail(BaseModel):
    """All texts of an article, the newest first, and the report that is open about it."""

    code: str
    version: int
    texts: list[TextOut]
    mistake: MistakeOut | None


class OwnArticleOut(BaseModel):
    """An article as its department sees it: what stands, what comes next, what is called wrong."""

    code: str
    version: int
    shown: ArticleOut | None
    next: ArticleOut | None = Field(description="Under way, or to begin on a later day.")
    mistake: MistakeOut | None


class OwnArticlePage(BaseModel):
    items: list[OwnArticleOut]
    next: str | None


class GapOut(Out):
    """知识缺口: asked so often without a good answer."""

    question: str
    district_code: str
    times: int
    first_at: BeijingTime
    last_at: BeijingTime


class GapList(BaseModel):
    items: list[GapOut]
