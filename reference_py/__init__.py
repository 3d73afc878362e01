"""Plain Python reference implementations: slow, readable, and the truth that every port is compared with."""
