"""A shadow is promoted for what it has shown, never for luck or too little."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from dispatch.routing.promotion import LEAST_OUTCOMES, LUCK, MARGIN, Comparison, Why, judge

COUNTS = some.builds(
    Comparison,
    both=some.integers(0, 2000),
    live_only=some.integers(0, 120),
    shadow_only=some.integers(0, 120),
    neither=some.integers(0, 500),
)


@given(COUNTS)
def test_what_may_go_live_has_enough_outcomes_the_margin_and_little_luck(found: Comparison) -> None:
    if judge(found).may:
        assert found.outcomes >= LEAST_OUTCOMES
        assert found.shadow_right - found.live_right >= MARGIN - 1e-9
        assert found.shadow_only > found.live_only
        assert found.luck <= LUCK


@given(COUNTS)
def test_no_two_models_are_each_better_than_the_other(found: Comparison) -> None:
    turned = replace(found, live_only=found.shadow_only, shadow_only=found.live_only)
    assert not (judge(found).may and judge(turned).may)


@given(COUNTS.filter(lambda found: found.live_only > 0))
def test_a_ticket_won_instead_of_lost_never_costs_the_promotion(found: Comparison) -> None:
    better = replace(found, live_only=found.live_only - 1, shadow_only=found.shadow_only + 1)
    if judge(found).may:
        assert judge(better).may


@given(COUNTS)
def test_how_many_outcomes_are_missing_is_told(found: Comparison) -> None:
    verdict = judge(found)
    if verdict.refused is Why.TOO_FEW:
        enough = replace(found, neither=found.neither + verdict.missing)
        assert enough.outcomes == LEAST_OUTCOMES
        assert judge(enough).refused is not Why.TOO_FEW


def test_nothing_at_all_is_too_few() -> None:
    verdict = judge(Comparison())
    assert (verdict.refused, verdict.missing) == (Why.TOO_FEW, LEAST_OUTCOMES)


def test_an_equal_model_a_lucky_one_and_a_better_one() -> None:
    same = Comparison(both=180, live_only=10, shadow_only=10)
    lucky = Comparison(both=190, live_only=3, shadow_only=6, neither=1)
    better = Comparison(both=180, live_only=2, shadow_only=14, neither=4)
    assert [judge(each).refused for each in (same, lucky, better)] == [
        Why.NOT_BETTER,
        Why.MAYBE_LUCK,
        None,
    ]
