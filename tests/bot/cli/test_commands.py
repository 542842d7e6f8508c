import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from bot.app import App
from bot.cli.root import app as cli

ROOT = Path(__file__).parents[3]


def osai(*arguments: str, data: Path, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OSAI_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)} | variables
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment,
        timeout=240,
        check=False,
        cwd=ROOT,
    )


def test_a_batch_gives_one_object_a_line_and_nothing_else(app: App, test_data: Path) -> None:
    questions = ["Is Llama 3 open source?", "[1]", "", "What is the capital of France?", "x" * 3000]
    done = osai("ask", "--json", "-", data=test_data, stdin="\n".join(questions) + "\n")
    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["question"] for answer in answers] == questions
    assert [answer["abstained"] for answer in answers] == [False, True, True, True, True]
    first = answers[0]
    assert list(first) == [
        "schema", "question", "answer", "abstained", "written_by", "model", "citations", "timings",
    ]  # fmt: skip
    assert first["schema"] == 1
    assert first["written_by"] in ("model", "quotes")
    assert set(first["citations"][0]) == {"n", "title", "url", "document", "section", "quote"}
    assert set(first["timings"]) == {"retrieve_ms", "first_token_ms", "total_ms"}


def test_an_answer_for_people_has_its_sources_below(app: App, test_data: Path) -> None:
    done = osai("ask", "Is Llama 3 open source?", data=test_data)
    assert done.returncode == 0
    answer, sources = done.stdout.split("\nSources\n")
    assert answer.startswith("No. Llama 3 is not open source")
    assert " [1] " in sources
    assert "https://" in sources


def test_a_chat_script_follows_up_and_starts_over(app: App, test_data: Path) -> None:
    turns = "Is Llama 3 open source?\nand for 3.1?\n\nwhat about commercial use?\n"
    done = osai("chat", "--json", data=test_data, stdin=turns)
    first, second, third = [json.loads(line) for line in done.stdout.splitlines()]
    assert "Llama 3 is not open source" in first["answer"]
    assert "Llama 3.1" in second["answer"]
    assert not any("llama-3" in one["document"] for one in third["citations"])


@pytest.mark.parametrize("question", ["", "[1]", "y" * 50_000])
def test_a_question_that_cannot_be_read_exits_with_2_before_anything_is_loaded(tmp_path: Path, question: str) -> None:
    done = osai("ask", question, data=tmp_path / "never-made")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "never-made").exists()


def test_license_and_model_print_the_contracts_fields(tmp_path: Path) -> None:
    license_ = json.loads(osai("license", "llama3.1", "--json", data=tmp_path).stdout)
    assert license_["key"] == "llama-3.1-license-2024"
    assert license_["osi_approved"] is False
    terms = {"commercial_use", "threshold", "attribution", "use_policy", "train_on_outputs", "patent_grant"}
    assert {"spdx_id", "name", "owner", "category", "url", "sources"} | terms <= set(license_)
    model = json.loads(osai("model", "Llama-3.1-8B-Instruct", "--json", data=tmp_path).stdout)
    assert model["license_key"] == "llama-3.1-license-2024"
    assert {"name", "developer", "released", "license", "weights", "data", "code", "osaid", "sources"} <= set(model)


def test_unknown_and_ambiguous_names_exit_with_3_and_one_line(tmp_path: Path) -> None:
    for arguments in (("license", "foobarbaz"), ("model", "llama 7"), ("license", "gpl")):
        done = osai(*arguments, data=tmp_path)
        assert (done.returncode, done.stdout) == (3, "")
        assert len(done.stderr.splitlines()) == 1
    members = json.loads(osai("license", "gpl", "--json", data=tmp_path).stdout)["members"]
    assert [one["key"] for one in members] == ["gpl-3.0", "gpl-2.0", "gpl-1.0"]


def test_a_look_up_loads_neither_chroma_nor_llama_cpp(tmp_path: Path) -> None:
    code = (
        "import sys; from bot.cli.root import run; run(['license', 'mit']); "
        "print(sorted({name.split('.')[0] for name in sys.modules}"
        " & {'chromadb', 'llama_cpp', 'onnxruntime', 'discord', 'numpy'}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "MIT License" in done.stdout
    assert done.stderr.strip() == "[]"


def test_doctor_names_what_misses_and_fetches_nothing(tmp_path: Path) -> None:
    done = osai("doctor", "--json", data=tmp_path / "empty", OSAI_DISCORD_TOKEN="very-secret")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert not report["ok"]
    assert all(check["mend"] for check in report["checks"] if not check["ok"])
    assert "very-secret" not in done.stdout + done.stderr
    assert not (tmp_path / "empty").exists()


def test_doctor_is_content_with_a_whole_installation(app: App, test_data: Path) -> None:
    done = osai("doctor", data=test_data)
    assert done.returncode == 0, done.stdout
    assert "FAIL" not in done.stdout


def test_a_wrong_setting_is_one_line(tmp_path: Path) -> None:
    done = osai("sources", data=tmp_path, OSAI_CONTEXT_TOKENS="lots")
    assert done.returncode == 1
    assert done.stderr.startswith("OSAI_CONTEXT_TOKENS is 'lots':")
    assert "Traceback" not in done.stderr


def test_no_index_yet_names_the_command(assets: object, test_data: Path, tmp_path: Path) -> None:
    (tmp_path / "assets").symlink_to(test_data / "assets")
    done = osai("sources", data=tmp_path)
    assert (done.returncode, done.stderr.strip()) == (1, "No index yet. Run `osai ingest`.")


def test_ones_own_document_is_ingested_cited_and_forgotten(app: App, test_data: Path, tmp_path: Path) -> None:
    own = tmp_path / "zebra-notes.md"
    own.write_text("# Zebra notes\n\n## Terms\n\nThe Zebrafish Data Pact forbids resale of zebrafish recordings.\n")
    added = osai("ingest", str(own), "--json", data=test_data)
    assert json.loads(added.stdout)["added"] == 1
    answer = json.loads(osai("ask", "--json", "What does the Zebrafish Data Pact forbid?", data=test_data).stdout)
    document = answer["citations"][0]["document"]
    assert document.startswith("user/zebra-notes-")
    assert answer["citations"][0]["section"] == "Terms"
    assert osai("forget", document, data=test_data).returncode == 0
    assert osai("forget", document, data=test_data).returncode == 3
    assert osai("forget", "articles/dbrx", data=test_data).returncode == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "has no text"), (b"\x00\x01binary", "not a text file"), (b"caf\xe9 latin-1 text", "not in UTF-8")],
)
def test_a_file_that_cannot_be_read_is_one_line(
    app: App, test_data: Path, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "own.txt"
    path.write_bytes(content)
    done = osai("ingest", str(path), data=test_data)
    assert done.returncode == 1
    assert said in done.stderr


def test_models_are_listed_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    rows = json.loads(osai("models", "list", "--json", data=tmp_path).stdout)
    assert rows[0]["name"] == "smollm2-135m"
    done = osai("models", "pull", "llama-9", data=tmp_path)
    assert done.returncode == 1
    assert "llama-3.2-1b" in done.stderr
    refused = osai("models", "pull", "llama-3.2-1b", data=tmp_path)
    assert refused.returncode == 2
    assert "--accept-license" in refused.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m bot license mit | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0
    assert done.stderr == ""


def commands() -> list[tuple[str, ...]]:
    root = get_command(cli)
    found: list[tuple[str, ...]] = []
    for name, command in root.commands.items():  # type: ignore[attr-defined] # a group
        children = getattr(command, "commands", {})
        found += [(name, child) for child in children] or [(name,)]
    return found


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_has_help_and_stands_in_the_readme(command: tuple[str, ...], tmp_path: Path) -> None:
    done = osai(*command, "--help", data=tmp_path)
    assert done.returncode == 0
    assert re.search(r"Usage: .*" + command[-1], done.stdout)
    assert f"osai {' '.join(command)}" in (ROOT / "README.md").read_text()
