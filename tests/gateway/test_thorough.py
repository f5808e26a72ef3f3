"""The thorough reader on the real gateway: what it notes is cut; a text that takes it too long is refused, unsent."""

from tests.gateway import running

SETTINGS = """
reader = "thorough"

[thorough]
model = ""
seconds = 3

[[thorough.recognizers]]
class = "tests.nlp.recognizers.MeterRecognizer"

[[thorough.recognizers]]
class = "tests.nlp.recognizers.SlowRecognizer"

[thorough.types]
METER = "LOCAL_ID"
"""


def asked(text):
    return {"model": "default", "messages": [{"role": "user", "content": text}]}


def test_a_second_reading_cuts_refuses_and_goes_on(tmp_path, service):
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    with running.running(tmp_path / "data", service.url, AI_GOV_SETTINGS=str(settings)) as gateway:
        late = gateway.post(asked("眠れ、と書いてください。"))
        assert (late.status_code, late.json()["error"]["code"]) == (503, "detector_failed")
        assert service.calls == []
        reply = gateway.post(asked("メーターMT-204518の検針の案内を書いてください。"))
        assert reply.status_code == 200, reply.text
        (call,) = service.calls
        assert "MT-204518" not in str(call)
