"""The words for the fields of a case record, of which sentences about conditions are made.

`{}` is the row: `the action`. A field that is not named here is called by its own name.
"""

from __future__ import annotations

from collections.abc import Mapping

EVENTS: Mapping[str, tuple[str, str]] = {
    "end": ("{} ended", "{} had not ended"),
    "ended_on": ("{} ended", "{} had not ended"),
    "until": ("{} ended", "{} had not ended"),
    "resolved_on": ("{} was resolved", "{} had not been resolved"),
    "completed_on": ("{} was completed", "{} had not been completed"),
    "closed_on": ("{} was closed", "{} had not been closed"),
    "made_on": ("{} was made", "{} had not been made"),
    "granted_on": ("{} was granted", "{} had not been granted"),
    "supported_on": ("{} came to be supported", "{} had not come to be supported"),
    "support_ended_on": ("support of {} ended", "support of {} had not ended"),
    "known_on": ("{} became known later", "{} had not become known later"),
    "returned_on": ("the person of {} returned", "the person of {} had not returned"),
    "offered_on": ("{} was offered", "{} had not been offered"),
    "held_on": ("{} was held", "{} had not been held"),
    "chair_waived_quorum_on": ("the quorum of {} was waived", "no quorum of {} was waived"),
}
"""An event: what it says where it has happened, and where it had not by some day."""

DAYS: Mapping[str, str] = {
    "on": "{} was",
    "start": "{} began",
    "since": "{} began",
    "begun_on": "{} was begun",
    "started_on": "{} was started",
    "completed_on": "{} was completed",
    "identified_on": "{} was identified",
    "set_on": "{} was set",
    "recorded_on": "{} was recorded",
    "considered_on": "{} was considered",
    "applied_on": "{} was applied for",
    "due": "{} was due",
}
"""Another day: what happened on it, or was so."""

ON: Mapping[str, str] = {
    "category_changes": "{} was made",
    "tools": "{} was used",
    "meetings": "{} was held",
    "incidents": "{} happened",
    "marac_decisions": "{} was made",
    "best_interest_reviews": "{} was held",
    "court_notices": "{} was given",
    "threshold_decisions": "{} was made",
    "contacts": "{} was made",
    "visits": "{} was made",
}
"""What happened on the day that is called `on`, by the section."""

CODES: Mapping[str, str] = {"kind": "the kind of {}", "law": "the law of {}"}
LISTS: Mapping[str, tuple[str, str]] = {
    "attended": ("{codes} attended {row}", "the agencies that attended {row}"),
    "agencies": ("{codes} took part in {row}", "the agencies that took part in {row}"),
    "considers": ("{row} considers {codes}", "what {row} considers"),
    "history": ("the history of {row} shows {codes}", "what the history of {row} shows"),
    "factors": ("{row} shows {codes}", "what {row} shows"),
}
"""A list: that it holds codes, and what it is."""

LINKS: Mapping[str, str] = {"addresses": "addresses", "continues": "continues"}
"""A reference of which a row says: `the action addresses the risk`."""
NOUNS: Mapping[str, str] = {
    "people": "person",
    "category_changes": "change",
    "chair_agreements": "agreement",
    "threshold_decisions": "decision",
    "marac_decisions": "decision",
    "best_interest_reviews": "review",
    "court_notices": "notice",
    "court_orders": "order",
    "return_interviews": "interview",
    "training": "training",
}
"""One row of a section, where the section's name without its `s` is not the word."""
ADJECTIVES = frozenset(
    (
        "later",
        "earlier",
        "former",
        "other",
        "another",
        "first",
        "second",
        "third",
        "next",
        "before",
        "found",
        "last",
        "new",
        "old",
        "previous",
    )
)
"""Names of rows that are no nouns: `the later action`."""

REFERENCES: Mapping[str, str] = {
    "from": "the person from whom {} goes",
    "to": "the person to whom {} goes",
    "addresses": "the risk that {} addresses",
    "continues": "the action that {} continues",
    "for_person": "the person {} is for",
    "by": "the person who brought {} about",
}
