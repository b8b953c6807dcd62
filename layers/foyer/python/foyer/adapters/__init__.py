"""The outside world, behind the protocols of `foyer.ports`."""
