"""Objects that keep state: how a program of calls is played on one, pinned to a step, and written down as Python."""
