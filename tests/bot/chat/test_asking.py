"""Questions as people ask them in Discord, on the whole bot: where they are heard, what follows up, what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.chat.client import OsaiBot
from bot.chat.guild_states import GuildStates
from bot.guilds import Limits
from tests.bot.chat import wire
from tests.bot.chat.socket_fake import FakeDiscord, connected, until

if TYPE_CHECKING:
    from bot.chat.parts import Parts
    from tests.bot.chat.scripted import Scripted
    from tests.bot.chat.wire import Json

QUESTION = "Is Llama 3 open source?"
HOW = "Ask me about open-source AI"


def shown(message: Json) -> str:
    """Return what a message says, in its text and its embeds."""
    embeds = message.get("embeds", [])
    return "\n".join([message.get("content") or "", *(one.get("description") or "" for one in embeds)])


def buttons(message: Json) -> list[str]:
    return [part["custom_id"] for row in message["components"] for part in row["components"]]


async def reply(fake: FakeDiscord, said: Json, text: str = "is not open source") -> Json:
    """Wait for the bot's reply to a message, and return it."""

    def found() -> list[Json]:
        return [one for one in fake.replies_to(said) if text in shown(one) and (text == HOW or buttons(one))]

    await until(found, what=f"a whole reply with {text!r}")
    return found()[0]


async def test_a_mention_is_answered_with_sources_below_and_buttons(fake: FakeDiscord, place: Json) -> None:
    answer = await reply(fake, fake.mention(wire.user("ann"), place, QUESTION))
    (embed,) = answer["embeds"]
    assert "[\\[1\\]](https://www.llama.com/llama3/license/)" in embed["description"]
    assert embed["fields"][0]["name"] == "Sources"
    assert "Llama 3 Community License" in embed["fields"][0]["value"]
    assert "SmolLM2-135M" in embed["footer"]["text"]
    assert [one.partition(":")[0] for one in buttons(answer)] == ["rate", "rate", "cite", "thread"]
    assert not fake.world.violations


async def test_a_bare_mention_is_told_how_to_ask(fake: FakeDiscord, place: Json, road: Scripted) -> None:
    assert HOW in shown(await reply(fake, fake.mention(wire.user("ann"), place, ""), HOW))
    assert road.asked == []


async def test_a_reply_follows_up_and_so_it_does_after_a_restart(
    fake: FakeDiscord, parts: Parts, road: Scripted
) -> None:
    ann = wire.user("ann")
    bot = OsaiBot(parts)
    async with connected(bot, fake):
        channel = fake.open_channel(fake.open_guild())
        await until(lambda: bot.get_channel(int(channel["id"])))
        answer = await reply(fake, fake.mention(ann, channel, QUESTION))
        await until(lambda: buttons(answer))
        await reply(fake, fake.say(ann, channel, "and for 3.1?", reply_to=answer["id"]))
        before = road.asked[-1][1]
        assert before is not None
        assert before.answer.question == QUESTION
    bot = OsaiBot(parts)
    async with connected(bot, fake):
        await until(lambda: bot.get_channel(int(channel["id"])))
        await reply(fake, fake.say(ann, channel, "and commercially?", reply_to=answer["id"]))
    question, before = road.asked[-1]
    assert question == "and commercially?"
    assert before is not None
    assert before.query.text == QUESTION  # recalled from the kept answer


async def test_a_direct_message_is_a_question(fake: FakeDiscord, place: Json) -> None:
    ann = wire.user("ann")
    answer = await reply(fake, fake.say(ann, fake.open_direct(ann), QUESTION))
    assert not any(one.startswith("thread:") for one in buttons(answer))


async def test_an_answer_channel_hears_every_message_and_another_none(
    fake: FakeDiscord, place: Json, parts: Parts, road: Scripted
) -> None:
    await parts.states.mark(int(place["guild_id"]), "channel", int(place["id"]))
    await reply(fake, fake.say(wire.user("ann"), place, QUESTION))
    other = fake.open_channel({"id": place["guild_id"]} | fake.world.guilds[place["guild_id"]], "other")
    fake.say(wire.user("bob"), other, "Is DBRX open source?")
    await reply(fake, fake.say(wire.user("cat"), place, "Is Grok open source?"))
    assert [question for question, _ in road.asked] == [QUESTION, "Is Grok open source?"]


async def test_the_sources_button_shows_the_quotes_to_who_presses_it(fake: FakeDiscord, place: Json) -> None:
    ann = wire.user("ann")
    answer = await reply(fake, fake.mention(ann, place, QUESTION))
    await until(lambda: buttons(answer))
    pressed = fake.press(wire.user("bob"), place, answer["id"], buttons(answer)[2])
    await until(lambda: any(one.get("embeds") for one in fake.responses(pressed)))
    quotes = next(one for one in fake.responses(pressed) if one.get("embeds"))
    assert "700 million" in quotes["embeds"][0]["fields"][0]["value"]
    assert quotes["flags"] & 64  # for bob alone


async def test_a_thread_goes_on_where_the_answer_was(fake: FakeDiscord, place: Json, road: Scripted) -> None:
    ann = wire.user("ann")
    answer = await reply(fake, fake.mention(ann, place, QUESTION))
    await until(lambda: buttons(answer))
    pressed = fake.press(ann, place, answer["id"], buttons(answer)[3])
    await until(lambda: any("Go on in" in shown(one) for one in fake.responses(pressed)))
    thread = next(one for one in fake.world.channels.values() if one.get("parent_id") == place["id"])
    await reply(fake, fake.say(ann, thread, "and for 3.1?"))
    question, before = road.asked[-1]
    assert question == "and for 3.1?"
    assert before is not None
    assert before.answer.question == QUESTION


async def test_too_many_questions_are_told_when_the_next_is_allowed(
    fake: FakeDiscord, parts: Parts, road: Scripted
) -> None:
    few = replace(parts, states=GuildStates(parts.memory, Limits(1, 60, 50, 0)))  # type: ignore[arg-type] # a GuildStore
    bot = OsaiBot(few)
    async with connected(bot, fake):
        channel = fake.open_channel(fake.open_guild())
        await until(lambda: bot.get_channel(int(channel["id"])))
        await reply(fake, fake.mention(wire.user("ann"), channel, QUESTION))
        second = fake.slash(wire.user("ann", number=None), channel, "ask", question=QUESTION)
        ann = wire.user("bea")
        await reply(fake, fake.mention(ann, channel, QUESTION))
        refused = fake.slash(ann, channel, "ask", question=QUESTION)
        await until(lambda: "<t:" in shown(fake.original(refused)))
        assert fake.original(refused)["flags"] & 64
        await until(lambda: second.acknowledged)


async def test_a_full_queue_answers_kindly(fake: FakeDiscord, place: Json, road: Scripted) -> None:
    road.release.clear()
    fake.slash(wire.user("first"), place, "ask", question=QUESTION)
    await until(road.started.is_set)
    asked = [fake.slash(wire.user(f"user {number}"), place, "ask", question=QUESTION) for number in range(11)]

    def refused() -> int:
        return sum("Many people are asking" in shown(fake.original(one)) for one in asked)

    await until(lambda: refused() == 11 - 8, 20)
    road.release.set()
    await until(lambda: sum("not open source" in shown(fake.original(one)) for one in asked) == 8, 30)
    assert refused() == 11 - 8


async def test_a_place_in_line_is_shown(fake: FakeDiscord, place: Json, road: Scripted) -> None:
    road.release.clear()
    fake.slash(wire.user("ann"), place, "ask", question=QUESTION)
    await until(road.started.is_set)
    second = fake.slash(wire.user("bob"), place, "ask", question=QUESTION)
    await until(lambda: "number 1 in line" in shown(fake.original(second)))
    road.release.set()
    await until(lambda: "not open source" in shown(fake.original(second)))


async def test_what_fails_is_one_line_with_a_log_id(fake: FakeDiscord, place: Json, road: Scripted) -> None:
    road.error = ZeroDivisionError("secret words")
    asked = fake.slash(wire.user("ann"), place, "ask", question=QUESTION)
    await until(lambda: "log id" in shown(fake.original(asked)))
    assert "secret" not in shown(fake.original(asked))
    assert len(shown(fake.original(asked)).strip().splitlines()) == 1


async def test_a_long_answer_keeps_its_sources_whole_and_last(fake: FakeDiscord, place: Json, road: Scripted) -> None:
    road.pieces = ("It says this. ", "Llama 3 is not open source, and this is a long sentence about it. [1] " * 80)
    asked = fake.slash(wire.user("ann"), place, "ask", question=QUESTION)
    await until(lambda: len(fake.responses(asked)) > 1 and fake.responses(asked)[-1]["components"], 20)
    *first, last = fake.responses(asked)
    assert all(not one["components"] and not one["embeds"][0].get("fields") for one in first)
    assert "Llama 3 Community License" in last["embeds"][0]["fields"][-1]["value"]
    assert not fake.world.violations


@pytest.mark.parametrize("said", ["@everyone hello", "just talking"])
async def test_what_is_not_asked_of_the_bot_is_left_alone(
    fake: FakeDiscord, place: Json, road: Scripted, said: str
) -> None:
    fake.say(wire.user("ann"), place, said, mention_everyone=True)
    await reply(fake, fake.mention(wire.user("bob"), place, QUESTION))
    assert [question for question, _ in road.asked] == [QUESTION]


async def test_the_menu_of_a_message_asks_about_it(fake: FakeDiscord, place: Json, road: Scripted) -> None:
    target = wire.message(wire.user("bob"), place, QUESTION)
    asked = fake.menu(wire.user("ann"), place, "Ask about this", target)
    await until(lambda: "not open source" in shown(fake.original(asked)))
    assert road.asked[0][0] == QUESTION
    assert asked.wait < 1


async def test_without_the_content_intent_mentions_are_answered_and_about_says_so(
    fake: FakeDiscord, parts: Parts, road: Scripted
) -> None:
    bot = OsaiBot(replace(parts, config=replace(parts.config, message_content=False)))
    assert not bot.intents.message_content
    async with connected(bot, fake):
        channel = fake.open_channel(fake.open_guild())
        await until(lambda: bot.get_channel(int(channel["id"])))
        fake.say(wire.user("ann"), channel, "Is DBRX open source?")
        await reply(fake, fake.mention(wire.user("bob"), channel, QUESTION))
    assert [question for question, _ in road.asked] == [QUESTION]
