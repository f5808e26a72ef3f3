"""ai-gov: the command line. One module per subject; errors become one Japanese sentence and an exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer

from ai_gov.cli import (
    alerting,
    audit,
    changing,
    converting,
    demonstrate,
    doctor,
    evaluating,
    evidence,
    exporting,
    guideline,
    incident,
    inspecting,
    keys,
    permits,
    raw,
    register,
    release,
    reporting,
    retention,
    review,
    rules,
    searching,
    serving,
    training,
    users,
    uses,
)
from ai_gov.cli.japanese import localise, message_of
from ai_gov.cli.textfile import unreadable
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
app.add_typer(converting.app, name="corpus")
app.add_typer(rules.app, name="rules")
audit.app.command("search")(searching.search)
audit.app.command("resident")(searching.resident)
audit.app.command("report")(reporting.report)
audit.app.command("changes")(changing.changes)
audit.app.command("alerts")(alerting.alerts)
audit.app.command("siem")(exporting.siem)
audit.app.command("reindex")(exporting.reindex)
audit.app.command("excerpt")(evidence.excerpt)
audit.app.command("rotate-key")(evidence.rotate_key)
audit.app.add_typer(retention.app, name="retention")
audit.app.add_typer(raw.app, name="raw")
app.add_typer(audit.app, name="audit")
app.add_typer(incident.app, name="incident")
app.add_typer(guideline.app, name="guideline")
app.add_typer(training.app, name="training")
app.add_typer(register.app, name="register")
app.add_typer(uses.app, name="uses")
app.add_typer(users.app, name="user")
app.add_typer(keys.app, name="key")
app.add_typer(review.app, name="review")
app.add_typer(release.app, name="release")
app.add_typer(permits.app, name="permit")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Exit code 0 only where all is well; 1 a fault of ours, 2 wrong use or files, 3 refused …"""
    try:
        command = localise(typer.main.get_command(app))
        result = command.main(arguments, prog_name="ai-gov", standalone_mode=False)
    except typer.Abort:
        _say("中止しました。")
        sys.exit(130)
    except UsageError as error:  # type: ignore[misc]
        where = error.ctx.command_path if error.ctx else "ai-gov"
        said = message_of(error)
        if said:  # else its help was shown
            _say(f"指定に誤りがあります: {said}")
            _say(f"使い方は「{where} --help」で見られます。")
        sys.exit(2)
    except AiGovError as error:
        _say(error.message)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        _say(unreadable(error.filename or "ファイル", error).message)
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - a traceback may hold the text that was read
        *_, last = traceback.extract_tb(error.__traceback__)
        _say(f"内部の誤りが起きました（{type(error).__name__}、{Path(last.filename).name}:{last.lineno}）。")
        _say("「ai-gov doctor」で確かめ、続くときはこの2行を開発者に知らせてください。")
        sys.exit(1)
    sys.exit(result if isinstance(result, int) else 0)


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")
