import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import PREFIX, Settings, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


def test_defaults_work_without_any_variable() -> None:
    settings = load_settings()
    assert settings.model == "smollm2-135m"
    assert settings.data_dir.is_absolute()
    assert settings.discord_token is None


def test_the_environment_outranks_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OSAI_QUEUE_SIZE=3\nOSAI_CONTEXT_TOKENS=1024\n")
    monkeypatch.setenv("OSAI_QUEUE_SIZE", "5")
    settings = load_settings()
    assert (settings.queue_size, settings.context_tokens) == (5, 1024)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONTEXT_TOKENS", "lots"),
        ("CONTEXT_TOKENS", "12"),
        ("LOG_LEVEL", "loud"),
        ("THREADS", "-1"),
        ("QUEUE_SIZE", "0"),
    ],
)
def test_a_wrong_value_names_the_variable_and_what_it_may_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"OSAI_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert f"OSAI_{name} is '{value}'" in caught.value.message
    assert str(Settings.model_fields[name.lower()].description) in caught.value.message


def test_servers_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().teaching_servers == frozenset()
    monkeypatch.setenv("OSAI_TEACHING_SERVERS", "123, 456,")
    assert load_settings().teaching_servers == {123, 456}
    monkeypatch.setenv("OSAI_TEACHING_SERVERS", "123, mine")
    with pytest.raises(SettingsError, match="OSAI_TEACHING_SERVERS"):
        load_settings()


def test_a_broken_env_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"OSAI_MODEL=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env"):
        load_settings()


def test_the_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSAI_DISCORD_TOKEN", "very-secret")
    assert "very-secret" not in repr(load_settings())


def test_env_example_has_every_setting_with_its_description() -> None:
    text = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^(OSAI_\w+)=", text, re.MULTILINE)) == {
        f"{PREFIX}{name.upper()}" for name in Settings.model_fields
    }
    for field in Settings.model_fields.values():
        assert str(field.description) in text
