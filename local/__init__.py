"""Foyer on one machine: the deployed stack, run in an AWS emulator on loopback."""
