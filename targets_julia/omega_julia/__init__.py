"""The Julia port of the optimizer's Monte-Carlo part, reached from Python through a worker process or juliacall."""
