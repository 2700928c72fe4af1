"""`create-account`, `reset-password`, `import staff`: people, from the terminal."""

from pathlib import Path
from typing import Annotated

import typer

STAFF = "staff"


def reset_password(
    username: Annotated[str, typer.Argument(help="Whose.")] = "admin",
    temporary: Annotated[
        bool, typer.Option("--temporary", help="They must choose their own at the next sign-in.")
    ] = False,
) -> None:
    """Give an account a new password, print it once, and unlock it; its sessions end."""
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction
    from hotline.core.people import staff

    with transaction() as session:
        account = staff.find(session, username, lock=True)
        password = staff.reset_password(
            session, account, actor=MACHINE, now=now(), must_change=temporary
        )
    print(f"{username} / {password}")


def create_account(
    username: Annotated[str, typer.Argument(help="How the person signs in.")],
    role: Annotated[str, typer.Option(help="agent, team_lead, supervisor, auditor …")],
    name: Annotated[str, typer.Option(help="How the pages call them.")] = "",
    department: Annotated[str, typer.Option(help="A handler's or leader's: its code.")] = "",
    district: Annotated[str, typer.Option(help="Six digits; empty: the whole site.")] = "",
    clearance: Annotated[
        str, typer.Option(help="public, internal, confidential or sealed.")
    ] = "confidential",
    temporary: Annotated[
        bool, typer.Option("--temporary", help="They must choose their own password first.")
    ] = False,
) -> None:
    """Let another person sign in and print the password once."""
    from hotline.core.accounts import MACHINE, role_named
    from hotline.core.clock import now
    from hotline.core.confidentiality import Confidentiality
    from hotline.core.db import transaction
    from hotline.core.people import passwords, staff
    from knowledge.staff import require_place

    if clearance not in list(Confidentiality):
        raise typer.BadParameter(f"Write one of {', '.join(Confidentiality)}.")
    place = staff.Place(role_named(role), department, district, Confidentiality(clearance))
    password = passwords.temporary_password()
    with transaction() as session:
        staff.create(
            session,
            username,
            require_place(session, place),
            password=password,
            display_name=name,
            must_change=temporary,
            actor=MACHINE,
            now=now(),
        )
    print(f"{username} / {password}")


def import_staff(file: Path) -> None:
    """Take in the sheet of people; print the new ones' passwords, which they must change."""
    from hotline.console.words import table
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction
    from knowledge.sheets import read_sheet
    from knowledge.staff_import import take_in

    known = {**table("zh")["role"], **table("zh")["confidentiality"]}
    words = {word: code for code, word in known.items()}
    sheet = read_sheet(file)
    with transaction() as session:
        report = take_in(session, file.name, sheet, words, actor=MACHINE, now=now())
    for username, password in report.passwords.items():
        print(f"{username} / {password}")
    print(
        f"{file.name}: {len(report.passwords)} added, {report.changed} changed, "
        f"{report.unchanged} unchanged"
    )
