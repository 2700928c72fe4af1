"""`bench`: what the product can bear, each figure beside its limit."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hotline.core.settings import Settings
    from nlp.speech import SpeechEngine

SPOKEN = Path("../shared/data/speech")
REPLIES = Path("../shared/data/routing/replies_dev.csv.gz")
MOST_TALKING = 64

bench = typer.Typer(help="Measure in scratch databases; the site's are never touched.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.add_typer(bench, name="bench")


@bench.callback()
def _group() -> None:
    """Measure in scratch databases; the site's are never touched."""


@bench.command()
def clocks(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure the sweep: its cost, idle and in a burst; exit 1 when a limit is missed."""
    from hotline.bench.clocks import Sizes, measure
    from hotline.core.settings import settings

    outcome = measure(settings(), Sizes(), _say)
    _show(outcome.figures, outcome.missed, as_json=as_json)


@bench.command()
def intake(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure registering over HTTP beside a bare insert; exit 1 when a limit is missed."""
    from hotline.bench.intake import Sizes, measure
    from hotline.core.settings import settings

    outcome = measure(settings(), Sizes(), _say)
    _show(outcome.figures, outcome.missed, as_json=as_json)


@bench.command()
def pages(
    consoles: Annotated[int, typer.Option(min=1, help="That listen at once.")] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure pages and the live stream with many consoles; exit 1 when a limit is missed."""
    from hotline.bench.pages import Sizes, measure
    from hotline.core.settings import settings

    outcome = measure(settings(), Sizes(consoles=consoles), _say)
    _show(outcome.figures, outcome.missed, as_json=as_json)


@bench.command()
def search(
    replies: Annotated[
        Path, typer.Option(help="Requests with their replies, as in ../shared/data/routing.")
    ] = REPLIES,
    articles: Annotated[int, typer.Option(min=100, help="Made up, to be found.")] = 100_000,
    queries: Annotated[int, typer.Option(min=20, help="Asked of them.")] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure the search of articles in process; exit 1 when a limit is missed."""
    from hotline.bench.search import measure

    outcome = measure(replies, articles, queries, _say)
    _show(outcome.figures, outcome.missed, as_json=as_json)


@bench.command()
def speech(
    folder: Annotated[
        list[Path] | None, typer.Argument(help="Folders of recordings with a manifest.tsv.")
    ] = None,
    conversations: Annotated[
        str, typer.Option(help="So many talk at once, until words are late; empty: nobody talks.")
    ] = "1,2,4,8,12,16",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure what the recogniser understands, and how soon; exit 1 when a limit is missed."""
    from hotline.bench import speech_talking
    from hotline.bench.speech import measure
    from hotline.core.settings import settings

    own, counts = settings(), _counts(conversations)
    folders = folder or [SPOKEN / name for name in ("human", "hotline")]
    outcome = measure(folders, _recogniser(own), _say)
    figures, missed = outcome.figures, outcome.missed
    if counts:
        talked = speech_talking.measure(own, counts, speech_talking.talk_of(folders[-1]), _say)
        figures, missed = {**figures, **talked.figures}, (*missed, *talked.missed)
    _show(figures, missed, as_json=as_json)


def _recogniser(own: "Settings") -> "SpeechEngine":
    from nlp.speech import choose_engine

    return choose_engine(
        own.speech_engine,
        models_dir=own.models_dir,
        vosk_model=own.vosk_model,
        whisper_model=own.whisper_model,
        websocket_url=own.speech_url,
    )


def _counts(text: str) -> list[int]:
    """Return the numbers in `1,2,4`, the smallest first; raise BadParameter for anything else."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdigit() and 1 <= int(part) <= MOST_TALKING for part in parts):
        raise typer.BadParameter(f"Give numbers from 1 to {MOST_TALKING}, like 1,2,4,8.")
    return sorted(map(int, parts))


@bench.command()
def calls(
    legs: Annotated[int, typer.Option(min=2, help="At once: callers and agents' phones.")] = 100,
    minutes: Annotated[float, typer.Option(min=0, help="Of ten set-ups a second.")] = 1.0,
    soak: Annotated[int, typer.Option(min=0, help="So many calls instead: what grows?")] = 0,
    calls_per_worker: Annotated[int, typer.Option(min=1, help="For --soak: then replaced.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure calls with sipp: sound, cost and set-up; exit 1 when a limit is missed."""
    from hotline.bench.calls import Sizes, measure
    from hotline.core.settings import settings

    sizes = Sizes(legs=legs, minutes=minutes, soak=soak, calls_per_worker=calls_per_worker)
    outcome = measure(settings(), sizes, _say)
    _show(outcome.figures, outcome.missed, as_json=as_json)


@bench.command()
def reports(
    scale: Annotated[float, typer.Option(min=0.0001, help="Of 1,000,000 tickets.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure figures, a month's report and what is behind; exit 1 when a limit is missed."""
    from hotline.bench.reports import Sizes, measure
    from hotline.core.settings import settings

    outcome = measure(settings(), Sizes(scale=scale), _say)
    _show(outcome.figures, outcome.missed, as_json=as_json)


def _show(figures: dict[str, Any], missed: tuple[str, ...], *, as_json: bool) -> None:
    """Print the figures; exit 1 when a limit was missed, having said which."""
    if as_json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:<16} {value}")
    for said in missed:
        _say(f"limit missed: {said}")
    if missed:
        raise typer.Exit(1)


def _say(line: str) -> None:
    sys.stderr.write(f"bench: {line}\n")
    sys.stderr.flush()
