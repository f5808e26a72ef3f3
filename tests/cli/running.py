"""The commands on people, keys and the log, run in this process with a data directory of their own."""

from dataclasses import dataclass

import click
import typer
from typer.testing import CliRunner

from ai_gov.cli import audit, keys, users
from ai_gov.errors import AiGovError, exit_code

app = typer.Typer()
app.add_typer(users.app, name="user")
app.add_typer(keys.app, name="key")
app.add_typer(audit.app, name="audit")


@dataclass
class Result:
    code: int
    out: str
    err: str


class Command:
    """``run("user", "list")`` as ``ai-gov user list`` would."""

    def __init__(self, data_dir):
        self.environ = {"AI_GOV_DATA_DIR": str(data_dir), "AI_GOV_CONFIG_DIR": ""}
        self.data_dir = data_dir

    def __call__(self, *arguments, typed=""):
        result = CliRunner().invoke(app, [str(item) for item in arguments], input=typed, env=self.environ)
        error = result.exception
        if isinstance(error, AiGovError):
            return Result(exit_code(error), result.stdout, result.stderr + error.message)
        if error is not None and not isinstance(error, (SystemExit, click.exceptions.Abort)):
            raise error
        return Result(result.exit_code, result.stdout, result.stderr)
