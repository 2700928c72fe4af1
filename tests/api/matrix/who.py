"""Who asks in the matrix: one of each role, and two who are named for the sealed matter."""

import os
from dataclasses import dataclass

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core import keys
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import now
from tests.api.matrix.scene import DEPARTMENT, DISTRICT, KEEPER, LEADER, WORD, person

# `make soak` asks as everybody; the tests as one of each reach, and as one whom nothing reaches.
EVERYBODY = bool(os.environ.get("HOTLINE_TESTS_EVERYBODY"))
_FEW = (Role.AGENT, Role.LEADER, Role.SYSTEM, Role.EDITOR, Role.ADMINISTRATOR)
ROLES = tuple(Role) if EVERYBODY else _FEW


@dataclass(frozen=True)
class Asker:
    role: Role
    named: bool = False  # for the sealed matter

    def __str__(self) -> str:
        return f"{self.role}{', named' if self.named else ''}"


NAMED = (Asker(Role.SUPERVISOR, named=True), Asker(Role.LEADER, named=True))
ASKERS = (*map(Asker, ROLES), *NAMED)


def signed_in(client: TestClient, session: Session, asker: Asker) -> dict[str, str]:
    """Return the headers of this asker, in the district and the department of one's own."""
    if asker.role is Role.SYSTEM:
        _, secret = keys.issue_key(session, DEPARTMENT, "matrix", actor=MACHINE, now=now())
        return {"X-API-Key": secret}
    if asker.named:
        name = KEEPER if asker.role is Role.SUPERVISOR else LEADER
    else:
        name, of_department = f"{asker.role}-m", asker.role in (Role.HANDLER, Role.LEADER)
        where = {"department": DEPARTMENT} if of_department else {"district": DISTRICT}
        person(session, name, asker.role, **where)
    body = {"username": name, "password": WORD}
    token = client.post("/api/v1/sessions", json=body).json()["token"]
    return {"Authorization": f"Bearer {token}"}
