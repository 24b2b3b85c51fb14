"""English words for the templates. Irregular forms follow a slash."""

from kit import Dice, Words


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.replace("\n", ";").split(";") if phrase.strip()]


_MONTHS = _words(
    "January February March April May June July August September October November December"
)


def _date(dice: Dice) -> str:
    return f"{dice.between(1, 28)} {dice.pick(_MONTHS)} {dice.between(1921, 2031)}"


def _clock(dice: Dice) -> str:
    return f"{dice.between(1, 12)}:{5 * dice.below(12):02d} {dice.pick(['am', 'pm'])}"


def _price(dice: Dice) -> str:
    sign = dice.pick(["£", "$", "€"])
    return f"{sign}{dice.between(1, 890)}.{dice.pick(['00', '20', '49', '50', '95', '99'])}"


def _version(dice: Dice) -> str:
    return f"{dice.between(1, 9)}.{dice.between(0, 17)}.{dice.between(0, 9)}"


WORDS: Words = {
    "name": _words("""Agnes Bilal Carys Dmitri Esther Farouk Greta Hamish Ingrid Jonah Keiko Lorna
        Mateus Nadia Oskar Priya Quentin Rosalind Stefan Thandi Ulrike Viktor Winifred Yusuf Zara
        Abel Bridget Callum Delia Emeka Flora Gwen Hugo Iris Jarek Lucia"""),
    "surname": _words("""Ashdown Bellweather Castellan Dunmore Eriksen Fairbrother Galbraith
        Holloway Ilesanmi Jessop Kowalczyk Lindqvist Marchbanks Nakagawa Okafor Pemberly Quayle
        Rutherglen Sandoval Tremaine Underhill Vasquez Whitlock Zielinski"""),
    "kin": _words("""mother father sister brother aunt uncle cousin grandmother neighbour landlord
        godson niece nephew stepfather flatmate boss wife/wives husband daughter"""),
    "job": _words("""teacher plumber baker surgeon librarian carpenter beekeeper translator
        postman/postmen surveyor tailor gardener chemist ferryman/ferrymen journalist electrician
        potter shepherd optician bookbinder farmer clerk painter violinist engineer umpire"""),
    "town": _words("""Aldervale Brackenford Coldharbour Dunwick Eastmere Fennick Garrowby Hollin
        Inverlay Kettlesham Lowmoor Marrick Netherby Ottersea Pellbrook Quillhaven Ravensby Saltney
        Tolbury Ullwater Westmark Yarrowfield"""),
    "land": _phrases("""the Hesk valley; the Marrow hills; Lake Ullen; the river Tarn; Gull Point
        the northern marshes; the old forest; the Ardle pass; the salt flats; the Fennick canal
        the limestone cliffs; the outer islands; the high moor; the estuary; the quarry"""),
    "place": _words("""kitchen library station market harbour workshop museum cellar attic orchard
        garden courtyard classroom bakery laboratory lighthouse post_office hospital stable
        tea_room waiting_room town_hall launderette greenhouse theatre car_park barn
        bookshop boathouse archive pharmacy corridor"""),
    "thing": _words("""book notebook key umbrella letter photograph basket teacup plate clock radio
        suitcase jumper carpet lamp brush bucket box envelope map compass pencil blanket slipper
        bicycle ladder hammer chair mirror vase saucepan jar handkerchief scarf/scarves whistle
        lantern wallet quilt tablecloth kite drum kettle pillow comb coat hat glove curtain broom
        candle violin thermometer doorbell typewriter telescope knife/knives shelf/shelves axe
        button needle raincoat wheelbarrow toolbox"""),
    "food": _words("""bread cheese rice lentils butter honey garlic spinach cabbage barley flour
        ginger parsley yoghurt rhubarb mustard fennel salmon chicken lamb pasta cream thyme celery
        pumpkin couscous vinegar walnut_oil breadcrumbs"""),
    "fruit": _words("""apple pear plum fig apricot tomato/tomatoes onion carrot potato/potatoes
        lemon pepper aubergine courgette leek beetroot orange turnip quince parsnip mushroom
        peach/peaches cherry cucumber radish"""),
    "drink": _words("tea coffee cider lemonade milk water cocoa beer wine broth ginger_ale"),
    "animal": _words("""cat dog horse donkey goat sheep/sheep swallow stork tortoise fox hedgehog
        bee ant dolphin frog squirrel owl rooster gull hare otter badger crow moth heron goose/geese
        mouse/mice eel beaver bat lynx salmon/salmon"""),
    "plant": _words("""oak willow rose tulip daisy geranium jasmine vine pine thistle mint fern
        poppy lavender_bush elder hazel foxglove bramble nettle birch orchid ivy_plant"""),
    "adj": _words("""old new small enormous broken heavy light damp dusty shiny striped thin thick
        long round empty quiet forgotten expensive cheap clean patched creaking faded half-finished
        peculiar plain polished cracked ordinary borrowed unwanted rusty embroidered lopsided
        second-hand unlabelled waterproof irreplaceable"""),
    "colour": _words("red blue green yellow purple orange black white grey brown pink turquoise"),
    "mood": _words("""patient stubborn cheerful absent-minded fussy talkative shy hasty curious
        grumpy modest careful sleepy generous tight-lipped unflappable melancholy punctual"""),
    "when": _phrases("""yesterday; this morning; last week; after lunch; two days ago; last summer
        on the eve of the holidays; at midnight; after the rain; years ago; just now; at sunset
        at the weekend; on the last day of term; when the first snow fell; during the power cut
        before breakfast; one winter evening; while nobody was looking; as usual"""),
    "how": _phrases("""in silence; without hurrying; with great care; without telling anybody
        smiling; reluctantly; alone; in one go; to everyone's surprise; with difficulty; gently
        muttering; out of the corner of one eye; on tiptoe; for no particular reason; backwards"""),
    "take": _words("""find/found take/took/taken hide/hid/hidden bring/brought
        forget/forgot/forgotten
        lose/lost repair clean sell/sold carry show/showed/shown choose/chose/chosen
        draw/drew/drawn wrap borrow break/broke/broken paint polish examine count collect
        label/labelled weigh measure drop rescue inherit buy/bought steal/stole/stolen restore
        deliver"""),
    "act": _words("""wait laugh sleep/slept walk run/ran/run sit/sat work think/thought talk rest
        wander sing/sang/sung shiver complain argue hesitate whistle nod sneeze sigh yawn hum
        stumble dance listen stare whisper pause"""),
    "prepare": _words("chop peel wash grate slice crush rinse dice trim shred soak mince"),
    "cook": _words("boil fry roast simmer bake steam toast braise warm stir poach"),
    "until": _phrases("""until soft; until the liquid has gone; until golden underneath
        stirring now and then; without lifting the lid; over a low heat; until the edges curl
        until fragrant; for about ten minutes; until a knife goes in easily; on both sides"""),
    "pan": _words("saucepan frying_pan roasting_tin casserole wok griddle stockpot skillet"),
    "idea": _words("""patience hope freedom silence habit thought curiosity fear joy weariness trust
        memory decision promise secret reason result time loneliness feeling imagination attention
        longing pride doubt shame enthusiasm kindness honesty luck regret"""),
    "sample": _words("""cell magnet nucleus/nuclei mineral seed leaf/leaves crystal alloy meteorite
        fossil sediment lens filament bacterium/bacteria conductor shell fibre droplet membrane"""),
    "quantity": _words("""temperature pressure speed energy depth weight vibration density mass
        brightness humidity salinity voltage resistance wavelength hardness volume acidity"""),
    "study": _words("experiment measurement observation simulation survey analysis/analyses trial"),
    "reading": _phrases("""{dec} °C; {dec} kPa; {few} volts; {few} metres; {dec} mg; {few} mm
        {dec} litres; {dec} kHz; {dec} kg per cubic metre; {dec} seconds"""),
    "item": _words("""file folder version setting window button menu password account server plug-in
        icon shortcut update backup connection command error log document table column template
        tab archive database cache font driver session notification permission bookmark query
        index/indices repository thread token attachment dashboard"""),
    "do": _words("""open close delete save refresh upload download replace move copy check paste
        sort enable confirm remove share rename link update restore compress encrypt export
        duplicate validate merge synchronise"""),
    "option": _words("--all --quiet --depth=3 --force --dry-run --lang=en --output=report.txt -v"),
    "season": _words("spring summer autumn winter"),
    "month": _MONTHS,
    "day": _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "wind": _words("north south east west north-east south-west north-west south-east"),
    "weather": _words("rain snow fog hail sleet drizzle thunder frost sunshine mist black_ice"),
    "body": _phrases("""the {town} Council; the Harbour Authority; the Society of Bookbinders
        the Institute for Tidal Studies; the Museum of Salt; {town} United; the Farmers' Union
        the Ministry of Roads; the {town} Theatre; the Water Company; the Ramblers' Association
        the University of {town}; the Fisheries Board; the Ferry Company; the Bee Trust"""),
    "event": _words("""exhibition competition meeting concert festival strike excavation fair
        election screening parade workshop tournament flood ceremony auction regatta inquiry"""),
    "say": _words("announce confirm deny insist add repeat admit claim"),
    "nth": _words("first second third fourth fifth sixth seventh eighth"),
    "spelt": _words("two three four five six seven eight nine ten twelve twenty thirty forty"),
    "few": lambda dice: str(dice.between(2, 19)),
    "many": lambda dice: f"{dice.between(120, 48000):,}",
    "pct": lambda dice: str(dice.between(2, 97)),
    "dec": lambda dice: f"{dice.between(1, 96)}.{dice.between(0, 9)}",
    "year": lambda dice: str(dice.between(1894, 2029)),
    "soon": lambda dice: str(dice.between(2027, 2042)),
    "price": _price,
    "cheap": lambda dice: f"£{dice.between(1, 9)}.{dice.between(10, 99)}",
    "clock": _clock,
    "date": _date,
    "phone": lambda dice: f"555-01{dice.between(10, 99)}",
    "version": _version,
    "mail": _words("""info@example.org support@example.org orders@example.org jobs@example.org
        press@example.org registry@example.org"""),
    "url": _words("""https://www.example.org/help https://example.org/get?lang=en
        https://docs.example.org/install https://example.org/events/2024 www.example.org/contact
        https://maps.example.org/#route"""),
    "smile": _words("🙂 😅 🎉 🌧️ 🐈 ☕ 🍉 📚 🚲"),
}
