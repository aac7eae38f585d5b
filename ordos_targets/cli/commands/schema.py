"""`schema`: JSON Schemas."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.cli.options import Output
from ordos_targets.locale import _
from ordos_targets.report.jsontext import dumps
from ordos_targets.usecases.schema import Subject
from ordos_targets.usecases.schema import schema as json_schema

app = command_app()

Of = Annotated[Subject, typer.Argument(metavar="[OF]", help=_("Of the targets file, or of a command's JSON output."))]


@app.command(cls=Command, help=_("Print the JSON Schema of targets.toml, or of a JSON output."))
def schema(ctx: typer.Context, subject: Of = Subject.TARGETS, output: Output = None) -> None:
    session_of(ctx).publish_content(f"{dumps(json_schema(subject))}\n", output)
