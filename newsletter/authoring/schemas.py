"""Print what the files may hold as JSON Schema, so that editors complete and check them."""

from __future__ import annotations

from typing import Any

from newsletter.authoring.blocks import BLOCKS
from newsletter.authoring.issue import FrontMatter
from newsletter.authoring.office import Office

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def office_schema() -> dict[str, Any]:
    """Return the schema of office.yaml."""
    return {"$schema": DRAFT, **Office.model_json_schema()}


def issue_schema() -> dict[str, Any]:
    """Return the schema of issue.md's front matter; `$defs` holds one for each block.

    A fenced block is validated against `#/$defs/block-NAME`.
    """
    schema = {"$schema": DRAFT, **FrontMatter.model_json_schema()}
    definitions = schema.setdefault("$defs", {})
    for kind, block in BLOCKS.items():
        own = block.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(own.pop("$defs", {}))
        definitions[f"block-{kind}"] = own
    return schema
