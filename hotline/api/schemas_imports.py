"""An import over the wire: what a file of another system's tickets came to."""

from pydantic import BaseModel, Field


class TicketsImported(BaseModel):
    """导入他系统工单: all of the file stands, or (`written` is false) nothing was written."""

    written: bool
    added: int = Field(description="Tickets that are new here; of a dry run, that would be.")
    unchanged: int = Field(description="Lines that were imported before and say the same.")
    differing: int = Field(description="Open tickets whose due time is not the other system's.")
    differences: list[str] = Field(description="The first of them, by row: ours and theirs.")
