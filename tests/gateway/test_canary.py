"""A name in every string of the request, streamed or not: no byte of it reaches the service, no byte rests anywhere."""

from __future__ import annotations

import collections
import json
import re

import pytest

from ai_gov.gateway.fields import FIELDS
from ai_gov.gateway.shapes import Anything, JsonString, Schema, Treatment
from tests.gateway.bodies import CANARY, FULL, put, spots
from tests.gateway.sdk_fields import places

NUMBER = 582039174625  # a 個人番号 as a JSON number
PATHS = [field.path for field in FIELDS if field.treatment is not Treatment.CONTAINER]
HIDDEN = "".join(f"\\u{ord(char):04x}" for char in CANARY)


def variants(field) -> list[object]:
    """The canary in every shape that a field could hold it in."""
    found: list[object] = [CANARY, f"{CANARY}様の件", [CANARY], {CANARY: CANARY}, {"type": "text", "text": CANARY}]
    if any(isinstance(shape, JsonString) for shape in field.shapes):
        found += [f'{{"a": "{HIDDEN}"}}', f'{{"{HIDDEN}": [1]}}', HIDDEN, f'{{"n": {NUMBER}}}', f'["{CANARY}"']
    if any(isinstance(shape, Schema) for shape in field.shapes):
        found += [
            {"type": "object", "properties": {CANARY: {"type": "string"}}},
            {"type": "object", "properties": {"a": {"enum": [CANARY], "default": NUMBER}}},
            {"type": "string", "pattern": CANARY, "description": HIDDEN},
            {"$defs": {"a": {"$comment": CANARY, "x": [{"y": CANARY}]}}},
        ]
    if any(isinstance(shape, Anything) for shape in field.shapes):
        found.append(NUMBER)
    return found


def base(stream: bool) -> dict:
    """The full request, less what the service of the test would not take with the rest."""
    body = json.loads(json.dumps(FULL)) | {"model": "default", "stream": stream}
    if not stream:
        del body["stream_options"]
    return body


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_no_name_leaves_from_any_field(gateway, service, stream) -> None:
    taken = stopped = refused = 0
    for field in FIELDS:
        places = spots(base(stream), field.path) or [None]
        for place in places:
            for value in variants(field):
                reply = gateway.post(put(base(stream), field.path, value, place))
                assert reply.status_code in (200, 400, 403), (field.path, value, reply.text)
                taken += reply.status_code == 200
                refused += reply.status_code == 400
                stopped += reply.status_code == 403
                if reply.status_code != 200:
                    assert CANARY not in reply.text, field.path
                for form in (CANARY, HIDDEN, str(NUMBER)):
                    assert form not in service.text, (field.path, value)
                    assert form.encode() not in b"".join(service.calls), (field.path, value)
                assert len(service.calls) == (reply.status_code == 200), field.path
                service.calls.clear()
    assert min(taken, stopped, refused) > 15


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_no_name_leaves_from_any_place_that_the_official_sdk_knows(gateway, service, stream) -> None:
    statuses = collections.Counter()
    for path in places():
        for value in (CANARY, f"{CANARY}様の件"):
            reply = gateway.post(put(base(stream), path, value))
            assert reply.status_code in (200, 400, 403), (path, reply.text)
            assert len(service.calls) == (reply.status_code == 200), path
            assert CANARY not in service.text, path
            statuses[reply.status_code] += 1
            service.calls.clear()
    assert min(statuses[200], statuses[400], statuses[403]) > 5, statuses


def test_somebody_has_decided_about_every_place_that_the_official_sdk_knows() -> None:
    """A field that a new version of the SDK adds fails here, until it stands in the table."""
    listed = {field.path: field for field in FIELDS}
    assert len(places()) > 80
    assert sum(places().values()) > 50
    undecided = []
    for path in places():
        above = path
        while above not in listed and above:
            above = re.sub(r"(\[\]|\.?[^.\[\]]+)$", "", above)
        whole = above and any(isinstance(shape, Anything | Schema) for shape in listed[above].shapes)
        if above != path and not whole and path not in ONE_OF:
            undecided.append(path)
    assert undecided == []


ONE_OF = {"tool_choice.allowed_tools.tools[].*"}  # typed as any object; the table names what the API takes


def test_nothing_of_it_rests_in_the_database_the_logs_or_the_output(gateway, service) -> None:
    """Runs after the others of this file: all they sent is looked for in every byte under the data directory."""
    reply = gateway.post({"model": "default", "messages": [{"role": "user", "content": f"{CANARY}さんへの礼状"}]})
    assert reply.status_code == 200
    stored = gateway.stored()
    assert len(stored) > 100_000
    for form in (CANARY, CANARY[:3], HIDDEN, str(NUMBER)):
        assert form.encode() not in stored, form
        assert form.encode("utf-16-le") not in stored
    assert json.dumps(CANARY).strip('"').encode() not in stored
