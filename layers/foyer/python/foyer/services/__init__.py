"""Use cases: what the two doors, the stream and the timers ask for. They take ports and know no AWS."""
