"""`fetch-model`: a Mandarin Vosk model for a site with internet, or carried there by hand."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer


def fetch_model(
    name: Annotated[
        str, typer.Argument(help="vosk-small-cn (42 MB), vosk-cn (1.3 GB), or an https:// address.")
    ],
    into: Annotated[Path | None, typer.Option(help="A folder; HOTLINE_MODELS_DIR if none.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="The archive itself, carried here by hand.")
    ] = None,
    sha256: Annotated[str, typer.Option(help="The hash that the archive must have.")] = "",
) -> None:
    """Fetch a Vosk model: download, check its hash, unpack, try it, say how to use it."""
    from hotline.core.settings import settings
    from nlp import vosk_fetching
    from nlp.vosk_published import PUBLISHED, elsewhere

    if name not in PUBLISHED and "://" not in name:
        raise typer.BadParameter(f"Known are {', '.join(PUBLISHED)}, or give an address.")
    if sha256 and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise typer.BadParameter("A sha256 is 64 hexadecimal digits.")
    if file and not file.is_file():
        raise typer.BadParameter(f"There is no file {file}.")
    model = PUBLISHED.get(name) or elsewhere(name)
    models_dir = (into or settings().models_dir).absolute()
    found = vosk_fetching.fetch(model, models_dir, say=_say, archive=file, sha256=sha256)
    note = f"{found.folder}.sha256"
    if found.trusted:
        _say(f"no hash of it was known: it is trusted as it came, and must stay so ({note})")
    print(f"sha256 {found.sha256}")
    print(f"HOTLINE_SPEECH_ENGINE=vosk\nHOTLINE_VOSK_MODEL={found.folder}")


def _say(line: str) -> None:
    sys.stderr.write(f"fetch-model: {line}\n")
    sys.stderr.flush()
