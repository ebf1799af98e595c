"""`newsletter schema`: print what office.yaml and issue.md may hold."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from newsletter.cli.answers import print_json


class SchemaName(StrEnum):
    """The files that have a schema."""

    OFFICE = "office"
    ISSUE = "issue"


def schema(
    name: Annotated[SchemaName, typer.Argument(help="Which file: office or issue.")],
) -> None:
    """Print the JSON Schema of office.yaml or of an issue, for editors."""
    from newsletter.authoring.schemas import issue_schema, office_schema

    print_json(office_schema() if name is SchemaName.OFFICE else issue_schema())
