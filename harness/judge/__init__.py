"""Gates and evidence in, a verdict out; pure, so that stored evidence is judged again by the same rules. Start at `judge`."""

from harness.judge.verdict import judge

__all__ = ["judge"]
