"""ASGI: ``uvicorn ai_gov.asgi:create --factory``, with the settings of the environment."""

from __future__ import annotations

import os

from starlette.applications import Starlette

from ai_gov import settings, wiring


def create() -> Starlette:
    """The application. Raises ConfigError where the settings are wrong."""
    return wiring.app(settings.load(os.environ))
