"""`hotline models`: which router models there are, how a shadow does, and who goes live."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotline.commands import learning
from hotline.commands.training import columns_of, kind_of
from hotline.core.errors import Invalid

if TYPE_CHECKING:
    from sqlmodel import Session

    from dispatch.routing.models_router import RouterModel

ModelId = Annotated[int, typer.Argument(help="The model's number in `hotline models list`.")]
Slices = Annotated[
    list[str] | None,
    typer.Option("--slice", help="NAME=CSV: measure it on these rows; may be given often."),
]
KindName = Annotated[str, typer.Option(help="matter or department: what its labels are.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence; it is kept.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    room = typer.Typer(help="Router models: list, try in shadow, promote, roll back.")
    for command in (register, shadow, promote, retire):
        room.command()(command)
    room.command("list")(show)
    room.command("roll-back")(roll_back)
    learning.add_to(room)
    app.add_typer(room, name="models")


def show() -> None:
    """List the models, the newest first, with their figures."""
    from dispatch.routing import registry
    from hotline.core.db import transaction

    with transaction() as session:
        for row in registry.listed(session):
            print(_line(row))
            for name, figures in row.metrics.items():
                told = "  ".join(f"{each} {value}" for each, value in figures.items())
                print(f"      {name:<14}{told}")


def register(
    folder: Annotated[Path, typer.Argument(help="A folder made by `hotline train`.")],
    measured: Slices = None,
    text: Annotated[str, typer.Option(help="The text's column; as trained, if not given.")] = "",
    label: Annotated[str, typer.Option(help="The label's column; as trained, if not given.")] = "",
    kind: KindName = "matter",
) -> None:
    """Keep a trained model as a candidate, with its figures on each slice."""
    from dispatch.routing import registry
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    trained = columns_of(folder)
    columns = text or trained["text"], label or trained["label"]
    metrics = _measured(folder, measured or [], columns)
    with transaction() as session:
        row = registry.register(
            session, folder, kind_of(kind), metrics=metrics, actor=MACHINE, now=now()
        )
        print(_line(row))


def shadow(
    model: Annotated[
        int | None, typer.Argument(help="The candidate; none: tell how it does.")
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help="Judge no more proposals.")] = False,
) -> None:
    """Let a candidate judge real proposals unseen, or tell how the present one does."""
    from dispatch.routing import registry
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    with transaction() as session:
        if model is not None:
            row = registry.find(session, model, lock=True)
            change = registry.stop_shadow if stop else registry.let_shadow
            change(session, row, actor=MACHINE, now=now())
            print(_line(row))
            return
        print(_standing(session))


def promote(model: ModelId, reason: Reason) -> None:
    """Go by the shadow from now on, if it has earned it; else say its figures."""
    from dispatch.routing import registry
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    with transaction() as session:
        row = registry.find(session, model, lock=True)
        registry.promote(session, row, reason, actor=MACHINE, now=now())
        print(_line(row))


def roll_back(reason: Reason) -> None:
    """Go by the model again that the live one replaced."""
    from dispatch.routing import registry
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    with transaction() as session:
        print(_line(registry.roll_back(session, reason, actor=MACHINE, now=now())))


def retire(model: ModelId) -> None:
    """Put a candidate aside that is not wanted any more."""
    from dispatch.routing import registry
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    with transaction() as session:
        row = registry.find(session, model, lock=True)
        registry.retire(session, row, actor=MACHINE, now=now())
        print(_line(row))


def _line(row: "RouterModel") -> str:
    from hotline.core.clock import beijing

    whose, trained = row.folder or "packaged", beijing(row.trained_at)
    return (
        f"{row.id:>4}  {row.state:<10}{row.kind:<11}{whose:<18}"
        f"{row.rows} rows  trained {trained:%Y-%m-%d %H:%M}  data {row.data_sha256[:12]}"
    )


def _standing(session: "Session") -> str:
    from dispatch.routing import comparing, registry
    from dispatch.routing.promotion import judge

    row, live = registry.shadow(session), registry.live(session)
    if row is None:
        return "No model is in shadow."
    seen, found = comparing.agreement(session, row, live), comparing.comparison(session, row, live)
    verdict = judge(found)
    lines = [
        _line(row),
        f"judged {seen.judged}: same matter {seen.same_matter}, same department "
        f"{seen.same_department}",
        f"outcomes {found.outcomes}: shadow right {found.shadow_right:.1%}, "
        f"live {found.live_right:.1%} (only shadow {found.shadow_only}, "
        f"only live {found.live_only})",
        "may be promoted" if verdict.may else f"may not be promoted: {verdict.refused}",
    ]
    return "\n".join(lines)


def _measured(
    folder: Path, slices: list[str], columns: tuple[str, str]
) -> dict[str, dict[str, float]]:
    from nlp import evaluate
    from nlp.model_files import load

    found: dict[str, dict[str, float]] = {}
    for each in slices:
        name, parted, path = each.partition("=")
        if not parted or not name.strip() or name in found:
            raise Invalid(f"{each!r} is no slice of its own.", remedy="Write --slice NAME=CSV.")
        texts, labels = evaluate.read_rows(Path(path), *columns)
        found[name] = evaluate.evaluate(load(folder), texts, labels).figures()
    return found
