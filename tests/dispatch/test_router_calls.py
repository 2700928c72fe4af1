"""The twelve shared calls: their matter as labelled there, and an organ that can take them."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.routing.router import route, shipped_model
from knowledge.directory import packaged

MANIFEST = Path(__file__).parents[3] / "shared/data/speech/hotline/manifest.tsv"
# 其他 there is whatever lies outside seven matters; ours has words for it.
OTHER = {"其他", "公安政法"}
ORGANS = {
    "call_01.wav": "urban",
    "call_02.wav": "hrss",
    "call_03.wav": "insurance",
    "call_04.wav": "urban",
    "call_05.wav": "transport",
    "call_06.wav": "education",
    "call_07.wav": "market",
    "call_08.wav": "water",
    "call_09.wav": "environment",
    "call_10.wav": "services",
    "call_11.wav": "police",
    "call_12.wav": "traffic-police",
}


@pytest.mark.skipif(not MANIFEST.exists(), reason=f"{MANIFEST} is not on this machine")
def test_every_shared_call_finds_its_matter_and_its_organ() -> None:
    with MANIFEST.open(encoding="utf-8") as file:
        calls = list(csv.DictReader(file, delimiter="\t"))

    found, wrong = {}, []
    for call in calls:
        proposal = route(
            call["text"],
            directory=packaged(),
            model=shipped_model(),
            home="540100",
            at=datetime(2026, 11, 25, tzinfo=UTC),
        )
        found[call["file"]] = proposal.department_code.split("-", 1)[1]
        if proposal.category[0] not in (OTHER if call["matter"] == "其他" else {call["matter"]}):
            wrong.append(call["file"])

    assert wrong == []
    assert found == ORGANS
