"""`hotline train`: a router model from a CSV, or from what the site's own tickets have taught."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from hotline.core.clock import now
from hotline.core.errors import Invalid

if TYPE_CHECKING:
    from dispatch.routing.registry import Kind
    from dispatch.routing.retraining import Retrained, Rows

# Beside a model: which columns it was trained on, so that it is measured on the same.
COLUMNS = "columns.json"

Column = Annotated[str | None, typer.Option(help="The column of every CSV given.")]
OutDir = Annotated[Path | None, typer.Option(help="With --data: the folder of the model.")]
KindName = Annotated[str, typer.Option(help="Without --data: what is taught, matter, department.")]
Beside = Annotated[Path | None, typer.Option(help="Without --data: a CSV beside the site's rows.")]
Slices = Annotated[
    list[str] | None,
    typer.Option("--slice", help="Without --data, NAME=CSV: measure it on these rows, too."),
]
Shadow = Annotated[bool, typer.Option("--shadow", help="Without --data: let it judge unseen.")]


def train(
    data: Annotated[Path | None, typer.Option(help="A CSV, plain or gzipped.")] = None,
    text: Column = None,
    label: Column = None,
    out: OutDir = None,
    tokens: Annotated[
        bool, typer.Option("--tokens", help="The text is words joined by spaces.")
    ] = False,
    kind: KindName = "matter",
    beside: Beside = None,
    measured: Slices = None,
    shadow: Shadow = False,
) -> None:
    """Train a router model from labelled rows; without --data from the site's database.

    From the database it is measured on its newest month and a fixed set, and registered.
    """
    if data is None:
        _refuse_without("--data", {"--out": out, "--tokens": tokens})
        from_database(kind, beside, measured, (text or "text", label or "label"), shadow=shadow)
        return
    _refuse_with({"--beside": beside, "--slice": measured, "--shadow": shadow})
    if text is None or label is None or out is None:
        _misused("--data needs --text, --label and --out.")
    from_rows(data, text, label, out, tokens=tokens)


def from_rows(data: Path, text: str, label: str, out: Path, *, tokens: bool) -> None:
    """Train on the CSV's rows and keep the model in the folder; no database is asked."""
    from nlp import evaluate as measuring
    from nlp.model_files import save
    from nlp.training import train as fit

    try:
        out.mkdir(parents=True, exist_ok=True)  # better now than after the training
    except OSError as error:
        raise Invalid(f"No model can be kept in {out}: {error.strerror}.") from error
    texts, labels = measuring.read_rows(data, text, label)
    _tell(f"training on {len(texts)} rows with {len(set(labels))} labels …")
    model = fit(texts, labels, tokenised=tokens, now=now())
    save(model, out)
    (out / COLUMNS).write_text(json.dumps({"text": text, "label": label}))
    print(json.dumps({"out": str(out), "rows": len(texts), "labels": len(set(labels))}))


def from_database(
    kind: str,
    beside: Path | None,
    slices: list[str] | None,
    columns: tuple[str, str],
    *,
    shadow: bool,
) -> None:
    """Train a candidate on the site's lessons; the newest month is held out and measured on."""
    from dispatch.routing import registry, retraining
    from hotline.core.accounts import MACHINE
    from hotline.core.db import transaction
    from nlp.evaluate import read_rows

    which, measured = kind_of(kind), _slices(kind, slices or [], columns)
    more = read_rows(beside, *columns) if beside else ((), ())
    with transaction() as session:
        _tell("reading what the site's tickets have taught …")
        found = retraining.retrain(
            session, which, beside=more, slices=measured, tell=_tell, actor=MACHINE, now=now()
        )
        if shadow and not found.known:
            registry.let_shadow(session, found.row, actor=MACHINE, now=now())
        _print_result(found)


def kind_of(written: str) -> "Kind":
    """Return the kind of model; wrong usage for anything else."""
    from dispatch.routing.registry import Kind

    if written not in list(Kind):
        raise typer.BadParameter(f"--kind is one of {', '.join(Kind)}.")
    return Kind(written)


def columns_of(model: Path) -> dict[str, str]:
    """Return the columns that the model was trained on."""
    kept = model / COLUMNS
    return (
        dict(json.loads(kept.read_text())) if kept.exists() else {"text": "text", "label": "label"}
    )


def _slices(kind: str, written: list[str], columns: tuple[str, str]) -> "Mapping[str, Rows]":
    """Return the rows to measure on by name; of matters always the fixed set, or one's own."""
    from dispatch.routing import fixed_set
    from nlp.evaluate import read_rows

    found = [each.partition("=") for each in written]
    names = [name for name, _, _ in found]
    bad = [name for name, parted, _ in found if not (parted and name.strip()) or name == "newest"]
    if bad or len(set(names)) < len(names):
        raise Invalid("Each slice needs a name of its own.", remedy="Write --slice NAME=CSV.")
    always = {fixed_set.SLICE: fixed_set.rows()} if kind == "matter" else {}
    return {**always, **{name: read_rows(Path(path), *columns) for name, _, path in found}}


def _print_result(found: "Retrained") -> None:
    row = found.row
    print(f"model {row.id}  {row.state}{'  trained on these rows before' * found.known}")
    for name, figures in {**row.metrics, "live, newest": found.live_on_newest}.items():
        told = "  ".join(f"{each} {value}" for each, value in figures.items())
        if told:
            print(f"  {name:<14}{told}")


def _tell(said: str) -> None:
    print(said, file=sys.stderr, flush=True)


def _refuse_without(wanted: str, given: Mapping[str, object]) -> None:
    if said := [name for name, value in given.items() if value]:
        _misused(f"{', '.join(said)} needs {wanted}.")


def _refuse_with(given: Mapping[str, object]) -> None:
    if said := [name for name, value in given.items() if value]:
        _misused(f"{', '.join(said)} is for training from the database, without --data.")


def _misused(said: str) -> NoReturn:
    raise typer.BadParameter(said)
