"""A zip from a stranger: only plain files, only below the folder they are meant for."""

import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from nlp.speech import RecognizerError

MOST_UNPACKED = 8 << 30  # bytes; the largest Mandarin model is about 2 GB
MOST_FILES = 1000


def unpack(archive: Path, into: Path) -> None:
    """Write the files of the archive's one folder below `into`, without that folder's own name.

    Raises RecognizerError when it is no zip, is damaged, has no such folder, or holds what could
    land elsewhere (an absolute path, `..`, a link) or fill the disk.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            files = [each for each in packed.infolist() if not each.is_dir()]
            _check(files, into)
            for each in files:
                target = into.joinpath(*_below_top(each))
                target.parent.mkdir(parents=True, exist_ok=True)
                with packed.open(each) as source, target.open("xb") as out:
                    shutil.copyfileobj(source, out, 1 << 20)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as failure:
        raise _refused(f"is no whole zip: {failure}") from failure
    except FileExistsError as failure:
        raise _refused("names a file twice") from failure


def _check(files: list[zipfile.ZipInfo], into: Path) -> None:
    if not files or len(files) > MOST_FILES:
        raise _refused(f"holds {len(files)} files")
    if len({_parts(each)[0] for each in files}) != 1 or any(not _below_top(e) for e in files):
        raise _refused("does not hold one folder")
    whole = sum(each.file_size for each in files)
    if whole > MOST_UNPACKED:
        raise _refused(f"would unpack to {whole >> 20} MB")
    if whole > shutil.disk_usage(into).free:
        raise RecognizerError(
            f"The model takes {whole >> 20} MB, more than is free.", remedy="Free some space."
        )


def _below_top(each: zipfile.ZipInfo) -> tuple[str, ...]:
    return _parts(each)[1:]


def _parts(each: zipfile.ZipInfo) -> tuple[str, ...]:
    """Return the parts of a file's path; raise RecognizerError when it could land elsewhere."""
    path, mode = PurePosixPath(each.filename), each.external_attr >> 16
    odd = "\\" in each.filename or "\0" in each.orig_filename or ":" in each.filename
    special = stat.S_IFMT(mode) not in (0, stat.S_IFREG)
    if path.is_absolute() or ".." in path.parts or not path.parts or odd or special:
        raise _refused("holds what is no plain file below its folder")
    return path.parts


def _refused(why: str) -> RecognizerError:
    return RecognizerError(f"The archive {why}.", remedy="Fetch it again, from its publisher.")
