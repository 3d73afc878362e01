"""How the parent and a worker talk: messages in frames, over pipes that the examined code does not know of."""
