"""The figures of docs/routing-text.md, as floors; `python -m tests.nlp.labelled` prints them."""

from nlp.urgency import find_urgency
from tests.nlp.labelled import accuracy, lines, macro_f1, scores, type_pairs, urgency_pairs


def test_there_are_three_hundred_lines_in_two_halves() -> None:
    dev, held = lines("dev"), lines("held")

    assert len({line.text for line in (*dev, *held)}) >= 300
    assert min(len(dev), len(held)) >= 150
    assert sum(line.heard for line in (*dev, *held)) >= 60


def test_kinds_of_held_out_lines_are_found() -> None:
    pairs = type_pairs(lines("held"))

    assert accuracy(pairs) >= 0.9
    assert macro_f1(pairs) >= 0.9


def test_no_emergency_is_missed() -> None:
    critical = [
        line for half in ("dev", "held") for line in lines(half) if line.urgency == "critical"
    ]
    missed = [line.text for line in critical if find_urgency(line.text).urgency != "critical"]

    assert len(critical) >= 50
    assert missed == []


def test_urgency_cries_wolf_seldom() -> None:
    pairs = urgency_pairs(lines("held"))

    assert scores(pairs)["critical"][0] >= 0.9
    assert accuracy(pairs) >= 0.95
