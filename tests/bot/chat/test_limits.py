from hypothesis import given
from hypothesis import strategies as st

from bot.chat import limits as module
from bot.chat.limits import Cooldowns, cooldown_text
from bot.guilds import Limits

FREE = 10_000  # a burst that nothing here uses up
_limits = st.builds(
    Limits,
    user_burst=st.integers(1, 5),
    user_seconds=st.integers(0, 60),
    guild_burst=st.integers(1, 8),
    guild_seconds=st.integers(0, 60),
)
_asks = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2), st.integers(1, 3)), max_size=60)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _allowed(asks: list[tuple[int, int, int]], limits: Limits) -> list[tuple[float, int, int]]:
    """Ask after each pause, as (pause, guild, user), and return what was allowed, as (moment, guild, user)."""
    clock = Clock()
    cooldowns, allowed = Cooldowns(clock), []
    for pause, guild, user in asks:
        clock.now += pause
        if not cooldowns.ask(guild=guild, user=user, limits=limits):
            allowed.append((clock.now, guild, user))
    return allowed


def _most(moments: list[float], burst: int, seconds: int) -> bool:
    """Return whether no span of time holds more than its burst and what has been refilled in it."""
    if not seconds:
        return True
    return all(
        end - start + 1 <= burst + (moments[end] - moments[start]) // seconds
        for start in range(len(moments))
        for end in range(start, len(moments))
    )


@given(_asks, _limits)
def test_nobody_gets_more_than_the_burst_and_what_is_refilled(asks: list[tuple[int, int, int]], limits: Limits) -> None:
    allowed = _allowed(asks, limits)
    for key in {(guild, user) for _, guild, user in allowed}:
        moments = [moment for moment, guild, user in allowed if (guild, user) == key]
        assert _most(moments, limits.user_burst, limits.user_seconds)
    for guild in {guild for _, guild, _ in allowed} - {0}:
        moments = [moment for moment, one, _ in allowed if one == guild]
        assert _most(moments, limits.guild_burst, limits.guild_seconds)


@given(_asks, _limits)
def test_the_told_wait_is_enough_and_no_more_than_needed(asks: list[tuple[int, int, int]], limits: Limits) -> None:
    clock = Clock()
    cooldowns = Cooldowns(clock)
    for pause, guild, user in asks:
        clock.now += pause
        wait = cooldowns.ask(guild=guild, user=user, limits=limits)
        assert wait >= 0
        if wait:  # whole seconds, because pauses and limits are
            clock.now += wait - 1
            assert cooldowns.ask(guild=guild, user=user, limits=limits) == 1
            clock.now += 1
            assert cooldowns.ask(guild=guild, user=user, limits=limits) == 0


def test_one_person_neither_spends_what_is_anothers_nor_what_is_of_another_guild() -> None:
    limits = Limits(user_burst=1, user_seconds=60, guild_burst=FREE, guild_seconds=1)
    cooldowns = Cooldowns(Clock())
    assert cooldowns.ask(guild=1, user=1, limits=limits) == 0
    assert cooldowns.ask(guild=1, user=1, limits=limits) == 60
    assert cooldowns.ask(guild=1, user=2, limits=limits) == 0
    assert cooldowns.ask(guild=2, user=1, limits=limits) == 0


def test_a_guild_is_limited_as_a_whole_and_direct_messages_are_not() -> None:
    limits = Limits(user_burst=1, user_seconds=60, guild_burst=2, guild_seconds=30)
    cooldowns = Cooldowns(Clock())
    assert [cooldowns.ask(guild=1, user=user, limits=limits) for user in (1, 2, 3)] == [0, 0, 30]
    assert [cooldowns.ask(guild=0, user=user, limits=limits) for user in (1, 2, 3)] == [0, 0, 0]


def test_memory_stays_bounded_and_who_waits_is_remembered() -> None:
    limits = Limits(user_burst=1, user_seconds=60, guild_burst=FREE, guild_seconds=0)
    clock = Clock()
    cooldowns = Cooldowns(clock)
    for user in range(1, 3 * module._MANY):
        clock.now += 0.1
        assert cooldowns.ask(guild=1, user=user, limits=limits) == 0
        assert len(cooldowns) <= module._MANY
    assert cooldowns.ask(guild=1, user=3 * module._MANY - 1, limits=limits) == 60


def test_the_wait_is_shown_as_a_moment_that_has_surely_come_by_then() -> None:
    assert "<t:1008:R>" in cooldown_text(7.2, 1000.5)
