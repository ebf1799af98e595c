"""Show that the JSON Schemas take what the program takes, and refuse a misspelt name."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from newsletter.authoring.blocks import BLOCKS
from newsletter.authoring.issue import FrontMatter
from newsletter.authoring.office import Office
from newsletter.authoring.schemas import issue_schema, office_schema
from tests.authoring.samples import FRONT, FULL, MINIMAL, OFFICE, ROOT


class _AsEditorsDo(SafeConstructor):
    """Read YAML 1.2 as an editor does: numbers are numbers, dates are words."""


_AsEditorsDo.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def _load(text: str) -> Any:  # noqa: ANN401 - whatever the text holds
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _AsEditorsDo
    return yaml.load(text)


def _block_validator(kind: str) -> Draft202012Validator:
    definitions = issue_schema()["$defs"]
    return Draft202012Validator({"$defs": definitions, "$ref": f"#/$defs/block-{kind}"})


def _sample_blocks() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "issues").glob("*/issue.md")):
        yield from re.findall(
            r"^```(\w+)\n(.*?)^```$", path.read_text("utf-8"), re.DOTALL | re.MULTILINE
        )


def test_both_are_schemas_of_draft_2020_12() -> None:
    """Editors tell the draft by its address."""
    for schema in (office_schema(), issue_schema()):
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_office_of_the_samples_is_taken() -> None:
    """An editor that underlines the sample teaches people to look away."""
    validator = Draft202012Validator(office_schema())
    for text in ((ROOT / "office.yaml").read_text("utf-8"), OFFICE):
        assert list(validator.iter_errors(_load(text))) == []


@pytest.mark.parametrize("folder", ["2019-02-18", "2019-03-08"])
def test_the_front_matter_of_a_sample_is_taken(folder: str) -> None:
    """As above."""
    text = (ROOT / "issues" / folder / "issue.md").read_text("utf-8")
    matter = _load(text.split("---\n")[1])
    assert list(Draft202012Validator(issue_schema()).iter_errors(matter)) == []


def test_the_blocks_of_the_samples_are_taken() -> None:
    """As above; there are blocks of most kinds in them."""
    kinds = set()
    for kind, text in [*_sample_blocks(), *FULL.items(), *MINIMAL.items()]:
        assert list(_block_validator(kind).iter_errors(_load(text) or {})) == []
        kinds.add(kind)
    assert kinds == set(BLOCKS)


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_misspelt_name_in_a_block_is_refused(kind: str) -> None:
    """That is what an editor can say first."""
    errors = list(
        _block_validator(kind).iter_errors({**(_load(MINIMAL[kind]) or {}), "titel": "x"})
    )
    assert [error.validator for error in errors] == ["additionalProperties"]


def test_a_misspelt_name_elsewhere_is_refused() -> None:
    """As above."""
    office, matter = _load(OFFICE), _load(FRONT)
    office["sender"]["replyto"] = "x"
    matter["subjetc"] = "x"
    validators = Draft202012Validator(office_schema()), Draft202012Validator(issue_schema())
    found = [
        error.validator
        for validator, data in zip(validators, (office, matter), strict=True)
        for error in validator.iter_errors(data)
    ]
    assert found == ["additionalProperties", "additionalProperties"]


@pytest.mark.parametrize(
    ("value", "is_taken"), [("14:00", True), ("9:30", False), ("25:00", False), (14, False)]
)
def test_a_time_is_hours_and_minutes(value: object, *, is_taken: bool) -> None:
    """JSON Schema's own times have seconds and an offset, which nobody writes."""
    surgery = {"date": date(2019, 3, 15).isoformat(), "starts": value}
    assert _block_validator("surgery").is_valid(surgery) is is_taken


def test_every_name_at_the_top_is_explained() -> None:
    """The explanation is what an editor shows beside it, and what a missing one is told with."""
    for model in (Office, FrontMatter):
        schema = model.model_json_schema()
        for name, info in schema["properties"].items():
            assert info.get("description"), name
