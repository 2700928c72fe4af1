"""A web process of the product with the bare route beside it: `… -m hotline.bench.serving FD`."""

import socket
import sys

import uvicorn

from hotline.app import create_app
from hotline.bench import bare
from hotline.core import log
from hotline.core.settings import settings
from hotline.web import serving, warming


def main() -> None:
    """Serve on the listening socket that was inherited as this number, until told to stop."""
    log.configure("bench", as_json=True)
    app = create_app()
    app.include_router(bare.router)
    warming.warm()
    listener = socket.socket(fileno=int(sys.argv[1]))
    here = {"http_host": "127.0.0.1"}
    options = serving.options(app, settings().model_copy(update=here))
    uvicorn.Server(uvicorn.Config(**options)).run(sockets=[listener])


if __name__ == "__main__":
    main()
