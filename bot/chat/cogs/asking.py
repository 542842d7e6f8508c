"""Questions: in messages, by /ask, by the context menu. Parses, queues, shows; what is answered, the road knows."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answering.question import LONGEST, clean
from bot.chat.addressing import Heard, addressed
from bot.chat.answers import answer_cards, quotes_card
from bot.chat.card import Card
from bot.chat.conversations import Conversations, Talk
from bot.chat.desk import Place
from bot.chat.embeds import to_embed
from bot.chat.limits import cooldown_text
from bot.chat.markup import shortened
from bot.chat.mishaps import mishap_line, telling
from bot.chat.safety import safe
from bot.chat.streaming import follow
from bot.chat.surfaces import GoneError, UnderInteraction, UnderMessage
from bot.chat.views import COG, SourcesButton, ThreadButton, answer_id_of, answer_view
from bot.errors import CancelledError, QueueFullError, UsageError

if TYPE_CHECKING:
    from bot.answering.pipeline import Turn
    from bot.chat.desk import Desk
    from bot.chat.guild_states import GuildStates
    from bot.chat.keeping import Keeping
    from bot.chat.limits import Cooldowns
    from bot.chat.surfaces import Surface
    from bot.feedback import Shown

    Asked = discord.Interaction[Any]

_log = logging.getLogger(__name__)
_HOW = (
    "Ask me about open-source AI: is a model open source, what may you do under its license, what does a term mean. "
    'For example: "Is Llama 3 open source?"'
)
_GONE = "That answer is kept no longer. Ask again for a fresh one."
_NO_THREAD = "I may not open a thread here. Reply to my answer instead: I know what it was about."
_THREAD_NAME = 90  # characters
_Question = app_commands.Range[str, 1, LONGEST]


class Asking(commands.Cog, name=COG):
    """What people ask in their own words."""

    def __init__(
        self,
        bot: commands.AutoShardedBot,
        desk: Desk,
        states: GuildStates,
        keeping: Keeping,
        cooldowns: Cooldowns,
    ) -> None:
        self._bot, self._desk, self._states, self._keeping = bot, desk, states, keeping
        self._cooldowns, self._talks = cooldowns, Conversations()
        self._places: dict[int, Place] = {}  # by the id of the message that asks
        self._showing: set[asyncio.Task[Any]] = set()
        self._menu = app_commands.ContextMenu(name="Ask about this", callback=self._ask_about)

    async def cog_load(self) -> None:
        """Let the buttons of older answers work, and offer the context menu."""
        self._bot.add_dynamic_items(SourcesButton, ThreadButton)
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take both out of service."""
        self._bot.remove_dynamic_items(SourcesButton, ThreadButton)
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    async def settled(self, seconds: float) -> None:
        """Wait until what is being shown is shown, at most so many seconds."""
        if self._showing:
            await asyncio.wait(set(self._showing), timeout=seconds)

    # By a command

    @app_commands.command()
    @app_commands.describe(question="About open-source AI: licenses, models, and what their terms allow")
    async def ask(self, interaction: Asked, question: _Question) -> None:
        """Ask about open-source AI; the answer cites its sources."""
        await self._by_interaction(interaction, question)

    async def _ask_about(self, interaction: Asked, message: discord.Message) -> None:
        """Answer the message that the menu was opened on."""
        await self._by_interaction(interaction, message.content[:LONGEST])

    async def _by_interaction(self, interaction: Asked, question: str) -> None:
        guild, user = interaction.guild_id or 0, interaction.user.id
        refusal = await self._refusal(guild, user, question)
        if refusal:
            await interaction.response.send_message(refusal, ephemeral=True)
            return
        await interaction.response.defer(thinking=True)
        in_thread = isinstance(interaction.channel, discord.Thread)
        talk = self._talks.of(interaction.channel_id or 0) if in_thread else None
        place = self._place(question, guild, user, talk or Talk(()))
        await self._show(place, UnderInteraction(interaction), interaction.channel, talk or Talk(()))

    # By a message

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer what is asked of the bot."""
        state = await self._states.of(message.guild.id if message.guild else 0)
        question = addressed(_heard(message, self._bot.user, state.threads, state.answer_channels))
        if question is None:
            return
        guild, user = message.guild.id if message.guild else 0, message.author.id
        with suppress(discord.HTTPException):  # no right to write here, or gone: then there is nobody to tell
            refusal = await self._refusal(guild, user, question)
            if refusal:
                await message.reply(refusal, mention_author=False)
                return
            await self._answer_message(message, question, guild, user)

    async def _answer_message(self, message: discord.Message, question: str, guild: int, user: int) -> None:
        talk = await self._talk_of(message)
        place = self._places[message.id] = self._place(question, guild, user, talk)
        surface = UnderMessage(message)
        try:
            with suppress(discord.HTTPException):
                await message.channel.typing()
            await self._show(place, surface, message.channel, talk)
        except GoneError:
            await surface.remove()
        finally:
            self._places.pop(message.id, None)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Take back the question that a deleted message asked."""
        if place := self._places.get(event.message_id):
            self._desk.withdraw(place)

    async def _talk_of(self, message: discord.Message) -> Talk:
        """Return the conversation a message belongs to: that of the answer it replies to, or of its thread."""
        answered = message.reference.message_id if message.reference else None
        if answered and (talk := self._talks.of(answered)):
            return talk
        if isinstance(message.channel, discord.Thread) and (talk := self._talks.of(message.channel.id)):
            return talk
        replied = message.reference.resolved if message.reference else None
        if isinstance(replied, discord.Message) and self._bot.user and replied.author.id == self._bot.user.id:
            shown = await self._kept(answer_id_of(replied))
            return Talk((*shown.before, shown.question)) if shown else Talk(())
        if isinstance(message.channel, discord.Thread):
            return await self._talk_of_thread(message)
        return Talk(())

    async def _talk_of_thread(self, message: discord.Message) -> Talk:
        """Return what was last answered in a thread before a restart."""
        with suppress(discord.HTTPException):
            async for earlier in message.channel.history(limit=10, before=message):
                if self._bot.user and earlier.author.id == self._bot.user.id and (found := answer_id_of(earlier)):
                    shown = await self._kept(found)
                    return Talk((*shown.before, shown.question)) if shown else Talk(())
        return Talk(())

    # Either way

    async def _refusal(self, guild: int, user: int, question: str) -> str:
        """Return why a question is not taken, or an empty string."""
        if not question.strip():
            return _HOW
        try:
            clean(question)
        except UsageError as error:
            return safe(f"{error.message} {error.hint}".strip())
        wait = self._cooldowns.ask(guild=guild, user=user, limits=await self._states.limits(guild))
        return cooldown_text(wait, time.time()) if wait else ""

    def _place(self, question: str, guild: int, user: int, talk: Talk) -> Place:
        return Place(question, guild, user, before=talk.questions, previous=talk.turn)

    async def _show(self, place: Place, surface: Surface, channel: Any, talk: Talk) -> None:
        """Queue a question and show its answer; GoneError where somebody deleted what it stands under."""
        task = asyncio.current_task()
        if task:
            self._showing.add(task)
            task.add_done_callback(self._showing.discard)
        try:
            self._desk.submit(place)
            await follow(place, surface)
            await self._show_answer(await place.done, place, surface, channel, talk)
        except GoneError:
            self._desk.withdraw(place)
            raise
        except CancelledError as error:
            if place.withdrawn:
                raise GoneError from error
            await surface.put(_line(error.message))
        except QueueFullError as error:
            await surface.put(_line(f"Many people are asking just now: {error.message} Please try again in a minute."))
        except discord.HTTPException:
            self._desk.withdraw(place)
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: one line for the asker, the rest for the log
            await surface.put(_line(mishap_line(error)))

    async def _show_answer(self, turn: Turn, place: Place, surface: Surface, channel: Any, talk: Talk) -> None:
        answer_id = await self._keeping.keep(turn.answer, asker=place.user, guild=place.guild, before=place.before)
        view = answer_view(answer_id, sources=bool(turn.answer.citations), thread=_may_branch(channel))
        first, *more = answer_cards(turn.answer)
        shown = [await surface.put(first, None if more else view)]
        for number, card in enumerate(more, 1):
            shown.append(await surface.add(card, view if number == len(more) else None))
        now = talk.after(place.question, turn)
        for message in shown:
            self._talks.keep(message.id, now)
        if isinstance(channel, discord.Thread):
            self._talks.keep(channel.id, now)

    # Buttons

    async def show_sources(self, interaction: Asked, answer_id: str) -> None:
        """Show what the sources of an answer say, to whoever asks for it."""
        async with telling(interaction):
            await self._show_sources(interaction, answer_id)

    async def _show_sources(self, interaction: Asked, answer_id: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        shown = await self._kept(answer_id)
        if shown is None:
            await interaction.followup.send(_GONE, ephemeral=True)
            return
        await interaction.followup.send(embed=to_embed(quotes_card(shown.citations)), ephemeral=True)

    async def open_thread(self, interaction: Asked, answer_id: str) -> None:
        """Open a thread under an answer, in which every message follows up on it."""
        async with telling(interaction):
            await self._open_thread(interaction, answer_id)

    async def _open_thread(self, interaction: Asked, answer_id: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        shown, message = await self._kept(answer_id), interaction.message
        if shown is None or message is None or interaction.guild_id is None:
            await interaction.followup.send(_GONE, ephemeral=True)
            return
        try:
            thread = await message.create_thread(name=shortened(_named(shown.question), _THREAD_NAME) or "osai")
        except (discord.HTTPException, ValueError, TypeError):
            await interaction.followup.send(_NO_THREAD, ephemeral=True)
            return
        await self._states.mark(interaction.guild_id, "thread", thread.id)
        self._talks.keep(thread.id, self._talks.of(message.id) or Talk((*shown.before, shown.question)))
        if not self._bot.intents.message_content:
            with suppress(discord.HTTPException):
                await thread.send("Reply to my messages or mention me here, so that I can read what you ask.")
        await interaction.followup.send(f"Go on in {thread.mention}.", ephemeral=True)

    async def _kept(self, answer_id: str) -> Shown | None:
        return await self._keeping.shown(answer_id) if answer_id else None


def _heard(
    message: discord.Message, me: discord.ClientUser | None, threads: frozenset[int], channels: frozenset[int]
) -> Heard:
    """Return what is known of a message."""
    replied = message.reference.resolved if message.reference else None
    to_me = isinstance(replied, discord.Message) and me is not None and replied.author.id == me.id
    ordinary = message.type in (discord.MessageType.default, discord.MessageType.reply)
    return Heard(
        text=message.content,
        by_program=message.author.bot or message.webhook_id is not None or not ordinary,
        mentions_me=me is not None and _mentions(message, me),
        to_me=to_me,
        direct=message.guild is None,
        own_thread=isinstance(message.channel, discord.Thread) and message.channel.id in threads,
        answer_channel=message.channel.id in channels,
        replied_text=replied.content if isinstance(replied, discord.Message) else "",
    )


def _mentions(message: discord.Message, me: discord.ClientUser) -> bool:
    """Return whether a message mentions the bot by more than the ping that comes with a reply."""
    mentioned = any(one.id == me.id for one in message.mentions)
    return mentioned and (message.reference is None or not message.content or str(me.id) in message.content)


def _may_branch(channel: Any) -> bool:
    return isinstance(channel, discord.TextChannel)


def _named(question: str) -> str:
    return " ".join(safe(question).split())


def _line(text: str) -> Card:
    return Card(description=text)
