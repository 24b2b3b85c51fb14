"""What the invented shop sells: category path, the words for its titles, and its usual price."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shelf:
    path: tuple[str, str, str]
    nouns: tuple[str, ...]
    qualities: tuple[str, ...]
    price: float
    attributes: dict[str, tuple[str, ...]]
    use: tuple[str, ...]


_WOODS = ("beech", "oak", "bamboo", "walnut")
_COLOURS = ("slate", "moss", "brick", "cream", "navy", "mustard")
_SIZES = ("S", "M", "L", "XL")

BRANDS = (
    "Aldermoor", "Bexley & Pine", "Corvane", "Dunlark", "Everhatch", "Fennimore", "Gullwing Works",
    "Hobbin", "Ilmari", "Juniper Row", "Kettlewright", "Lumenary", "Morrowby", "Nettlefield",
    "Ottoline", "Pikewater", "Quarto Lane", "Rookhope", "Sablewood", "Tarn & Tor",
)  # fmt: skip

SHELVES = (
    Shelf(("Kitchen", "Cookware", "Pans"), ("frying pan", "saucepan", "griddle", "casserole"),
          ("cast-iron", "non-stick", "copper-bottomed", "enamelled"), 48.0,
          {"diameter_cm": ("18", "20", "24", "28"), "material": ("steel", "iron", "copper")},
          ("heats evenly and goes from the hob to the oven", "is heavy enough to hold its heat")),
    Shelf(("Kitchen", "Cookware", "Knives"), ("paring knife", "bread knife", "cleaver", "peeler"),
          ("hand-ground", "serrated", "folding", "ceramic"), 32.0,
          {"blade_cm": ("8", "12", "20"), "handle": _WOODS},
          ("keeps its edge through a whole winter of soups", "sits well in a small hand")),
    Shelf(("Kitchen", "Tea and Coffee", "Brewing"),
          ("teapot", "moka pot", "hand grinder", "kettle"),
          ("stove-top", "stoneware", "one-cup", "gooseneck"), 39.0,
          {"capacity_ml": ("300", "600", "1000"), "colour": _COLOURS},
          ("pours without dripping", "makes two good cups and one spare")),
    Shelf(("Kitchen", "Tea and Coffee", "Leaves and Beans"),
          ("green tea", "espresso beans", "rooibos"),
          ("smoked", "single-estate", "decaffeinated", "organic"), 11.0,
          {"weight_g": ("100", "250", "500"), "roast": ("light", "medium", "dark")},
          ("tastes of hazelnut and a little of rain", "is mild enough for the evening")),
    Shelf(("Outdoor", "Camping", "Tents"), ("tent", "tarpaulin", "hammock", "groundsheet"),
          ("two-person", "four-season", "ultralight", "pop-up"), 145.0,
          {"weight_kg": ("0.9", "1.8", "3.4"), "colour": _COLOURS},
          ("goes up in the time it takes to boil water", "stays dry in sideways rain")),
    Shelf(("Outdoor", "Camping", "Stoves"), ("gas stove", "fire bowl", "cook set", "wind shield"),
          ("folding", "titanium", "self-lighting", "pocket"), 54.0,
          {"fuel": ("gas", "alcohol", "wood"), "weight_g": ("90", "210", "480")},
          ("lights at the first turn, even in the cold", "packs into its own lid")),
    Shelf(("Outdoor", "Walking", "Boots"), ("walking boots", "trail shoes", "gaiters", "insoles"),
          ("waterproof", "wide-fit", "ankle-high", "cork-soled"), 98.0,
          {"size": ("38", "40", "42", "44"), "colour": _COLOURS},
          ("needs no breaking in", "grips on wet limestone")),
    Shelf(("Outdoor", "Walking", "Rucksacks"), ("rucksack", "daypack", "hip bag", "rain cover"),
          ("roll-top", "frameless", "thirty-litre", "ventilated"), 76.0,
          {"volume_l": ("8", "18", "30", "55"), "colour": _COLOURS},
          ("carries its weight on the hips", "has a pocket for a map that is really map-sized")),
    Shelf(("Home", "Lighting", "Lamps"), ("desk lamp", "floor lamp", "night light", "lantern"),
          ("dimmable", "clip-on", "paper", "rechargeable"), 42.0,
          {"lumens": ("120", "400", "800"), "colour": _COLOURS},
          ("lights the page and not the face", "goes out by itself after an hour")),
    Shelf(("Home", "Textiles", "Blankets"), ("blanket", "quilt", "cushion", "bath towel"),
          ("wool", "linen", "quilted", "striped"), 58.0,
          {"size_cm": ("40x40", "130x180", "200x220"), "colour": _COLOURS},
          ("gets softer with every wash", "is woven from what other blankets leave over")),
    Shelf(("Home", "Storage", "Boxes"), ("storage box", "basket", "shelf unit", "coat rack"),
          ("stackable", "wicker", "lidded", "wall-mounted"), 29.0,
          {"material": _WOODS, "width_cm": ("20", "40", "80")},
          ("fits under a bed of any height", "holds more than it looks")),
    Shelf(("Garden", "Tools", "Hand Tools"), ("trowel", "secateurs", "hoe", "watering can"),
          ("long-handled", "forged", "left-handed", "galvanised"), 24.0,
          {"handle": _WOODS, "length_cm": ("22", "45", "120")},
          ("can be sharpened at home", "is easy to find in long grass")),
    Shelf(("Garden", "Plants", "Seeds"), ("tomato seeds", "poppy seeds", "bean seeds", "lawn mix"),
          ("early", "heirloom", "drought-proof", "climbing"), 4.5,
          {"packets": ("1", "3", "10"), "sow_in": ("March", "April", "May", "September")},
          ("sprouts within a fortnight", "asks for sun and very little else")),
    Shelf(("Office", "Paper", "Notebooks"), ("notebook", "diary", "sketchbook", "index cards"),
          ("dotted", "hardback", "pocket", "lay-flat"), 13.0,
          {"pages": ("96", "160", "240"), "cover": _COLOURS},
          ("opens flat at every page", "takes ink without bleeding")),
    Shelf(("Office", "Writing", "Pens"), ("fountain pen", "pencil set", "ink", "eraser"),
          ("refillable", "fine-nib", "brass", "waterproof"), 19.0,
          {"nib": ("EF", "F", "M"), "colour": ("black", "blue", "green")},
          ("writes at the first touch", "is balanced for long letters")),
    Shelf(("Toys", "Games", "Board Games"), ("board game", "card game", "jigsaw", "dice set"),
          ("cooperative", "travel", "wooden", "two-player"), 27.0,
          {"players": ("1-2", "2-4", "3-6"), "age": ("6+", "8+", "12+")},
          ("is over before anyone sulks", "has rules that fit on one card")),
    Shelf(("Toys", "Making", "Craft Kits"), ("weaving kit", "kite kit", "clay set", "stamp set"),
          ("beginner's", "giant", "washable", "recycled"), 22.0,
          {"age": ("4+", "6+", "10+"), "pieces": ("12", "40", "100")},
          ("needs no glue and no grown-up", "fills exactly one rainy afternoon")),
    Shelf(("Clothing", "Knitwear", "Jumpers"), ("jumper", "cardigan", "scarf", "mittens"),
          ("merino", "cable-knit", "roll-neck", "undyed"), 67.0,
          {"size": _SIZES, "colour": _COLOURS},
          ("keeps its shape on a hook", "is warm without being loud about it")),
    Shelf(("Clothing", "Rainwear", "Jackets"), ("raincoat", "windbreaker", "cape", "sou'wester"),
          ("packable", "taped", "long", "reflective"), 88.0,
          {"size": _SIZES, "colour": _COLOURS},
          ("dries while you look for the hanger", "has a hood that turns with the head")),
    Shelf(("Music", "Strings", "Accessories"), ("ukulele", "violin strings", "rosin", "tuner"),
          ("student", "concert", "clip-on", "nylon"), 35.0,
          {"key": ("C", "G", "D"), "colour": ("natural", "black", "red")},
          ("stays in tune through a whole rehearsal", "sounds bigger than its box")),
)  # fmt: skip
