"""PNG pictures made small: few colours are enough for text on paper."""

from fractions import Fraction
from pathlib import Path

import av
from av.filter import Graph
from av.video.frame import VideoFrame

COLOURS = 96


def shrink(path: Path) -> None:
    """Write the picture anew with a palette of its own most used colours."""
    with av.open(str(path)) as kept:
        frame = next(kept.decode(video=0))
    frame.pts = 0
    reduced = _with_palette(frame)
    with av.open(str(path), "w", format="image2") as target:
        stream = target.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = reduced.width, reduced.height, "pal8"
        stream.options = {"compression_level": "9", "pred": "none"}
        for packet in (*stream.encode(reduced), *stream.encode()):
            target.mux(packet)


def _with_palette(frame: VideoFrame) -> VideoFrame:
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1)
    )
    twice = graph.add("split")
    choose = graph.add("palettegen", f"max_colors={COLOURS}:reserve_transparent=0")
    apply = graph.add("paletteuse", "dither=none")
    sink = graph.add("buffersink")
    source.link_to(twice)
    twice.link_to(apply, 0, 0)
    twice.link_to(choose, 1, 0)
    choose.link_to(apply, 0, 1)
    apply.link_to(sink)
    graph.configure()
    graph.push(frame)
    graph.push(None)
    made = graph.pull()
    assert isinstance(made, VideoFrame)
    return made
