"""A report that was frozen before there were ranks and seats is still written bit for bit.

`frozen_before/` was kept by the code of then: the facts and the document of one report.
"""

import hashlib
import json
import zlib
from datetime import date, datetime
from pathlib import Path

from dispatch.indicators import freezing
from dispatch.indicators.models_indicators import IndicatorSnapshot

KEPT = Path(__file__).parent / "frozen_before"


def test_a_report_of_before_is_written_again_bit_for_bit() -> None:
    told, facts = (KEPT / "document.json").read_bytes(), (KEPT / "facts.csv").read_bytes()
    said = json.loads(told)
    snapshot = IndicatorSnapshot(
        id=1,
        name=said["name"],
        since=date.fromisoformat(said["since"]),
        until=date.fromisoformat(said["until"]),
        frozen_at=datetime.fromisoformat(said["frozen_at"]),
        frozen_by=said["frozen_by"],
        clearance="confidential",
        definitions={"definitions": said["definitions"], "weights": said["weights"]},
        document=told,
        document_hash=hashlib.sha256(told).hexdigest(),
        facts=zlib.compress(facts),
        facts_hash=hashlib.sha256(facts).hexdigest(),
    )
    assert len(said["indicators"]) == 35
    assert freezing.reproduce(snapshot) == told
