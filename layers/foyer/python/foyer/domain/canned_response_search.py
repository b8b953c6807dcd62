"""Ranked search over canned responses: forgives typos, word order, accents and case, and works while one types.

Every distinct word of all the texts is compared once with each word of the query; `docs/decisions/0005` says why
this needs no library.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from foyer.domain.canned_responses import CannedResponse, Scope, fill, normalised_shortcut, precedence

QUERY_LIMIT: Final = 120
"""Code points of a query that doors should let in. Time grows with the number of words, so a longer one is refused."""

# How much a match counts by where the word stands. An agent remembers a shortcut or a title and only then the text.
_SHORTCUT_WEIGHT: Final = 1.0
_TITLE_WEIGHT: Final = 0.9
_TAG_WEIGHT: Final = 0.7
_BODY_WEIGHT: Final = 0.4

# How much a match counts by how close the words are; see `_closeness`. An unfinished word lies between "started"
# and "finished" by the share that is typed already.
_SAME: Final = 1.0
_FINISHED: Final = 0.9
_STARTED: Final = 0.7
_ONE_EDIT: Final = 0.65
_ONE_EDIT_STARTED: Final = 0.5
_TWO_EDITS: Final = 0.45
_INSIDE: Final = 0.4

# From how many letters of the query's word on each kind of forgiveness is a help. Below, everything is like everything.
_INSIDE_FROM: Final = 4
_ONE_EDIT_FROM: Final = 4
_ONE_EDIT_STARTED_FROM: Final = 5
_TWO_EDITS_FROM: Final = 8

# The share of the query that has to be found somewhere in a response, where a word counts by the square of its
# length: in "how do I get a refund", "refund" is more than half.
_COVERAGE: Final = 0.5

_WORD = re.compile(r"[^\W_]+")


def search(
    responses: Iterable[CannedResponse], query: str, *, tag: str | None = None, scope: Scope | None = None
) -> list[CannedResponse]:
    """The responses that fit, the best first; with an empty query all of them, by shortcut.

    Pass what the caller may use. `tag` and `scope` narrow that down first; a tag is compared without case and accents.
    The response whose shortcut is the query, with or without the slash, comes first. Of responses with the same
    shortcut the one that wins it comes before the others. The order depends on nothing but the arguments' contents.
    """
    wanted_tag = None if tag is None else _folded(tag.strip())
    candidates = sorted(
        (
            response
            for response in responses
            if (scope is None or response.scope == scope)
            and (wanted_tag is None or any(_folded(tag) == wanted_tag for tag in response.tags))
        ),
        key=lambda response: (response.shortcut, precedence(response)),
    )
    shortcut = normalised_shortcut(query)
    if not shortcut:
        return candidates

    scores = _scores(candidates, _words(query))
    ranked: list[tuple[tuple[bool, float, int], int]] = []
    last_shortcut, last_rank = None, (False, 0.0, 0)
    for place, response in enumerate(candidates):
        exact = response.shortcut == shortcut
        score = scores.get(place, 0.0)
        if not exact and not score:
            continue
        # Of two titles that fit equally the shorter one says less besides.
        rank = (not exact, -score, len(response.title))
        # In `candidates` the winner of a shortcut comes first. Those it shadows may fit no better than it does.
        if response.shortcut == last_shortcut:
            rank = max(rank, last_rank)
        last_shortcut, last_rank = response.shortcut, rank
        ranked.append((rank, place))
    return [candidates[place] for _, place in sorted(ranked)]


def _scores(candidates: list[CannedResponse], query: list[str]) -> dict[int, float]:
    """The score, above 0 to 1, of each place in `candidates` that enough of the query is found in."""
    places_of = _index(candidates)
    total = sum(len(word) ** 2 for word in query)
    found: defaultdict[int, int] = defaultdict(int)
    scores: defaultdict[int, float] = defaultdict(float)
    for word in query:
        best: dict[int, float] = {}
        for other, places in places_of.items():
            closeness = _closeness(word, other)
            if closeness:
                for place, weight in places.items():
                    if closeness * weight > best.get(place, 0.0):
                        best[place] = closeness * weight
        for place, score in best.items():
            found[place] += len(word) ** 2
            scores[place] += score * len(word) ** 2
    # Rounded, because the order of additions must not decide between equals.
    return {place: round(score / total, 6) for place, score in scores.items() if found[place] >= total * _COVERAGE}


def _index(candidates: list[CannedResponse]) -> dict[str, dict[int, float]]:
    """For each word the places where it occurs, with the weight of the best field that holds it."""
    places_of: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for place, response in enumerate(candidates):
        # From the lightest field to the heaviest: the last one that holds the word sets its weight.
        # Filled in with nothing, because "name" and "visitor" are not what a text is about.
        for word in _words(fill(response.body, {})):
            places_of[word][place] = _BODY_WEIGHT
        for weight, texts in (
            (_TAG_WEIGHT, response.tags),
            (_TITLE_WEIGHT, (response.title,)),
            (_SHORTCUT_WEIGHT, (response.shortcut,)),
        ):
            for text in texts:
                words = _words(text)
                # Neighbours also count as one word: "email" finds "e-mail", "orderstatus" finds "order-status".
                for word in (*words, *map("".join, pairwise(words))):
                    places_of[word][place] = weight
    return places_of


def _words(text: str) -> list[str]:
    """The distinct words of a text, folded, in the order in which they first occur."""
    return list(dict.fromkeys(_WORD.findall(_folded(text))))


def _folded(text: str) -> str:
    """The text without case, accents and differences of encoding."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.category(character).startswith("M")).lower()


def _closeness(typed: str, word: str) -> float:
    """How well a word of the query fits a word of a text: 0, not at all, to 1, the same."""
    if typed == word:
        return _SAME
    if word.startswith(typed):
        return _STARTED + (_FINISHED - _STARTED) * len(typed) / len(word)
    # Scripts without spaces run words together, and there two characters are a word.
    if len(typed) >= (_INSIDE_FROM if typed.isascii() else 2) and typed in word:
        return _INSIDE
    if len(typed) < _ONE_EDIT_FROM:
        return 0.0
    edits = 2 if len(typed) >= _TWO_EDITS_FROM else 1
    # One edit takes at most one letter away, which tells most pairs apart without looking at the order.
    if len(word) < len(typed) - edits or len(set(typed).difference(word)) > edits:
        return 0.0
    if within_edits(typed, word, edits=1):
        return _ONE_EDIT
    if len(typed) >= _ONE_EDIT_STARTED_FROM and within_edits(typed, word, edits=1, unfinished=True):
        return _ONE_EDIT_STARTED
    if edits == 2 and within_edits(typed, word, edits=2):
        return _TWO_EDITS
    return 0.0


def within_edits(typed: str, word: str, *, edits: int, unfinished: bool = False) -> bool:
    """Whether so few edits turn the typed word into the other one; `unfinished`: into a beginning of it.

    An edit inserts, deletes or replaces a letter, or swaps two neighbours (once; what was swapped is not edited
    again). The work grows with four to the power of `edits`, so this is for one or two.
    """
    same = 0
    for one, other in zip(typed, word, strict=False):
        if one != other:
            break
        same += 1
    typed, word = typed[same:], word[same:]
    if not typed and (unfinished or len(word) <= edits):
        return True
    if edits == 0 or (not unfinished and abs(len(typed) - len(word)) > edits):
        return False
    if not word:
        return len(typed) <= edits
    left = edits - 1
    return (
        within_edits(typed[1:], word[1:], edits=left, unfinished=unfinished)
        or within_edits(typed[1:], word, edits=left, unfinished=unfinished)
        or within_edits(typed, word[1:], edits=left, unfinished=unfinished)
        or (typed[:2] == word[1::-1] and within_edits(typed[2:], word[2:], edits=left, unfinished=unfinished))
    )
