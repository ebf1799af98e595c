"""Hold a request against SendGrid's own OpenAPI document, where that is at hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from tests.sendgrid_standin.rules import Wrong

DOCUMENT = (
    Path(__file__).parents[3] / "shared" / "reference" / "sendgrid-openapi" / "tsg_mail_v3.yaml"
)


def schema_wrongs(mail: Any) -> list[Wrong]:  # noqa: ANN401 -- any JSON at all
    """Return where `mail` departs from the document; nothing if there is no document."""
    if not DOCUMENT.exists():
        return []
    return [
        Wrong(f"SendGrid's OpenAPI document forbids this ({error.validator}).", error.json_path)
        for error in _validator().iter_errors(mail)
    ]


@cache
def _validator() -> Draft202012Validator:
    document = YAML(typ="safe").load(DOCUMENT.read_text(encoding="utf-8"))
    body = document["components"]["requestBodies"]["PostMailSend"]
    schema = body["content"]["application/json"]["schema"]
    # The document has one string here, but SendGrid takes an object of strings.
    schema["properties"]["custom_args"] = {
        "type": "object",
        "additionalProperties": {"type": "string"},
    }
    return Draft202012Validator({**schema, "components": document["components"]})
