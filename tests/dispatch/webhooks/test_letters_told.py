"""函件 by webhook: which letter, and of no ticket."""

import json

from sqlalchemy import Engine

from dispatch.webhooks import endpoints
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.event_types import EventType
from tests.dispatch.letters.letter_scene import RECTIFICATION, URBAN, issued, to
from tests.dispatch.webhooks.scene import kept, listening, read_log

URL = "https://oa.example.gov.cn/hotline"


def test_a_department_is_told_of_its_letter_by_its_number(database: Engine) -> None:
    assert EventType.LETTER_ISSUED in endpoints.TYPES
    listening(database, URL)
    with transaction(database) as session:
        number = issued(session, to(RECTIFICATION, URBAN), now()).number
    read_log(database)
    (delivery,) = kept(database)
    told = json.loads(delivery.body)
    assert (told["type"], told["data"]) == (
        "letter.issued",
        {"letter": number, "sequence": 1},
    )
    assert delivery.ticket == ""
