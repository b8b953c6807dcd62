"""What a function needs to run: settings, wiring, telemetry, and the two doors."""
