"""The `hotline` command: every process and every tool, by name."""

import sys

import typer

from hotline.commands import administration, dates, processes, words
from hotline.core.errors import HotlineError

app = typer.Typer(
    help="The 12345 hotline: telephone, tickets, clocks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (processes, words, dates, administration):
    room.add_to(app)


def main() -> None:
    """Run the command; what a person can mend is one line and exit status 1."""
    try:
        app()
    except HotlineError as error:
        sys.stderr.write(f"hotline: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
