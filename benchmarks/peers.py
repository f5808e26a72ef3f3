"""LiteLLM as a further way to the same service: alone, and with Presidio over GiNZA as its guardrail.

Peers are no dependency of ai_gov: they live in a virtual environment of their own (make bench-peers makes it). Each
``Peer`` says how it is started.
"""

import json
from dataclasses import dataclass
from pathlib import Path

KEY = "sk-bench-0000"
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Peer:
    """One peer: its command, its environment, what must run before it, and how many rounds are bearable."""

    name: str
    command: list
    env: dict
    slow: bool = False


def litellm(venv, folder, *, port, upstream, presidio_port=None):
    """LiteLLM's proxy, with the guardrail where the port of a Presidio service is given."""
    guarded = presidio_port is not None
    config = {
        "model_list": [
            {
                "model_name": "default",
                "litellm_params": {"model": "openai/default", "api_base": upstream, "api_key": "x"},
            }
        ],
        "general_settings": {"master_key": KEY},
        "litellm_settings": {"telemetry": False},
    }
    if guarded:
        parameters = {
            "guardrail": "presidio",
            "mode": "pre_call",
            "default_on": True,
            "presidio_language": "ja",
            "output_parse_pii": True,
        }
        config["guardrails"] = [{"guardrail_name": "presidio", "litellm_params": parameters}]
    file = Path(folder) / f"litellm-{'presidio' if guarded else 'alone'}.yaml"
    file.write_text(json.dumps(config))  # JSON is YAML
    command = [f"{venv}/bin/litellm", "--config", str(file), "--host", "127.0.0.1", "--port", str(port)]
    env = {"LITELLM_LOG": "ERROR", "LITELLM_TELEMETRY": "False", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    if guarded:
        env |= {
            "PRESIDIO_ANALYZER_API_BASE": f"http://127.0.0.1:{presidio_port}",
            "PRESIDIO_ANONYMIZER_API_BASE": f"http://127.0.0.1:{presidio_port}",
        }
    return Peer(f"LiteLLM{' + Presidio（GiNZA）' if guarded else ''}", command, env, slow=guarded)


def presidio(venv, port):
    """Presidio's analyzer and anonymizer behind the two routes that LiteLLM asks."""
    return Peer("Presidio", [f"{venv}/bin/python", str(HERE / "presidio_service.py"), str(port)], {})
