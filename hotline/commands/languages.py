"""`hotline languages`: what translators still have to write or to read."""

from collections.abc import Callable, Iterator

import typer


def add_to(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(languages)


def languages() -> None:
    """译文: print each word that a language lacks or has as a draft, one a line."""
    for line in lines():
        print(line)


def lines() -> Iterator[str]:
    """Yield `console bo missing nav.queue` for each, of the console and of the callers' pages."""
    yield from _of_console()
    yield from _of_callers_pages()


def _of_console() -> Iterator[str]:
    from hotline.console.translations import wanted
    from hotline.console.words import FIRST, LANGUAGES, language, table

    for code in LANGUAGES[1:]:
        for each in wanted(table(FIRST), table(code), language(code).is_draft):
            yield f"console {code} {each.lack} {each.key}"


def _of_callers_pages() -> Iterator[str]:
    """A file of those is a draft as a whole, while it says so to its reader (`site.draft`)."""
    from hotline.console.translations import wanted
    from hotline.public.words import FIRST, LANGUAGES, table

    for code in LANGUAGES[1:]:
        said = table(code)
        for each in wanted(table(FIRST), said, _all_or_none(bool(said["site"].get("draft")))):
            yield f"public {code} {each.lack} {each.key}"


def _all_or_none(draft: bool) -> Callable[[str], bool]:
    return lambda _key: draft
