"""Real market data and what a simple strategy makes of it: input for the migrations, so that not only random numbers are compared."""
