"""How the stores read the answers of conditional writes."""

from collections.abc import Callable

from pynamodb.exceptions import DeleteError, PutError, PynamoDBException, TransactWriteError, UpdateError

CONDITION_FAILED = "ConditionalCheckFailedException"
TRANSACTION_CONFLICT = "TransactionConflictException"
TRANSACTION_CANCELLED = "TransactionCanceledException"
_OVERTAKEN = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


def code_of(error: PynamoDBException) -> str | None:
    """DynamoDB's code for a failure; None where there was no answer, which makes pynamodb's own property fail."""
    answer = getattr(error.cause, "response", None) or {}
    code: str | None = answer.get("Error", {}).get("Code")
    return code


def applied(write: Callable[[], object]) -> bool:
    """Writes; False where the condition refused, or where a transaction held the item. Every other failure is raised.

    A put that was applied but whose answer was lost is retried by the SDK and refused by its own first attempt, so
    False means "it stands so or further already", never "nothing was written".
    """
    try:
        write()
    except (PutError, UpdateError, DeleteError) as error:
        if code_of(error) in {CONDITION_FAILED, TRANSACTION_CONFLICT}:
            return False
        raise
    return True


def refused(error: TransactWriteError) -> frozenset[int]:
    """The places of the operations whose conditions cancelled a transaction. Every other failure is raised.

    A conflict with a transaction that ran at the same moment counts as a refusal: somebody else was first. Places are
    in the order in which pynamodb sends a transaction: checks, deletes, puts, updates.
    """
    reasons = {place: one.code for place, one in enumerate(error.cancellation_reasons) if one}
    if code_of(error) != TRANSACTION_CANCELLED or not _OVERTAKEN.issuperset(reasons.values()):
        raise error
    return frozenset(reasons)
