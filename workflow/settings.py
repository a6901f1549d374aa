"""The settings of one installation, read from the environment; contradictions and weak secrets stop the start."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from workflow import security_log
from workflow.identity_providers import Providers, reasons_against_in_production

Network = IPv4Network | IPv6Network
PREFIX = "PLANLOP_"
DEVELOPMENT_SECRET = "development-only-never-in-production"
SHORTEST_SECRET = 32
# One sign thirty-two times is long, and guessed at once.
FEWEST_LETTERS = 10
SECRETS = ("secret_key", "identity_key")
BY_FILE = (
    *SECRETS,
    "oidc",
    "database_url",
    "redis_url",
    "smtp_password",
    "sms_token",
    "head_key",
)
# As many as one likes, with a blank between; what stands in a mail's header is ASCII.
ADDRESSES_OF_MAIL = r"^([!-?A-~]+@[!-?A-~]+( [!-?A-~]+@[!-?A-~]+)*|)$"
LONGEST_ADDRESS = 100  # so that a text message stays one


class SettingsRefused(ValueError):
    """The settings contradict each other or are too weak for production; the message says which."""


class SecretFiles(PydanticBaseSettingsSource):
    """Reads PLANLOP_<NAME>_FILE for every setting that may be secret; the last line break is dropped."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The content of the file that the setting's _FILE variable names, or None."""
        variable = f"{PREFIX}{field_name.upper()}_FILE"
        path = os.environ.get(variable) if field_name in BY_FILE else None
        if path and f"{PREFIX}{field_name.upper()}" in os.environ:
            raise SettingsRefused(f"{variable} and its plain twin are both set; keep one")
        return (read_secret(variable, path) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Every setting that a file gives."""
        fields = self.settings_cls.model_fields.items()
        values = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: value for name, value in values.items() if value is not None}


def read_secret(variable: str, path: str) -> str:
    """The file's text without its last line break; raises SettingsRefused if it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsRefused(f"{variable} names a file that cannot be read: {path}") from problem


def database_in(data: dict[str, Any]) -> str:
    """The embedded run's database: one SQLite file in the data folder."""
    return f"sqlite:///{data['home'] / 'planlop.sqlite'}"


def broker_folder(home: Path) -> Path:
    """The short folder of the embedded broker's socket: a socket's path may have 107 bytes only."""
    # The folder and not its spelling: a command started elsewhere looks for the same broker.
    owner = hashlib.sha256(f"{os.getuid()}:{home.resolve()}".encode()).hexdigest()[:10]
    return Path("/tmp") / f"planlop-{owner}"  # noqa: S108 - made with mode 0700 and its owner checked


def broker_in(data: dict[str, Any]) -> str:
    """The embedded broker of the data folder, on a unix socket."""
    return f"unix://{broker_folder(data['home']) / 'broker.sock'}"


def kept_secret(data: dict[str, Any], name: str) -> SecretStr:
    """The secret that the embedded run keeps in its data folder, else the development one."""
    path: Path = data["home"] / name
    return SecretStr(path.read_text(encoding="ascii") if path.is_file() else DEVELOPMENT_SECRET)


def address_in(data: dict[str, Any]) -> str:
    """The address that the web process itself listens on."""
    host = "localhost" if data["host"] in ("127.0.0.1", "::1") else data["host"]
    return f"http://{host}:{data['port']}"


class Settings(BaseSettings):
    """Every setting with its default; raises pydantic's ValidationError or SettingsRefused."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        populate_by_name=True,
        # What is refused may be a secret, and a refusal is printed.
        hide_input_in_errors=True,
    )

    production: bool = Field(
        default=False,
        description="Strict mode: refuses debug, weak secrets and the demo sign-in.",
    )
    demo: bool = Field(
        default=False,
        description="One-click sign-in as the invented people; loopback only, never in production.",
    )
    debug: bool = Field(
        default=False,
        description="Error pages show the program's inner workings; never in production.",
    )
    home: Path = Field(
        default=Path(".planlop"),
        description="Data folder of the embedded run: database, secrets, caught mail.",
    )
    host: str = Field(default="127.0.0.1", description="Address that the web process listens on.")
    port: int = Field(
        default=8000,
        ge=1,
        le=65535,
        validation_alias="PORT",
        description="Port of the web process. Its name is plain PORT.",
    )
    base_url: str = Field(
        default_factory=address_in,
        description="Address that people type, used in links of e-mails; no slash at the end.",
    )
    database_url: str = Field(
        default_factory=database_in,
        description="SQLAlchemy address of the database: postgresql+psycopg://… or sqlite:///…",
    )
    municipalities: str = Field(
        default="",
        description="File that names the municipalities of an installation with several (TOML).",
    )
    redis_url: str = Field(
        default_factory=broker_in,
        pattern=r"^(rediss?|unix)://",
        description="Address of the Redis-protocol server: redis://…, rediss://… or unix://…",
    )
    secret_key: SecretStr = Field(
        default_factory=lambda data: kept_secret(data, "secret_key"),
        description="Signs cookies and one-time links; at least 32 characters.",
    )
    identity_key: SecretStr = Field(
        default_factory=lambda data: kept_secret(data, "identity_key"),
        description="Key of the digests of national ids; at least 32 characters. Never change it.",
    )
    smtp_host: str = Field(default="127.0.0.1", description="Mail server that notices go out by.")
    smtp_port: int = Field(default=8025, ge=1, le=65535, description="Port of the mail server.")
    smtp_user: str = Field(default="", description="User name at the mail server; empty for none.")
    smtp_password: SecretStr = Field(
        default=SecretStr(""), description="Password at the mail server."
    )
    smtp_starttls: bool = Field(
        default=False, description="Switch to an encrypted connection before anything is sent."
    )
    smtp_tls: bool = Field(
        default=False, description="The connection is encrypted from the start (port 465)."
    )
    smtp_ca_file: str = Field(
        default="",
        description="File of the certificates the mail server is known by; the system's without it.",
    )
    smtp_sender: str = Field(
        default="planlop@example.invalid", description="Sender's address of every e-mail."
    )
    smtp_bounces: str = Field(
        default="",
        description="Address that mails which cannot be delivered come back to; the sender's without it.",
    )
    smtp_timeout: float = Field(
        default=10.0, gt=0, description="Seconds to wait for the mail server's answer."
    )
    sms_url: str = Field(
        default="",
        description="Address of the gateway that text messages go out by; empty for none.",
    )
    sms_token: SecretStr = Field(default=SecretStr(""), description="Token at the gateway.")
    sms_sender: str = Field(
        default="Kommunen",
        pattern=r"^([A-Za-z0-9]{1,11}|\+?[0-9]{3,15})$",
        description="Sender of every text message: 11 letters and digits, naming no service.",
    )
    sms_timeout: float = Field(
        default=10.0, gt=0, description="Seconds to wait for the gateway's answer."
    )
    webhook_timeout: float = Field(
        default=5.0,
        gt=0,
        description="Seconds to wait for the answer of the municipality's system.",
    )
    webhook_private: bool = Field(
        default=False,
        description="The municipality's system may have an address of the private network.",
    )
    catch_mail: bool = Field(
        default=False,
        description="The embedded run's mail catcher is on and the page that shows its mails is open.",
    )
    lease_seconds: float = Field(
        default=120.0,
        gt=0,
        description="Seconds after which work that a dead worker had claimed is looked at again.",
    )
    # At most a minute: a notice is promised within sixty seconds of its hour.
    sweep_seconds: float = Field(
        default=30.0, gt=0, le=60, description="Seconds between two looks at what is due."
    )
    delivery_batch: int = Field(
        default=500, ge=1, description="Messages that one delivery job takes at a time."
    )
    session_hours: float = Field(
        default=10.0, gt=0, description="Hours after which a person must sign in again."
    )
    oidc: Annotated[Providers, NoDecode] = Field(
        default_factory=dict,
        description="Providers that people sign in with (OpenID Connect), by name (JSON).",
    )
    oidc_timeout: float = Field(
        default=5.0, gt=0, le=30, description="Seconds to wait for a provider's answer."
    )
    session_idle_minutes: float = Field(
        default=120.0, gt=0, description="Minutes without use after which a session ends."
    )
    guest_hours: float = Field(
        default=4.0, gt=0, description="Hours after which a guest needs a new link."
    )
    guest_idle_minutes: float = Field(
        default=30.0, gt=0, description="Minutes without use after which a guest's session ends."
    )
    breached_passwords: str = Field(
        default="",
        description="File of leaked passwords' SHA-1 in hex, a line each, sorted; empty for none.",
    )
    staff_second_factor: bool = Field(
        default_factory=lambda data: bool(data["production"]),
        description="Staff with a local password must have a second factor before anything opens.",
    )
    unit_name: str = Field(
        default="Koordinerende enhet",
        description="Name of the unit on the page shown when all is down.",
    )
    unit_telephone: str = Field(
        default="00 00 00 00",
        description="Telephone number shown when the database is down and no page can be had.",
    )
    help_urgent: str = Field(default="116 117", description="Out-of-hours medical help (legevakt).")
    help_emergency: str = Field(default="113", description="Medical emergency number.")
    help_talk: str = Field(default="116 123", description="Someone to talk with, day and night.")
    languages: tuple[str, ...] = Field(
        default=("nb", "en"),
        description="Languages switched on, the first one is the default (JSON).",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses and networks of the proxies before the web process, with blanks between.",
    )
    limit_factor: float = Field(
        default=1.0,
        ge=0,
        le=100,
        description="How many times the usual number of requests a reader may make; 0 is no limit.",
    )
    security_contact: str = Field(
        default="",
        pattern=r"^((mailto:[^\s@]+@[^\s@]+|https://\S+)|)$",
        description="mailto: or https: address for those who find a weakness; in security.txt.",
    )
    head_key: SecretStr = Field(
        default=SecretStr(""),
        description="Signs each night's head of the record; at least 32 characters. Workers only.",
    )
    heads_to: str = Field(
        default="",
        pattern=ADDRESSES_OF_MAIL,
        description="E-mail addresses that each night's head goes to, with blanks between.",
    )
    log_level: str = Field(
        default="INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="The least weight of a line in our log: DEBUG, INFO, WARNING or ERROR.",
    )

    @model_validator(mode="before")
    @classmethod
    def _absolute_home(cls, given: dict[str, Any]) -> dict[str, Any]:
        home = Path(given.get("home") or cls.model_fields["home"].default)
        return {**given, "home": home.expanduser().absolute()}

    @model_validator(mode="after")
    def _strict_in_production(self) -> Self:
        if self.production:
            refuse(tuple(reasons_against(self)))
        elif self.demo and self.host not in ("127.0.0.1", "::1", "localhost"):
            refuse(("the demo sign-in answers on loopback only: PLANLOP_HOST must be 127.0.0.1",))
        return self

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, given: str) -> str:
        networks_in(given)
        return given

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """The networks whose forwarded headers are believed."""
        return networks_in(self.trusted_proxies)

    @property
    def mail_folder(self) -> Path:
        """Where the embedded run's mail catcher keeps each mail, one .eml file, sorted by time."""
        return self.home / "mail"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the program is given, then the environment, then the files that it names."""
        return init_settings, env_settings, SecretFiles(settings_cls)


def networks_in(listed: str) -> tuple[Network, ...]:
    """The networks that a setting lists; raises ValueError for a word that is none, or for all."""
    networks = tuple(ip_network(word, strict=False) for word in listed.replace(",", " ").split())
    # Everybody could then say in a header whose address counts for the limits.
    if any(network.prefixlen == 0 for network in networks):
        raise ValueError("may not be the whole internet")
    return networks


def reasons_against(settings: Settings) -> list[str]:
    """Why these settings may not run in production; empty when they may."""
    reasons = [] if settings.municipalities else list(reasons_against_lone(settings))
    on = [name for name in ("debug", "demo", "catch_mail") if getattr(settings, name)]
    reasons += [f"{PREFIX}{name.upper()} must be off" for name in on]
    if not settings.limit_factor:
        reasons.append("PLANLOP_LIMIT_FACTOR may not be 0")
    if "redis_url" not in settings.model_fields_set:
        reasons.append("PLANLOP_REDIS_URL is missing")
    elif is_open_broker(settings.redis_url):
        reasons.append("PLANLOP_REDIS_URL needs a user and a password: see planlop broker-users")
    reasons += reasons_against_in_production(settings.oidc)
    return [*reasons, *reasons_against_sending(settings)]


def reasons_against_lone(settings: Settings) -> Iterator[str]:
    """What the settings must say where no registry names each municipality's own."""
    for name in SECRETS:
        if is_weak(getattr(settings, name).get_secret_value()):
            yield f"{PREFIX}{name.upper()} is missing, short or the development one"
    if settings.secret_key == settings.identity_key:
        yield "PLANLOP_SECRET_KEY and PLANLOP_IDENTITY_KEY must differ"
    if not settings.database_url.startswith("postgresql"):
        yield "PLANLOP_DATABASE_URL must be a PostgreSQL database"
    if not settings.base_url.startswith("https://"):
        yield "PLANLOP_BASE_URL must begin with https://"


def reasons_against_sending(settings: Settings) -> Iterator[str]:
    """What would send a secret in the clear, or a text message in two parts."""
    in_the_clear = not (settings.smtp_starttls or settings.smtp_tls)
    if settings.smtp_user and in_the_clear:
        yield "PLANLOP_SMTP_USER needs PLANLOP_SMTP_STARTTLS or PLANLOP_SMTP_TLS"
    if settings.sms_url and not settings.sms_url.startswith("https://"):
        yield "PLANLOP_SMS_URL must begin with https://"
    if settings.sms_url and len(settings.base_url) > LONGEST_ADDRESS:
        yield f"PLANLOP_BASE_URL may have {LONGEST_ADDRESS} characters where text messages go out"


def is_open_broker(address: str) -> bool:
    """Whether a broker on the network is reached without a password: whoever reaches it could then ring."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("redis", "rediss") and not parts.password
    except ValueError:  # it is no address at all, which the connection says
        return False


def is_weak(secret: str) -> bool:
    """Whether a secret is the development one, too short or made of too few different characters."""
    short = len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS
    return short or secret == DEVELOPMENT_SECRET


def refuse(reasons: tuple[str, ...]) -> None:
    """Raises SettingsRefused with all reasons in one sentence; does nothing without any."""
    if reasons:
        raise SettingsRefused("; ".join(reasons))


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else PREFIX + name.upper()


def load_settings() -> Settings:
    """The settings of this process, read anew at every call; raises SettingsRefused only."""
    try:
        return Settings()
    except ValidationError as problem:
        # A default that waits for another setting is wrong only because that one is.
        wrong = [one for one in problem.errors() if one["type"] != "default_factory_not_called"]
        security_log.note("settings_refused", count=len(wrong))
        raise SettingsRefused("; ".join(map(tell_reason, wrong))) from None


def tell_reason(error: ErrorDetails) -> str:
    """One reason in words: ours as they stand, pydantic's with the variable's name before them."""
    name = str(error["loc"][0]) if error["loc"] else ""
    variable = variable_of(name) if name in Settings.model_fields else name
    return f"{variable}: {error['msg']}" if variable else error["msg"].removeprefix("Value error, ")
