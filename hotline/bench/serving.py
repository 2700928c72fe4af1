"""A web process of the product with the bare route beside it: `… -m hotline.bench.serving PORT`."""

import sys

import uvicorn

from hotline.app import create_app
from hotline.bench import bare
from hotline.core import log
from hotline.core.settings import settings
from hotline.web import serving, warming


def main() -> None:
    """Serve until told to stop."""
    log.configure("bench", as_json=True)
    app = create_app()
    app.include_router(bare.router)
    warming.warm()
    here = {"http_host": "127.0.0.1", "http_port": int(sys.argv[1])}
    uvicorn.run(**serving.options(app, settings().model_copy(update=here)))


if __name__ == "__main__":
    main()
