"""The parts of an invented contract: opening, definitions, clauses, signature."""

OPENINGS = [
    (
        'This {agreement#1} (this "Agreement") is made as of {date#1} by and between {firm#1}, '
        'a {kind} organized under the laws of {state#1} (the "{party#1}"), and {firm#2} (the '
        '"{other#1}").'
    ),
    (
        'THIS AGREEMENT, dated {date#1}, is between {firm#1} (hereinafter the "{party#1}") and '
        '{person}, an individual residing in {city} (hereinafter the "{other#1}").'
    ),
    (
        "By this instrument, executed at {city} on {date#1}, {firm#2} and {firm#1}, each a "
        "{kind} under the laws of {state#1}, agree as follows:"
    ),
    (
        '{firm#2} ("{party#1}") and {firm#1} ("{other#1}") enter into this Agreement effective '
        '{date#1} (the "Effective Date"), superseding every earlier letter of intent.'
    ),
]

RECITALS = [
    "WHEREAS, the {party#1} is engaged in the manufacture and sale of {goods};",
    "WHEREAS, the {other#1} desires to acquire {asset} for the consideration of {amount}; and",
    (
        'WHEREAS, the Parties are also parties to a certain agreement dated {date} (the "Prior '
        'Agreement");'
    ),
    "A. The {party#1} holds all right, title and interest in {asset}.",
    "B. By order entered in Case {ref}, the court approved the transfer of {asset} to {firm}.",
    "WHEREAS, the board of {firm} has approved the transactions contemplated by Article {roman};",
]

DEFINITIONS = [
    (
        '"Acceptance Date" means the date on which the {other#1} accepts {asset} under Section '
        "{section}."
    ),
    (
        '"Base Price" means {amount}, as adjusted from time to time in accordance with Section '
        "{section}."
    ),
    (
        '"Change of Control" means the sale of more than {percent} of the voting securities of '
        "the {party#1}."
    ),
    '"Environmental Law" shall mean any statute or regulation of {state#1} relating to {goods}.',
    (
        '"Event of Default" means any event described in Section {section} which has continued '
        "for {days} days."
    ),
    (
        '"Gross Revenue" means all sums received by the {other#1} from the sale of {goods}, '
        "less returns."
    ),
    '"Key Employee" means each of {person} and {person}.',
    '"Knowledge" shall mean the actual awareness, after reasonable inquiry, of {person}.',
    '"Minimum Volume" means {units} units of {goods} in each calendar year.',
    '"Permitted Liens" means (i) liens for taxes not yet due and (ii) liens in favor of {firm}.',
    '"Prime Rate" means the rate published by the Bank of {city} as its prime lending rate.',
    '"Specifications" means the technical requirements for {goods} attached as Exhibit {letter}.',
    (
        '"Tangible Net Worth", when used in Article {roman}, has the meaning set forth in '
        "Section {section}."
    ),
    '"Territory" means {city} and the area within {few} miles of its municipal boundary.',
    '"Term" means the period of {months} months beginning on {date#1}.',
    '"Work Product" means {asset}, together with all improvements made thereto by the {party#1}.',
    '"Purchase Price" means the sum of (i) {amount} and (ii) {rate} of Gross Revenue.',
    '"Losses" means all damages and costs, including those resulting from {event}.',
    (
        '"Excluded Liabilities" means all liabilities of the {party#1} arising before {date#1} '
        "out of {event}."
    ),
    (
        '"Holdback Amount" means {amount}, or such lesser sum as is determined under Section '
        "{section}."
    ),
    '"Renewal Term" means each period of {years} years for which this Agreement is renewed.',
    '"Prior Agreement" means the agreement between {firm} and the {other#1} regarding {asset}.',
]

CLAUSES = [
    "The {party#1} {verb} {duty}[, {proviso}].",
    "Undertakings. The {party#1} {verb} (a) {duty}; (b) {duty}; and (c) {duty}.",
    (
        "Termination. Upon {event}, the {other#1} may terminate this Agreement by giving "
        "{days} days' written notice[, {proviso}]."
    ),
    (
        "If the {party#1} fails to {duty} within {days} days after {date}, the {other#1} may "
        "recover {amount} as liquidated damages and not as a penalty."
    ),
    (
        "In the event of {event}, and subject to Section {section}, neither Party shall be "
        "required to {duty}."
    ),
    (
        "Payment. The {other#1} shall pay to the {party#1} the sum of {amount} in {months} "
        "equal monthly installments, the first of which is due on {date}."
    ),
    "Interest shall accrue on any overdue amount at the rate of {rate} per annum[, {proviso}].",
    (
        "Authority. The {party#1} represents and warrants that (i) it has the power to {duty} "
        "and (ii) no consent of {firm} is required in connection therewith."
    ),
    (
        "The price of the {goods} shall be {amount} per lot of {units} units through {date}, "
        "and thereafter shall be adjusted annually by not more than {percent}."
    ),
    (
        "The {party#1} hereby grants to the {other#1} a "
        "<non-exclusive|exclusive|revocable|perpetual> right to use {asset} within {state#1} "
        "for a period of {years} years."
    ),
    (
        "No amendment of Section {section} or of Exhibit {letter} is effective unless signed "
        "by {person}, or by another officer designated for the purpose."
    ),
    (
        "Indemnity. The {party#1} shall indemnify and hold harmless the {other#1} against any "
        "claim arising out of {event}[, {proviso}]."
    ),
    (
        "The aggregate liability of the {party#1} under Article {roman} shall not exceed "
        "{amount}[, {proviso}]."
    ),
    "Title to and risk of loss of the {goods} pass to the {other#1} upon delivery at {city}.",
    (
        "The obligations of the {other#1} under Sections {section} and {section} survive "
        "{event} for a period of {years} years."
    ),
    (
        "Non-Competition. During the Term and for {months} months thereafter, the {party#1} "
        "shall not, within {few} miles of {city}, engage in the sale of {goods}."
    ),
    (
        "The {other#1} shall order not less than {units} units of {goods} in each calendar "
        "quarter, failing which the {party#1} may reduce the Territory by notice."
    ),
    (
        "Governing Law. This Agreement shall be governed by the laws of {state#1}, and each "
        "Party submits to the jurisdiction of the courts sitting in {city}."
    ),
    (
        "All notices to the {party#1} shall be sent to the attention of {person}, {title}, at "
        "{few} Exchange Street, {city}, with a copy to legal@example.org."
    ),
    (
        'Each of the following constitutes an "Event of Default": (i) {event}; (ii) {event}; '
        "and (iii) {event}."
    ),
    (
        "The {party#1} may, upon {days} days' notice and during normal business hours, inspect "
        "{asset} and any records relating to {goods}."
    ),
    (
        "Assignment. Neither this Agreement nor {asset} may be assigned by the {other#1} "
        "without the written consent of the {party#1}[, {proviso}]."
    ),
    (
        "On the Closing Date, the {party#1} shall deliver to {firm}, as escrow agent, the sum "
        'of {amount} (the "Holdback Amount"), to be released in accordance with Section '
        "{section}."
    ),
    (
        "As security for its obligations under Section {section}, the {party#1} grants to the "
        "{other#1} a first-priority security interest in {asset}."
    ),
    (
        "For the avoidance of doubt, {event} shall not of itself relieve the {party#1} of its "
        "duty to {duty}."
    ),
    (
        "The Parties acknowledge that the {party#1} has retained {firm} to {duty}, and that "
        "its fee of {amount} shall be borne equally."
    ),
    (
        "Where the {goods} do not conform to the Specifications, the {other#1} may (a) reject "
        "them within {days} days, (b) accept them at a reduction of {percent}, or (c) require "
        "the {party#1} to replace them."
    ),
    (
        "Term. This Agreement commences on {date#1} and expires after {years} years, unless "
        "renewed under Section {section} for successive terms of {months} months."
    ),
    (
        "The failure of the {other#1} to enforce Section {section} shall not be construed as a "
        "waiver thereof."
    ),
    (
        "Any dispute concerning {asset} shall be referred to {person} as sole arbitrator, "
        "whose award, rendered within {days} days, is final."
    ),
    (
        "The {party#1} releases the {other#1} from all claims, known or unknown, in any way "
        "relating to {event} before {date}."
    ),
    (
        "Royalties. Royalties of {rate} of Gross Revenue are payable quarterly, within {days} "
        "days after the last day of March, June, September and December."
    ),
    "The {other#1} acknowledges receipt of {amount}, the sufficiency of which is hereby confirmed.",
    (
        "If Section {section} is held unenforceable, it shall be modified to the minimum "
        "extent necessary, and the remainder of Article {roman} shall be unaffected."
    ),
]

CLOSINGS = [
    "IN WITNESS WHEREOF, the undersigned have executed this Agreement on {date#1}.",
    "Signed for and on behalf of {firm#1}: ____________________ Name: {person} Title: {title}",
    "Sworn to before me at {city} this day, {date#1}. Notary Public.",
    "SCHEDULE {roman} - {heading} (see Section {section}): {asset}; {asset}; {few} lots of {goods}",
    "EXHIBIT {letter}: KEY PERSONNEL: {person}; {person}; {person}",
]
