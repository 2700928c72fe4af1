"""函件 over the wire: what a department was written, what is due, and what it said."""

import uuid
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from dispatch.letters.answering import MOST_FILES
from dispatch.letters.references import Thing
from dispatch.letters.states import Kind, Measure, Standing, Status
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out


class LetterAnswerIn(BaseModel):
    """整改答复."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"measures": "更换灯具，增加巡查。", "result": "十盏路灯已亮。"}]
        }
    )

    measures: Text = Field(min_length=1, description="What was done.")
    result: Text = Field(min_length=1, description="What came of it.")
    files: list[Code] = Field(
        default=[],
        max_length=MOST_FILES,
        description="One's own files on tickets that the letter names, by id.",
    )


class ObjectionIn(BaseModel):
    """异议."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"objection": "未记录我单位说明。"}]})

    objection: Text = Field(min_length=1)


class EvidenceIn(BaseModel):
    """报落实."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"evidence": "排查台账已上传。"}]})

    evidence: Text = Field(min_length=1)


class ReferenceOut(Out):
    """What the letter refers to; an indicator with its days and its figure."""

    thing: Thing
    code: str
    since: str
    until: str
    figure: str


class LetterClockOut(Out):
    """A running limit; `measure` is the one that it is of, null for the letter's own."""

    kind: str
    measure: int | None
    limit: str
    warning_at: BeijingTime
    due_at: BeijingTime
    provisional: bool


class LetterFileOut(Out):
    """附件 of the letter, or of an answer to it."""

    id: uuid.UUID
    name: str = Field(description="A label, at most 120 characters, numbers in it masked.")
    kind: str = Field(description="What the content is, whatever it was called.")
    media_type: str
    size: int = Field(description="Bytes of what is downloaded: not always of what was sent.")
    sha256: str = Field(description="Of what is downloaded.")
    state: str = Field(description="`ready`; `waiting` for the site's scanner: no download yet.")
    department: str = Field(description="Who added it; empty for the letter's own.")
    round: int | None = Field(description="The answer it went with; null for none yet.")
    added_at: BeijingTime


class LetterAnswerOut(Out):
    round: int
    measures: str
    result: str
    files: list[str]
    at: BeijingTime
    by: str
    accepted: bool | None = Field(description="Null until it is decided on.")
    reason: str


class RecordOut(Out):
    """约谈记录, and the objection to it."""

    round: int
    text: str
    at: BeijingTime
    objection: str
    told_at: BeijingTime | None = Field(description="When it was confirmed or objected to.")


class MeasureOut(Out):
    id: int
    text: str
    due_on: date
    standing: Measure
    evidence: str
    reason: str


class LetterOut(Out):
    """One letter as its recipient reads it; `standing` is how far that recipient is."""

    number: str
    version: int
    kind: Kind
    status: Status
    standing: Standing
    subject: str
    basis: str
    clause: str
    body: str
    references: list[ReferenceOut]
    files: list[LetterFileOut] = Field(description="The letter's own, and those of the answers.")
    issued_at: BeijingTime
    acknowledged_at: BeijingTime | None
    meets_at: BeijingTime | None
    place: str
    offices: list[str]
    why_withdrawn: str
    due: list[LetterClockOut] = Field(description="What still runs, the first due first.")
    answers: list[LetterAnswerOut]
    records: list[RecordOut]
    measures: list[MeasureOut]


class LetterLine(Out):
    """One letter in a list; `due_at` is when the next thing asked of its recipient is due."""

    number: str
    kind: Kind
    status: Status
    standing: Standing
    subject: str
    issued_at: BeijingTime
    due: str = Field(description="What is due next, by its clock's kind; empty for nothing.")
    due_at: BeijingTime | None


class LetterPage(BaseModel):
    items: list[LetterLine]
    next: str | None


class PublishedBulletin(Out):
    """A bulletin that the site has published: its words, and none of what it refers to."""

    number: str
    subject: str
    basis: str
    body: str
    published_at: BeijingTime


class BulletinPage(BaseModel):
    items: list[PublishedBulletin]
    next: str | None
