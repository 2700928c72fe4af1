"""Looks up known vulnerabilities of what uv.lock installs, and says what could not be looked up.

`pip-audit` ends with 0 when its advisory service knows nothing of a package, as when it is not
reachable at all: a clean bill that nobody wrote. Here that is said, and AUDIT_STRICT=1 (for sites
with the internet, and releases) makes it a failure. It asks about one package first, so that a
machine without the service waits for one answer and not for two hundred.
"""

# ruff: noqa: T201

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
PROBE = "cryptography"
PROBE_S, ALL_S = 8, 60


def main() -> int:
    """Return the exit status: 1 for a vulnerability, or, if strict, for a package not audited."""
    strict = os.environ.get("AUDIT_STRICT", "") not in ("", "0")
    wanted = locked()  # by the uv that is named as the first argument
    asked = audit([line for line in wanted if line.startswith(f"{PROBE}==")], PROBE_S)
    if asked and not any("skip_reason" in each for each in asked):
        asked = audit(wanted, ALL_S)
    else:
        asked = None
    bad = [each for each in asked or [] if each.get("vulns")]
    known = [each for each in asked or [] if "vulns" in each]
    for each in bad:
        for found in each["vulns"]:
            fixed = ", ".join(found.get("fix_versions", [])) or "none yet"
            print(f"audit: {each['name']} {each['version']}: {found['id']}; fixed in: {fixed}")
    missing = len(wanted) - len(known)
    why = "advisory service unreachable" if asked is None else f"{missing} unknown to the service"
    told = f": {why}; {missing} NOT audited, AUDIT_STRICT=1 makes this fail" if missing else ""
    print(f"audit: {len(bad)} vulnerable, {len(known)} of {len(wanted)} audited{told}")
    return int(bool(bad) or (strict and missing > 0))


def locked() -> list[str]:
    """Return what uv.lock installs, a line `name==version` each."""
    command = [sys.argv[1], "export", "--frozen", "--no-emit-project", "--no-hashes", "--quiet"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True)  # noqa: S603  # our own tool
    lines = (line.strip() for line in done.stdout.splitlines())
    return [line.partition(" ;")[0] for line in lines if line and not line.startswith("#")]


def audit(requirements: list[str], seconds: int) -> list[dict[str, Any]] | None:
    """Return pip-audit's findings, a dictionary a package; None when it could not tell in time."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(requirements))
        file.flush()
        command = [
            *(sys.executable, "-m", "pip_audit", "--requirement", file.name),
            *("--no-deps", "--disable-pip", "--format", "json"),
            *("--progress-spinner", "off", "--timeout", "5"),
        ]
        try:
            done = subprocess.run(  # noqa: S603  # our own tool
                command, capture_output=True, text=True, check=False, timeout=seconds
            )
        except subprocess.TimeoutExpired:
            return None
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return found


if __name__ == "__main__":
    sys.exit(main())
