"""What goes over the wire about people who sign in."""

from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out
from hotline.core.accounts import Role
from hotline.core.confidentiality import Confidentiality
from hotline.core.people.passwords import LONGEST, SHORTEST
from hotline.core.people.staff import USERNAME


def _of_a_person(role: Role) -> Role:
    if role is Role.SYSTEM:
        raise ValueError("is what API keys carry")
    return role


PersonRole = Annotated[Role, AfterValidator(_of_a_person)]
Name = Annotated[str, StringConstraints(pattern=f"^{USERNAME}$")]
DisplayName = Annotated[Code, StringConstraints(min_length=1)]


class AccountOut(Out):
    """One person's account; `locked_until` is set while wrong passwords keep it closed."""

    username: str
    display_name: str
    role: str
    department: str
    district: str
    clearance: str
    issuer: str = Field(description="The provider at which the person signs in; else empty.")
    must_change_password: bool
    locked_until: BeijingTime | None
    disabled_at: BeijingTime | None
    created_at: BeijingTime
    version: int


class AccountPage(Out):
    items: list[AccountOut]
    next: str | None


class NewPassword(AccountOut):
    """The account with a password that is shown this once: null when the request is repeated."""

    password: str | None


class AccountIn(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "username": "dawa",
                    "display_name": "达瓦",
                    "role": "department_handler",
                    "department": "540102-urban",
                }
            ]
        }
    )

    username: Name
    display_name: Code = ""
    role: PersonRole
    department: Code = Field("", description="A handler's or leader's, and nobody else's.")
    district: Code = Field("", description="Six digits; empty: the whole site.")
    clearance: Confidentiality = Confidentiality.CONFIDENTIAL


class AccountChange(BaseModel):
    """What is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"role": "team_lead", "district": "540102"}]}
    )

    display_name: DisplayName | None = None
    role: PersonRole | None = None
    department: Code | None = None
    district: Code | None = None
    clearance: Confidentiality | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "AccountChange":
        if not self.model_fields_set:
            raise ValueError("says nothing to change")
        return self


class LoginOut(Out):
    """One signed-in browser or script."""

    id: UUID = Field(validation_alias="public_id")
    device: str = Field(description="What the browser calls itself.")
    created_at: BeijingTime
    seen_at: BeijingTime | None = Field(description="To the minute.")
    expires_at: BeijingTime


class LoginList(Out):
    items: list[LoginOut]


class EndedOut(BaseModel):
    ended: int = Field(description="How many sessions were ended.")


class MeOut(BaseModel):
    """Who asks, and what they may do."""

    name: str
    role: str
    department: str
    district: str
    clearance: str
    must_change_password: bool
    may: list[str] = Field(description="Names of permissions.")


class PasswordIn(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"old": "what was shown once", "new": "yak butter at dawn"}]
        }
    )

    old: Text
    new: Annotated[Text, StringConstraints(min_length=SHORTEST, max_length=LONGEST)]
