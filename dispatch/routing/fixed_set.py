"""固定测试集: the same requests for every model, so that months can be compared with each other.

Packaged are made-up ones; a site's own file below the data folder takes their place.
"""

from pathlib import Path

from dispatch.routing.retraining import Rows
from hotline.core.settings import settings
from nlp.evaluate import read_rows

PACKAGED = Path(__file__).parents[1] / "data" / "fixed_set.csv"
OWN = "router-fixed.csv"  # below the data folder; `text` and `label`
SLICE = "fixed"


def rows() -> Rows:
    """Return the texts and their matters; raise Invalid for a site's file that can't be read."""
    own = settings().data_dir.resolve() / OWN
    return read_rows(own if own.exists() else PACKAGED, "text", "label")
