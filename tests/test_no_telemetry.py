"""No library that we load carries a client that reports to its vendor."""

from importlib.util import find_spec
from pathlib import Path


def test_onnxruntime_holds_no_collector_address() -> None:
    spec = find_spec("onnxruntime")
    assert spec
    assert spec.origin
    libraries = list((Path(spec.origin).parent / "capi").glob("*.so*"))
    assert libraries
    for library in libraries:
        assert b"OneCollector" not in library.read_bytes(), library.name
