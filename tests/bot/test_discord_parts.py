"""What the composition root hands to Discord, on the real index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.app import App, open_app
from bot.chat.about import About
from bot.guilds import Limits
from bot.settings import Settings
from tests.bot.chat.scripted import turn
from tests.knowledge.web import serving

if TYPE_CHECKING:
    from pathlib import Path


def _about(app: App) -> About:
    return About("a model", "Apache-2.0", app.holdings(), message_content=False, retention_days=90)


async def test_an_admin_gets_no_page_of_this_machines_own_network_whatever_its_owner_may(
    app: App, test_data: Path
) -> None:
    settings = Settings(data_dir=test_data, allow_private_addresses=True)
    with open_app(settings) as generous, serving() as site:
        site.page("/a", "Marsupial", "The Marsupial model is licensed under the Quokka Terms.")
        steward = generous.stewardship(generous.guild_states(), lambda: _about(generous), lambda: 0)

        async def deaf(_line: str) -> None:
            return

        card = await steward.learn(1, deaf, f"{site.url}/a")
    assert card.title == "Some sources failed"
    assert "its own network" in card.description
    assert site.asked == []


async def test_an_answer_is_kept_with_a_fingerprint_of_what_is_known(app: App) -> None:
    keeping = app.keeping()
    kept = await keeping.keep(turn("Is Llama 3 open source?").answer, asker=1, guild=2)
    shown = await keeping.shown(kept)
    assert shown is not None
    assert shown.versions.osai
    assert shown.versions.knowledge == f"{app.index.fingerprint}@{app.library.generation}"
    keeping.store.forget(1)


def test_the_owners_limits_hold_where_a_guild_has_none(tmp_path: Path) -> None:
    with open_app(Settings(data_dir=tmp_path, user_burst=7)) as app:
        assert app.guild_states().default == Limits(7, 20, 20, 2)


@pytest.mark.parametrize("listed", [frozenset(), frozenset({1})])
def test_the_owner_names_the_servers_that_may_teach(tmp_path: Path, listed: frozenset[int], app: App) -> None:
    with open_app(Settings(data_dir=tmp_path, teaching_servers=listed)) as other:
        other.__dict__["learning"] = app.learning
        assert other.stewardship(other.guild_states(), lambda: _about(app), lambda: 0).teachers == listed
