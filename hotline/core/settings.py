"""Every setting, from HOTLINE_* variables and `.env`; the only file that reads the environment."""

import hashlib
import os
import tempfile
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hotline.core.errors import CannotStart

Port = Annotated[int, Field(ge=1, le=65535)]
Positive = Annotated[int, Field(ge=1)]
NotNegative = Annotated[int, Field(ge=0)]

# A Unix socket's path must fit `sockaddr_un`; some room is left for the file's own name.
MAX_SOCKET_FOLDER = 80


class Settings(BaseSettings):
    """One site's settings. Spans carry their unit in the name."""

    model_config = SettingsConfigDict(
        env_prefix="HOTLINE_", env_nested_delimiter="__", env_file=".env", extra="ignore"
    )

    data_dir: Path = Path("data")
    database_url: str = ""  # empty: the embedded server below data_dir
    redis_url: str = ""  # empty: the embedded server below data_dir
    database_pool: int = 5  # connections a process keeps; web threads wait for one

    http_host: str = "127.0.0.1"
    http_port: Port = 8000
    seats_port: int = Field(default=0, ge=0, le=65535)  # browser seats; 0: a free one near the web
    seats_url: str = ""  # wss://…, how browsers reach it; empty: as they reach the web

    sip_host: str = "127.0.0.1"
    sip_port: Port = 5060
    sip_tcp: bool = False  # beside UDP; only behind a proxy (docs/decisions/sip-over-tcp.md)
    sip_public_address: str = ""  # what SDP and Contact carry, when it is not sip_host
    kamailio: str = "auto"  # where installed; or off, beside, its path (docs/kamailio.md)
    sip_tls_port: Port = 5061  # Kamailio's, where TLS_CERT is set
    trunks: str = "127.0.0.0/8"  # networks parted by blanks: they may call, and vouch for a number
    trunk_calls_s: Positive = 50  # new calls a second from one address of a trunk; then 503
    area_code: str = ""  # 0891: stands before callers' numbers that come without one
    rtp_port_min: Port = 40000
    rtp_port_max: Port = 40999
    sip_outbound: str = ""  # sip:{number}@trunk:5060; empty: only callers on this very machine
    outbound_allowed: str = r"(\+86)?(1[3-9]\d{9}|0\d{9,11})"  # a number in full, else not rung
    desk_phones: str = (
        r"sip:[A-Za-z0-9._-]+@(127\.0\.0\.1|\[::1\]|hotline\.local)(:\d{1,5})?"  # an agent's
    )
    desk_ring_s: Positive = 20  # then the next seat is offered the call
    # The queue (docs/queue.md); spans in seconds.
    misses_before_pause: Positive = 1  # offers in a row not taken: the seat is paused by itself
    wrap_up_s: NotNegative = 45  # 话后处理: after a call none is offered for so long
    seat_strategy: Literal["longest_idle", "fewest_calls", "last_agent"] = "longest_idle"
    queue_language_s: NotNegative = 20  # then whoever speaks the language, with any dialect, level
    queue_anybody_s: NotNegative = 60  # then anybody
    queue_longest_s: Positive = 600  # then the message is taken
    queue_longest: Positive = 50  # so many wait; the next one's message is taken at once
    queue_announce_s: Positive = 30  # so often a caller hears where they stand
    queue_callback_s: NotNegative = 60  # then they are asked whether to be called back
    boost_elder_s: NotNegative = 60  # as if an elder had waited so much longer
    boost_repeat_s: NotNegative = 30  # the same of who called within a day
    short_abandon_s: NotNegative = 5  # who hangs up sooner is not called back
    owed_after_s: NotNegative = 120  # who gave up may ring again by themselves meanwhile
    owed_again_s: Positive = 900  # after an attempt in vain, or one that no agent wanted to make
    preview_s: Positive = 20  # an agent is shown an owed call so long
    language_areas: str = ""  # which language an area speaks, like `0895=bo 0897=bo`
    block_days: Positive = 30  # 恶意来电: nobody is blocked for longer
    block_review_days: Positive = 3  # a block that nobody else has reviewed by then is over
    emergency: str = ""  # `110=sip:110@trunk.example 119=…`; a number left out: by sip_outbound
    media_workers: int = Field(
        default=2, ge=1, le=64
    )  # processes; each admits two callers (telephony.md, fact 1)
    calls_per_worker: Positive = 500  # then it is replaced: pjsua2 keeps ~3 KB a call (trap A)
    message_limit_s: Positive = 600  # the longest message a caller may leave
    silence_end_s: float = Field(
        default=4.0, ge=1
    )  # a herder thinking is not a herder who has finished
    min_free_mb: int = 500  # recordings need room: below this nothing starts

    speech_engine: Literal["whisper", "vosk", "websocket"] = "whisper"
    vosk_model: Path | None = None
    models_dir: Path = Path.home() / ".cache/hotline/models"  # the packaged one is joined here
    whisper_model: Path | None = None  # a site's own CTranslate2 folder; empty: the packaged one
    speech_url: str = ""  # a vosk-server, for the websocket engine
    speech_threads: int = Field(
        default=1, ge=1
    )  # decodes at a time; each takes a core (speech.md 2)
    live_calls: NotNegative = 32  # written down while they run; the others wait for a place

    district: str = "540100"  # the home district's GB/T 2260 code
    policy_profile: str = "xizang-trial"  # which profile of limits is in force
    auto_dispatch: bool = False
    retrain_days: NotNegative = 30  # a candidate from the site's own lessons so often; 0: never
    secret_key: str = ""  # master key of the vault, 64 hex digits; empty: data_dir/master.key
    secret_key_next: str = ""  # the key that takes over (`hotline rekey`); empty: master.key.next

    callback_hours: str = "09:00-12:00 15:00-18:00 19:00-20:30"  # when callers may be rung
    callback_hours_off: str = "10:00-12:00 16:00-19:00"  # days off by their district's calendar
    callbacks_by_person: str = "complaint report"  # request types; `all` for every one
    notice_url: str = ""  # an SMS gateway (docs/notices.md); empty: a file below data_dir
    # The requester's own page (docs/callers-door.md); its address begins with `public_url`.
    link_days: Positive = 90  # a link opens its ticket so long; each message carries a new one
    staff_sms_url: str = ""  # the same for what the staff must know
    staff_email_url: str = ""

    # Webhooks. Networks parted by blanks, like `10.0.0.0/8`: departments' systems there are sent to
    # although they are private, and may be sent to without https. Empty: public https only.
    webhook_allowed: str = ""
    webhook_log_days: Positive = 30  # deliveries are kept so long, for replays too
    cti_url: str = ""  # call events, to another system's console (docs/cti.md)
    cti_numbers: Literal["masked", "full"] = "masked"  # full: kept nowhere, read from the vault

    # Attachments (docs/attachments.md). Below what a request's body may hold (hotline.web.bodies).
    attachment_mb: int = Field(default=20, ge=1, le=60)  # of one file: a minute of film
    attachments_per_ticket: Positive = 50  # with its orders'
    attachment_megapixels: Positive = 50  # a telephone's camera; each takes 8 bytes while painted
    scanner: str = ""  # `clamdscan --fdpass` or `unix:/run/clamav/clamd.ctl`; empty: none
    scanner_timeout_s: Positive = 20  # then the file waits, and is tried again
    archive_after_days: Positive = 365  # from the end; until then a ticket can be done again
    suspension_months: Positive = 12  # how far ahead a suspended ticket may be reviewed at most

    # People's data: days from the end of a request, and of those of another type. No rule names a
    # span (domain.md 2.9): three years is how long a lawsuit may come, a 举报 takes longer.
    retention_days: str = "1095 report:1825"
    recording_days: str = "1095 report:1825"  # the same for recordings, whose words may stay longer

    # How others reach the web: with TLS, or through a proxy that has it (docs/https.md).
    tls_cert: Path | None = None  # PEM, with the chain
    tls_key: Path | None = None
    behind_proxy: str = ""  # networks parted by blanks; only their X-Forwarded-* is believed
    # How often one may ask in a minute; 0: as often as they like (docs/rate-limits.md).
    rate_read: NotNegative = 6000  # by one key or session: a batch system's hundred a second
    rate_write: NotNegative = 3000  # the same; a day's orders of a large department in a minute
    rate_reveal: NotNegative = 60  # by one session: nobody reads a person a second
    rate_address: NotNegative = 60_000  # from one address, whoever asks: a whole centre behind it
    rate_door: NotNegative = 120  # from one address, on callers' own pages: telephones share one
    # In a quarter of an hour, failures with one name from one address. Below a lock's, also around
    # the edge of two quarters: nobody closes a name from one address.
    rate_sign_in: NotNegative = 4
    rate_sign_in_address: NotNegative = 300  # tries from one address: a shift that begins
    # What a request may take.
    http_connections: Positive = 2000  # open at once in a web process, streams too; then 503
    statement_s: NotNegative = 30  # a statement of the web's; 0: as long as it takes

    # departments' systems
    oauth_token_s: Positive = 3600  # how long an access token holds; revoking ends it at once

    log_json: bool = False
    # People who sign in.
    session_hours: Positive = 12  # a shift; then one signs in again whatever one does
    session_idle_minutes: Positive = 120  # without asking anything: a seat left alone over lunch
    lock_after_failures: Positive = 20  # wrong passwords without a right one, from all addresses
    lock_window_minutes: Positive = 15  # from the first one on; then they are forgotten
    lock_minutes: Positive = 1  # the first lock; each further wrong password doubles it
    lock_longest_minutes: Positive = 15  # nobody is shut out for longer by somebody else's guesses
    public_url: str = ""  # https://…, how browsers reach the hotline; empty: as they name it
    # A site's own sign-in, by OpenID Connect; empty issuer: passwords only (docs/people.md).
    oidc_issuer: str = ""  # https://…, as its discovery document names it
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_role_claim: str = "groups"  # dots lead inwards: realm_access.roles
    oidc_roles: Path | None = None  # a TOML file: which value of the claim is which role

    @model_validator(mode="after")
    def _fit_together(self) -> "Settings":
        if self.rtp_port_min + 2 * self.media_workers > self.rtp_port_max:
            raise ValueError("RTP_PORT_MIN to RTP_PORT_MAX leaves no ports for the media workers")
        if self.speech_engine == "websocket" and not self.speech_url:
            raise ValueError("SPEECH_ENGINE=websocket needs SPEECH_URL")
        if self.seats_url and not self.seats_url.startswith(("ws://", "wss://")):
            raise ValueError("SEATS_URL begins with wss:// (or ws://)")
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("TLS_CERT and TLS_KEY only work together")
        _ = self.proxy_networks, self.webhook_networks, self.trunk_networks  # ValueErrors
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_roles):
            raise ValueError("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_ROLES")
        return self

    @property
    def webhook_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks in which webhooks may be sent although they are not public."""
        return tuple(ip_network(text) for text in self.webhook_allowed.split())

    @property
    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(text) for text in self.behind_proxy.replace(",", " ").split())

    @property
    def trunk_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(text) for text in self.trunks.split())

    @property
    def proxied(self) -> bool:
        return self.kamailio not in ("auto", "off")  # `up` finds out what `auto` is

    @property
    def web_scheme(self) -> str:
        return "https" if self.tls_cert else "http"

    @property
    def run_dir(self) -> Path:
        """The folder of sockets and pid files: in /tmp where data_dir is too long for a socket."""
        folder = self.data_dir.resolve() / "run"
        if len(str(folder)) <= MAX_SOCKET_FOLDER:
            return folder
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"hotline-{os.getuid()}-{digest}"

    @property
    def recordings_dir(self) -> Path:
        return self.data_dir.resolve() / "recordings"

    @property
    def attachments_dir(self) -> Path:
        return self.data_dir.resolve() / "attachments"

    @property
    def prompts_dir(self) -> Path:
        return self.data_dir.resolve() / "prompts"  # a site's own, in place of the shipped ones

    @property
    def switch_socket(self) -> Path:
        return self.run_dir / "switch.sock"

    @property
    def speech_socket(self) -> Path:
        return self.run_dir / "speech.sock"

    @property
    def seats_socket(self) -> Path:
        return self.run_dir / "seats.sock"

    @property
    def seats_note(self) -> Path:
        return self.run_dir / "seats.json"  # where the audio door says at which port it listens

    @property
    def redis_socket(self) -> Path:
        return self.run_dir / "redis.sock"

    @property
    def redis_address(self) -> str:
        return self.redis_url or f"unix://{self.redis_socket}"

    @property
    def database_address(self) -> str:
        """The SQLAlchemy URL of PostgreSQL; the embedded server's address is kept in a file."""
        url = self.database_url
        if not url:
            note = self.run_dir / "database.url"
            url = note.read_text().strip() if note.exists() else ""
        for prefix in ("postgresql://", "postgres://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    def child_environment(self, *, secrets: bool = True) -> dict[str, str]:
        """Return the environment for a process of ours, so that it sees these very settings.

        Without `secrets` for a process that needs none: it can't lose what it never had.
        """
        own = {
            f"HOTLINE_{name.upper()}": str(value)
            for name, value in self.model_dump().items()
            if value is not None
        }
        given = {**os.environ, **own, "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
        keys = ("HOTLINE_SECRET_KEY", "HOTLINE_SECRET_KEY_NEXT", "HOTLINE_DATABASE_URL")
        hidden = () if secrets else (*keys, "HOTLINE_OIDC_CLIENT_SECRET")
        return {name: value for name, value in given.items() if name not in hidden}


@lru_cache
def settings() -> Settings:
    """Return this process's settings, read once; raise CannotStart naming a bad one."""
    return read_settings({})


def read_settings(given: dict[str, Any]) -> Settings:
    """Return settings, what is given before the environment; raise CannotStart naming a bad one."""
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = "__".join(str(part) for part in first["loc"]).upper()
        raise CannotStart(
            f"HOTLINE_{name} is not usable: {first['msg']}."
            if name
            else f"The settings do not fit together: {first['msg']}.",
            remedy="Correct it in the environment or in .env.",
        ) from None
