"""Presidio over GiNZA behind the two routes that LiteLLM asks; runs in the peers' environment."""

import sys

import uvicorn
from presidio_analyzer import AnalyzerEngine, RecognizerResult
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_anonymizer import AnonymizerEngine
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

FIELDS = ("entity_type", "start", "end", "score")
engine = NlpEngineProvider(
    nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "ja", "model_name": "ja_ginza"}]}
).create_engine()
analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["ja"])
anonymizer = AnonymizerEngine()


async def analyze(request):
    body = await request.json()
    found = analyzer.analyze(body["text"], language="ja", entities=body.get("entities") or None)
    return JSONResponse([{name: getattr(item, name) for name in FIELDS} for item in found])


async def anonymize(request):
    body = await request.json()
    given = [RecognizerResult(*(item[name] for name in FIELDS)) for item in body["analyzer_results"]]
    done = anonymizer.anonymize(body["text"], given)
    return JSONResponse({"text": done.text, "items": [item.to_dict() for item in done.items]})


routes = [Route("/analyze", analyze, methods=["POST"]), Route("/anonymize", anonymize, methods=["POST"])]
if __name__ == "__main__":
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False)
