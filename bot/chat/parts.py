"""What the bot is made of: everything the composition root hands to the client. Plain values and ready parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.about import About
    from bot.chat.choices import Choices
    from bot.chat.desk import Road, Withdraws
    from bot.chat.guild_states import GuildStates
    from bot.chat.keeping import Keeping
    from bot.chat.lookups import Lookups
    from bot.chat.stewardship import Stewardship
    from bot.chat.syncing import SyncMemory


@dataclass(frozen=True, slots=True)
class ChatConfig:
    """What the owner has set. `shard_count` None lets Discord say how many shards there are; no `shard_ids` are all."""

    message_content: bool = False
    owner_ids: frozenset[int] = frozenset()
    shard_count: int | None = None
    shard_ids: tuple[int, ...] = ()
    queue_size: int = 16


@dataclass(frozen=True, slots=True)
class Parts:
    """Ready parts. `steward` makes what admins have at hand, given how many questions wait."""

    config: ChatConfig
    road: Road
    withdraws: Withdraws
    lookups: Lookups
    choices: Choices
    about: Callable[[], About]
    states: GuildStates
    memory: SyncMemory
    keeping: Keeping
    steward: Callable[[Callable[[], int]], Stewardship]
