"""The command line as it is typed, run in this process with a data directory of its own."""

import sys
from dataclasses import dataclass

from typer.testing import CliRunner

from ai_gov.cli import main


@dataclass
class Result:
    code: int
    out: str
    err: str


class Command:
    """``run("user", "list")`` as ``ai-gov user list`` would."""

    def __init__(self, data_dir, **environ):
        self.environ = {"AI_GOV_DATA_DIR": str(data_dir), "AI_GOV_CONFIG_DIR": "", **environ}
        self.data_dir = data_dir

    def __call__(self, *arguments, typed=""):
        code = None
        with CliRunner().isolation(input=typed, env=self.environ) as (out, err, _):
            try:
                main([str(item) for item in arguments])
            except SystemExit as end:
                code = end.code
            sys.stdout.flush()
            sys.stderr.flush()
            return Result(code, out.getvalue().decode(), err.getvalue().decode())
