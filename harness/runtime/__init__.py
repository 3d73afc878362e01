"""What production code imports: flags read at call time, dispatch with a counted fallback, shadow runs; the standard library only.

Start reading at `dispatch.Dispatcher`.
"""

from harness.runtime import events
from harness.runtime.answers import Answer, Answered, Path, Reason, trace
from harness.runtime.dispatch import Dispatcher
from harness.runtime.events import Event, EventLog, Kind
from harness.runtime.flags import FlagError, Mode, declare, mode, set_feature_flag
from harness.runtime.health import PortUnavailableError
from harness.runtime.shadow import Shadow
from harness.runtime.stateful import Stateful

__all__ = [
    "Answer",
    "Answered",
    "Dispatcher",
    "Event",
    "EventLog",
    "FlagError",
    "Kind",
    "Mode",
    "Path",
    "PortUnavailableError",
    "Reason",
    "Shadow",
    "Stateful",
    "declare",
    "events",
    "mode",
    "set_feature_flag",
    "trace",
]
