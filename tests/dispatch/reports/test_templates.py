"""A template says what it may and nothing else; what is bad is refused with its line."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.indicators.terms import Key
from dispatch.reports import content, templating
from dispatch.reports.blocks import Drawing, Grid, Head, Words, put_together
from dispatch.reports.content import Chart, Heading, Prose, Table
from dispatch.reports.terms import ReportKind
from hotline.core.errors import Invalid
from tests.dispatch.reports.kept import KEPT

GOOD = """标题：{{ kind }} {{ period.name }}
# 一、总体
受理 {{ figure("requests") }} 件，{{ change("requests") }}；上期 {{ before("requests") }} 件。
{% if score != "—" %}
得分 {{ score }}。
{% endif %}
{% for one in top("received", "department", 2) %}
{{ one.name }} {{ one.figure }}（{{ one.share }}）
{% endfor %}
表：requests，received, response
图：received 按单位 前1
图: requests 按日
"""


def test_a_template_is_read_line_by_line() -> None:
    told = templating.read(GOOD)
    assert told.title == Prose("{{ kind }} {{ period.name }}", 1)
    head, words, table, bars, line = told.parts
    assert head == Heading("一、总体")
    assert isinstance(words, Prose)
    assert words.line == 3
    assert table == Table(("requests", "received", "response"))
    assert bars == Chart("received", Key.DEPARTMENT, 1)
    assert line == Chart("requests", Key.DAY, 10)
    assert told.days == {"requests"}


def test_it_is_filled_with_the_kept_figures() -> None:
    sheet = put_together(templating.read(GOOD), KEPT, ["天冷，供暖诉求多。"])
    assert sheet.title == "月报 2026年10月"
    head, words, table, bars, line, remarks, said = sheet.blocks
    assert head == Head("一、总体")
    assert words == Words(
        (
            "受理 1,200 件，较上期增加20.0%；上期 1,000 件。",
            "得分 92.5。",
            "=城管局 800（66.7%）",
            "540102-b 400（33.3%）",
        )
    )
    assert isinstance(table, Grid)
    assert table.rows[0] == ("受理量", "1,200", "1,000", "较上期增加20.0%", "1,200", "1,200")
    assert table.rows[2] == ("响应率", "95.0%", "96.5%", "较上期下降1.5个百分点", "95", "100")
    assert isinstance(bars, Drawing)
    assert (bars.names, bars.values, bars.lines) == (("=城管局",), (800.0,), False)
    assert isinstance(line, Drawing)
    assert (line.names, line.lines) == (("2026-10-01", "2026-10-02"), True)
    assert (remarks, said) == (Head("研判意见"), Words(("天冷，供暖诉求多。",)))


@pytest.mark.parametrize(
    ("line", "number", "why"),
    [
        ("表：nothing", 3, "no such indicator: nothing"),
        ("图：received 按心情", 3, "a chart is written like"),
        ("图：requests 按单位", 3, "no such indicator is told apart so"),
        ("图：received 按单位 前99", 3, "a chart shows from 1 to 30"),
        ("标题：又一个", 3, "there are two titles"),
        ('说\n\n{{ figure("nothing") }}', 5, "no such indicator: nothing"),
        ("{{ figure( }}", 3, "unexpected"),
        ("{{ secret }}", 3, "there is no word secret"),
        ("{{ period.__class__ }}", 3, "there is no period.__class__"),
        ("{{ ''.__class__ }}", 3, "there is no ."),
        ("{{ 9 ** 9 ** 9 }}", 3, "Pow is not for templates"),
        ('{% include "x" %}', 3, "Include is not for templates"),
        ("{% set x = 1 %}", 3, "Assign is not for templates"),
        ("{{ range(9) }}", 3, "there is no word range(…)"),
        ('{{ figure("requests")|upper }}', 3, "Filter is not for templates"),
        ('{{ top("received", "day", 3) }}', 3, "is not told apart so"),
        ('{{ top("received", "department", 3000) }}', 3, "is not told apart so"),
        ('{% for a in "xy" %}{% endfor %}', 3, "a for goes through top"),
        (
            '{% for a in top("received", "matter", 2) %}\n'
            '{% for b in top("received", "matter", 2) %}{% endfor %}{% endfor %}',
            4,
            "stands in no other",
        ),
        ("{% if score %}" * 110 + "{% endif %}" * 110, 3, "put together of too much"),
        (f"{{{{ {'(' * 3000}score{')' * 3000} }}}}", 3, "put together of too much"),
        (f"{{{{ {'9' * 5000} }}}}", 3, "put together of too much"),
        ('{% for figure in top("received", "matter", 2) %}{% endfor %}', 3, "a word already"),
        (
            '{% for a in top("received", "matter", 2) %}{% else %}\n{{ a.name }}{% endfor %}',
            4,
            "there is no a.name",
        ),
    ],
)
def test_what_is_bad_is_refused_with_its_line(line: str, number: int, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        templating.read(f"标题：月报\n# 一\n{line}\n")
    assert refused.value.detail.startswith(f"Line {number} of the template: ")
    assert why in refused.value.detail


@pytest.mark.parametrize("text", ["", "# 一", "标题：月报", "标题：\n# 一", "x" * 20_001])
def test_a_template_has_a_title_and_parts_and_an_end(text: str) -> None:
    with pytest.raises(Invalid):
        templating.read(text)


PIECES = st.sampled_from(
    [
        *("{{ ", " }}", "{% if ", "{% for one in ", "{% for name in ", "{% else %}", " %}"),
        *("{% endif %}", "{% endfor %}", "\n", 'figure("requests")', 'name("requests")'),
        *('top("received", "department", 2)', "one.name", "one", "period"),
        *("period.name", " == ", " > ", " not ", " and ", '"x"', "1", "score", " if ", " else "),
        *("表：requests", "图：received 按单位", "# 一", "earlier", "(", ")", ".", "|", "~"),
    ]
)


@given(st.lists(PIECES | st.text(string.printable, max_size=5), max_size=30).map("".join))
def test_any_text_is_read_or_refused_and_what_is_read_can_be_filled_in(text: str) -> None:
    try:
        told = templating.read(f"标题：{{{{ kind }}}}\n{text}")
    except Invalid:
        return
    assert put_together(told, KEPT).title.startswith("月报")


@pytest.mark.parametrize("kind", [ReportKind.DAILY, ReportKind.WEEKLY, ReportKind.MONTHLY])
def test_packaged_templates_can_be_filled_in(kind: ReportKind) -> None:
    told = content.read((templating.PACKAGED / f"{kind}.txt").read_text(), templating.known())
    assert put_together(told, {**KEPT, "kind": kind.value}).blocks
