"""What a publisher must confirm: names, numbers, places and organisations, where they stand."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dispatch.cases import findings
from dispatch.cases.states import OF_ITSELF, STEPS, Action, Status, open_actions

LETTERS = st.text("王小明先生局路号灯住在拉萨市城关区幸福小区12栋3单元的，。 ab9", max_size=60)


def test_names_and_organisations_are_found_where_they_stand() -> None:
    told = "王小明住在城关区幸福小区12栋，说是自来水公司的事。"
    found = findings.find({"title": "路灯", "situation": told})
    assert [(each.kind, each.text, each.field) for each in found] == [
        ("name", "王小明", "situation"),
        ("address", "幸福小区12栋", "situation"),
        ("organisation", "自来水公司", "situation"),
    ]
    assert [told[each.start : each.end] for each in found] == [each.text for each in found]


@given(LETTERS, LETTERS)
def test_findings_stand_in_their_text_in_order_and_apart(one: str, two: str) -> None:
    said = {"title": one, "lesson": two}
    found = findings.find(said)
    for each in found:
        assert said[each.field][each.start : each.end] == each.text
        assert each.start < each.end
    for before, after in pairwise(found):
        assert before.field != after.field or before.end <= after.start


@given(LETTERS)
def test_the_same_words_are_confirmed_once_and_all_of_them_are_enough(text: str) -> None:
    found = findings.find({"lesson": text})
    everything = frozenset(each.key for each in found)
    assert not findings.unconfirmed(found, everything)
    left = findings.unconfirmed(found, frozenset())
    assert len(left) == len(set(left))
    assert set(left) == {each.text for each in found}


def test_every_status_is_reached_and_only_ends_lead_nowhere() -> None:
    assert {Status.DRAFT, *STEPS.values()} == set(Status)
    ends = {Status.WITHDRAWN, Status.REPLACED}
    assert {status for status, _ in STEPS} == set(Status) - ends


def test_nobody_is_offered_what_comes_of_itself() -> None:
    assert not any(OF_ITSELF & set(open_actions(each)) for each in Status)
    assert open_actions(Status.REVIEW) == (Action.SEND_BACK, Action.PUBLISH)
