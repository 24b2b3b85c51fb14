"""Words and clause parts for invented contracts."""

from kit import Dice, Words


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.replace("\n", ";").split(";") if phrase.strip()]


_MONTHS = _phrases(
    "January; February; March; April; May; June; July; August; September; October; November; "
    "December"
)
_SMALL = _phrases(
    "one; two; three; four; five; six; seven; eight; nine; ten; eleven; twelve; thirteen; "
    "fourteen; fifteen; sixteen; seventeen; eighteen; nineteen"
)
_TENS = _phrases("twenty; thirty; forty; fifty; sixty; seventy; eighty; ninety")


def spelt(number: int) -> str:
    """Numbers below one hundred, as contracts write them before the digits."""
    if number < 20:
        return _SMALL[number - 1]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_SMALL[ones - 1]}" if ones else "")


def _both(dice: Dice, low: int, high: int) -> str:
    number = dice.between(low, high)
    return f"{spelt(number)} ({number})"


def _date(dice: Dice) -> str:
    return f"{dice.pick(_MONTHS)} {dice.between(1, 28)}, {dice.between(1998, 2030)}"


def _amount(dice: Dice) -> str:
    return f"${dice.between(2, 940) * dice.pick([100, 250, 1000, 5000]):,}"


def _section(dice: Dice) -> str:
    letter = dice.pick(["", "", "(a)", "(b)", "(c)", "(a)(i)", "(b)(ii)", "(d)(iv)"])
    return f"{dice.between(1, 14)}.{dice.between(1, 9)}{letter}"


# Title, and the names which the two parties have in it.
ROLES = [
    ("SUPPLY AGREEMENT", "Supplier", "Purchaser"),
    ("EQUIPMENT LEASE", "Lessor", "Lessee"),
    ("SOFTWARE LICENSE AGREEMENT", "Licensor", "Licensee"),
    ("LOAN AND SECURITY AGREEMENT", "Borrower", "Lender"),
    ("DISTRIBUTION AGREEMENT", "Manufacturer", "Distributor"),
    ("CONSULTING AGREEMENT", "Consultant", "Client"),
    ("ASSET PURCHASE AGREEMENT", "Seller", "Buyer"),
    ("CHARTER PARTY", "Owner", "Charterer"),
    ("FRANCHISE AGREEMENT", "Franchisor", "Franchisee"),
    ("WAREHOUSING AGREEMENT", "Warehouseman", "Depositor"),
    ("CONSTRUCTION CONTRACT", "Contractor", "Owner"),
    ("AGENCY AGREEMENT", "Agent", "Principal"),
    ("OPTION AGREEMENT", "Grantor", "Optionee"),
    ("TOLLING AGREEMENT", "Processor", "Customer"),
    ("MAINTENANCE AGREEMENT", "Operator", "Company"),
    ("JOINT VENTURE AGREEMENT", "Managing Venturer", "Investor"),
]

WORDS: Words = {
    "firm": _phrases("""Ambleforth Timber Company, Inc.; Birchmere Logistics LLC; Calder & Voss, LLP
        Dunholm Pharmaceuticals Corp.; Eastweald Grain Cooperative; Fairlight Optics Ltd.
        Gannet Shipping Lines S.A.; Hexworth Foundry, Inc.; Ironbridge Data Centers L.P.
        Juniper Hollow Dairy; Kestrel Avionics GmbH; Larkhill Insurance Brokers, Inc.
        Mossgrove Senior Living LLC; Northfen Wind Partners II, L.P.; Oldcastle Ceramics
        Pennant Rail Leasing, Inc.; Quarrybank Aggregates; Redshank Software Corporation
        Silverdale Orchards, Inc.; Thornbury Textiles Ltd.; Umberstone Capital Fund IV, L.P.
        Vanterpool Marine Surveyors; Wexcombe Medical Devices, Inc.
        Yelland & Daughters Brewing"""),
    "kind": _phrases("""Corporation; Limited Partnership; Limited Liability Company; Trust
        Cooperative; Sole Proprietorship; Joint Venture"""),
    "state": _phrases("""the State of Westmark; the State of North Calder; the Province of Ostmere
        the Republic of Velden; the Commonwealth of Harrow; the Canton of Lys"""),
    "city": _phrases("Harrowgate; Quillhaven; Port Ellory; Brackenford; Lysburg; Calder Falls"),
    "person": _phrases("""Delphine Arkwright; Marcus T. Ebele; Iona Fitzhugh-Adeyemi; Rafael Oduya
        Sanna Cole; Gertrude M. Halloran; Pavel Strnad; Lucinda Nakamura-Bright; Owen Castellane
        Farida Benhaddou; J. Whitcombe Orr; Tomasz Zielony; Beatriz Quintero
        Alasdair Munro-Lee"""),
    "title": _phrases("""President; Chief Financial Officer; General Counsel; Managing Member
        Secretary; Vice President, Procurement; Trustee; Authorized Signatory; Treasurer"""),
    "asset": _phrases("""the Equipment; the Goods; the Premises; the Licensed Software; the Vessel
        the Collateral; the Shares; the Deliverables; the Records; the Facility; the Containers
        the Product; the Site; the Escrow Funds; the Purchased Assets; the Inventory"""),
    "goods": _phrases("""rolled steel; pasteurized milk; optical lenses; roof tiles; wheat; turbines
        refrigerated containers; surgical instruments; printing paper; server hardware; yarn
        marine paint; hops; timber; gravel; circuit boards; wooden pallets; ceramic insulators"""),
    "duty": _phrases("""deliver {asset} free of liens; pay all taxes assessed upon {asset}
        keep {asset} in good repair; maintain accurate records relating to {asset}
        insure {asset} for its full replacement value; provide access to {asset} on request
        remedy any defect in {asset}; reimburse the {other#1} for reasonable expenses
        obtain every permit required for {asset}; return {asset} in its original condition
        use {asset} solely for the purposes of this Agreement; label {asset} as required by law
        notify the {other#1} of any claim concerning {asset}; segregate {asset} from other property
        train its personnel in the handling of {asset}; refrain from encumbering {asset}"""),
    "event": _phrases("""a material breach of Section {section}; the insolvency of either Party
        any loss of or damage to {asset}; a Change of Control; the expiration of the Term
        a failure to deliver {asset}; the recall of any {goods}; an Event of Default
        any inaccuracy in a representation made in Section {section}; a Force Majeure Event
        the death or incapacity of {person}; a reduction in the rating of the {party#1}
        any transfer of {asset} not permitted by Section {section}"""),
    "verb": _phrases("""shall; shall promptly; shall, at its own expense,; agrees to; undertakes to
        covenants to; must; shall use commercially reasonable efforts to"""),
    "proviso": _phrases("""provided, however, that Section {section} shall continue to apply
        except as otherwise provided in Section {section}; unless the {other#1} agrees in writing
        subject in each case to Section {section}; notwithstanding anything in Section {section}
        without prejudice to any other remedy available to the {other#1}
        to the extent permitted by law
        and time shall be of the essence; it being understood that {amount} is an estimate only
        which consent shall not be unreasonably withheld or delayed
        as evidenced by Schedule {roman}
        in accordance with Exhibit {letter}; whether arising in contract, in tort or otherwise"""),
    "heading": _phrases("""Payment; Delivery; Inspection; Title and Risk of Loss; Insurance
        Royalties
        Confidentiality; Assignment; Records; Indemnity; Termination; Governing Law; Remedies
        Limitation of Liability; Notices; Renewal; Exclusivity; Set-Off; Further Assurances
        Conditions Precedent; Closing; Non-Competition; Data Protection; Environmental Matters
        Access and Audit; Price Adjustment; Survival; Relationship of the Parties; Publicity"""),
    "article": _phrases("""Covenants; Performance; Commercial Terms; Rights and Remedies
        Additional Undertakings; General Provisions; Risk and Responsibility; Administration"""),
    "days": lambda dice: _both(dice, 2, 90),
    "months": lambda dice: _both(dice, 3, 60),
    "years": lambda dice: _both(dice, 2, 20),
    "percent": lambda dice: f"{spelt(number := dice.between(2, 75))} percent ({number}%)",
    "rate": lambda dice: f"{dice.between(1, 14)}.{dice.pick(['00', '25', '50', '75', '125'])}%",
    "few": lambda dice: str(dice.between(2, 60)),
    "units": lambda dice: f"{dice.between(2, 90) * 50:,}",
    "amount": _amount,
    "date": _date,
    "section": _section,
    "letter": lambda dice: dice.pick("ABCDEFGH"),
    "roman": lambda dice: dice.pick(_phrases("I; II; III; IV; V; VI; VII; VIII; IX; X; XI; XII")),
    "ref": lambda dice: f"No. {dice.between(10, 99)}-CV-{dice.between(1000, 9999)}",
}  # fmt: skip
