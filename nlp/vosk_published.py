"""The Mandarin models that Vosk publishes, and the hashes that their archives are known by."""

from dataclasses import dataclass

_PLACE = "https://alphacephei.com/vosk/models/"


@dataclass(frozen=True)
class Published:
    """An archive: `folder` is its name without `.zip`; no `sha256` where none is known."""

    folder: str
    url: str
    sha256: str = ""
    size: int = 0  # bytes; 0: not known
    known_by: str = ""  # whose word the hash is


# Vosk publishes no hashes. These are what others found in the archives they downloaded: nobody of
# this project could fetch them (2026-11-26).
PUBLISHED = {
    "vosk-small-cn": Published(
        folder="vosk-model-small-cn-0.22",
        url=f"{_PLACE}vosk-model-small-cn-0.22.zip",
        sha256="3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba",
        size=43_898_754,
        known_by="ten public projects that pin the same",
    ),
    "vosk-cn": Published(
        folder="vosk-model-cn-0.22",
        url=f"{_PLACE}vosk-model-cn-0.22.zip",
        sha256="7f5580bf7ca3d9e8ce8be68337378950ed78ef974df7a7d4ead8dbe32bec2fa1",
        size=1_358_736_686,
        known_by="one public project that pins it, and nobody else",
    ),
}


def elsewhere(url: str) -> Published:
    """Return an archive at an address of the site's own; nothing is known of it yet."""
    name = url.rstrip("/").rpartition("/")[2]
    return Published(folder=name.removesuffix(".zip"), url=url)
