"""Tiny references and ports, right and wrong on purpose, with which the harness tests itself and users test their set-up."""
