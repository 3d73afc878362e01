"""Who must sign: the roles of the sign-off section, in a table or a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.runbook.document import Block, Element, Table
from harness.runbook.statements import tidy

_ROLE = re.compile(r"rolle|role|reviewer|prüfer|verantwortlich|responsible", re.IGNORECASE)
_PERSON = re.compile(r"\bname\b|datum|date|signatur|signature", re.IGNORECASE)


def signoff_roles(elements: Iterable[Element]) -> tuple[str, ...]:
    """Return the roles in order, each once, from the elements of the sign-off section."""
    roles: list[str] = []
    for element in elements:
        if isinstance(element, Table):
            roles += _from_table(element)
        elif isinstance(element, Block) and element.box is not None:
            roles.append(tidy(element.text.partition(":")[0]))
    return tuple(dict.fromkeys(role for role in roles if role))


def _from_table(table: Table) -> Iterator[str]:
    """Read the column of roles; a sign-off table without such a header keeps them in its first column."""
    headers = [cell.text for cell in table.header]
    column = next((index for index, header in enumerate(headers) if _ROLE.search(header)), None)
    if column is None and any(_PERSON.search(header) for header in headers):
        column = 0
    if column is not None:
        yield from (tidy(row[column].text) for row in table.rows)
