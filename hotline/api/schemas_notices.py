"""站内消息 over the wire: what somebody must know, by codes only."""

from pydantic import BaseModel, Field

from hotline.api.schemas import BeijingTime, Out


class HeadlineOut(Out):
    """热点: where, about what, how many and from when to when; none of its tickets."""

    place: str = Field(description="The code of its district.")
    matter: str = Field(description="The levels of its category, parted by `/`.")
    count: int
    since: BeijingTime
    until: BeijingTime


class NoticeOut(Out):
    """A notice: its card, what it says, and of which ticket, order and clock."""

    id: int
    recipient: str = Field(
        description="department:CODE, leader:CODE, agents:DISTRICT, team_lead:DISTRICT, "
        "supervision:DISTRICT or person:NAME."
    )
    card: str = Field(description="yellow or red.")
    says: str = Field(
        description="warning, due, overdue, escalated, supervised, webhook_dead, hot, "
        "article_unread, article_mistake, article_review, problem_late, "
        "problem_move_asked, problem_move_decided, or of "
        "`dispatch.ratings.telling` and "
        "`dispatch.inspection.notices` (rating_…, call_rating, inspection_…), or of "
        "`dispatch.comparing.notices` (comparison_…, exclusion_…)."
    )
    ticket: str
    order: str = Field(description="Empty for what is no order's.")
    clock: str
    due_at: BeijingTime | None
    at: BeijingTime
    read_at: BeijingTime | None = Field(description="Null until whoever asks has read it.")
    hot: HeadlineOut | None = Field(description="Of the hot issue that the notice tells of.")
    article: str = Field("", description="The article to be read or answered for, by its code.")
    letter: str = Field("", description="The letter (函件) that it tells of, by its number.")


class NoticePage(BaseModel):
    items: list[NoticeOut]
    next: str | None
