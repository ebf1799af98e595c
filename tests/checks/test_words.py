"""Break each rule about words once, and keep it once: a false alarm is a defect."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsletter.authoring.issue import parse_issue
from newsletter.checks import rules
from newsletter.checks.registry import Material
from newsletter.checks.words_reading import measure
from tests.checks.materials import BODY_LINE, FRONT, material, spots
from tests.offices import OFFICE

FAMILY = "words"
ISSUES = sorted((Path(__file__).parents[2] / "issues").glob("*/issue.md"))
PROSE = sorted((Path(__file__).parent / "prose").glob("*.md"))

BROKEN = [
    # a code, a body that breaks its rule, and the sentence's subject
    ("markdown-shown", "**Important: **please come.", "“**”"),
    ("markdown-shown", "##News of the lift", "“##N"),
    ("markdown-shown", "See [the plan] (https://example.org/a).", "“] (https://”"),
    ("markdown-shown", "See (the plan)[https://example.org/a].", "“)[https://”"),
    ("markdown-shown", "See [the plan][plan].", "“[the plan][plan]”"),
    ("markdown-shown", "So they say.[^1]", "“[^1]”"),
    ("markdown-shown", "We ~~lost~~ won.", "“~~”"),
    ("markdown-shown", "- [x] done", "“[x]"),
    ("markdown-shown", "| Ward | Votes |\n| East | 12 |", "“| Ward |"),
    (
        "markdown-shown",
        "So it is.\n\n```\n\n## The lift\n\nIt is out.",
        "“## The lift It is out.”",
    ),
    ("markdown-shown", "So it is.\n\n```", "“Nothing”"),
    ("markdown-shown", "> ```\n> It is out.\n\nSo it is.", "“It is out.”"),
    ("markdown-shown", "It is.\n\n```\n\n```event\ntitle: Fair\n```", "“```event title: Fair”"),
    ("markdown-shown", "‘‘‘event\ntitle: Fair\n‘‘‘", "“‘‘‘event”"),
    ("markdown-shown", "Words.\n\n    A paragraph set in.", "“A paragraph set in.”"),
    ("markdown-shown", "Thank you for coming.\n---\nMore.", "“Thank you for coming.”"),
    ("markdown-shown", "With good wishes,\nRobin\n---\nMore.", "“With good wishes, Robin”"),
    ("misspelling", "The goverment has not answered.", "“goverment”"),
    ("misspelling", "Goverment has not answered.", "“Goverment”"),
    ("misspelling", "I spoke to the comittee.", "“comittee”"),
    ("misspelling", "The color of the door.", "“color”"),
    ("misspelling", "They waited at the statoin.", "“statoin”"),
    ("misspelling", "A long consultaton follows.", "“consultaton”"),
    ("misspelling", "I spoke to teh minister.", "“teh”"),
    ("misspelling", "The libary’s door.", "“libary’s”"),
    ("misspelling", "The councl’s door.", "“councl’s”"),
    ("misspelling", "It was on monday.", "“monday”"),
    ("misspelling", "The extraordianrily large crowd.", "“extraordianrily”"),
    ("glued-words", "We went into thehouse.", "“thehouse”"),
    ("glued-words", "The state ofthe roads.", "“ofthe”"),
    ("doubled-word", "I went to the the station.", "“the the”"),
    ("doubled-word", "I went to the\nthe station.", "“the the”"),
    ("doubled-word", "A public meeting meeting follows.", "“meeting meeting”"),
    ("missing-blank", "It closed.The reason is money.", "“closed.The”"),
    ("missing-blank", "A nurse,a porter and a cook.", "“nurse,a”"),
    ("missing-blank", "Trains,buses and trams.", "“Trains,buses”"),
    ("placeholder", "TODO write about the lift.", "“TODO”"),
    ("placeholder", "Lorem ipsum dolor sit amet.", "“Lorem ipsum”"),
    ("placeholder", "I asked XXX about it.", "“XXX”"),
    ("placeholder", "Write to [insert name].", "“[insert name]”"),
    ("placeholder", "Dear [First name], welcome.", "“[First name]”"),
    ("placeholder", "<!-- ask Jane whether we may say this -->", "“<!-- ask Jane"),
    ("placeholder", "The lift works. <!-- does it? -->", "“<!-- does it? -->”"),
    ("template-tag", "Dear %%First Name%%, welcome.", "“%%First Name%%”"),
    ("template-tag", "Dear <<First Name>>, welcome.", "“<<First Name>>”"),
    ("placeholder", "It began at ??? sharp.", "“???”"),
    ("placeholder", "It cost £XXX in all.", "“£XXX”"),
    ("placeholder", "See you on xx March.", "“xx March”"),
    ("template-tag", "Dear {{ FirstName }},", "“{{ FirstName }}”"),
    ("template-tag", "{% if name %}Hello{% endif %}", "“{% if name %}”"),
    ("template-tag", "Dear <% name %>,", "“<% name %>”"),
    ("template-tag", "Dear *|FNAME|*,", "“*|FNAME|*”"),
    ("template-tag", "Dear %recipient.name%,", "“%recipient.name%”"),
    ("template-tag", "Dear [[name]],", "“[[name]]”"),
    ("template-tag", "Dear ${name},", "“${name}”"),
    ("template-tag", "Dear «First_Name»,", "“«First_Name»”"),
    ("template-tag", "Dear {first_name},", "“{first_name}”"),
    ("template-tag", "A stray -nl_greeting here.", "“-nl_greeting”"),
    ("never-confirmed", "The hall for 2 February 2019 is TBC.", "What is announced here"),
    (
        "never-confirmed",
        "```event\ntitle: Meeting\ndate: 2019-02-02\nvenue: to be confirmed\n```",
        "The venue of “Meeting”",
    ),
    ("empty-section", "## Diary\n\n## News\n\nWords.", "“Diary”"),
    ("empty-section", "Words.\n\n## Diary", "“Diary”"),
    ("dangling-link", "Please visit our website at", "“visit our website at”"),
    ("dangling-link", "Find out more at. Thank you.", "“Find out more at”"),
    ("dangling-link", "You can email me at.", "“email me at”"),
    ("dangling-link", "Find out more at:\n\nThank you for reading.", "“Find out more at:”"),
    ("dangling-link", "Published by", "“Published by”"),
    ("dangling-link", "Telephone:\n\n## Diary\n\nWords.", "“Telephone:”"),
    ("vague-link", "Read it [here](https://example.org/a).", "“here”"),
    ("vague-link", "[Click here](https://example.org/a) to see it.", "“Click here”"),
    ("vague-link", "[Read more…](https://example.org/a)", "“Read more…”"),
    ("vague-link", "Please click here to see it.", "“click here”"),
    ("vague-link", "```button\ntext: Click here\nurl: https://example.org/a\n```", "“Click here”"),
    ("bare-address", "See www.example.org/bus for it.", "“www.example.org/bus”"),
    ("bare-address", "See example.org/bus for it.", "“example.org/bus”"),
    ("wrong-weekday", "It began on Friday 5 August.", "“Friday 5 August”"),
    ("wrong-weekday", "On Sunday 30 March 2019 we meet.", "“Sunday 30 March 2019”"),
    ("wrong-weekday", "On Sun 30th March we meet.", "“Sun 30th March”"),
    ("wrong-weekday", "On Sunday, March 30, 2019 we meet.", "“Sunday, March 30, 2019”"),
    ("wrong-weekday", "On Sun 30/03/2019 we meet.", "“Sun 30/03/2019”"),
    ("wrong-weekday", "On Sun 30/3/19 we meet.", "“Sun 30/3/19”"),
    ("wrong-weekday", "From Friday 30 to Sunday 31 March 2019.", "“Friday 30 to”"),
    ("wrong-weekday", "The Monday the 30th of March is a day off.", "“Monday the 30th of March”"),
    ("no-such-day", "On 31 June 2019 we meet.", "“31 June 2019”"),
    ("no-such-day", "On 29 February 2019 we meet.", "“29 February 2019”"),
    ("date-without-year", "It began on Sunday 5 August.", "“Sunday 5 August”"),
    ("date-without-year", "It began on 5 August with rain.", "“5 August”"),
    ("no-such-day", "Under Article 50, on 31 June 2019 we meet.", "“31 June 2019”"),
    ("no-such-day", "Under Article 50 the 31st June 2019 is no day.", "“31st June 2019”"),
    ("relative-day", "I voted today at 4 pm.", "“voted today”"),
    ("relative-day", "Yesterday in Parliament I asked why.", "“Yesterday”"),
    ("relative-day", "I asked why yesterday in Parliament.", "“yesterday”"),
    ("relative-day", "We meet tomorrow at noon.", "“meet tomorrow”"),
    ("relative-day", "I met her yesterday.", "“yesterday”"),
    ("relative-day", "The House sits late tonight.", "“tonight”"),
    ("relative-day", "Today I voted against the bill.", "“Today I”"),
    (
        "not-yet-happened",
        "```news\nitems:\n  - {title: A bus, date: 2091-02-01}\n```",
        "“A bus”",
    ),
    (
        "not-yet-happened",
        "```votes\nitems:\n  - {title: A bill, date: 2019-03-01, vote: aye}\n```",
        "“A bill”",
    ),
    (
        "not-yet-happened",
        "```questions\nitems:\n  - {question: Why?, to: A minister, asked: 2019-03-01}\n```",
        "“Why?”",
    ),
    ("mixed-quotes", "“Yes,” I said, and it's true.", "Straight"),
    ("mixed-quotes", 'It\'s "so", she said, and ‘thus’', "Straight"),
    ("shouting", "PLEASE READ THIS NOW.", "“PLEASE READ THIS NOW”"),
    ("runs-of-blanks", "Two\u00a0\u00a0hard blanks.", "hard blanks"),
    ("runs-of-blanks", "Many    blanks.", "several blanks"),
    ("pasted-bullet", "• A bus\n• A train", "“•”"),
    ("pasted-bullet", "Words.\n\n– A bus\n– A train", "“–”"),
    ("pasted-bullet", "-A bus\n-A train", "“-”"),
    ("pasted-bullet", "```notice\ntext: |\n  Bring:\n  • a bag\n```", "“•”"),
    ("long-issue", "A bus came.\n\n" * 700, "2,100 words"),
    ("hard-to-read", f"{'Considerable organisational deliberation necessitates ' * 30}.", "hard"),
    ("long-sentence", f"It {'was very cold and ' * 20}wet.", "“It was very cold and”"),
]

KEPT = [
    ("missing-blank", "It was so.so, as `a.B` is, and two.five per cent."),
    ("template-tag", "```\n{{ code }}\n```"),
    ("misspelling", "Ms Ngozi Petrossian of Llwyn-y-coed said hwyl fawr and *ymlaen mawr*."),
    ("misspelling", "She organises, he organizes; a crèche; the caseworkers’ judgment."),
    ("misspelling", "Write to speling@example.org, @speling, #speling or `speling`."),
    ("misspelling", "Robin lives in Ashcombe; the mid-1990s; don’t, we’ve, who’d, teachers’."),
    ("misspelling", "Mae’r cyfarfod yn y neuadd, a diolch i bawb am ddod i siarad."),
    ("misspelling", f"A code {'qwerty' * 10}ed; talkin’ and re-paly; {'a' * 60}."),
    (
        "glued-words",
        "The behinder, the inrushing; the foodbank, the livestream and the helpdesk; a tithe, a thesis.",
    ),
    ("doubled-word", "He had had enough, and that that was so was a long long story."),
    ("doubled-word", "It came in in May. That is that. That was Baden Baden. Hear, hear hear."),
    (
        "missing-blank",
        "At 10.30am, e.g. on the A14, St.John’s Ph.D students, i.e. M.P.s, met; Gov.UK.",
    ),
    ("missing-blank", "See https://example.org/a,b.Html or report.Final.pdf; 1,000; 3:2."),
    (
        "markdown-shown",
        "**So.** #AshcombeEast [sic] a*b*c, 5 * 3 | 4 ~ 5; terms apply* `**` “[…] [and] so” (x)[1].",
    ),
    (
        "markdown-shown",
        "A heading\n---------\n\n| A | B |\n|---|---|\n| c | d |\n\nA.\n\n---\n\nB.",
    ),
    (
        "markdown-shown",
        "```\n**code**\n```\n\n- a\n\n  b\n\n[plan]: https://example.org/a\n\n[The plan][plan].",
    ),
    (
        "markdown-shown",
        "> ```\n> code\n> ```\n\n~~~\ncode\n~~~\n\n- a\n\n  > ```\n  > code\n  > ```\n\n>```\n>code\n>```",
    ),
    ("placeholder", "See [https://example.org/____/a](https://example.org/____/a)."),
    (
        "placeholder",
        "“I thank [your MP] for it, [time] and again,” she wrote.\n\n> So do [your staff].",
    ),
    ("placeholder", "A letter came. [Name withheld] It was long. [name and address supplied]"),
    (
        "placeholder",
        "What??? All to do with xx-rated films? Roman XXI. Method: x or y. To do is to be.",
    ),
    (
        "template-tag",
        "50% of 60%; {a set, b}; [1]; «Bonjour», she said; $5 {or so}? 10% off 20% x.",
    ),
    ("template-tag", "[[1]](https://example.org/a) and `{{ code }}`."),
    (
        "never-confirmed",
        "```event\ntitle: A\ndate: 2019-02-02\nvenue: Town hall\n```\n\n```notice\ntext: A\n```",
    ),
    (
        "never-confirmed",
        "```surgery\ndate: 2019-02-02\n```",
    ),
    ("never-confirmed", "The hall for 2 March 2019 is TBC, after 2 February 2019."),
    (
        "never-confirmed",
        "```event\ntitle: Meeting\ndate: 2019-03-02\nvenue: to be confirmed\n```",
    ),
    ("empty-section", "## Diary\n\n### March\n\nWords.\n\n## News\n\n```notice\ntext: A\n```"),
    ("empty-section", "## Diary\n\nWords.\n\n```\n# no heading\n```"),
    ("dangling-link", "Visit our website at https://example.org/a. Ring me on 01632 960123."),
    ("dangling-link", "A page I was relying on. The rest I can see. The site we looked at."),
    ("dangling-link", "Find out more at:\n\n- [the library](https://example.org/a)"),
    ("dangling-link", "Telephone:\n\n01632 960123"),
    ("vague-link", "Read [the hospital’s plan](https://example.org/a). Here is more of it."),
    (
        "bare-address",
        "See https://example.org/bus, Change.org, and/or gov.uk or [x.org/y](https://x.org/y).",
    ),
    ("wrong-weekday", "On Saturday 30 March 2019, Sat 30th March and Saturday, March 30th."),
    ("wrong-weekday", "It began on Sunday 5 August and ended on Tuesday 5 November."),
    ("wrong-weekday", "In 1945, on Tuesday 8 May, it was over. I sat 30 exams."),
    ("wrong-weekday", "From Friday 29 to Sunday 31 March 2019; Tuesday 1 January 1740."),
    ("wrong-weekday", "Friday 29 March 1900–2100. On Saturday 16 March 2000 volunteers came."),
    ("wrong-weekday", "From Friday 29 March to Sunday 31 March 2019, at 2.30 on a Sunday."),
    ("no-such-day", "On 28 February 2019 and 29 February 2016; 30 March; May 10 people came."),
    (
        "date-without-year",
        "On 5 March; on 5 August 2018; every year from 5 August; Monday 5 August.",
    ),
    ("no-such-day", "After triggering Article 50 May lost her majority."),
    (
        "no-such-day",
        "Sections 45, 46 and 47 March on; see page 99 April Road and Standing Order 63 May.",
    ),
    ("relative-day", "Until today the lift has stood still."),
    ("relative-day", "Hear it on Yesterday in Parliament, or on *Yesterday in Parliament* again."),
    ("relative-day", "*Today in Parliament* told of it: *Yesterday in Parliament* did, too."),
    (
        "misspelling",
        "Photovoltaics pay; the roof is photovoltaic. There was E. coli in the river.",
    ),
    ("relative-day", "Young people today owe tomorrow’s world more than yesterday’s men did."),
    ("relative-day", "“We vote tomorrow,” he said. Today, Monday 18 February 2019, I left."),
    ("relative-day", "> I met her yesterday."),
    (
        "relative-day",
        "It is as true today as it was. The leaders of tomorrow sleep rough tonight.",
    ),
    (
        "not-yet-happened",
        "```news\nitems:\n  - {title: A bus, date: 2019-02-18}\n```\n\n```notice\ntext: A\n```",
    ),
    ("mixed-quotes", "“It’s so,” she said; he is 5'11\" tall."),
    ("mixed-quotes", '"It\'s so," she said.'),
    ("shouting", "The BBC, NHS and HMRC met NATO AND UNESCO in the USA. A SAD SACK? No."),
    ("runs-of-blanks", "Two\u00a0hard. End.  Start.\n\n| a    | b |\n|------|---|\n| c    | d |"),
    ("runs-of-blanks", "A line  \nand another\n\n```\na    b\n```"),
    ("pasted-bullet", "- A bus\n- A train\n\n– Robin\n\nIt was so – or not.\n\n```\n• code\n```"),
    ("long-issue", "A bus came."),
    ("hard-to-read", "```\ncode\n```"),
    ("hard-to-read", "The bus came late. We all got wet. " * 20),
    ("long-sentence", "The bus came late, and we all got wet."),
]


@pytest.mark.parametrize(("code", "body", "subject"), BROKEN)
def test_what_breaks_a_rule_is_named_with_its_line(code: str, body: str, subject: str) -> None:
    """A newcomer has to find the place, and a word of what is wrong with it."""
    found = spots(code, material(body))
    assert found
    assert subject.rstrip("”") in found[0].message
    assert found[0].hint
    assert (found[0].file, found[0].line is None or found[0].line >= BODY_LINE) == (
        "issue.md",
        True,
    )


@pytest.mark.parametrize(("code", "body"), KEPT)
def test_what_keeps_a_rule_is_left_alone(code: str, body: str) -> None:
    """A check that cries wolf is soon ignored."""
    assert spots(code, material(body)) == []


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.stem)
def test_ordinary_political_prose_stays_quiet(path: Path) -> None:
    """Quotations, names, Welsh and numbers are what such prose is made of."""
    assert _found(material(path.read_text(encoding="utf-8"))) == []


def _found(looked_at: Material) -> list[tuple[str, int | None, str]]:
    families = {"words", "links", "pictures"}
    return [
        (rule.code, spot.line, spot.message)
        for rule in rules()
        if rule.family in families
        for spot in rule.judge(looked_at)
    ]


def test_a_word_is_reported_where_it_stands_first() -> None:
    """One entry in words.txt settles them all."""
    (spot,) = spots("misspelling", material("A libary.\n\nThe libary."))
    assert (spot.message, spot.hint, spot.line) == (
        "“libary” is not in the dictionary.",
        (
            "Did you mean “library”? If it is right, write it into words.txt in the office's "
            "folder, one word a line."
        ),
        BODY_LINE,
    )


@pytest.mark.parametrize("code", ["misspelling", "glued-words", "hard-to-read"])
def test_a_newsletter_in_another_language_is_not_measured_by_english(code: str) -> None:
    """An office in Wales may write all of it in Welsh."""
    body = f"The statoin of thehouse. {'Considerable organisational deliberation ' * 40}."
    assert spots(code, material(body))
    assert spots(code, material(body, office=f"{OFFICE}language: cy-GB\n")) == []


def test_the_offices_own_words_are_known() -> None:
    """Nobody else knows the names of Ashcombe's streets."""
    plain = material("The statoin of thehouse, a libary.")
    own = replace(plain, words=frozenset({"statoin", "thehouse", "libary"}))
    assert spots("misspelling", plain)
    assert spots("misspelling", own) == spots("glued-words", own) == []


def test_a_tag_that_a_template_left_is_told_apart_from_the_issues() -> None:
    """The one is mended in templates/, the other in issue.md."""
    body = "Dear {{ A }},\n\n```\n{{ C }}\n```"
    looked_at = material(body, parts=("", "Dear {{ A }}, -nl_why_text- {% B %} {{ C }}", ""))
    found = [(spot.file, spot.message) for spot in spots("template-tag", looked_at)]
    assert found == [
        ("issue.md", "“{{ A }}” would be shown to every reader as it stands."),
        ("templates/", "“{% B %}” would be shown as it stands in the plain text."),
    ]


def test_a_tag_in_the_front_matter_is_found_in_its_line() -> None:
    """A raw tag in the subject is seen even by those who open nothing."""
    front = FRONT.replace("Your trains and a vote that matters", "Dear *|FNAME|*")
    assert spots("template-tag", material(front=front))[0].line == 3


def test_a_long_issue_is_measured() -> None:
    """Minutes mean more to a writer than words."""
    measured = measure(material("The bus came late. We got wet.\n\n" * 330))
    assert (measured.words, measured.sentences, measured.minutes) == (2310, 660, 10)
    assert 100 < measured.ease < 120
    assert measure(material()).words == 0


@pytest.mark.parametrize("path", ISSUES, ids=lambda path: path.parent.name)
def test_the_sample_issues_stay_quiet(path: Path) -> None:
    """They are what newcomers compare their own with."""
    source = path.read_text(encoding="utf-8")
    issue, _ = parse_issue(source, date.fromisoformat(path.parent.name))
    assert issue is not None
    known = material()
    looked_at = Material(issue, known.office, known.edition, source=source)
    assert _found(looked_at) == []


HEADLINES = {
    "subject-length": ("subject: Your trains and a vote that matters", f"subject: {'Bus ' * 20}"),
    "preheader-length": (
        "preheader: What I asked the Secretary of State on Tuesday",
        "preheader: Hi",
    ),
    "preheader-repeats": (
        "preheader: What I asked the Secretary of State on Tuesday",
        "preheader: Your trains, and a vote that matters!",
    ),
}


@pytest.mark.parametrize("code", HEADLINES)
def test_what_an_inbox_shows_is_measured(code: str) -> None:
    """Subject and preheader are all that most people see of an issue."""
    written, changed = HEADLINES[code]
    front = FRONT.replace(written, changed)
    line = FRONT.split("\n").index(written) + 1
    assert [spot.line for spot in spots(code, material(front=front))] == [line]
    assert spots(code, material()) == []


def test_a_subject_that_says_nothing_is_too_short() -> None:
    """“News” is no reason to open an email."""
    front = FRONT.replace("Your trains and a vote that matters", "News")
    (spot,) = spots("subject-length", material(front=front))
    assert spot.message == "The subject “News” says little."


def test_last_weeks_subject_is_recognised() -> None:
    """Mail programs would fold the new issue into the old one's thread."""
    code = "same-subject"
    assert spots(code, material(last_subject="Your trains – and a vote that matters!"))
    assert spots(code, material(last_subject="Your buses")) == []
    assert spots(code, material()) == []


def test_every_rule_about_words_has_a_case_that_breaks_it_and_one_that_keeps_it() -> None:
    """A rule without both is not known to work."""
    codes = {rule.code for rule in rules() if rule.family == FAMILY}
    broken = {code for code, _, _ in BROKEN} | {*HEADLINES, "same-subject"}
    kept = {code for code, _ in KEPT} | {*HEADLINES, "same-subject"}
    assert codes == broken == kept
