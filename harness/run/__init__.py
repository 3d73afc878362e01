"""The stages of a run and the verbs around it; start at `examine`, then `assemble`, then `publish`."""

from harness.run.assemble import assemble
from harness.run.changes import what_changed
from harness.run.context import contract_context, open_context
from harness.run.examine import examine, run_checks
from harness.run.lint import fix_runbook, lint_runbook
from harness.run.plan import Plan, check_names
from harness.run.publish import page_of, publish, publish_index
from harness.run.replay import replay_divergence
from harness.run.scaffold import init_project, new_migration
from harness.run.signing import sign
from harness.run.standing import standing
from harness.run.sync import sync_runbook

__all__ = [
    "Plan",
    "assemble",
    "check_names",
    "contract_context",
    "examine",
    "fix_runbook",
    "init_project",
    "lint_runbook",
    "new_migration",
    "open_context",
    "page_of",
    "publish",
    "publish_index",
    "replay_divergence",
    "run_checks",
    "sign",
    "standing",
    "sync_runbook",
    "what_changed",
]
