"""ASGI: ``uvicorn ai_gov.asgi:create --factory``, with the settings of the environment."""

from __future__ import annotations

import os

from starlette.applications import Starlette

from ai_gov import settings, wiring
from ai_gov.gateway import logs


def create() -> Starlette:
    """The application. Raises ConfigError where the settings are wrong."""
    logs.configure()
    return wiring.app(settings.load(os.environ))
