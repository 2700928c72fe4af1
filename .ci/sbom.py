"""Writes what the hotline consists of as one CycloneDX document: uv.lock's wheels, the pages' npm
packages by package-lock.json. `sbom.py UV FILE`.
"""

# ruff: noqa: T201

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]


def main(uv: str, target: Path) -> None:
    """Write the document and say how many components it names."""
    command = [uv, "export", "--frozen", "--quiet", "--no-dev", "--format", "cyclonedx1.5"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True)  # noqa: S603  # our own tool
    document = json.loads(done.stdout)
    document["components"] += pages()
    target.write_text(json.dumps(document, indent=2, ensure_ascii=False))
    print(f"{target}: {len(document['components'])} components")


def pages() -> list[dict[str, Any]]:
    """Return the npm packages as components, each with the hash that `npm ci` checks."""
    locked = json.loads((HERE / "package-lock.json").read_text())["packages"]
    return [
        component(path.removeprefix("node_modules/"), each) for path, each in locked.items() if path
    ]


def component(name: str, locked: dict[str, Any]) -> dict[str, Any]:
    kind, _, digest = locked["integrity"].partition("-")
    return {
        "type": "library",
        "bom-ref": f"npm:{name}@{locked['version']}",
        "name": name,
        "version": locked["version"],
        "purl": f"pkg:npm/{name.replace('@', '%40')}@{locked['version']}",
        "hashes": [
            {"alg": kind.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}
        ],
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
