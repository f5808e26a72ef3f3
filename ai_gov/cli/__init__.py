"""ai-gov: the command line. One module per subject; errors become one Japanese sentence and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from ai_gov.cli import audit, demonstrate, doctor, evaluating, inspecting, keys, rules, searching, serving, users
from ai_gov.errors import AiGovError, exit_code

UsageError = typer.BadParameter.__mro__[1]
"""Wrong use of the command line; typer shows only its subclass to others."""

app = typer.Typer(
    name="ai-gov",
    help="自治体職員の生成AI利用を統制する道具（検知・伏せ字・監査記録・ゲートウェイ）。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("inspect")(inspecting.inspect)
app.command("evaluate")(evaluating.evaluate)
app.command("serve")(serving.serve)
app.command("demo")(demonstrate.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(rules.app, name="rules")
audit.app.command("search")(searching.search)
audit.app.command("resident")(searching.resident)
app.add_typer(audit.app, name="audit")
app.add_typer(users.app, name="user")
app.add_typer(keys.app, name="key")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Exit code 0 only where all is well; 1 a fault of ours, 2 wrong use or files, 3 refused …"""
    try:
        result = app(arguments, standalone_mode=False)
    except typer.Abort:
        _say("中止しました。")
        sys.exit(130)
    except UsageError as error:  # type: ignore[misc]
        command = error.ctx.command_path if error.ctx else "ai-gov"
        _say(f"指定に誤りがあります: {error.format_message()}")
        _say(f"使い方は「{command} --help」で見られます。")
        sys.exit(2)
    except AiGovError as error:
        _say(error.message)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        sys.exit(1)
    sys.exit(result if isinstance(result, int) else 0)


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")
