"""The OpenAPI document: complete, consistent, and kept by the service."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from model.digest import Digester
from service.api import OPERATIONS, Operation
from service.app import create_app

if TYPE_CHECKING:
    from flask import Flask

schemathesis = pytest.importorskip("schemathesis", reason="the dev extra is not installed")
positive_data_acceptance = pytest.importorskip("schemathesis.specs.openapi.checks").positive_data_acceptance


@pytest.fixture(scope="module")
def app() -> Flask:
    """The application with the live bundle."""
    return create_app(digester=Digester.load())


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    """Its document."""
    found: dict[str, Any] = app.test_client().get("/openapi.json").json  # type: ignore[assignment]
    return found


def test_every_route_is_documented_and_no_other(app: Flask, document: dict[str, Any]) -> None:
    """What stands in the document is what the service answers, pages for people aside."""
    people = ("/docs", "/desk", "/openapi.json")
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"} and not rule.rule.startswith(people) and rule.rule != "/"
    }

    assert document["openapi"] == "3.1.0"
    assert {(path, method) for path, item in document["paths"].items() for method in item} == served


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """No $ref dangles, and every schema is used."""
    refs = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))

    assert refs == set(document["components"]["schemas"])


def test_the_contract_stands_in_the_document(document: dict[str, Any]) -> None:
    """Field names of the contract, closed requests, a bound on batches, problems on every bad input."""
    schemas = document["components"]["schemas"]

    assert set(schemas["ArticleOut"]["required"]) == {
        *("id", "headline", "kicker", "subhead", "byline", "kind", "theme", "also", "themes", "decision", "reason"),
        *("because", "summary", "keywords", "model", "lead_marker", "dateline"),
    }
    assert {"paragraphs", "lines", "repairs"} <= set(schemas["PageArticleOut"]["required"])
    assert schemas["ArticleRequest"]["additionalProperties"] is False
    assert schemas["BatchRequest"]["properties"]["articles"]["maxItems"] == 256
    answers = document["paths"]["/v1/digest"]["post"]["responses"]
    assert {"200", "400", "413", "415", "422", "429"} <= set(answers)
    assert list(answers["422"]["content"]) == ["application/problem+json"]


def test_tokens_are_documented_when_they_are_wanted() -> None:
    """Bearer for /v1, nothing for health."""
    app = create_app({"tokens": ("t",)}, digester=Digester.load())

    paths = app.test_client().get("/openapi.json").json["paths"]  # type: ignore[index]

    assert paths["/v1/digest"]["post"]["security"] == [{"token": []}]
    assert "security" not in paths["/healthz"]["get"]


@pytest.fixture(scope="module")
def published(app: Flask) -> Any:
    """The document as schemathesis reads it."""
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.mark.parametrize("mode", ["POSITIVE", "NEGATIVE"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_the_service_keeps_to_its_document(published: Any, operation: Operation, mode: str) -> None:
    """Whatever is sent, right or wrong, the answer is one that the document allows, and never a crash."""
    if mode == "NEGATIVE" and not operation.request:
        return
    documented = published[operation.path][operation.method]
    cases = documented.as_strategy(generation_mode=getattr(schemathesis.GenerationMode, mode))

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(cases)
    def check(case: Any) -> None:
        # What is valid by form may still be refused for its text: not Chinese, blank, or no body at all.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    check()
