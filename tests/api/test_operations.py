"""The names by which generated clients call the API: to change one is a deliberate act."""

from pathlib import Path

from tests import apps

KEPT = Path(__file__).parents[2] / "docs" / "api-operations.txt"


def present() -> list[str]:
    paths = apps.document()["paths"]
    return sorted(
        f"{operation['operationId']} {method.upper()} {path}"
        for path, methods in paths.items()
        for method, operation in methods.items()
    )


def test_no_operation_is_renamed_moved_or_removed_by_accident() -> None:
    kept = KEPT.read_text().splitlines()
    gone = sorted(set(kept) - set(present()))
    new = sorted(set(present()) - set(kept))
    assert not gone, f"Clients rely on these: {gone}. New: {new}."
    assert not new, f"Add to {KEPT.name} by `python -m tests.api.test_operations`: {new}"


if __name__ == "__main__":
    KEPT.write_text("".join(f"{line}\n" for line in present()))
