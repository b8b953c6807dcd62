"""Foyer: serverless live chat for support agents who work from a phone."""

__version__ = "0.1.0"
