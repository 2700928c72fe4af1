"""What an administrator does now and then."""

import secrets
from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command("reset-password")(reset_password)
    app.command("import")(import_file)
    app.command("verify-history")(verify_history)


def reset_password(username: Annotated[str, typer.Argument(help="Whose.")] = "admin") -> None:
    """Give an account a new password and print it once."""
    from hotline.core import accounts
    from hotline.core.db import transaction

    password = secrets.token_urlsafe(12)
    with transaction() as session:
        accounts.set_password(session, username, password)
    print(f"{username} / {password}")


def import_file(
    kind: Annotated[str, typer.Argument(help="departments, districts or catalogue.")],
    file: Annotated[Path, typer.Argument(help="A CSV file.")],
) -> None:
    """Take in a file: all of it, or an error for each bad line."""
    from knowledge.importer import import_file as take_in

    from hotline.core.clock import now
    from hotline.core.db import transaction

    with transaction() as session:
        report = take_in(session, kind, file, now())
    print(report.in_words())


def verify_history() -> None:
    """Check every chain of events: nothing changed, nothing missing."""
    from hotline.core import events
    from hotline.core.db import transaction

    with transaction() as session:
        checked = events.verify(session)
    print(f"{checked} events, every chain whole")
