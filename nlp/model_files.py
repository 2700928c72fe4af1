"""A trained classifier on disk: `model.json` and `arrays.npz`, plain data without code."""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from hotline.core.errors import Invalid, NotFound
from nlp.classifier import AS_CLAIMED, Calibration, Facts, Linear, Model
from nlp.features import Block

MATTERS = Path(__file__).parent / "data" / "matters"  # the model the project ships
FORMAT = 3  # raised when a reader of the older format couldn't read the newer
_REMEDY = "Train it again with 'hotline train', or copy the whole folder anew."


def save(model: Model, folder: Path) -> None:
    """Write `model` into `folder`, made if it isn't there; the same model gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = _packed(
        words=_joined(model.words.names),
        words_idf=model.words.idf,
        pieces=_joined(model.pieces.names),
        pieces_idf=model.pieces.idf,
        usual=model.usual.astype(np.float16),
        weights=model.linear.weights.astype(np.float16),
        bias=model.linear.bias,
        slope=model.calibration.slope,
        offset=model.calibration.offset,
        trust=model.calibration.trust,
    )
    (folder / "arrays.npz").write_bytes(arrays)
    written = json.dumps(_description(model, arrays), ensure_ascii=False, indent=1)
    (folder / "model.json").write_text(written + "\n", encoding="utf-8")


def load(folder: Path) -> Model:
    """Return the model in `folder`.

    Raises NotFound if a file of it is missing; Invalid if one is damaged or the format is newer
    than this code.
    """
    described = _described(_content(folder, "model.json"), folder)
    packed = _content(folder, "arrays.npz")
    if hashlib.sha256(packed).hexdigest() != described.get("arrays_sha256"):
        raise Invalid(
            f"{folder}/arrays.npz is damaged or belongs to another model.json.", remedy=_REMEDY
        )
    try:
        return _model(described, _unpacked(packed))
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"{folder} holds no whole model ({error!r}).", remedy=_REMEDY) from error


def _description(model: Model, arrays: bytes) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "labels": model.labels,
        "arrays_sha256": hashlib.sha256(arrays).hexdigest(),
        "facts": asdict(model.facts),
        "shares": [model.words.share, model.pieces.share],
        "unusual": model.unusual,
        "scope": model.calibration.scope,
        "sure": model.calibration.sure,
        "ignored": sorted(model.ignored),
    }


def _content(folder: Path, name: str) -> bytes:
    path = folder / name
    if not path.is_file():
        raise NotFound(f"There is no model in {folder}: {name} is missing.", remedy=_REMEDY)
    return path.read_bytes()


def _described(content: bytes, folder: Path) -> dict[str, Any]:
    try:
        described = json.loads(content)
    except ValueError as error:
        raise Invalid(f"{folder}/model.json is damaged ({error}).", remedy=_REMEDY) from error
    found = described.get("format") if isinstance(described, dict) else None
    if not isinstance(found, int):
        raise Invalid(f"{folder}/model.json doesn't describe a model.", remedy=_REMEDY)
    if found > FORMAT:
        raise Invalid(
            f"{folder} is a model of format {found}; this version reads up to {FORMAT}.",
            remedy="Update hotline, or train the model with this version.",
        )
    return dict(described)


def _model(described: dict[str, Any], arrays: dict[str, Any]) -> Model:
    words, pieces = described["shares"]
    newer = described["format"] > 1
    facts = Facts(**described["facts"])
    model = Model(
        labels=tuple(described["labels"]),
        words=Block(_parted(arrays["words"]), arrays["words_idf"], words),
        pieces=Block(_parted(arrays["pieces"]), arrays["pieces_idf"], pieces, newer),
        usual=arrays["usual"].astype(np.float32),
        unusual=described["unusual"],
        linear=Linear(arrays["weights"].astype(np.float32), arrays["bias"]),
        ignored=frozenset(described["ignored"]),
        calibration=_calibration(described, arrays),
        facts=facts,
    )
    shape = (len(model.words.names) + len(model.pieces.names), len(model.labels))
    if model.linear.weights.shape != shape:
        raise ValueError(f"weights are {model.linear.weights.shape}, not {shape}")
    return model


def _calibration(described: dict[str, Any], arrays: dict[str, Any]) -> Calibration:
    """Return the calibration; format 2 had a shift where later ones have grounds for sureness."""
    sure = described.get("sure") or (*AS_CLAIMED[:-1], described.get("shift", 0.0))
    trust = arrays["trust"] if "trust" in arrays else np.zeros(len(described["labels"]))
    scope = tuple(described["scope"])
    form = described["format"]
    return Calibration(
        arrays["slope"], arrays["offset"], scope, trust, tuple(sure), form > 1, form < 3
    )


def _joined(names: Iterable[str]) -> Any:
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def _parted(joined: Any) -> tuple[str, ...]:
    return tuple(joined.tobytes().decode().split("\n"))


def _packed(**arrays: Any) -> bytes:
    # Not `np.savez`: it stamps the files with the time, and equal models should be equal bytes.
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            part = BytesIO()
            np.lib.format.write_array(part, np.ascontiguousarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy")
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, part.getvalue())
    return buffer.getvalue()


def _unpacked(packed: bytes) -> dict[str, Any]:
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
