"""Figures are what their definitions say, and unreadable files are named."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.errors import HotlineError, Invalid, NotFound
from nlp.classifier import Ranking
from nlp.evaluate import judge, read_rows


def ranking(label: str, probability: float, *others: str) -> Ranking:
    return ((label, probability), *((other, 0.0) for other in others))


def test_four_texts_give_the_figures_worked_out_by_hand() -> None:
    ranked = [
        ranking("a", 0.9, "b", "c", "d"),
        ranking("a", 0.8, "b", "c", "d"),
        ranking("b", 0.7, "c", "d", "a"),
        ranking("b", 0.6, "a", "c", "d"),
    ]
    report = judge(ranked, ["a", "a", "a", "b"])
    assert report.accuracy == 0.75
    assert report.macro_f1 == pytest.approx((2 * 2 / 5 + 2 * 1 / 3) / 2)
    assert report.top3 == 0.75  # the third text's label comes last of four
    assert report.coverage_at_95 == 0.5
    assert report.precision_at_coverage == 1.0
    assert report.ece == pytest.approx((0.1 + 0.2 + 0.7 + 0.4) / 4)
    assert report.rows == 4


def test_a_label_the_model_does_not_know_counts_as_missed() -> None:
    report = judge([ranking("a", 0.9, "b"), ranking("a", 0.9, "b")], ["a", "new"])
    assert report.accuracy == 0.5
    assert report.macro_f1 == pytest.approx(1 / 3)


def test_no_coverage_where_the_precision_is_never_reached() -> None:
    report = judge([ranking("a", 0.9, "b")], ["b"])
    assert (report.coverage_at_95, report.precision_at_coverage) == (0.0, 0.0)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0.5, 1), st.sampled_from("ab"))))
def test_every_figure_is_a_share(rows: list[tuple[str, float, str]]) -> None:
    if not rows:
        with pytest.raises(Invalid):
            judge([], [])
        return
    report = judge([ranking(label, p, "c") for label, p, _ in rows], [t for _, _, t in rows])
    assert all(0 <= v <= 1 for name, v in report.figures().items() if name != "rows")
    assert report.coverage_at_95 == 0 or report.precision_at_coverage >= 0.95


@pytest.mark.parametrize("name", ["rows.csv", "rows.csv.gz"])
def test_two_columns_are_read_plain_or_packed(tmp_path: Path, name: str) -> None:
    content = '\ufeffid,text,label\n1,"路灯,坏了",城乡建设\n2,"两\n行",教育文体\n'.encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert read_rows(path, "text", "label") == (["路灯,坏了", "两\n行"], ["城乡建设", "教育文体"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("正文,标签\n一,二\n".encode(), "no column 'text'.*正文, 标签"),
        (b"", "no column 'text'.*none at all"),
        (b"text,label\n", "header but no rows"),
        ("text,label\n路灯,城建\n".encode("gb18030"), "not UTF-8"),
        (b"text,label\nonly one\n", "row 1: the text or the label is missing"),
        (b"text,label\nwords,\n", "row 1: the text or the label is missing"),
        (b'text,label\n"' + b"a" * 200_000 + b'",b\n', "field larger than field limit"),
    ],
)
def test_an_unreadable_file_says_what_is_wrong(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=f"{path}.*{said}"):
        read_rows(path, "text", "label")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no file .*nothing\.csv"):
        read_rows(tmp_path / "nothing.csv", "text", "label")


@pytest.mark.parametrize(
    "packed", [b"plain text", gzip.compress(b"text,label\na,b\n" * 99, mtime=0)[:-20]]
)
def test_a_broken_archive_is_named(tmp_path: Path, packed: bytes) -> None:
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(packed)
    with pytest.raises(HotlineError, match="not a whole gzip file"):
        read_rows(path, "text", "label")
