"""What the classifier was never taught: keywords may propose it, never dispatch it."""

from datetime import UTC, datetime

import pytest

from dispatch.routing.auto import OPTED_IN, OPTED_IN_SPOKEN_THRESHOLD, OPTED_IN_THRESHOLD
from dispatch.routing.proposal import Proposal
from dispatch.routing.reading import UNKNOWN_AT_MOST
from dispatch.routing.router import route, shipped_model
from knowledge.directory import packaged

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)


def proposal(text: str) -> Proposal:
    return route(
        text, directory=packaged(), model=shipped_model(), home="540100", at=NOW, auto=OPTED_IN
    )


def test_what_only_keywords_know_is_below_every_threshold() -> None:
    assert min(OPTED_IN_THRESHOLD, OPTED_IN_SPOKEN_THRESHOLD) > UNKNOWN_AT_MOST


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("我家孩子走丢了，六岁，穿红衣服", "公安政法"),
        ("两伙人拿着棍子打群架，有人头破血流", "公安政法"),
    ],
)
def test_a_keyword_alone_proposes_and_waits_for_a_person(text: str, category: str) -> None:
    found = proposal(text)
    assert found.category[0] == category
    assert found.confidence <= UNKNOWN_AT_MOST
    assert not found.auto_dispatch
    assert any("须人工确认" in reason for reason in found.reasons)


def test_praise_always_waits_for_a_person_who_knows_whom_it_is_for() -> None:
    found = proposal("表扬人民医院急诊科的护士，态度很好，感谢她们")
    assert found.category == ("其他", "表扬", "表扬")
    assert not found.auto_dispatch
    assert "表扬件转给被表扬单位，由人工认定" in found.reasons


def test_what_the_model_was_taught_is_as_sure_as_before() -> None:
    found = proposal("小区停水三天了，请自来水公司赶快来修水管")
    assert found.confidence > OPTED_IN_THRESHOLD
    assert found.auto_dispatch
