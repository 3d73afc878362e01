"""Sign-offs beside the evidence that they accept: added, never changed."""

from __future__ import annotations

from pathlib import Path

from harness.errors import Code, HarnessError
from harness.formats.records import from_dict, to_dict
from harness.model import SignOff
from harness.stores.log import Log

_FORMAT, _VERSION = "harness-signoffs", 1


class SignOffStore:
    """The file reports/<migration>/signoffs.jsonl."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, which need not be there."""
        self.path = folder / "signoffs.jsonl"
        self._log = Log(self.path, _FORMAT, _VERSION)

    def append(self, signoff: SignOff) -> None:
        """Add a sign-off; raises HarnessError SIGNOFF_INVALID when it names no role, no person or no evidence."""
        if not (signoff.role.strip() and signoff.name.strip() and signoff.evidence_digest):
            raise HarnessError(Code.SIGNOFF_INVALID, "a sign-off needs a role, a person and evidence", where=str(self.path))
        self._log.append({"kind": "signoff", "signoff": to_dict(signoff)})

    def read(self) -> tuple[SignOff, ...]:
        """Return all sign-offs, oldest first; raises HarnessError FILE_EDITED or FILE_INVALID, located at the line."""
        return tuple(from_dict(SignOff, line.tree.get("signoff"), where=str(line.source)) for line in self._log.read())
