"""A Vosk model is fetched over HTTP, checked, unpacked with care, tried, and put in place."""

import hashlib
import io
import shutil
import stat
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline.cli import app
from nlp import downloads
from nlp.speech import RecognizerError
from nlp.vosk_fetching import fetch
from nlp.vosk_published import PUBLISHED, Published, elsewhere

FOLDER = "vosk-model-tiny"
FILES = {"am/final.mdl": b"weights" * 50_000, "conf/model.conf": b"--min-active=200\n"}


def packed(files: dict[str, bytes], *, top: str = f"{FOLDER}/") -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{top}{name}", content)
    return kept.getvalue()


ARCHIVE = packed(FILES)
SHA256 = hashlib.sha256(ARCHIVE).hexdigest()


@dataclass
class Publisher:
    """A web server on loopback that breaks off after so many bytes, and may know no ranges."""

    content: bytes = ARCHIVE
    breaks_after: int = 0
    ranges: bool = True
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def model(self, sha256: str = SHA256) -> Published:
        return Published(FOLDER, self.url, sha256, known_by="this test")


@contextmanager
def publishing(publisher: Publisher) -> Iterator[Publisher]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            publisher.asked.append(wanted)
            first = int(wanted[6:-1]) if wanted and publisher.ranges else 0
            if first and first >= len(publisher.content):
                self.send_error(416)
                return
            self.send_response(206 if first else 200)
            if first:
                end = len(publisher.content)
                self.send_header("Content-Range", f"bytes {first}-{end - 1}/{end}")
            self.send_header("Content-Length", str(len(publisher.content) - first))
            self.end_headers()
            said = publisher.content[first:]
            self.wfile.write(said[: publisher.breaks_after or len(said)])

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        publisher.url = f"http://127.0.0.1:{server.server_port}/{FOLDER}.zip"
        try:
            yield publisher
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing(Publisher()) as running:
        yield running


def silent(_: str) -> None: ...


def works(folder: Path) -> None:
    assert (folder / "am" / "final.mdl").read_bytes() == FILES["am/final.mdl"]


def test_a_model_is_fetched_checked_and_put_in_place(publisher: Publisher, tmp_path: Path) -> None:
    said: list[str] = []
    found = fetch(publisher.model(), tmp_path / "models", say=said.append, probe=works)
    assert found.folder == tmp_path / "models" / FOLDER
    assert (found.sha256, found.trusted) == (SHA256, False)
    assert (found.folder / "conf" / "model.conf").read_bytes() == FILES["conf/model.conf"]
    note = tmp_path / "models" / f"{FOLDER}.sha256"
    assert note.read_text() == f"{SHA256}  {FOLDER}.zip\n"
    assert sorted(each.name for each in (tmp_path / "models").iterdir()) == [FOLDER, note.name]
    assert said[-2:] == ["unpacking …", "trying it …"]


def test_what_is_there_is_only_tried_again(publisher: Publisher, tmp_path: Path) -> None:
    first = fetch(publisher.model(), tmp_path, say=silent, probe=works)
    assert fetch(publisher.model(), tmp_path, say=silent, probe=works) == first
    assert len(publisher.asked) == 1


def test_a_download_that_breaks_off_goes_on_where_it_stopped(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.breaks_after = 100_000
    with pytest.raises(RecognizerError, match=r"can't be fetched.*the next try goes on"):
        fetch(publisher.model(), tmp_path, say=silent, probe=works)
    assert publisher.asked == ["", "bytes=100000-", "bytes=200000-"]
    assert len(publisher.asked) == downloads.TRIES
    publisher.breaks_after = 0
    found = fetch(publisher.model(), tmp_path, say=silent, probe=works)
    assert publisher.asked[-1] == "bytes=300000-"
    assert found.sha256 == SHA256


def test_a_server_without_ranges_begins_anew(publisher: Publisher, tmp_path: Path) -> None:
    publisher.ranges = False
    (tmp_path / f"{FOLDER}.zip.part").write_bytes(ARCHIVE[:1000])
    assert fetch(publisher.model(), tmp_path, say=silent, probe=works).sha256 == SHA256


def test_another_hash_is_refused_and_forgotten(publisher: Publisher, tmp_path: Path) -> None:
    publisher.content = packed({"am/final.mdl": b"other"})
    with pytest.raises(RecognizerError, match=rf"should be {SHA256} \(known by this test\)"):
        fetch(publisher.model(), tmp_path, say=silent, probe=works)
    assert list(tmp_path.iterdir()) == []


def test_without_any_hash_only_tls_is_trusted(publisher: Publisher, tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="comes without TLS, and no hash"):
        fetch(publisher.model(sha256=""), tmp_path, say=silent, probe=works)
    assert publisher.asked == []


def test_what_was_trusted_once_must_stay_the_same(publisher: Publisher, tmp_path: Path) -> None:
    carried = tmp_path / "carried.zip"
    carried.write_bytes(ARCHIVE)
    unknown, into = publisher.model(sha256=""), tmp_path / "models"
    found = fetch(unknown, into, say=silent, archive=carried, probe=works)
    assert (found.sha256, found.trusted) == (SHA256, True)
    shutil.rmtree(found.folder)
    publisher.content = packed({"am/final.mdl": b"other"})
    with pytest.raises(RecognizerError, match=f"should be {SHA256}"):
        fetch(unknown, into, say=silent, probe=works)
    assert carried.exists()


def test_a_model_that_does_not_work_is_not_put_in_place(
    publisher: Publisher, tmp_path: Path
) -> None:
    with pytest.raises(RecognizerError, match="doesn't work: Failed to create a model"):
        fetch(publisher.model(), tmp_path, say=silent)
    assert [each.name for each in tmp_path.iterdir()] == [f"{FOLDER}.zip.part"]


def test_no_way_to_the_internet_is_said_with_a_way_out(tmp_path: Path) -> None:
    nobody = Published(FOLDER, "http://127.0.0.1:9/model.zip", SHA256)
    with pytest.raises(RecognizerError, match=r"can't be fetched.*internet.*--file"):
        fetch(nobody, tmp_path, say=silent, probe=works)


def test_a_full_disk_is_said_before_anything_is_written(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "_ROOM", 1 << 40)  # no disk has so much
    with pytest.raises(RecognizerError, match=r"MB free; the archive and its model need"):
        fetch(publisher.model(), tmp_path, say=silent, probe=works)
    assert list(tmp_path.iterdir()) == []


def linked() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        link = zipfile.ZipInfo(f"{FOLDER}/am")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (packed({"../../evil": b"x"}), "no plain file"),
        (packed({"evil": b"x"}, top="/"), "no plain file"),
        (packed({"..\\evil": b"x"}), "no plain file"),
        (linked(), "no plain file"),
        (packed({"a/x": b"x", "b/y": b"y"}, top=""), "one folder"),
        (packed({"readme": b"x"}, top=""), "one folder"),
        (packed({}), "0 files"),
        (ARCHIVE[:-100], "no whole zip"),
        (ARCHIVE.replace(b"weightsweights", b"weightsWeights", 1), "no whole zip"),
        (b"<html>Not found</html>", "no whole zip"),
    ],
)
def test_an_archive_that_could_do_harm_is_refused(
    publisher: Publisher, tmp_path: Path, content: bytes, why: str
) -> None:
    publisher.content = content
    into = tmp_path / "a" / "models"
    known = publisher.model(hashlib.sha256(content).hexdigest())
    with pytest.raises(RecognizerError, match=why):
        fetch(known, into, say=silent, probe=works)
    assert list(into.iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_the_command_says_how_the_model_is_used(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlp.vosk_fetching._decode_silence", works)
    done = CliRunner().invoke(
        app, ["fetch-model", publisher.url, "--into", str(tmp_path), "--sha256", SHA256.upper()]
    )
    assert done.exit_code == 0, done.output
    assert f"HOTLINE_SPEECH_ENGINE=vosk\nHOTLINE_VOSK_MODEL={tmp_path / FOLDER}\n" in done.output
    assert f"sha256 {SHA256}" in done.output


@pytest.mark.parametrize(
    "given", [["siri"], ["vosk-cn", "--sha256", "abc"], ["vosk-cn", "--file", "/no/such.zip"]]
)
def test_the_command_refuses_what_it_does_not_know(given: list[str]) -> None:
    assert CliRunner().invoke(app, ["fetch-model", *given]).exit_code == 2


def test_every_published_model_has_a_hash_and_says_whose_word_it_is() -> None:
    for model in PUBLISHED.values():
        assert len(model.sha256) == 64
        assert model.known_by
        assert model.url == f"https://alphacephei.com/vosk/models/{model.folder}.zip"
    assert elsewhere("https://x.example/vosk-model-uz.zip").folder == "vosk-model-uz"
