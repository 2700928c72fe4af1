"""Bands: by hand, and what holds for every class of units."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dispatch.comparing.bands import BANDED, Band, by_chance, ranks
from dispatch.comparing.intervals import Confidence, Tally
from dispatch.comparing.judging import Standing, judge
from dispatch.comparing.scheme import Measured, Scheme
from tests.dispatch.comparing.scene import scheme

ONE = Measured("close_on_time", 1, 30, True)


def found(said: Scheme, counts: dict[str, dict[str, Tally]], **classes: str) -> dict[str, Standing]:
    named = {unit: classes.get(unit, "county") for unit in counts}
    return {each.unit: each for group in judge(said, counts, named) for each in group.standings}


def bands(said: Scheme, rates: dict[str, tuple[int, int]], **classes: str) -> dict[str, Band]:
    code = said.indicators[0].code
    counts = {unit: {code: Tally(*each)} for unit, each in rates.items()}
    return {unit: each.band for unit, each in found(said, counts, **classes).items()}


def test_bands_by_hand() -> None:
    """The class: 1096 of 1507, 72.7 %. 450 of 500 begins at 87.1 %; 340 of 500 ends at 71.9 %;
    300 of 500 ends at 64.2 %; 6 of 7 are too few."""
    said = scheme(30)
    rates = {"a": (450, 500), "b": (340, 500), "c": (300, 500), "d": (6, 7)}
    assert bands(said, rates) == {
        "a": Band.ABOVE,
        "b": Band.BELOW,
        "c": Band.BELOW,
        "d": Band.FEW,
    }
    rates |= {"b": (36, 50)}
    assert bands(said, rates)["b"] is Band.LEVEL


def test_one_caller_drops_no_small_unit_to_the_bottom() -> None:
    rates = {"big": (950, 1000), "small": (28, 30), "smaller": (27, 30)}
    assert bands(scheme(30), rates) == dict.fromkeys(rates, Band.LEVEL)


def test_units_are_compared_with_their_like_alone() -> None:
    rates = {"a": (90, 100), "b": (88, 100), "c": (40, 100), "d": (42, 100)}
    apart = bands(scheme(30), rates, a="city", b="city")
    assert apart == dict.fromkeys(rates, Band.LEVEL)
    assert bands(scheme(30), rates)["a"] is Band.ABOVE


def test_who_has_nobody_like_it_has_no_band() -> None:
    assert bands(scheme(30), {"a": (90, 100)}) == {"a": Band.ALONE}
    assert bands(scheme(30), {"a": (90, 100), "b": (0, 0)})["a"] is Band.ALONE


def test_of_what_is_better_low_the_low_is_above() -> None:
    low = scheme(30, indicators=(Measured("return", 1, 30, False),))
    rates = {"a": (10, 500), "b": (200, 500)}
    assert bands(low, rates) == {"a": Band.ABOVE, "b": Band.BELOW}


def test_all_indicators_together_by_hand() -> None:
    """a: (30·.9 + 70·.8) / 100 = .83; its interval 30 : 70 of both."""
    said = scheme(indicators=(Measured("x", 30, 30, True), Measured("y", 70, 30, False)))
    counts = {
        "a": {"x": Tally(90, 100), "y": Tally(20, 100)},
        "b": {"x": Tally(50, 100), "y": Tally(50, 100)},
        "c": {"x": Tally(90, 100), "y": Tally(1, 20)},
    }
    told = found(said, counts)
    assert told["a"].value == Fraction(83, 100)
    assert told["a"].band is Band.ABOVE
    assert told["b"].band is Band.BELOW
    assert (told["c"].band, told["c"].value, told["c"].parts["x"].band) == (
        Band.FEW,
        None,
        Band.ABOVE,
    )


def test_places_are_shared_by_equals() -> None:
    values = {"a": Fraction(2, 3), "b": Fraction(4, 6), "c": Fraction(1, 2), "d": Fraction(9, 10)}
    assert ranks(values) == {"d": 1, "a": 2, "b": 2, "c": 4}


def test_luck_alone_puts_one_of_twenty_equals_apart() -> None:
    assert by_chance(20, Confidence.NINETY_FIVE) == 1
    assert by_chance(74, Confidence.NINETY_NINE) == Fraction(74, 100)


@st.composite
def counted(draw: st.DrawFn) -> dict[str, dict[str, Tally]]:
    names = draw(st.lists(st.text("abcdef", min_size=1, max_size=4), min_size=1, unique=True))
    made = {}
    for name in names:
        of = draw(st.integers(0, 200))
        made[name] = {"close_on_time": Tally(draw(st.integers(0, of)), of)}
    return made


RANKED = scheme(indicators=(ONE,), show_ranks=True, ranks_basis="2018")


@given(counted())
def test_who_is_below_the_minimum_sample_has_neither_band_nor_place(
    counts: dict[str, dict[str, Tally]],
) -> None:
    for unit, each in found(RANKED, counts).items():
        few = counts[unit]["close_on_time"].of < ONE.minimum
        assert (each.band is Band.FEW) == few
        banded = each.band in BANDED
        assert (each.value is not None, each.rank is not None) == (banded, banded)


@given(counted(), st.randoms(use_true_random=False))
def test_the_order_of_units_never_matters(
    counts: dict[str, dict[str, Tally]], luck: object
) -> None:
    names = list(counts)
    luck.shuffle(names)  # type: ignore[attr-defined]  # a Random
    classes = dict.fromkeys(counts, "county")
    shuffled = {name: counts[name] for name in names}
    assert judge(RANKED, shuffled, classes) == judge(RANKED, counts, classes)


@given(counted())
def test_nobody_is_told_a_place_unless_the_scheme_shows_them(
    counts: dict[str, dict[str, Tally]],
) -> None:
    plain = scheme(indicators=(ONE,))
    assert {each.rank for each in found(plain, counts).values()} <= {None}
    told = {unit: each.band for unit, each in found(RANKED, counts).items()}
    assert {unit: each.band for unit, each in found(plain, counts).items()} == told


@given(counted())
def test_not_all_are_above_and_not_all_below(counts: dict[str, dict[str, Tally]]) -> None:
    seen = {each.band for each in found(RANKED, counts).values()}
    assert (
        not seen & set(BANDED)
        or seen & set(BANDED) not in ({Band.ABOVE}, {Band.BELOW})
        or (Band.FEW in seen)
    )
