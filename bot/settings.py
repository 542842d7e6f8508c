"""Everything that can be configured: environment variables OSAI_*, then `.env`, then defaults that work.

The one reader of the environment. Values go inward from here; nobody else sees a Settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

PREFIX = "OSAI_"


class Settings(BaseSettings):
    """One frozen set of values; `describe` of a field is what `.env.example` and the README say of it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("osai"),
        description="Where models, the index and everything osai keeps is stored.",
    )
    model: str = Field(
        "smollm2-135m",
        min_length=1,
        description="The language model: a name from `osai models list`, or the path of a GGUF file.",
    )
    context_tokens: Annotated[int, Field(ge=512, le=131_072)] = Field(
        2048, description="The model's window in tokens (512 to 131072). More needs more memory."
    )
    threads: Annotated[int, Field(ge=0, le=512)] = Field(
        0, description="Threads for the model (0 to 512). 0 measures once what is fastest here and keeps it."
    )
    allow_private_addresses: bool = Field(
        False, description="Whether `osai ingest` may fetch from this machine and its own network (true or false)."
    )
    most_pages: Annotated[int, Field(ge=1, le=10_000)] = Field(
        50, description="How many pages of one feed or sitemap are ingested (1 to 10000)."
    )
    queue_size: Annotated[int, Field(ge=1, le=1000)] = Field(
        16, description="How many questions may wait for the model (1 to 1000)."
    )
    deadline_seconds: Annotated[float, Field(gt=0, le=3600)] = Field(
        120, description="How long one answer may take, waiting included, in seconds (up to 3600)."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning",
        description="How much is logged: debug, info, warning or error. Never questions or secrets.",
    )
    discord_token: SecretStr | None = Field(
        None, description="The Discord bot's token; only `osai run` needs it. Never logged or shown."
    )
    feedback_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        90, description="How many days ratings and the answers they rate are kept (0 to 3650). 0: until deleted."
    )
    user_burst: Annotated[int, Field(ge=1, le=100)] = Field(
        3, description="How many questions one person may ask at once in Discord (1 to 100)."
    )
    user_seconds: Annotated[int, Field(ge=0, le=3600)] = Field(
        20, description="After how many seconds one more is allowed to that person (0 to 3600). 0: no limit."
    )
    guild_burst: Annotated[int, Field(ge=1, le=1000)] = Field(
        20, description="How many questions one Discord server may ask at once (1 to 1000)."
    )
    guild_seconds: Annotated[int, Field(ge=0, le=3600)] = Field(
        2, description="After how many seconds one more is allowed to that server (0 to 3600). 0: no limit."
    )
    teaching_servers: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(),
        description="Ids of the Discord servers whose admins may change what osai knows, with commas. Empty: all.",
    )

    message_content: bool = Field(
        False,
        description="Whether Discord grants the message content intent; answer channels need it (true or false).",
    )
    owner_ids: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(), description="Ids of the bot's owners, with commas. Empty: the application's owner or team."
    )
    shard_count: Annotated[int, Field(ge=0, le=16_384)] = Field(
        0, description="How many shards all processes of the bot have together (0 to 16384). 0: Discord says."
    )
    shard_ids: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(), description="The shards of this process, from 0, with commas. Empty: all."
    )

    @field_validator("teaching_servers", "owner_ids", "shard_ids", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _shards(self) -> Settings:
        if self.shard_ids and not self.shard_count:
            raise ValueError("OSAI_SHARD_IDS needs OSAI_SHARD_COUNT, the number of all shards")
        if any(one >= self.shard_count for one in self.shard_ids):
            raise ValueError("every one of OSAI_SHARD_IDS must be below OSAI_SHARD_COUNT")
        return self

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()


def load_settings() -> Settings:
    """Return the settings; SettingsError names the variable at fault, its value and what it may be."""
    try:
        return Settings()
    except ValidationError as error:
        hint = "Mend the variable in the environment or in .env."
        raise SettingsError(_explain(error), hint=hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"Cannot read .env: {error}", hint="Mend or remove the file.") from error


def _explain(error: ValidationError) -> str:
    parts = []
    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        field = Settings.model_fields.get(name)
        allowed = f" {field.description}" if field and field.description else ""
        shown = "" if name == "discord_token" else f" is {problem['input']!r}:"
        parts.append(f"{PREFIX}{name.upper()}{shown} {problem['msg'].lower()}.{allowed}")
    return " ".join(parts)
