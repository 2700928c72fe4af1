"""`bench speech` counts what was heard wrong, folder by folder, and says which limit was missed."""

import wave
from pathlib import Path

import pytest

from hotline.bench.speech import measure
from hotline.core.errors import Invalid
from nlp.speech import Capabilities, Description, Piece, Segment


class Parrot:
    """Hears the same in everything."""

    capabilities = Capabilities(partials=False)

    def describe(self) -> Description:
        return Description("parrot", "one word", "", partials=False)

    def open_stream(self, rate: int) -> "Parrot":
        assert rate == 8000
        return self

    def feed(self, pcm: bytes) -> list[Piece]:
        assert pcm
        return []

    def finish(self) -> list[Piece]:
        return [Piece(1.0, lambda: [Segment(0.0, 1.0, "路灯坏了", 0.9)])]

    def close(self) -> None:
        pass


def recordings(folder: Path, *texts: str) -> Path:
    folder.mkdir()
    rows = ["file\ttext"]
    for nth, text in enumerate(texts):
        with wave.open(str(folder / f"{nth}.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(1600))
        rows.append(f"{nth}.wav\t{text}")
    (folder / "manifest.tsv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def test_errors_are_counted_over_the_whole_folder(tmp_path: Path) -> None:
    said: list[str] = []
    folder = recordings(tmp_path / "hotline", "路灯坏了。", "路灯坏啦")
    outcome = measure([folder], Parrot(), said.append)
    assert outcome.figures["hotline"]["cer"] == 0.125
    assert (outcome.figures["hotline"]["errors"], outcome.figures["hotline"]["clips"]) == (1, 2)
    assert outcome.missed == ("hotline: 12.5% wrong, at most 11.0%",)
    assert said == ["hotline: 1 of 8 characters are wrong"]


def test_a_folder_of_another_name_has_no_limit(tmp_path: Path) -> None:
    assert measure([recordings(tmp_path / "site", "停水")], Parrot(), print).missed == ()


def test_a_folder_without_a_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"manifest\.tsv"):
        measure([tmp_path], Parrot(), print)
