"""`up` and the processes that it supervises."""

from pathlib import Path
from typing import Annotated

import typer

from hotline.core.settings import Settings, read_settings, settings

DataDir = Annotated[Path | None, typer.Option(help="Where everything is kept.")]
HttpPort = Annotated[int | None, typer.Option(help="The web's port.")]
SipPort = Annotated[int | None, typer.Option(help="The telephone's port, UDP and TCP.")]
SipHost = Annotated[str | None, typer.Option(help="The address the telephone listens on.")]
HttpHost = Annotated[str | None, typer.Option(help="The address the web listens on.")]
Https = Annotated[
    bool, typer.Option("--https", help="Serve the web over TLS, with a certificate made here.")
]
OnceReady = Annotated[
    Path | None, typer.Option(help="Write urls, ports and credentials here when all is healthy.")
]
Demo = Annotated[
    bool, typer.Option("--demo", help="A made-up centre at work, kept in DATA_DIR-demo.")
]
AutoDispatch = Annotated[
    bool, typer.Option("--auto-dispatch", help="Dispatch confident proposals without a person.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command()(up)
    app.command()(demo)
    for process in (serve, switch, kamailio, seats, speech, worker, schedule):
        app.command(hidden=True)(process)


def up(
    data_dir: DataDir = None,
    http_host: HttpHost = None,
    http_port: HttpPort = None,
    sip_port: SipPort = None,
    sip_host: SipHost = None,
    once_ready: OnceReady = None,
    auto_dispatch: AutoDispatch = False,
    https: Https = False,
    living: Demo = False,
) -> None:
    """Run everything on this machine until Ctrl-C."""
    from hotline.up.supervisor import Supervisor

    given = {
        "data_dir": data_dir,
        "http_host": http_host,
        "http_port": http_port,
        "sip_port": sip_port,
        "sip_host": sip_host,
        "auto_dispatch": auto_dispatch or None,
    }
    named = {name: value for name, value in given.items() if value is not None}
    own = _of_a_kind(read_settings(named), living=living)
    if https:
        own = _with_certificate(own)
    if once_ready and not once_ready.absolute().parent.is_dir():
        raise typer.BadParameter(f"There is no folder {once_ready.absolute().parent}.")
    Supervisor(own, ready_file=once_ready, living=living).run()


def _of_a_kind(own: Settings, *, living: bool) -> Settings:
    """Return the settings of the site, or of the demo beside it; raise CannotStart for a mix."""
    from hotline.core.clock import now
    from hotline.demo import site

    if living:
        return site.enter(own, now=now())
    site.require_real(own)
    return own


def _with_certificate(own: Settings) -> Settings:
    """Return the settings with TLS: the site's own files, else ones made here."""
    from hotline.core.clock import now
    from hotline.web import certificates

    if own.tls_cert:
        return own
    cert, key = certificates.ensure(own.data_dir.resolve(), (own.http_host,), now=now())
    return own.model_copy(update={"tls_cert": cert, "tls_key": key})


def demo(
    wav: Annotated[Path | None, typer.Option(help="The caller's words; any recording.")] = None,
) -> None:
    """Show one real call, from the first ring to the last rating, with the evidence."""
    from hotline.demo import story

    story.tell(wav or story.SHIPPED)


def serve() -> None:
    """Run the web process."""
    from hotline.app import main

    main()


def switch() -> None:
    """Run the switch and its media workers."""
    from hotline.switch.leader import main

    main()


def kamailio() -> None:
    """Become Kamailio, in front of the media workers."""
    from hotline.switch.kamailio import main

    main()


def seats() -> None:
    """Run the audio door of browser seats."""
    from hotline.switch.seats import main

    main()


def speech() -> None:
    """Run the recogniser."""
    from hotline.core import log
    from hotline.speech import server
    from nlp.speech import choose_engine

    own = settings()
    log.configure("speech", as_json=own.log_json)
    engine = choose_engine(
        own.speech_engine,
        models_dir=own.models_dir,
        vosk_model=own.vosk_model,
        whisper_model=own.whisper_model,
        websocket_url=own.speech_url,
        parallel=own.speech_threads,
    )
    server.run(own.speech_socket, engine, workers=own.speech_threads)


def worker() -> None:
    """Run queued jobs."""
    from hotline.jobs import work

    work()


def schedule() -> None:
    """Enqueue the sweeps."""
    from hotline.jobs import schedule as run

    run()
