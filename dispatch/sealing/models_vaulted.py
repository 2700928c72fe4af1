"""A row beside a ticket in which somebody writes."""

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel


class Vaulted(SQLModel):
    """What was written in a row of a sealed ticket: one JSON object, by the requester's key.

    Its own columns of words (`people.inventory`) are empty then, in the database.
    """

    sealed_words: bytes | None = Field(default=None, sa_type=LargeBinary)
