"""What `casecheck rules lint` looks for: each code, why it matters, and how it is mended.

The one source of `docs/lints/` and of `casecheck rules lint --explain CODE`.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from casecheck.authoring.wording import ACCUSATIONS

DOCS_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Lint:
    """One thing that loading cannot find.

    `wrong` is a part of a page that has it and `right` the same part mended; `also` are further
    paragraphs, and `table` a table, of which the docs page is made too. `of_concepts`: the part
    is one of a page of concepts.
    """

    code: str
    name: str
    finds: str
    why: str
    fix: str
    wrong: str
    right: str
    also: tuple[str, ...] = ()
    table: str = ""
    of_concepts: bool = False


OUTCOME = Lint(
    code="L001",
    name="outcome-without-example",
    finds="A check has no example that ends in one of the four outcomes.",
    why=(
        "An outcome that no example shows has never been seen to come about. A check that can only"
        " say `compliant` looks the same as one that works, until a child is missed by it."
    ),
    fix="Add an example whose `expect` names the check with the outcome that is missing.",
    also=(
        "Every check can have all four. It is `not_applicable` where the section that it is about"
        " is empty, and `insufficient_evidence` where the extract lacks it (`not_in_extract`).",
        "Where a check tells a breach as `late` or `incomplete`, it needs an example that expects"
        " that, too.",
        "A measure needs an example in which somebody is counted, one in which nobody is, and one"
        " that cannot be told; of a share one that is met and one that is not, of a median one that"
        " is open; and one of each thing that it shows apart.",
    ),
    wrong="""\
    - name: no action is recorded
      without: [action]
      expect: {action-set: breach}
""",
    right="""\
    - name: no action is recorded
      without: [action]
      expect: {action-set: breach}
    - name: it is not recorded which risk the action addresses
      record: {actions: [{id: action, addresses: null}]}
      expect: {action-set: insufficient_evidence}
    - name: the extract does not carry actions
      not_in_extract: [actions]
      expect: {action-set: insufficient_evidence}
""",
)
NUMBER = Lint(
    code="L002",
    name="number-without-both-sides",
    finds="A number in a condition lacks an example on one of its sides, or on both.",
    why=(
        "Where a standard says 28 days, somebody will ask about the 28th and the 29th. Only two"
        " examples fix what the page answers: one in which the condition just holds, and one in"
        " which it fails by a single unit. Without them `<` and `<=`, or 28 and 27, say the same."
    ),
    fix=(
        "Add the example that is missing: the last day, working day or code that still fulfils the"
        " condition, or the first that does not."
    ),
    also=(
        "It makes no difference whether the number stands in the condition or is a parameter. The"
        " unit is a day; in `workdays()` a working day; in `count()` a code. Of births no day is"
        " known: there it is the month before or after (the year, where only that is known). The"
        " first and the last day on which something is in force (`from`, `until`) are numbers too."
        " Where a parameter of the check changes with time, each of its numbers needs both sides in"
        " each stretch of time.",
        "An example counts if its `expect` names the check, and if all else in it is so that this"
        " one comparison decides: every other condition beside it is true, and so is everything"
        " that makes the rows belong to the check. The numbers of a concept are proved by the"
        " examples of any check that asks for its rows.",
    ),
    wrong="""\
    - name: an action was set in time
      record: {actions: [{id: action, set_on: 2026-03-16}]}
      expect: {action-set: compliant}
    - name: an action was set late
      record: {actions: [{id: action, set_on: 2026-05-18}]}
      expect: {action-set: breach}
""",
    right="""\
    - name: an action was set on the last day allowed
      record: {actions: [{id: action, set_on: 2026-03-30}]}
      expect: {action-set: compliant}
    - name: an action was set on the day after the last day allowed
      record: {actions: [{id: action, set_on: 2026-03-31}]}
      expect: {action-set: breach}
""",
)
BASIS = Lint(
    code="L003",
    name="basis-says-nothing",
    finds="The `basis` of a parameter does not say why it is this number.",
    why=(
        "An auditor who is told that 28 days have passed asks who says 28. If the page cannot"
        " answer, the finding cannot be defended, and no board can judge whether to set another."
    ),
    fix="Say who set the number and where, or that it is a working assumption, and why.",
    also=(
        "A basis of fewer than four words, or one that is still to be written (`TBD`, `to be"
        " confirmed`), says nothing. That there is a basis at all is asked when the page is"
        " loaded.",
    ),
    wrong="""\
    basis: Four weeks, to be confirmed.
""",
    right="""\
    basis: A working assumption, four weeks. Say here who set this number, and where.
""",
)
UNIT = Lint(
    code="L004",
    name="unit-does-not-fit",
    finds="The `unit` of a parameter is not the one by which its conditions count.",
    why=(
        "Reports print the unit beside the number. Ten working days are two weeks, ten days are"
        " not; a board that sets the number by its unit would set another standard than it means."
    ),
    fix=(
        "Write `unit: working days` for a number that `workdays()` is compared with, and `unit:"
        " days` for one that is added to a day or taken from it. A number of agencies or of years"
        " is refused where days are counted, and the other way round, when the page is loaded."
    ),
    wrong="""\
    unit: working days
""",
    right="""\
    unit: days
""",
)
NAME = Lint(
    code="L005",
    name="name-promises-another-outcome",
    finds="The name of an example promises an outcome that its `expect` does not have.",
    why=(
        "Examples are read as documentation. One whose name says `breach` while it expects"
        " `compliant` teaches the reader the opposite of what the page does; one of the two is"
        " wrong, and nobody can tell which."
    ),
    fix="Name what is special about the record, or correct what is expected.",
    also=(
        "Looked for are the names of the outcomes in any usual form: `breach`, `compliant`,"
        " `cannot tell`, `insufficient evidence`, `not applicable`, `does not apply`; and the"
        " same with `no` or `not` before them.",
    ),
    wrong="""\
    - name: an action on the last day allowed is no breach
      record: {actions: [{id: action, set_on: 2026-03-31}]}
      expect: {action-set: breach}
""",
    right="""\
    - name: an action was set on the day after the last day allowed
      record: {actions: [{id: action, set_on: 2026-03-31}]}
      expect: {action-set: breach}
""",
)
ACCUSES = Lint(
    code="L006",
    name="wording-accuses",
    finds="The words of a page accuse a person.",
    why=(
        "A finding is a question for an auditor, not a verdict on a worker. The record shows what"
        " was written down, not what was done, and the sentence goes into reports that workers"
        " read. A page that blames is answered with defence, not with learning."
    ),
    fix="Say what is not recorded, and leave open why.",
    also=(
        "Looked at are titles, what lessons and checks ask, what alternatives mean, and messages."
        " Each problem gives the reason and a better wording. A word is found where it stands,"
        " whatever is meant by it: choose another that cannot be misread.",
    ),
    table="\n".join(
        [
            "| words such as | what is wrong with them | instead |",
            "| --- | --- | --- |",
            *(f"| {one.such_as} | {one.why} | {one.instead} |" for one in ACCUSATIONS),
        ]
    ),
    wrong="""\
      The worker failed to set an action for the risk identified on {risk.identified_on}.
""",
    right="""\
      For the risk identified on {risk.identified_on}, no action that addresses it is recorded as
      set within the days allowed.
""",
)
IDENTIFIES = Lint(
    code="L007",
    name="message-identifies",
    finds="A message shows the id of a person of the family or of a worker.",
    why=(
        "Ids are meant to be pseudonyms, but casecheck cannot know whether one is a name, a"
        " number from the case management system, or initials. Messages travel further than"
        " records: into spreadsheets, slides and minutes. A finding has its case and the"
        " pointers of its rows, by which an auditor with access finds the person."
    ),
    fix="Take it out: say `the child` or `a practitioner`, or show the day or kind of the row.",
    also=(
        "Found is a place of a message that leads to a row of `people` or `workers`, at the end of"
        " any path. Ids of other rows (a plan, a meeting) name no person. Months of birth and lists"
        " of codes cannot be shown at all: pages that do so are not loaded.",
    ),
    wrong="""\
      The record cannot tell whether an action for {risk.subject} that addresses the risk identified
""",
    right="""\
      The record cannot tell whether an action that addresses the risk identified
""",
)
MULTIPLIES = Lint(
    code="L008",
    name="rows-multiply",
    finds="A check looks at so many combinations of rows that a large family would be refused.",
    why=(
        "The engine makes every combination of rows that belong together. Where nothing ties one"
        " row to another, a family of 100 incidents has 10,000 pairs of them and 1,000,000 threes."
        " Such a record is an error of the lesson, and nobody looks at the families who have most"
        " to be looked at."
    ),
    fix=(
        "Tie each row to one before it: by a reference (`meeting.plan == plan`), or by a window of"
        " days with two ends (`a.on <= b.on <= a.on + 28`); or ask of fewer rows at a time."
    ),
    also=(
        "What a page's conditions leave is estimated for a large family: 500 actions, 300 meetings,"
        " 100 incidents, and fewer of the rest, over three years. Told is what comes to more than"
        " 25,000 instances of a check, or to 1,000,000 combinations of an instance and what is"
        " looked for, whatever the days are: where days are unknown a window holds nothing back."
        " Conditions with `or` and `!=` tie nothing. `casecheck rules test` says it too.",
    ),
    wrong="""\
        find: {action: actions, other: actions, third: actions}
        where:
          - action.addresses == risk
          - other.plan == action.plan
          - third.plan == other.plan
""",
    right="""\
        find: {action: actions}
        where:
          - action.addresses == risk
""",
)
UNWRITTEN = Lint(
    code="L009",
    name="text-to-replace",
    finds="A text of the page is still the example that `casecheck rules new` put there.",
    why=(
        "A new page runs as it stands, and finds what its example asks for. In force, it would"
        " report breaches of a standard that nobody has set, in words that nobody chose."
    ),
    fix="Write your own text: what the lesson asks, who set its numbers, what an auditor reads.",
    also=(
        "Looked for are the texts of a new page word for word: `asks`, `cite`, `basis`, `means`,"
        " `breach` and `cannot_tell`. `casecheck rules test` and `rules mutate` say it too, and so"
        " does the report of every audit in which such a page is asked.",
    ),
    wrong="""\
    basis: A working assumption, four weeks. Say here who set this number, and where.
""",
    right="""\
    basis: The board's own standard of May 2026, by which the first action follows in four weeks.
""",
)
UNUSED = Lint(
    code="L010",
    name="nothing-asks-for-it",
    finds=(
        "A concept, or a field of one, is asked for by no check and shown by no message; or no"
        " condition names a group of codes."
    ),
    why=(
        "What nothing asks for is no part of what the pages check, though it reads as if it were."
        " It may be the trace of a check that was lost, or of a name that was misspelt."
    ),
    fix="Take it out, or write the check that asks for it.",
    also=(
        "It can be said only where all lessons that might ask are read: of the concepts in the"
        " folder that is linted, and of a concepts page that is named.",
    ),
    wrong="""\
    fields: {child: risk.subject, since: risk.identified_on, spare: risk.resolved_on}
""",
    right="""\
    fields: {child: risk.subject, since: risk.identified_on}
""",
    of_concepts=True,
)
UNLINKED = Lint(
    code="L011",
    name="response-leads-nowhere",
    finds=(
        "A response (`response.yaml`) names a lesson or a measure that is not there, puts a lesson"
        " under another finding than its page does, or leaves one out."
    ),
    why=(
        "A promise whose line leads nowhere looks kept by the software, and is asked of no record."
        " A lesson or a measure that no line names is one of which the board hears nothing."
    ),
    fix="Write the id that is meant, or add the line that is missing.",
    also=(
        "Of measures something can be said only where their pages stand beside the response. Words"
        " that pass a verdict are found in a response, too (L006).",
    ),
    wrong="""\
        lessons:
          - lesson: A11
            text: Risks are acted on.
            cite: lesson A1
""",
    right="""\
        lessons:
          - lesson: A1
            text: Risks are acted on.
            cite: lesson A1
""",
)
LINTS = (
    OUTCOME,
    NUMBER,
    BASIS,
    UNIT,
    NAME,
    ACCUSES,
    IDENTIFIES,
    MULTIPLIES,
    UNWRITTEN,
    UNUSED,
    UNLINKED,
)
BY_CODE = {lint.code: lint for lint in LINTS}


def page_of(lint: Lint) -> str:
    """Return the docs page of a code, in Markdown."""
    parts = [
        f"# {lint.code} {lint.name}",
        _folded(lint.finds),
        _folded(lint.why),
        _folded(f"**The fix.** {lint.fix}"),
        *map(_folded, lint.also),
        lint.table,
        f"Instead of\n\n{_block(lint.wrong)}",
        f"write\n\n{_block(lint.right)}",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def index_page() -> str:
    """Return the docs page that lists all codes, in Markdown."""
    rows = "\n".join(f"| [{one.code}]({one.code}.md) | {one.name} | {one.finds} |" for one in LINTS)
    text = (
        "What loading cannot find, and `casecheck rules lint` does. Each problem is told as"
        " `file:line:column: CODE what is wrong: the fix`; the exit status is 1 if there is any."
        " `--select CODE` looks for this alone, `--ignore CODE` leaves it out, and `--explain CODE`"
        " prints its page."
    )
    table = f"| code | name | finds |\n| --- | --- | --- |\n{rows}"
    return f"# What the linter finds\n\n{_folded(text)}\n\n{table}\n"


def _folded(text: str) -> str:
    return textwrap.fill(text, DOCS_WIDTH, break_long_words=False, break_on_hyphens=False)


def _block(fragment: str) -> str:
    return f"```yaml\n{textwrap.dedent(fragment)}```"
