"""A row beside a ticket, or of a person, in which somebody writes."""

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel


class Vaulted(SQLModel):
    """What was written in a row of a sealed ticket or of a person: one JSON object, by their key.

    Its own columns of words (`people.inventory`) are empty then, in the database.
    """

    sealed_words: bytes | None = Field(default=None, sa_type=LargeBinary)
