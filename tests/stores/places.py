"""Where a store keeps its log, so that a test and the processes it starts open the same one."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ai_gov.stores.postgres import open_postgres
from ai_gov.stores.sqlite import open_store


@dataclass(frozen=True)
class Place:
    """A data folder, and the URL of a PostgreSQL where it is not SQLite."""

    data: Path
    url: str = ""

    def open(self, **options):
        return open_postgres(self.url, self.data, **options) if self.url else open_store(self.data)

    def start(self, program: str, *arguments: object) -> subprocess.Popen:
        """Run Python in a process of its own; ``place`` is this place there."""
        code = f"from tests.stores.places import *\nplace = Place(Path({str(self.data)!r}), {self.url!r})\n{program}"
        command = [sys.executable, "-c", code, *map(str, arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
