"""`hotline permissions`: the one table, as docs/permissions.md shows it."""

import typer


def add_to(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(permissions)


def permissions() -> None:
    """权限表: print which role may do what, and with whose things, as Markdown."""
    print(page(), end="")


def page() -> str:
    """Return the table of permissions as a page of Markdown."""
    from hotline.core.accounts import Role
    from hotline.core.security import PERMISSIONS, SCOPES

    lines = [
        "# Who may do what",
        "",
        "Written by `hotline permissions > docs/permissions.md` from the table in",
        "`hotline/core/security.py`; a test compares the two. The same table is the gate of every",
        "route, draws the console's buttons and says which scope a department's client needs.",
        "",
        "- `all`: the site's own things.",
        "- `area`: tickets of one's district and below, within one's clearance; a sealed one",
        "  (密件) only by name.",
        "- `own`: one's department's orders and those that it gave on, likewise.",
        "- `self`: what is one's own.",
        "",
        "What is out of reach is not there: 404, no line, no event. A missing permission is 403,",
        "whatever is asked after.",
        "",
        f"| permission | {' | '.join(Role)} | scope |",
        f"|---|{'---|' * (len(Role) + 1)}",
    ]
    for permission, row in PERMISSIONS.items():
        cells = [row.get(role, "") for role in Role]
        lines.append(f"| `{permission}` | {' | '.join(cells)} | {SCOPES.get(permission, '')} |")
    return "\n".join(lines) + "\n"
