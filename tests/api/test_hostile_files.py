"""Hostile uploads, each through the door of a department's system: refused in words, or harmless.

Every one is made here, in code; none is kept in the repository.
"""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, func, select

from dispatch.attachments.models_attachments import Attachment
from tests.api.dispatched_scene import dispatched
from tests.api.hostile_documents import DOCUMENTS
from tests.api.hostile_file import Hostile
from tests.api.hostile_others import OTHERS
from tests.api.hostile_pictures import PICTURES

Desk = Callable[[str], TestClient]
HOSTILE = [*PICTURES, *DOCUMENTS, *OTHERS]
FEWEST = 50  # the number


def test_there_are_enough_of_them_and_no_two_are_the_same() -> None:
    assert len({each.label for each in HOSTILE}) == len(HOSTILE) >= FEWEST
    assert all(bool(each.refused) != bool(each.defused) for each in HOSTILE)


@pytest.mark.parametrize("hostile", HOSTILE, ids=str)
def test_a_hostile_file_is_refused_or_defused(
    session: Session, desk: Desk, hostile: Hostile
) -> None:
    files = f"/api/v1/work-orders/{dispatched(session).number}-1/attachments"
    urban = desk("540102-urban")
    answer = urban.post(files, files={"file": (hostile.name, hostile.make(), hostile.media_type)})
    if hostile.defused is None:
        assert answer.status_code == 422, answer.text
        assert hostile.refused in answer.json()["detail"]
        assert answer.json()["title"] == "File not accepted"
        assert answer.json()["remedy"]
        assert session.exec(select(func.count()).select_from(Attachment)).one() == 0
        return
    assert answer.status_code == 200, answer.text
    kept = answer.json()
    download = urban.get(f"{files}/{kept['id']}")
    assert hostile.defused(download.content)
    assert download.headers["content-disposition"].startswith('attachment; filename="attachment.')
    assert download.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in download.headers["content-security-policy"]
    if hostile.called:
        assert kept["name"] == hostile.called
