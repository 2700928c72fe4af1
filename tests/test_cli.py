"""The commands that need no server: what they print, and how they end."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hotline.cli import app
from hotline.core.errors import HotlineError

REQUESTS = {
    "路灯": [
        "路灯坏了没有人修",
        "小区门口路灯不亮",
        "路灯晚上不亮很黑",
        "修一修路灯",
        "路灯坏了很久",
    ],
    "公交": ["公交车等了很久", "公交班次太少了", "公交车不进站", "公交司机态度不好", "公交车晚点"],
    "工资": ["老板拖欠工资", "工资三个月没发", "讨要工资没有结果", "工地拖欠工资", "工资少发了"],
}
# domain.md 2.5: start, working days, the nation's due date, Lhasa's.
GOLDEN = [
    ("2026-02-12", 3, "2026-02-24", "2026-02-27"),
    ("2026-02-13", 5, "2026-02-27", "2026-03-03"),
    ("2025-02-25", 3, "2025-02-28", "2025-03-06"),
    ("2023-02-17", 2, "2023-02-21", "2023-02-19"),
]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["said", "matter"])
        for matter, said in REQUESTS.items():
            writer.writerows([text, matter] for text in said * 2)
    return path


@pytest.mark.parametrize(("start", "days", "nation", "lhasa"), GOLDEN)
def test_due_knows_the_calendars(start: str, days: int, nation: str, lhasa: str) -> None:
    for calendar, expected in (("000000", nation), ("540100", lhasa)):
        done = run(
            *("due", "--start", f"{start}T10:00:00+08:00", "--limit", f"{days}wd"),
            *("--calendar", calendar, "--json"),
        )
        body = json.loads(done.stdout)
        assert body["due"].startswith(expected)
        assert body["provisional"] is False
        assert body["trace"][-1]["counted"]


def test_a_year_without_a_notice_is_provisional_and_no_error() -> None:
    done = run(
        *("due", "--start", "2026-12-30", "--limit", "3wd", "--calendar", "540100", "--json")
    )
    assert done.exit_code == 0
    assert json.loads(done.stdout)["provisional"] is True


def test_route_prints_the_promised_object() -> None:
    body = json.loads(run("route", "城关区的路灯坏了一个星期没人修", "--json").stdout)
    assert body["category"] == ["城乡建设", "市政设施", "路灯"]
    assert body["district"] == "540102"
    assert body["auto_dispatch"] is False
    assert {"request_type", "department", "urgency", "confidence", "reasons", "entities"} <= set(
        body
    )


def test_route_takes_lines_and_keeps_their_ids(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"id": "a", "text": "公交车一直不来"}\n\n{"id": "b", "text": "你好"}\n')
    done = run("route", "--jsonl", str(lines), "--json")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]


def test_a_model_is_trained_measured_and_used(rows: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    columns = ("--text", "said", "--label", "matter")
    assert run("train", "--data", str(rows), *columns, "--out", str(out)).exit_code == 0
    # The columns are remembered, so that measuring needs the data alone.
    figures = json.loads(run("evaluate", "--model", str(out), "--data", str(rows), "--json").stdout)
    assert {"accuracy", "macro_f1", "top3", "ece", "coverage_at_95"} <= set(figures)
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"id": 1, "text": "路灯又坏了"}\n', encoding="utf-8-sig")
    done = run("predict", "--model", str(out), "--jsonl", str(lines), "--json")
    said = json.loads(done.stdout)
    assert (said["id"], said["label"], len(said["top3"])) == (1, "路灯", 3)


@pytest.mark.parametrize(
    "line", ['{"id": 1}', '{"id": 1, "text": null}', "[]", "not json", '{"text": 5}']
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(f'{{"text": "好的"}}\n{line}\n')
    done = run("route", "--jsonl", str(path), "--json")
    assert isinstance(done.exception, HotlineError)
    assert f"{path}:2" in str(done.exception)


def test_other_encodings_are_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes('{"text": "路灯"}'.encode("gbk"))
    done = run("route", "--jsonl", str(path))
    assert isinstance(done.exception, HotlineError)


@pytest.mark.parametrize(
    "arguments",
    [
        ("route",),
        ("route", "a", "--jsonl", "b"),
        ("due", "--limit", "3wd"),
        ("predict", "--model", "x"),
        ("train", "--data", "x.csv", "--text", "said", "--label", "matter"),
        ("train", "--data", "x.csv", "--text", "a", "--label", "b", "--out", "m", "--shadow"),
        ("train", "--text", "said", "--label", "matter", "--out", "m"),
        ("nonsense",),
    ],
)
def test_wrong_usage_ends_with_two(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("due", "--start", "yesterday", "--limit", "3wd", "--calendar", "540100"),
        ("due", "--start", "2026-01-05", "--limit", "3x", "--calendar", "540100"),
        ("due", "--start", "2026-01-05", "--limit", "3wd", "--calendar", "999999"),
        ("evaluate", "--model", "/nowhere", "--data", "/nowhere.csv"),
        ("transcribe", "/nowhere.wav"),
    ],
)
def test_bad_input_is_a_named_error_with_a_remedy(arguments: tuple[str, ...]) -> None:
    assert isinstance(run(*arguments).exception, HotlineError)
