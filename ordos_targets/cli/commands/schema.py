"""`schema`: JSON Schemas."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.grammar import Argument, command
from ordos_targets.cli.options import Output
from ordos_targets.cli.session import Session
from ordos_targets.domain.errors import N_
from ordos_targets.report.serialize import dumps
from ordos_targets.usecases.setup import SchemaKind
from ordos_targets.usecases.setup import schema as json_schema

Of = Annotated[SchemaKind, Argument("[OF]", text=N_("Of the targets file, or of a command's JSON output."))]


@command(N_("Print the JSON Schema of targets.toml, or of a JSON output."))
def schema(session: Session, subject: Of = SchemaKind.TARGETS, output: Output = None) -> None:
    session.publish_content(f"{dumps(json_schema(subject))}\n", output)
