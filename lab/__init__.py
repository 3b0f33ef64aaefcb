"""Builds the demo workspace: a synthetic world, three small models and the numbers the engine is checked against."""
