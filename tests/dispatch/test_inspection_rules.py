"""The pure rules of quality inspection: flags, scores, draws and agreement."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.inspection import call_rules, cards, drawing, scoring, ticket_rules, word_lists
from dispatch.inspection.agreement import agreement, cohen, fleiss
from dispatch.inspection.drawing import Work
from dispatch.inspection.rules import Found, Rule
from dispatch.inspection.states import Period
from dispatch.inspection.talk import Line, Sheet, Talk, Text
from hotline.core.errors import Invalid
from tests.dispatch.inspection_scene import ALL_MET, BAD, GOOD, Said

LISTS = word_lists.packaged()
_, CARD = cards.packaged("call-basic")


def talk(said: tuple[Said, ...], **changes: object) -> Talk:
    lines = [Line(place, *one[:3], one[3]) for place, one in enumerate(said)]
    return replace(Talk(lines, begins_s=5.0, number="1"), **changes)  # type: ignore[arg-type]


def found(said: tuple[Said, ...], **changes: object) -> dict[Rule, Found]:
    return {each.rule: each for each in call_rules.judge(talk(said, **changes), LISTS)}


def test_a_good_call_has_no_flag() -> None:
    assert found(GOOD) == {}


def test_a_bad_call_is_flagged_with_the_place_of_each_fault() -> None:
    flags = found(BAD)
    assert flags.keys() == {
        *(Rule.SILENCE, Rule.INTERRUPTION, Rule.FORBIDDEN),
        *(Rule.NO_GREETING, Rule.NO_CLOSING, Rule.PROMISE),
    }
    assert flags[Rule.SILENCE] == Found(Rule.SILENCE, 39.0, 2, 21, 60)
    assert flags[Rule.INTERRUPTION] == Found(Rule.INTERRUPTION, 5.0, 2, 15, 20)
    assert (flags[Rule.FORBIDDEN].line, flags[Rule.PROMISE].line) == (2, 4)


def test_time_on_hold_is_no_silence_and_a_promise_with_something_behind_is_kept() -> None:
    flags = found(BAD, held=[(25.0, 55.0)], behind=True)
    assert not {Rule.SILENCE, Rule.PROMISE} & flags.keys()


def test_what_was_badly_heard_proves_nothing_missing() -> None:
    unsure = talk(BAD)
    unsure = replace(unsure, lines=[replace(each, confidence=0.3) for each in unsure.lines])
    rules = {each.rule for each in call_rules.judge(unsure, LISTS)}
    assert not {Rule.NO_GREETING, Rule.NO_CLOSING} & rules
    assert Rule.FORBIDDEN in rules


def test_a_caller_who_hangs_up_is_owed_no_closing_words() -> None:
    cut = BAD[:2]
    assert Rule.NO_CLOSING in found(cut)
    assert Rule.NO_CLOSING not in found(cut, cut_off=True)


def test_the_agent_s_number_counts_as_it_is_spoken() -> None:
    said = (("agent", 6.0, 9.0, "您好，热线幺零八"), *GOOD[1:])
    assert Rule.NO_GREETING in found(said)
    assert Rule.NO_GREETING not in found(said, number="108")


def test_two_voices_on_one_track_are_judged_by_nobody_s_words() -> None:
    mixed = tuple(("caller_and_agent", *one[1:]) for one in BAD)
    assert found(mixed).keys() == {Rule.SILENCE}


def test_a_ticket_is_flagged_for_empty_replies_copies_and_questions() -> None:
    text = "城关区团结新村三栋的路灯坏了一个星期，晚上看不见路，请派人修理"
    sheet = Sheet(
        "complaint",
        text,
        "agent-1",
        [Text("已处理。", "agent-2"), Text("路灯已于昨日修复，请您查看。", "agent-3")],
        [text + "。"],
        talk((("agent", 6, 8, "您好"), ("caller", 8, 9, "灯坏了"))),
    )
    flags = ticket_rules.judge(sheet, LISTS)
    assert [(each.rule, each.agent) for each in flags] == [
        (Rule.EMPTY_REPLY, "agent-2"),
        (Rule.COPIED, ""),
        (Rule.UNASKED, ""),
    ]
    assert flags[2].measure == 2
    told = talk((("agent", 6, 8, "您好"), ("caller", 8, 9, "我姓王，团结小区灯坏了")))
    rules = {each.rule for each in ticket_rules.judge(replace(sheet, talk=told), LISTS)}
    assert Rule.UNASKED not in rules


def test_marks_are_weighted_and_what_does_not_apply_is_left_out() -> None:
    assert scoring.score(CARD, ALL_MET, ()).total == 100
    partly = scoring.score(CARD, {**ALL_MET, "questions": "partly"}, ())
    assert (partly.total, partly.passed) == (Decimal("90.00"), True)
    na = scoring.score(CARD, {**ALL_MET, "questions": "missed", "closing": "na"}, ())
    assert (na.total, na.passed) == (Decimal("77.78"), False)
    assert scoring.score(CARD, ALL_MET, ["leak"]).total == 0
    with pytest.raises(Invalid):
        scoring.score(CARD, {"greeting": "met"}, ())
    with pytest.raises(Invalid):
        scoring.score(CARD, {**ALL_MET, "else": "met"}, ())


@pytest.mark.parametrize(
    "change",
    [
        {"pass_mark": 0},
        {"criteria": []},
        {"criteria": [{"code": "a", "weight": 99, "zh": "甲"}]},
        {"criteria": [{"code": "a", "weight": "x", "zh": "甲"}]},
        {"criteria": [{"code": "a", "weight": 100, "en": "a"}]},
        {"criteria": [{"code": "a b", "weight": 100, "zh": "甲"}]},
        {"title": "x"},
    ],
)
def test_a_card_that_is_not_whole_is_refused(change: dict[str, object]) -> None:
    body = scoring.body_of(CARD)
    assert scoring.card_of(body) == CARD
    with pytest.raises(Invalid):
        scoring.card_of({**body, **change})


@pytest.mark.parametrize(
    "change",
    [{"silence_s": 0}, {"silence_s": "x"}, {"forbidden": [""]}, {"copied_share": 2}, {"else": 1}],
)
def test_lists_that_no_rule_can_go_by_are_refused(change: dict[str, object]) -> None:
    body = word_lists.body_of(LISTS)
    assert word_lists.lists_of(body) == LISTS
    with pytest.raises(Invalid):
        word_lists.lists_of({**body, **change})


WORKS = st.lists(
    st.builds(Work, st.uuids().map(str), st.sampled_from(["a", "b", "c"])),
    unique_by=lambda each: each.name,
    max_size=30,
)


@given(WORKS, st.integers(0, 5), st.randoms())
def test_a_draw_is_the_same_in_any_order_and_takes_so_many_of_each(
    works: list[Work], number: int, random: object
) -> None:
    chosen = drawing.draw("seed", works, number)
    shuffled = list(works)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert drawing.draw("seed", shuffled, number) == chosen
    assert drawing.digest(shuffled) == drawing.digest(works)
    for agent in "abc":
        there = sum(each.agent == agent for each in works)
        assert sum(each.agent == agent for each in chosen) == min(there, number)


@given(WORKS, st.lists(st.sampled_from(["a", "b", "x", "y"]), unique=True, max_size=4))
def test_nobody_inspects_their_own_work_and_it_is_shared_evenly(
    works: list[Work], inspectors: list[str]
) -> None:
    given_to = drawing.assign("seed", works, dict.fromkeys(inspectors, works), {})
    assert given_to.keys() == set(works)
    for work, name in given_to.items():
        assert name != work.agent
        assert bool(name) == bool(set(inspectors) - {work.agent})
    loads = [list(given_to.values()).count(each) for each in set(inspectors) - {"a", "b"}]
    assert max(loads, default=0) - min(loads, default=0) <= 1


def test_work_goes_to_who_may_see_it_alone_however_busy_they_are() -> None:
    hidden, plain = Work("hidden", "a"), Work("plain", "a")
    may_see = {"x": [plain], "y": [hidden, plain]}
    given_to = drawing.assign("seed", [hidden, plain], may_see, {"y": 9})
    assert given_to == {hidden: "y", plain: "x"}
    assert drawing.assign("seed", [hidden], {"x": [plain]}, {}) == {hidden: ""}


def test_periods_are_whole_ones_that_are_over() -> None:
    day = date(2027, 1, 1)  # a Friday
    assert drawing.last_whole(Period.DAY, day) == (date(2026, 12, 31), day)
    assert drawing.last_whole(Period.WEEK, day) == (date(2026, 12, 21), date(2026, 12, 28))
    assert drawing.last_whole(Period.MONTH, day) == (date(2026, 12, 1), day)


def test_cohen_s_kappa_of_a_known_table() -> None:
    rows = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen(rows) == pytest.approx(0.4)
    assert agreement(rows).share == pytest.approx(0.7)


def test_fleiss_kappa_of_a_known_table() -> None:
    counts = (
        *((0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1)),
        *((7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7)),
    )
    rows = [[str(at) for at, many in enumerate(row) for _ in range(many)] for row in counts]
    assert fleiss(rows) == pytest.approx(0.210, abs=0.0005)


def test_no_kappa_where_chance_explains_every_mark() -> None:
    same = agreement([("met", "met")] * 3)
    assert (same.share, same.kappa) == (1.0, None)
    assert agreement([]).share is None
    assert agreement([("met",)]).kappa is None
