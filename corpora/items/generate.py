"""Writes catalogue.jsonl and interactions.jsonl: an invented shop and what its visitors looked at.

The sequences can be learnt. Every product has three companions; a visitor mostly goes on to a
companion of the last product, sometimes to another product on a favourite shelf within reach of the
purse, and now and then to whatever is popular.
"""

import json
from pathlib import Path

from items.products import BRANDS, SHELVES, Shelf
from kit import Dice, write_lines

HERE = Path(__file__).parent
SEED = 20240229
PRODUCTS_A_SHELF = 10
VISITORS = 240
COMPANION, FAVOURITE = 0.60, 0.25  # the rest is popularity
SHORTEST, LONGEST = 5, 12
FIRST_SECOND = 1_704_067_200  # 2024-01-01T00:00:00Z
YEAR = 31_536_000

Product = dict[str, object]


def build() -> None:
    dice = Dice(SEED)
    shelves = [_fill(dice, index, shelf) for index, shelf in enumerate(SHELVES)]
    products = [product for shelf in shelves for product in shelf]
    visitors = Shop(dice, shelves).visitors()
    write_lines(HERE / "catalogue.jsonl", map(_json, products))
    write_lines(HERE / "interactions.jsonl", map(_json, visitors))


def _json(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _fill(dice: Dice, index: int, shelf: Shelf) -> list[Product]:
    names = dice.shuffled((quality, noun) for quality in shelf.qualities for noun in shelf.nouns)
    # A few makers for each shelf, so that the brand says something about the product.
    makers = dice.shuffled(BRANDS)[:4]
    products = []
    for place, (quality, noun) in enumerate(names[:PRODUCTS_A_SHELF]):
        price = max(1.0, dice.amount(shelf.price))
        brand = dice.pick(makers)
        attributes = {name: dice.pick(values) for name, values in shelf.attributes.items()}
        products.append(
            {
                "id": f"p{index * PRODUCTS_A_SHELF + place:03d}",
                "title": f"{brand} {quality} {noun}",
                "brand": brand,
                "category": list(shelf.path),
                "price": round(int(price) + dice.pick([0.0, 0.5, 0.95, 0.99]), 2),
                "description": _describe(dice, shelf, brand, quality, noun),
                "attributes": attributes,
            }
        )
    return products


def _describe(dice: Dice, shelf: Shelf, brand: str, quality: str, noun: str) -> str:
    many = noun.endswith("s")
    this, it = ("These", "They come") if many else ("This", "It comes")
    first = f"{this} {quality} {noun} from {brand}"
    praise = dice.pick(shelf.use)
    opening = dice.pick(
        [
            f"{first} {'are' if many else 'is'} made for everyday use.",
            f"{first} {'were' if many else 'was'} tested for a year by people who complain.",
            f"{first} will outlast the drawer you keep {'them' if many else 'it'} in.",
        ]
    )
    closing = dice.pick(
        [
            f"One customer writes: “{praise[0].upper()}{praise[1:]}.”",
            f"{it} with a two-year guarantee.",
            "",
        ]
    )
    return f"{opening} {closing}".strip()


class Shop:
    def __init__(self, dice: Dice, shelves: list[list[Product]]) -> None:
        self._dice = dice
        self._shelves = [[str(product["id"]) for product in shelf] for shelf in shelves]
        self._ids = [name for shelf in self._shelves for name in shelf]
        self._price = {str(p["id"]): float(str(p["price"])) for shelf in shelves for p in shelf}
        self._popular = dice.shuffled(self._ids)
        self._companions = {
            name: self._choose_companions(index) for index, name in enumerate(self._ids)
        }

    def visitors(self) -> list[dict[str, object]]:
        return [self._visitor(number) for number in range(VISITORS)]

    def _choose_companions(self, index: int) -> list[str]:
        """Two from the same shelf and one from the next: a tea leads to a teapot in the end."""
        shelf = index // PRODUCTS_A_SHELF
        following = self._shelves[(shelf + 1) % len(self._shelves)]
        same = [name for name in self._shelves[shelf] if name != self._ids[index]]
        return [*self._dice.shuffled(same)[:2], self._dice.pick(following)]

    def _visitor(self, number: int) -> dict[str, object]:
        dice = self._dice
        favourites = dice.shuffled(range(len(self._shelves)))[:2]
        purse = dice.amount(110.0) + 10.0
        seen = [dice.pick(self._shelves[favourites[0]])]
        times = [FIRST_SECOND + dice.below(YEAR)]
        for _ in range(dice.between(SHORTEST, LONGEST) - 1):
            seen.append(self._next(seen, favourites, purse))
            # Mostly minutes within one visit, sometimes days until the next.
            pause = dice.between(20, 900) if dice.happens(0.7) else dice.between(1, 40) * 86_400
            times.append(times[-1] + pause)
        return {"user": f"u{number:03d}", "items": seen, "timestamps": times}

    def _next(self, seen: list[str], favourites: list[int], purse: float) -> str:
        """One product not seen before; when a way leads nowhere new, popularity decides."""
        dice = self._dice
        chance = dice.below(1000) / 1000
        choice: list[str] = []
        if chance < COMPANION:
            choice = self._companions[seen[-1]]
        elif chance < COMPANION + FAVOURITE:
            shelf = self._shelves[dice.pick(favourites)]
            choice = [name for name in shelf if self._price[name] <= purse]
        fresh = [name for name in choice if name not in seen]
        while not fresh:
            # The smaller of two places: the head of the list is met more often than its tail.
            place = min(dice.below(len(self._popular)), dice.below(len(self._popular)))
            fresh = [name for name in [self._popular[place]] if name not in seen]
        return dice.pick(fresh)
