"""What a web process has ready before its first request, and never looks at again."""

import gc

from dispatch.routing import router
from nlp import text

# A request makes thousands of objects and leaves next to none: looking through them every 700
# costs more than a tenth of a registration (docs/decisions/garbage-in-the-web.md).
_YOUNG, _MIDDLE, _OLD = 20_000, 20, 50


def warm() -> None:
    """Load the dictionary and the model, and keep what is there out of every later collection."""
    text.warm()
    router.shipped_model()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
