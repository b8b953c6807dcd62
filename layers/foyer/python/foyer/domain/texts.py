"""Limits of what people write, in code points after trimming (contract.md, "Texts")."""

MESSAGE_LENGTH = 4_000
NAME_LENGTH = 80
COMMENT_LENGTH = 1_000
EMAIL_LENGTH = 254
"""RFC 5321's limit of a path, less its angle brackets."""
URL_LENGTH = 2_048
TITLE_LENGTH = 300
LOCALE_LENGTH = 35
"""RFC 5646, section 4.4.1: the longest tag that a buffer should hold."""
CUSTOM_FIELDS = 20
CUSTOM_KEY_LENGTH = 40
CUSTOM_VALUE_LENGTH = 200
CUSTOM_LARGEST_NUMBER = 2**53 - 1
"""Beyond it a browser cannot tell neighbouring whole numbers apart."""
PAGES_KEPT = 20
"""How many of a visitor's last pages are kept (contract.md, `PUT /visitor`)."""
