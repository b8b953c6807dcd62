"""Every key of the three tables, built here and nowhere else (docs/access-patterns.md is its table)."""

ROOM, AGENT, QUEUE, VISITOR = "ROOM#", "AGENT#", "QUEUE#", "VISITOR#"
HEAD, EVENT, OPEN, CLOSED, PROFILE = "HEAD", "EVENT#", "OPEN#", "CLOSED#", "PROFILE"
AFTER_ALL_DIGITS = ":"
"""Sorts behind every digit, so that a prefix of digits can be closed from above."""

# conversations


def room(room_id: str) -> str:
    """Partition of a room: its head and its events."""
    return ROOM + room_id


def event(seq: int) -> str:
    """Sort key of an event. Ten digits: a room lives 30 days."""
    return f"{EVENT}{seq:010d}"


PUSHED = "PUSH#"
"""Begins the sort keys of a room's ledger of pushes: behind "HEAD", where no query of the log looks."""


def pushed(offer: int, agent_id: str, device_id: str | None) -> str:
    """Sort key of what became of one offer on its way to one device, or to an agent who was not pushed at all."""
    return f"{PUSHED}{offer:010d}#{agent_id}#{device_id or ''}"


def agent_rooms(agent_id: str) -> str:
    """Partition of an agent's entries, open and closed."""
    return AGENT + agent_id


def open_room(room_id: str) -> str:
    """Sort key of an open entry."""
    return OPEN + room_id


def closed_room(closed_at: int, room_id: str) -> str:
    """Sort key of a closed entry; `closed_at` in milliseconds has 13 digits until the year 2286."""
    return f"{CLOSED}{closed_at:013d}#{room_id}"


def closed_before(closed_at: int | None, room_id: str = "") -> str:
    """Exclusive upper bound of the closed entries older than this one; of all, where there is none."""
    return CLOSED + AFTER_ALL_DIGITS if closed_at is None else closed_room(closed_at, room_id)


def queue(department_id: str) -> str:
    """Partition of a department's waiting rooms."""
    return QUEUE + department_id


def visitor(visitor_id: str) -> str:
    """Partition of a visitor: profile and rooms."""
    return VISITOR + visitor_id


def visitor_room(opened_at: int, room_id: str) -> str:
    """Sort key of a visitor's room."""
    return f"{ROOM}{opened_at:013d}#{room_id}"


# live


def ticket(ticket_hash: str) -> str:
    """Partition of a ticket, which is alone in it."""
    return f"TICKET#{ticket_hash}"


TICKET = "TICKET"


def user(kind: str, caller_id: str) -> str:
    """Partition of the connections of a visitor or an agent."""
    return f"USER#{kind}#{caller_id}"


def department_connections(department_id: str) -> str:
    """Partition of the connections of a department's agents."""
    return f"DEPARTMENT#{department_id}"


CONNECTION = "CONNECTION#"


def connection(connection_id: str) -> str:
    """Sort key of a connection."""
    return CONNECTION + connection_id


DEPARTURE = "DEPARTURE"
NOTIFIED = "NOTIFIED#"
AFTER_ALL_IDS = "~"
"""Sorts behind every character of an id."""


def notified(room_id: str) -> str:
    """Sort key of a notification that stands on an agent's devices; in the partition of its connections."""
    return NOTIFIED + room_id


def limit(key: str) -> str:
    """Partition of a rate limit."""
    return f"LIMIT#{key}"


def window(start: int) -> str:
    """Sort key of one window of a rate limit."""
    return f"WINDOW#{start}"


# directory

STAFF = "STAFF"
"""Partition of all agents and departments: a company's directory is read whole and kept in memory."""


def staff_agent(agent_id: str) -> str:
    """Sort key of an agent."""
    return AGENT + agent_id


DEPARTMENT = "DEPARTMENT#"


def staff_department(department_id: str) -> str:
    """Sort key of a department."""
    return DEPARTMENT + department_id


def responses(scope: str, owner_id: str) -> str:
    """Partition of one scope's canned responses; `owner_id` is empty for the company."""
    return f"RESPONSES#{scope}#{owner_id}"


RESPONSE = "RESPONSE#"


def response(response_id: str) -> str:
    """Sort key of a canned response among its scope's, and partition of its whereabouts."""
    return RESPONSE + response_id


WHEREABOUTS = "WHEREABOUTS"
SHORTCUT = "SHORTCUT#"


def shortcuts(scope: str, owner_id: str) -> str:
    """Partition of one scope's claimed shortcuts, apart from the responses so that listing those stays cheap."""
    return f"SHORTCUTS#{scope}#{owner_id}"


def shortcut(name: str) -> str:
    """Sort key of a claimed shortcut."""
    return SHORTCUT + name


def devices(agent_id: str) -> str:
    """Partition of an agent's devices."""
    return f"DEVICES#{agent_id}"


DEVICE = "DEVICE#"


def device(device_id: str) -> str:
    """Sort key of a device."""
    return DEVICE + device_id


def push_token(token_hash: str) -> str:
    """Partition of a push token's owner."""
    return f"PUSH#{token_hash}"


OWNER = "OWNER"
