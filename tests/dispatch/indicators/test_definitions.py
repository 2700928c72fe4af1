"""Definitions are data: each bad line is named, and no day has two versions of one indicator."""

from pathlib import Path

import pytest

from dispatch.indicators import definitions, weights
from dispatch.indicators.measures import FACTS, MEASURES
from dispatch.indicators.terms import Unit
from dispatch.rules.sheet import BadSheet
from hotline.core.errors import Invalid

PACKAGED = definitions.DEFINITIONS.read_text("utf-8")
HEADER = PACKAGED.splitlines()[0]
RETURN = next(each for each in PACKAGED.splitlines() if each.startswith("return,"))


def written(folder: Path, *lines: str) -> Path:
    path = folder / "indicators.csv"
    path.write_text("\n".join((HEADER, *lines)), "utf-8")
    return path


@pytest.mark.parametrize(
    ("was", "instead", "named"),
    [
        ("returned,received", "returnd,received", "numerator"),
        ("returned,received", "returned,offered", "denominator"),
        (",order,", ",parcel,", "unit"),
        (",issued,", ",rang,", "day"),
        ("2020-01-01", "never", "since"),
        (",1,2020", ",one,2020", "version"),
        ("退单率", "", "name_zh"),
    ],
)
def test_a_line_that_can_t_be_meant_is_named(
    tmp_path: Path, was: str, instead: str, named: str
) -> None:
    assert was in RETURN
    with pytest.raises(BadSheet) as refused:
        definitions.load(written(tmp_path, RETURN.replace(was, instead)))
    assert [(each.line, each.column) for each in refused.value.lines] == [(2, named)]


def test_two_versions_never_hold_on_one_day(tmp_path: Path) -> None:
    newer = RETURN.replace(",1,2020-01-01,,", ",2,2027-01-01,,")
    ended = RETURN.replace(",1,2020-01-01,,", ",1,2020-01-01,2026-12-31,")
    assert len(definitions.load(written(tmp_path, ended, newer))) == 2
    with pytest.raises(Invalid, match="one day"):
        definitions.load(written(tmp_path, RETURN, newer))


def test_every_measure_has_its_column_and_every_column_its_measure() -> None:
    keys = {"id", "ticket_id", "call_id", "day", "hour", "department", "district", "matter"}
    keys.add("account_id")
    for unit in Unit:
        columns = set(FACTS[unit].model_fields) - keys - {"confidentiality"}
        assert columns == set(MEASURES[unit])


def test_weights_make_up_a_hundred(tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    header = weights.WEIGHTS.read_text("utf-8").splitlines()[0]
    path.write_text(f"{header}\n2026-01-01,,30,35,36,x\n", "utf-8")
    with pytest.raises(BadSheet, match="101"):
        weights.load(path)
