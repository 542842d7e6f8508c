"""Registers the commands and turns every error into one line that says what broke and what mends it.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 130 interrupted. Command modules import what is heavy (Chroma,
llama.cpp, onnxruntime) inside their functions, so that a look-up starts at once.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

from bot.cli import (
    ask,
    bench,
    chat,
    compare,
    doctor,
    eval,  # noqa: A004 - the command's name
    feedback,
    ingest,
    license,  # noqa: A004 - the command's name
    model,
    models,
    sources,
)
from bot.cli.run import run_command
from bot.errors import OsaiError, UsageError
from knowledge.errors import BundledError, KnowledgeError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED, WRONG_USE, NOT_FOUND, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    name="osai",
    help="Answers questions about open-source AI from licenses and articles, and cites the clause.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("ask")(ask.ask_command)
app.command("chat")(chat.chat_command)
app.command("license")(license.license_command)
app.command("compare")(compare.compare_command)
app.command("model")(model.model_command)
app.command("ingest")(ingest.ingest_command)
app.command("sources")(sources.sources_command)
app.command("forget")(sources.forget_command)
app.add_typer(models.app, name="models")
app.command("doctor")(doctor.doctor_command)
app.command("eval")(eval.eval_command)
app.command("bench")(bench.bench_command)
app.command("run")(run_command)
app.add_typer(feedback.app, name="feedback")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        result = app(args=None if arguments is None else list(arguments), standalone_mode=False)
        sys.stdout.flush()
    except (OsaiError, KnowledgeError) as error:
        return _tell(error)
    except (typer.Abort, KeyboardInterrupt):
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        return _unheard()
    except (typer.Exit, SystemExit) as exit_:
        return _code(exit_)
    except Exception as error:  # noqa: BLE001 - the boundary: nobody is shown a traceback
        return _explain(error)
    return result if isinstance(result, int) else 0


def _unheard() -> int:
    """End quietly: the reader of a pipe went away (osai ask ... | head -1), and nothing is wrong."""
    sys.stdout = sys.__stdout__
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _code(exit_: typer.Exit | SystemExit) -> int:
    if isinstance(exit_, typer.Exit):
        return exit_.exit_code
    if (
        type(sys.stdout).__name__ == "PacifyFlushWrapper"
    ):  # click met a broken pipe, left this behind and gave up with 1
        return _unheard()
    return exit_.code if isinstance(exit_.code, int) else FAILED


def _tell(error: OsaiError | KnowledgeError) -> int:
    print(f"{error.message} {error.hint}".strip(), file=sys.stderr)
    if isinstance(error, NotFoundError):
        return NOT_FOUND
    return WRONG_USE if isinstance(error, (UsageError, BundledError)) else FAILED


def _explain(error: Exception) -> int:
    """Tell what the command line's own parser refused, and anything unforeseen without a traceback."""
    show = getattr(error, "show", None)
    if callable(show):
        show(file=sys.stderr)
        return WRONG_USE
    if os.environ.get("OSAI_LOG_LEVEL", "").lower() == "debug":
        raise error
    reason = " ".join(str(error).split()) or type(error).__name__
    print(f"Unexpected: {reason} ({type(error).__name__}). OSAI_LOG_LEVEL=debug shows where.", file=sys.stderr)
    return FAILED
