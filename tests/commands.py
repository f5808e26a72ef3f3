"""``ai-gov`` as a program of its own, with no setting but those given. Not a test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

AI_GOV = [sys.executable, "-c", "from ai_gov.cli import main; main()"]
SERVE = [*AI_GOV, "serve"]


def environ(data_dir: Path, **more: str) -> dict[str, str]:
    """This process's environment with no setting of ours but those given."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("AI_GOV_")}
    return env | {"AI_GOV_DATA_DIR": str(data_dir), **more}


def ai_gov(data_dir: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    command, env = [*AI_GOV, *arguments], environ(data_dir, **environment)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
