"""English sentence shapes, a dozen or so for each subject."""

DAILY = [
    "{when} I {take.PAST} {adj.A} {thing} in the {place}, but it turned out to be {name.OF}.",
    "{name} {take.PAST} the {thing} in the {place}.",
    "My {kin} {take.PAST} {adj.A} {thing} on the way to the {place} and never mentioned it.",
    "Our {kin.OF} {adj} {thing} is still in the {place}.",
    "{name} and {name} met in the {place} {when}, and neither of them could help {act.ING}.",
    "{name}, {mood.A} {job}, {take.S} {thing.PL} {how}.",
    "Nobody knows who {take.PAST} the {thing.PL} that used to be in the {place}.",
    "Don't tell my {kin} that you've {take.PP} the {thing}.",
    "The {animal} hid under the {thing} and came out only when we {act.PAST}.",
    "Before {take.ING} the {thing}, the {job} looked at it {how}.",
    "{name.OF} {animal} disappeared {when} and was found on {day} behind the {place}.",
    "Whenever I {act}, I think of that {adj} {thing}.",
    '"Never go to the {place} without {thing.A}," my {kin} used to say.',
    "Most of the {thing.PL} in our house were {take.PP} by my {kin}.",
    "While the {kin.PL} were {act.ING} in the {place}, we were {take.ING} the {thing.PL}.",
    "They have {act.PP} in the same {place} for {spelt} years without a single quarrel.",
    "We left the {thing.PL} that we couldn't {take} in the {place}.",
    "The {job} who'd promised to {take} the {adj} {thing} vanished {when}.",
    "If you {take.PAST} that {thing} from {name}, you should give it back.",
    "{name#1} isn't {mood}; {name#1}'s only {act.ING}.",
    "The {plant.PL} bloom in {season}, and the {colour} {plant.PL} not before {month}.",
    "There was {adj.A} {thing} at the door of the {place} and {colour} {plant.PL} in its windows.",
    "You couldn't have {take.PP} {adj.A} {thing} if {name} hadn't {act.PP}.",
    "Whose {thing} is it, the {job.OF} or the {kin.OF}?",
]

MIXED = [
    "It was {name} who {take.PAST} the {thing}, although it was {name} who'd been asked to.",
    "Having {take.PP} the {thing.PL}, the {job.PL} {act.PAST} for {few} minutes and left {how}.",
    "What {name} calls {thing.A} is really {adj.A} {thing} with {thing.A} inside it.",
    "[Perhaps ]the {thing} wasn't {adj} at all; it had only been {take.PP} too often.",
    "Neither the {job} nor the {kin} had {take.PP} anything like that {adj} {thing} before.",
    "{take} the {thing}, {take} the {thing}, and then {act}: that's how {job.A} begins the day.",
    "The {kin} who {act.S} most {take.S} the fewest {thing.PL}.",
    "I've {take.PP} {few} {thing.PL} since {month}, and not one of them was {adj}.",
    "The {place} is for {act.ING}, the {place} for {act.ING}, and the {place} for {thing.PL}.",
    "Unless you {take} the {thing} by {day}, the {kin} will {take} it for you.",
    "As soon as the {animal} {act.PAST}, every {animal} in the {place} began {act.ING}.",
    "{name} promised to {act} less and to {take} more {thing.PL}[, but that was in {month}].",
    "Somebody must've {take.PP} the {adj} {thing}: where it stood there's only {thing.A} now.",
    "They were {take.ING} the last of the {thing.PL} when the {job} came in, {act.ING}.",
    "Rather than {act}, the {kin} {take.PAST} a {colour} {thing} and went to {town}.",
    "Would you {take} this {thing} for me while I {act}?",
    "Had the {job} not {act.PP}, we'd never have {take.PP} the {thing}.",
    (
        "The rules of the {place} are simple: don't {act}, don't {act}, and don't {take} the "
        "{thing.PL}."
    ),
    "It took {spelt} {job.PL} to {take} the {thing}, and {spelt} {kin.PL} to put it back.",
    "All {name} wanted was {adj.A} {thing}, a bit of {idea}, and somewhere to {act}.",
    "{adj} {thing.PL} are easily {take.PP}, {adj} ones hardly ever.",
    "How {mood} of you to have {take.PP} {name.OF} {thing}!",
    "By {month}, {name} had {take.PP} so many {thing.PL} that the {place} wouldn't shut.",
    "The {thing} is {name.OF}, the {thing} is mine, and the {animal} is nobody's.",
]

WEATHER = [
    "{weather} is expected in {town} during the first week of {month}, and clear skies in {town}.",
    "The {wind} wind turned at {clock}, and then the {weather} began.",
    "Tonight the temperature in {town} will fall by {few} degrees.",
    "Drivers crossing {land} should take care because of {weather}.",
    "Tomorrow: {weather} in the {wind}, with a high of {few} °C.",
    "{season} came early to {town} this year, and the {plant.PL} were out in {month}.",
    "It was the wettest {month} in {town} for {few} years: {dec} mm fell in one night.",
    "When the {weather} stopped, the {animal.PL} came back to {land}.",
    "For {spelt} days nobody has left the {place} because of the {weather}.",
    "After the {weather}, {land} looked as though somebody had {take.PP} it.",
]

COOKING = [
    "{prepare} the {fruit.PL}, put them in a {pan} and add the {food}.",
    "{prepare} {few} {fruit.PL} and {cook} them {until}.",
    "First {prepare} the {fruit.PL}; then {cook} them in the {pan} with the {food}.",
    "{food} without {food} is a pity, but {food} without {food} is a mistake.",
    "Pour a cup of {drink} into the {pan}, add two spoonfuls of {food}, and {cook} {until}.",
    "{name.OF} {fruit} and {food} pie was better than anything we ate in {town}.",
    "Before you {prepare} the {fruit.PL}, leave them in {drink} for at least {few} minutes.",
    "The {fruit.PL} are {cook.PP} {until} and then served with {food}.",
    "My {kin} never {act.S} while {cook.ING} {fruit.PL}.",
    "{fruit.PL} were {cheap} a kilo at the market, so we bought {food} instead.",
    "Let me bring your {drink} in a glass and not in {adj.A} {thing}.",
    "Line the {pan} with {fruit.PL}, cover them with {food}, and {cook} {until}.",
    (
        "If you {cook#1} the {food} too long, it goes bitter; if you don't {cook#1} it enough, "
        "it's tough."
    ),
    (
        "{town} is famous for its {fruit.PL}, but only the people who live there know about "
        "the {food}."
    ),
    "You will need: {few} {fruit.PL}, 250 g of {food}, a little {food} and a large {pan}.",
]

TRAVEL = [
    "The train from {town} to {town} leaves at {clock}.",
    "By the time that we reached {land}, the {weather} had stopped.",
    "We spent two nights in {town} and saw {land} only from a distance.",
    "{name} left {town} in {year} and never went back.",
    "{job.A} in the {place} told us, {how}, how to get to {land}.",
    (
        "From the <roof|terrace|garden|back> of the hotel you could see {land}; the room cost "
        "{price} a night."
    ),
    "While watching the {animal.PL} at {land}, we dropped our {thing} in the water.",
    "A single to {town} is {price}, and there's {few}% off if you come back the same day.",
    "We met {job.A} from {town} and walked together as far as {land}.",
    "Passengers are kindly asked not to leave {thing.PL} in the {place}.",
    "{town} is more crowded than {town}, but not as noisy as {town}.",
    "Turn left at the {place}, pass the {adj} {place}, and you'll see {land} in front of you.",
    "According to our guide, {land} took its name from {animal.A}.",
    "We got off in {town} after {few} hours; our {thing.PL} went on to {town}.",
]

SCIENCE = [
    "Half of the {sample.PL} were smaller than {few} {micron}.",
    "The researchers found that {quantity} explains {pct}% of the variation in {quantity}.",
    "We compared the {sample.PL} with the {sample.PL}; their {quantity} differed by {dec}%.",
    "As the {quantity} rises the {quantity} falls, whereas the {quantity} stays the same.",
    "The {sample.PL} used in this {study} were collected at {land} in {year}.",
    "In the {nth} {study} we measured {reading}, in the {nth} only {reading}.",
    "{name} {surname} and colleagues have followed the {animal.PL} of {land} since {year}.",
    "{animal.PL} live {spelt} times as long as {animal.PL} of the same size.",
    "The roots of the {plant} reach {few} cm down, those of the {plant} twice as far.",
    "It isn't yet understood why the {quantity} of {sample.A} should depend on its {quantity}.",
    "Our {study.PL} suggest that {quantity} alone doesn't determine the {quantity} of {sample.PL}.",
    "The mean was {reading} (n = {few}), slightly more than in the {study} of {year}.",
    "If the {quantity} exceeds the expected value by {pct}%, the {study} has to be repeated.",
    "Each {sample} was {prepared}, weighed ({dec} mg) and kept at {few} °C until the {study}.",
]

SOFTWARE = [
    "{do} the {item} before you {do} the {item}.",
    "The {item} was {do.PP} because the {item} couldn't be {do.PP}.",
    "Version {version} makes it easier to {do} {item.PL} in the {item}.",
    "When you {do} {item.A}, the {item} in the {item} is {do.PP} too.",
    "To {do} the selected {item.PL}, {do} the {item} in the {item}.",
    "Are you sure that you want to {do} this {item}? This can't be undone.",
    "Warning: your {item} hasn't been {do.PP} for {few} days.",
    "If you can't {do} your {item}, write to {mail} or see {url}.",
    "{item.A} can hold at most {many} {item.PL}; any others are {do.PP}.",
    "With `{option}`, the {item} is {do.PP} together with the {item}.",
    "Administrators can {do} your {item.PL} but can't {do} your {item}.",
    "If the {item} is damaged, follow the steps at {url}.",
    "Don't close the {item} while the {item} is being {do.PP}.",
    "{item.PL} that haven't been {do.PP} appear grey in the {item}.",
    "Fixed in {version}: {do.ING} {item.A} no longer {do.S} the {item} as well.",
    "`{do}_{item}()` raises an error if the {item} has already been {do.PP}.",
]

NEWS = [
    "{body} {say.PAST} on {day} that {many} people had taken part in the {event}.",
    "{name} {surname} won {nth} prize at the {town} {event} with {adj.A} {thing}.",
    "The {event} planned by {body} has been put off until {day} because of {weather}.",
    "The {job.PL} are asking {body} for a rise of {few}%.",
    "Officials {say.PAST} that nobody had been hurt in the {event}.",
    "{animal.A} lost near {land} was found {few} hours later by {job.A}.",
    '"We\'re not going to close the {place}," said {name} {surname} of {body}.',
    "The price of {food} rose by {dec}% in {month}, to {cheap} a kilo.",
    "{pct}% of those asked said that they trusted {body}.",
    "{body} is to spend {price} million on the {place} in {town}.",
    "{few} {job.PL} gathered in the {place} after the {event} and went home {how}.",
    "{body}, led by {name} {surname}, has invited {many} {job.PL} to the {event}.",
    "A new {place} for {town} will open in {month} and is expected to draw {many} visitors a year.",
    "The {many}-metre tunnel between {town} and {town} is to be finished in {soon}.",
    "Thieves who broke into the {place} in {town} took only {adj.A} {thing} and {few} {fruit.PL}.",
]

LETTERS = [
    "Dear {name} {surname}, your application of {date} has been passed to {body}.",
    "Dear {name}, how is the weather in {town}? Here we have {weather}, and we {act}.",
    "Your order ({thing}, {colour}) was sent on {day}; {price} is payable on delivery.",
    "The {colour} {thing} I bought last month is {adj}, and I'd like to exchange it.",
    "Give my love to your {kin}, and don't let them {take} my {thing.PL}.",
    "For questions, write to {mail} or call {phone} before {clock}.",
    "{body} would be glad to know by {day} whether you'll attend the {event}.",
    "hi {name}, found your {thing} in the {place} {smile}",
    "running late, meet you by the {thing} in the {place} at {clock}? {smile}",
    (
        "Enclosed you'll find a contract of {few} pages, a list of {thing.PL}, and a cheque "
        "for {price}."
    ),
    "Goodbye, {name}; if you're ever in {town}, don't leave without seeing the {place}.",
    "{thing.PL} belonging to {body} must be returned to the {place} by {date}.",
]

DIALOGUE = [
    '"Have you seen my {thing}?" "The {colour} one?" "No, the {adj} one."',
    '"When are you going to {town}?" "On {day}." "Don\'t forget your {thing}."',
    '"How much are the {fruit.PL}?" "{cheap}." "And the {thing}?" "That isn\'t for sale."',
    '"Why are you {act.ING}?" "{name}\'s {take.PP} my {thing}."',
    '"Where\'s {name}?" "In the {place}." "What for?" "To {act}, I think."',
    '"Did you {take} the {thing#1}?" "What {thing#1}? I was {act.ING}."',
    '"Who\'s going to {take} the {thing.PL}?" asked {name}. "Your {kin}," said the {job}.',
    '"Let\'s go to the {place}," said {name}; but the {kin} only wanted to {act}.',
    '"With {food} or without?" "With, please, and {drink} to drink."',
    '"What\'s your {animal} called?" "{name}." "That\'s my {kin.OF} name!"',
    '"How long have you been {job.A}?" "Since {year}." "And don\'t you ever {act}?"',
    (
        '"I\'d have {take.PP} it," {name} <said|admitted|muttered|insisted>, "if it hadn\'t been '
        'so {adj}."'
    ),
]

STORY = [
    (
        "Once there was {mood.A} {animal} which lived in {place.A} and {take.PAST} {thing.PL} "
        "by night."
    ),
    "{name} opened the {thing}. Inside lay {colour.A} {thing} and a letter written in {year}.",
    "The {job.OF} {kin} said she knew the language of {animal.PL}, but she'd teach it to no one.",
    '"Will you give me your {thing}?" the {animal} asked. "If you {act}," said the {animal}.',
    "They {act.PAST} for {spelt} days and {spelt} nights, and at last they came to {land}.",
    (
        "{mood.A} {job} once found {adj.A} {thing} in the {place}, and after that never "
        "{act.PAST} again."
    ),
    (
        "In {name.OF} dream the {animal.PL} {take.PAST} the {thing.PL} while the {plant.PL} "
        "{act.PAST}."
    ),
    "The {job} opened the door {how}, saw the {animal} in the {place}, and didn't even {act}.",
    "Next morning the {thing} had gone; there were only the tracks of {animal.A} in the {place}.",
    "According to his {kin}, {adj.A} {thing} lay buried somewhere near {land}.",
    "Nobody in {town} had {act.PP} since the day that the {thing} was {take.PP}.",
]

THOUGHT = [
    "{idea} comes before {idea}, the {job} used to say.",
    "Let's not exchange our {idea} for {idea}.",
    "To understand {name.OF} {idea}, you have to know something about {idea}.",
    "{season.A} without {idea} teaches you {idea}.",
    "Sometimes {thing.A} brings back the {idea} of a whole {season}.",
    "What divides {idea} from {idea} is perhaps only {idea}.",
    "{job.A} needs {idea}, {job.A} needs {idea}, and everybody needs {thing.A}.",
    "The {idea} of the {job} and the {idea} of the {place} made {name} what she was.",
    "There's more {idea} in {adj.A} {thing} than in all the {idea} of {body}.",
]

FACTS = [
    "Product no. {few}-{year}/{few}; size {few} × {few} × {few} cm; price {price} (VAT included).",
    "The meeting will begin at {clock} on {date} in the {place}.",
    "{town} had {many} inhabitants in {year} and {many} at the following count.",
    "Tel. {phone}, e-mail {mail}, details at {url}",
    "The budget of {body} fell by {dec}% to {price} million.",
    "Weight {dec} kg, length {few} cm, colour {colour}, condition {adj}.",
    "Open {day} to {day}, {clock} to {clock}; closed in {month}.",
    "Of the {many} {thing.PL} made in {year}, {few} are in {town} and {few} in private hands.",
]

EXTRA = {
    "micron": ["microns", "millimetres", "micrometres"],
    "prepared": ["rinsed", "dried", "ground", "sieved", "frozen", "photographed", "numbered"],
}

SUBJECTS = [
    DAILY, MIXED, WEATHER, COOKING, TRAVEL, SCIENCE, SOFTWARE,
    NEWS, LETTERS, DIALOGUE, STORY, THOUGHT, FACTS,
]  # fmt: skip
TEMPLATES = [template for subject in SUBJECTS for template in subject]
