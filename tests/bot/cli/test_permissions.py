import json
from pathlib import Path

from tests.bot.cli.test_commands import osai


def test_a_permission_is_answered_with_its_clause(test_data: Path) -> None:
    done = osai("license", "llama3.1", "--can", "commercial", data=test_data)
    assert done.returncode == 0
    assert "Llama 3.1 Community License Agreement: It depends." in done.stdout
    assert "section 2" in done.stdout


def test_a_models_name_asks_for_its_license(test_data: Path) -> None:
    done = osai("license", "codestral", "--can", "commercial", "--json", data=test_data)
    answer = json.loads(done.stdout)
    assert (answer["license"], answer["verdict"], answer["clause"]) == ("mistral-mnpl-0.1", "no", None)


def test_an_unknown_action_says_which_there_are(tmp_path: Path) -> None:
    done = osai("license", "mit", "--can", "fly", data=tmp_path)
    assert done.returncode == 2
    assert "redistribute" in done.stderr


def test_a_comparison_shows_differences_and_compatibility(tmp_path: Path) -> None:
    plain = osai("compare", "apache 2", "gpl3", data=tmp_path).stdout
    assert "* patent grant" in plain
    found = json.loads(osai("compare", "apache 2", "gpl3", "--json", data=tmp_path).stdout)
    assert (found["a"]["key"], found["b"]["key"]) == ("apache-2.0", "gpl-3.0")
    assert found["compatibility"]["a_into_b"]["verdict"] == "yes"
    assert found["compatibility"]["b_into_a"]["verdict"] == "no"
    assert "patent grant" in found["differences"]


def test_what_cannot_be_compared_exits_with_3(tmp_path: Path) -> None:
    for pair in (("mit", "foobarbaz"), ("gpl", "mit")):
        done = osai("compare", *pair, data=tmp_path)
        assert (done.returncode, done.stdout) == (3, "")
        assert len(done.stderr.splitlines()) == 1


def test_an_expression_shows_each_of_its_licenses(tmp_path: Path) -> None:
    done = osai("license", "Apache-2.0 OR MIT", data=tmp_path)
    assert done.stdout.startswith("Apache-2.0 OR MIT: Apache-2.0 or MIT, as you choose.")
    found = json.loads(osai("license", "apache 2 or mit", "--json", data=tmp_path).stdout)
    assert [one["key"] for one in found["licenses"]] == ["apache-2.0", "mit"]


def test_a_license_of_the_listing_says_what_is_not_known(tmp_path: Path) -> None:
    done = osai("license", "sleepycat", data=tmp_path)
    assert "OSI-approved         yes" in done.stdout
    assert "not its terms" in done.stdout
