"""Everything that leaves a process or lies in a file has its exact, validated, never executed form here."""
