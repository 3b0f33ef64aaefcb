"""Tiny models of many architectures in the ways people export them, and what PyTorch makes of them."""
