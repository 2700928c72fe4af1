"""A chart as SVG by pygal: no script in it, and the same one for the same figures.

pygal draws for browsers that run its script, and stamps the day on what it draws: both come out.
So does its hook into Python's imports, which is for maps and warns at every later import.
"""

import re
import sys
from typing import Any

import pygal
from pygal.etree import etree
from pygal.style import Style

from dispatch.reports.blocks import Drawing
from dispatch.reports.paper import plain

sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, pygal.PluginImportFixer)]

WIDTH, HEIGHT, ROW = 720, 300, 26
_FONT = "sans-serif"
_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#222222",
    foreground_strong="#222222",
    foreground_subtle="#777777",
    colors=("#6ba3d6",),
    value_colors=("#222222",),
    font_family=_FONT,
    label_font_size=12,
    major_label_font_size=12,
    value_font_size=12,
    no_data_font_size=16,
    opacity="1",
    transition="0s",
)
_SCRIPT = "script"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ROOM_FOR_NAMES = 14  # letters; the table has the whole name


def svg(drawing: Drawing, number: int) -> str:
    """Return the chart as an `svg` element; `number` tells the charts of one page apart."""
    chart = _chart(drawing)
    chart.uuid = f"{number}"
    step = 1 if drawing.lines else -1  # pygal stacks bars from the bottom up
    chart.x_labels = [_short(each) for each in drawing.names][::step]
    chart.add(plain(drawing.title), list(drawing.values)[::step])
    tree = chart.render_tree()
    for parent in list(tree.iter()):
        for each in [one for one in parent if one.tag in (etree.Comment, _SCRIPT)]:
            parent.remove(each)
    return str(etree.tostring(tree, encoding="unicode"))


def _chart(drawing: Drawing) -> Any:
    shared = {
        "style": _STYLE,
        "js": (),
        "explicit_size": True,
        "width": WIDTH,
        "show_legend": False,
        "no_data_text": "没有数据",
        "disable_xml_declaration": True,
        "truncate_label": -1,
        "include_x_axis": True,
        "tooltip_border_radius": 0,
    }
    if drawing.lines:
        every = max(1, len(drawing.names) // 12)
        more = {"x_labels_major_every": every, "show_minor_x_labels": False}
        return pygal.Line(height=HEIGHT, x_label_rotation=0, dots_size=2, **more, **shared)
    tall = 60 + ROW * max(1, len(drawing.names))
    # It reckons names as Latin letters, three fifths as wide as ours.
    room = 20 + 5 * max((len(_short(each)) for each in drawing.names), default=0)
    return pygal.HorizontalBar(height=tall, print_values=True, margin_left=room, **shared)


def _short(name: str) -> str:
    """Return the name as an axis has room for it: a day without its year."""
    name = plain(name)
    if _DAY.fullmatch(name):
        return name[5:]
    return name if len(name) <= _ROOM_FOR_NAMES else f"{name[: _ROOM_FOR_NAMES - 1]}…"
