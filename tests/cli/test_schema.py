"""`newsletter schema` prints what editors complete and check by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from tests.offices import FRONT, OFFICE

if TYPE_CHECKING:
    from tests.commands import Office


@pytest.mark.parametrize(
    ("name", "text"), [("office", OFFICE), ("issue", FRONT.strip().strip("-"))]
)
def test_a_schema_takes_what_the_program_takes(office: Office, name: str, text: str) -> None:
    """And says what is misspelt."""
    outcome = office("schema", name)
    assert (outcome.code, outcome.err) == (0, "")
    schema = outcome.document
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    document = json.loads(json.dumps(YAML(typ="safe").load(text), default=str))
    assert list(validator.iter_errors(document)) == []
    (error,) = validator.iter_errors(document | {"tittle": 1})
    assert "tittle" in error.message
