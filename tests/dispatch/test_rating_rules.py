"""What looks gamed, and who is drawn to be asked again: the rules alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.ratings import alert_rules, blind_draw, near_texts, terms
from dispatch.ratings.alert_rules import Asked, Rated, Registered, Replied, Rule
from dispatch.ratings.blind_draw import Said
from dispatch.ratings.stages import OPEN, STEPS, Stage, Step, after
from dispatch.rules.limits import parse_limit
from hotline.core.errors import Invalid

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
WORDS = ("路灯已经更换，今晚起正常照明。", "经核实，该问题正在处理。", "请您放心。")


def reply(number: int, **changes: object) -> Replied:
    known: dict[str, object] = {
        "ticket_id": number,
        "order": f"N{number}-1",
        "department": "d",
        "text": f"{WORDS[number % 3]}{'甲乙丙丁戊己庚辛壬癸'[number % 10] * 20}",
        "solved": True,
        "reached": True,
        "accepted_at": AT,
        "at": AT + timedelta(hours=5),
        "due_at": AT + timedelta(days=5),
        "denied": False,
    }
    return Replied(**{**known, **changes})  # type: ignore[arg-type]  # as its fields are


def test_a_type_registered_as_less_than_was_surely_heard_is_found() -> None:
    facts = [
        Registered(1, "N1", "complaint", "inquiry", 0.95),
        Registered(2, "N2", "complaint", "inquiry", 0.5),  # the machine was not sure
        Registered(3, "N3", "complaint", "complaint", 0.99),
        Registered(4, "N4", "report", "complaint", 0.99),
        Registered(5, "N5", "inquiry", "complaint", 0.99),  # more, not less
    ]
    assert [each.about for each in alert_rules.downgraded(facts)] == ["N1"]


def test_solved_without_a_contact_is_sham_when_quick_or_denied() -> None:
    soon = AT + timedelta(minutes=4)
    facts = [
        reply(1, reached=False, at=soon),
        reply(2, reached=True, at=soon),
        reply(3, reached=False),
        reply(4, reached=False, denied=True),
        reply(5, reached=False, at=soon, solved=False),
    ]
    found = list(alert_rules.sham(facts, minutes=10))
    assert [each.about for each in found] == ["N1-1", "N4-1"]
    assert found[0].evidence["minutes"] == 4
    assert found[1].evidence["denied"] is True


def test_copied_replies_are_found_within_a_department_and_nearly_alike() -> None:
    long = "经现场核实，该处路灯线路老化，我单位已安排抢修人员完成更换，感谢您的监督。"
    facts = [reply(n, text=f"{long}编号{n}") for n in (1, 2)]
    facts += [reply(3, text=long.replace("感谢", "谢谢")), reply(4, text=long, department="e")]
    facts += [reply(5), reply(6), reply(7)]
    (found,) = alert_rules.copied(facts, "2026-W48", least=3, alike=0.8)
    assert found.evidence["orders"] == ["N1-1", "N2-1", "N3-1"]
    assert long[:6] not in str(found.evidence)
    assert list(alert_rules.copied(facts, "2026-W48", least=4, alike=0.8)) == []
    assert found.about.startswith("d:2026-W48:")


def test_many_answers_just_before_they_are_due_are_found_by_department() -> None:
    due = AT + timedelta(days=1)
    late = [reply(n, due_at=due, at=due - timedelta(minutes=n)) for n in range(1, 6)]
    calm = [reply(n, department="d") for n in range(10, 17)]
    (found,) = alert_rules.before_due([*late, *calm], "2026-W48", minutes=30)
    assert (found.rule, found.about) == (Rule.JUST_BEFORE_DUE, "d:2026-W48")
    assert (found.evidence["count"], found.evidence["of"]) == (5, 12)
    assert not list(alert_rules.before_due(late[:4], "2026-W48", minutes=30))
    overdue = [reply(n, due_at=due, at=due + timedelta(minutes=n)) for n in range(1, 6)]
    assert not list(alert_rules.before_due(overdue, "2026-W48", minutes=30))


def test_ratings_from_one_source_within_minutes_are_a_cluster() -> None:
    quick = [Rated(n, "staff:x", "d", AT + timedelta(minutes=n)) for n in range(5)]
    slow = [Rated(n, "person:y", "d", AT + timedelta(hours=n)) for n in range(10, 15)]
    patient = [Rated(n, "person:z", "d", AT + timedelta(minutes=n)) for n in range(5)]
    (found,) = alert_rules.clustered([*slow, *quick], least=5, minutes=10)
    assert (found.about, found.evidence["count"]) == ("staff:0", 5)
    assert (found.evidence["source"], found.evidence["by"]) == ("staff", "x")
    assert "by" not in next(alert_rules.clustered(patient, least=5, minutes=10)).evidence


def test_who_calls_back_about_what_they_handled_is_found() -> None:
    facts = [
        Asked(1, 1, "N1", "d", "dawa", frozenset({"dawa", "other"})),
        Asked(2, 2, "N2", "d", "hotline", frozenset({"dawa"})),
    ]
    assert [each.about for each in alert_rules.by_themselves(facts)] == ["callback:1"]


@given(st.lists(st.text("甲乙丙丁", min_size=1, max_size=12), unique=True), st.floats(0.3, 1))
def test_texts_meet_that_a_comparison_of_all_with_all_finds_alike(
    texts: list[str], alike: float
) -> None:
    left, plain = sorted(texts), []
    while left:
        mine = near_texts.pairs(left[0])
        alone = [t for t in left if near_texts.likeness(mine, near_texts.pairs(t)) >= alike]
        plain.append(alone)
        left = [each for each in left if each not in alone]
    assert list(near_texts.groups({each: [each] for each in texts}, alike)) == plain


@given(st.sets(st.integers(1, 10_000), max_size=300), st.integers(0, 100), st.text(max_size=9))
def test_a_draw_is_repeated_from_its_seed_whatever_the_order(
    population: set[int], percent: int, seed: str
) -> None:
    drawn = blind_draw.draw(sorted(population), seed, percent=percent, most=50)
    again = blind_draw.draw(sorted(population, reverse=True), seed, percent=percent, most=50)
    assert drawn == again
    assert set(drawn) <= population
    assert len(drawn) == min(-(-len(population) * percent // 100), 50)


def test_answers_agree_where_both_speak_and_say_the_same() -> None:
    good, better, bad = Said(True, True, 3), Said(True, True, 5), Said(True, False, 1)
    assert blind_draw.agree(good, better) is True
    assert blind_draw.agree(good, bad) is False
    assert blind_draw.agree(Said(satisfaction=5), Said(contacted=True)) is None
    assert blind_draw.agree(Said(), bad) is None


def test_a_week_runs_from_monday_to_monday_in_beijing() -> None:
    week = blind_draw.week_of("2026-W48")
    assert week.since.isoformat() == "2026-11-23T00:00:00+08:00"
    assert blind_draw.week_before(week.since.date()) == "2026-W47"
    assert blind_draw.week_before(datetime(2027, 1, 5, tzinfo=UTC).date()) == "2026-W53"
    for wrong in ("2026-48", "", "2026-W99", "x"):
        with pytest.raises(Invalid):
            blind_draw.week_of(wrong)


@given(st.sampled_from(Stage), st.sampled_from(Step))
def test_a_case_that_is_over_stays_over(stage: Stage, step: Step) -> None:
    moved = after(stage, step)
    assert moved == STEPS.get((stage, step), stage)
    late = (stage, step) == (Stage.NOT_REACHED, Step.ASK)  # who was missed rates afterwards
    assert stage in OPEN or late or moved is stage


def test_every_term_can_be_read() -> None:
    limits = {name for name in terms.terms() if name.endswith("_by")}
    assert len(limits) == 5
    assert all(parse_limit(terms.terms()[name]) for name in limits)
    assert all(terms.number(name) > 0 for name in terms.terms().keys() - limits)
