"""The `hotline` command: every process and every tool, by name."""

import sys

import typer

from hotline.commands import (
    administration,
    bench,
    clients,
    dates,
    languages,
    models,
    people,
    permissions,
    processes,
    simulate,
    words,
)
from hotline.core.errors import HotlineError

app = typer.Typer(
    help="The 12345 hotline: telephone, tickets, clocks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (
    processes,
    words,
    dates,
    administration,
    clients,
    people,
    permissions,
    languages,
    models,
    simulate,
    bench,
):
    room.add_to(app)


def main() -> None:
    """Run the command; what a person can mend is one line and exit status 1."""
    try:
        app()
    except HotlineError as error:
        sys.stderr.write(f"hotline: {error}\n")
        sys.exit(1)
    except Exception as error:
        said = _database_trouble(error)
        if not said:
            raise
        sys.stderr.write(f"hotline: {said}\n")
        sys.exit(1)


def _database_trouble(error: Exception) -> str:
    """Return one line for a database that is away or not made ready; empty for anything else."""
    known = sys.modules.get("sqlalchemy.exc")  # loaded whenever such an error can be raised
    if known and isinstance(error, known.OperationalError):
        first = str(error.orig).strip().splitlines()
        return f"The database is away: {first[0] if first else 'no answer'}. → Start it."
    if known and isinstance(error, known.ProgrammingError):
        return "The database is not made ready. → Run `hotline migrate`."
    return ""


if __name__ == "__main__":
    main()
