"""`route`, `transcribe`, `train`, `evaluate`, `predict`: they need no server and no database."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotline.commands.training import columns_of, train
from hotline.core.clock import now
from hotline.core.errors import Invalid
from hotline.core.settings import settings

if TYPE_CHECKING:
    from dispatch.routing.proposal import Proposal

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object or line an input.")]
JsonLines = Annotated[Path | None, typer.Option(help='A file of {"id","text"} lines; - is stdin.')]
ModelDir = Annotated[Path, typer.Option(help="A folder made by `hotline train`.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    for command in (route, transcribe, train, evaluate, report_routing, predict):
        app.command()(command)


def route(
    text: Annotated[str | None, typer.Argument(help="What the caller said.")] = None,
    jsonl: JsonLines = None,
    spoken: Annotated[bool, typer.Option("--spoken", help="The text was recognised.")] = False,
    as_json: AsJson = False,
) -> None:
    """Propose type, matter, district and department for a request."""
    from dispatch.routing.router import route as propose
    from dispatch.routing.router import shipped_model
    from knowledge.directory import packaged

    if (text is None) == (jsonl is None):
        raise typer.BadParameter("Give either TEXT or --jsonl FILE.")
    home = settings().district
    for line in [{"text": text}] if jsonl is None else _lines(jsonl):
        proposal = propose(
            str(line["text"]),
            directory=packaged(),
            model=shipped_model(),
            home=home,
            at=now(),
            spoken=spoken,
        )
        answer = {**({"id": line["id"]} if "id" in line else {}), **proposal.as_json()}
        print(json.dumps(answer, ensure_ascii=False) if as_json else _in_words(proposal))


def transcribe(
    wav: Annotated[list[Path], typer.Argument(help="Recordings.")], as_json: AsJson = False
) -> None:
    """Write down what recordings say."""
    from nlp.speech import choose_engine
    from nlp.transcribe import transcribe as write_down

    own = settings()
    engine = choose_engine(
        own.speech_engine,
        models_dir=own.models_dir,
        vosk_model=own.vosk_model,
        whisper_model=own.whisper_model,
        websocket_url=own.speech_url,
    )
    for path in wav:
        heard = write_down(path, engine)
        print(json.dumps(asdict(heard), ensure_ascii=False) if as_json else heard.text, flush=True)


def evaluate(
    model: ModelDir,
    data: Annotated[Path, typer.Option(help="A CSV, plain or gzipped.")],
    text: Annotated[str, typer.Option(help="The text's column; as trained, if not given.")] = "",
    label: Annotated[str, typer.Option(help="The label's column; as trained, if not given.")] = "",
    as_json: AsJson = False,
) -> None:
    """Measure a model: accuracy, macro-F1, top-3, calibration error, coverage at 95 % precision."""
    from nlp import evaluate as measuring
    from nlp.model_files import load

    trained = columns_of(model)
    texts, labels = measuring.read_rows(data, text or trained["text"], label or trained["label"])
    figures = measuring.evaluate(load(model), texts, labels).figures()
    if as_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<24}{value}")


def report_routing(
    model: ModelDir,
    taught: Annotated[Path, typer.Option(help="The CSV the model was trained on.")],
    held: Annotated[Path, typer.Option(help="A CSV of rows it hasn't seen.")],
    tokens: Annotated[bool, typer.Option("--tokens", help="As given to `train`.")] = False,
) -> None:
    """Print a model's report in Markdown: intervals, labels, confusions, learning curve, speed."""
    from nlp import evaluate as measuring
    from nlp.model_files import load
    from nlp.routing_report import report

    columns = columns_of(model)
    rows = [measuring.read_rows(one, columns["text"], columns["label"]) for one in (taught, held)]
    print(report(columns["label"], load(model), *rows, tokenised=tokens))
    size = sum(one.stat().st_size for one in model.iterdir() if one.is_file())
    print(f"On disk: {size / 1e6:.1f} MB.")


def predict(model: ModelDir, jsonl: JsonLines = None, as_json: AsJson = False) -> None:
    """Label each line of a file."""
    from nlp.model_files import load

    if jsonl is None:
        raise typer.BadParameter("Give --jsonl FILE.")
    judge = load(model)
    for line in _lines(jsonl):
        found = judge.predict([str(line["text"])])[0]
        top = [{"label": name, "probability": round(p, 4)} for name, p in found.top[:3]]
        answer = {
            "id": line.get("id"),
            "label": found.label,
            "probability": round(found.probability, 4),
            "top3": top,
        }
        print(json.dumps(answer, ensure_ascii=False) if as_json else found.label)


def _in_words(proposal: "Proposal") -> str:
    """Return the proposal as a person at a terminal reads it."""
    matter = " / ".join(level for level in proposal.category if level)
    lines = [
        f"{proposal.request_type.label}  {matter}  {proposal.confidence:.0%}",
        f"{proposal.district_name} → {proposal.department or '待人工派单'}",
        *(f"  · {reason}" for reason in proposal.reasons),
    ]
    return "\n".join(lines)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield each line's object; raise Invalid naming the line that is none."""
    try:
        source = sys.stdin if str(path) == "-" else path.open(encoding="utf-8-sig")
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror}.") from error
    with source:
        for number, line in enumerate(_decoded(source, path), start=1):
            if not line.strip():
                continue
            try:
                body = json.loads(line)
            except ValueError as error:
                raise Invalid(f"{path}:{number} is not JSON: {error}.") from error
            if not isinstance(body, dict) or not isinstance(body.get("text"), str):
                raise Invalid(
                    f"{path}:{number} has no text.", remedy='Each line is {"id": …, "text": …}.'
                )
            yield body


def _decoded(source: Iterable[str], path: Path) -> Iterator[str]:
    try:
        yield from source
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} is not UTF-8: {error.reason}.", remedy="Convert it.") from error
