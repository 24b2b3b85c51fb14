"""Finnish words for the templates, with the marks that `inflect.py` explains."""

from kit import Dice, Words


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.replace("\n", ";").split(";") if phrase.strip()]


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _price(dice: Dice) -> str:
    return f"{dice.between(1, 890)},{dice.pick(['00', '20', '50', '90', '95'])} €"


WORDS: Words = {
    "nimi": _words("""Aino Eero Vei*kko Pe*kka Minna Ker*ttu Sanni Onni Leena Ma*tti Ritva Jorma
        Kaisa Hei*kki Pirkko Sulo Taina Urho Venla Outi Lauri Elina Tapani Hilma"""),
    "suku": _words("""Kettunen Saarelainen Honkanen Koskela Niemi~e Lampinen Vuorela Hirvonen
        Salmela
        Mäkelä Rantanen Pihlaja Karhunen Suomela"""),
    "paikkakunta": _words("""Helsi*nki Tur*ku Oulu La*hti~e Kuopio~ta Vaasa Kotka Rauma Mikkeli
        Inari Kajaani Salo Pori La*ppi Kemi Ha*nko Forssa"""),
    "läheinen": _words("""äi*ti isä sisko tä*ti ser*kku naapuri ystävä vaari mummo
        kummi"""),
    "ammatti": _words("""opettaja~=ia leipuri kalastaja~=ia puuse*ppä lääkäri se*ppä räätäli
        kirjastonhoitaja~=ia puutarhuri toimittaja~=ia tulkki kapteeni posteljooni soittaja~=ia
        kellose*ppä"""),
    "paikka": _words("""kau*ppa kirjasto~=oja satama~=ia museo~ta kellari
        puutarha~=oja piha luo*kka leipomo~=oja laboratorio~ta talli kahvila~=oita pappila~=oita
        kasvihuone teatteri lato~=oja keittiö~ta sauna metsä ra*nta torni koulu"""),
    "esine": _words("""kirja avain~m sateenvarjo~=oja kirje valokuva~=ia kori ku*ppi
        lautanen kello radio~ta ma*tto lam*ppu harja la*kki ämpäri laati*kko kar*tta kynä pei*tto
        tohveli pyörä vasara tuoli peili pur*kki nenäliina~=oja huivi pilli
        tyyny kattila~=oita ta*kki ha*ttu kynttilä~=öitä viulu kone
        vene neula puhelin~m lau*kku kulho lusi*kka~=oja hanska puu*kko kirjoituskone"""),
    "ruoka": _words("""juusto riisi hunaja~=ia valkosipuli pinaa*tti kaali
        jauho kala muna peruna~=oita porkkana~=oita sipuli omena~=oita luumu tomaa*tti herne ka*kku
        lan*ttu pulla puolu*kka~=oja musti*kka~=oja retiisi kur*kku
        kesäkurpitsa~=oita suola~=oja"""),
    "juoma": _words("kahvi mehu kalja~=oja mai*to kaakao~ta "),
    "eläin": _words("""kissa koira hevonen lehmä ke*ttu siili mehiläinen muurahainen orava~=ia
        pöllö ku*kko lo*kki jänis~ks varis~ks
        haikara~=oita kotka poro hirvi~e karhu mäyrä"""),
    "kasvi": _words("""tammi~e koivu pihlaja~=ia ruusu tulppaani kielo päivänkakkara~=oita
        kataja~=ia saniainen apila~=oita vuo*kko nokkonen orvo*kki"""),
    "laatu": _words("""vanha pieni~e suuri~e rikkinäinen painava mär*kä pölyinen kiiltävä pitkä
        tyhjä hiljainen unohde*ttu hal*pa paika*ttu ou*to
        tavallinen laina*ttu käsinte*hty ruosteinen"""),
    "väri": _words("punainen sininen vihreä keltainen musta valkoinen harmaa ruskea violetti"),
    "luonne": _words("""kärsivällinen itsepäinen iloinen hajamielinen puhelias ujo hätäinen utelias
        äreä vaatimaton tarkka uninen antelias vaitelias hidas täsmällinen"""),
    "milloin": _phrases("""eilen; tänä aamuna; viime viikolla; lounaan jälkeen; kaksi päivää sitten
        viime kesänä; keskiyöllä; sateen jälkeen; vuosia sitten; äsken; auringon laskiessa
        viikonloppuna; ensilumen aikaan; sähkökatkon aikana; ennen aamiaista; talvi-iltana"""),
    "miten": _phrases("""hiljaa; kiirehtimättä; huolellisesti; kenellekään kertomatta; hymyillen
        vastahakoisesti; yksin; yhdellä kertaa; kaikkien yllätykseksi; varovasti; mutisten
        varpaisillaan; ilman syytä"""),
    # Verbs which take the whole object, verbs which take the partitive, verbs without an object.
    "ota": _words("""ostaa/ostaa/osti/ostanut löytää/löytää/löysi/löytänyt viedä/vie/vei/vienyt
        tuoda/tuo/toi/tuonut piilottaa/piilottaa/piilotti/piilottanut
        unohtaa/unohtaa/unohti/unohtanut
        kadottaa/kadottaa/kadotti/kadottanut korjata/korjaa/korjasi/korjannut
        myydä/myy/myi/myynyt maalata/maalaa/maalasi/maalannut rikkoa/rikkoo/rikkoi/rikkonut
        lainata/lainaa/lainasi/lainannut periä/perii/peri/perinyt avata/avaa/avasi/avannut
        pestä/pesee/pesi/pessyt pelastaa/pelastaa/pelasti/pelastanut mitata/mittaa/mittasi/mitannut
        kääriä/käärii/kääri/käärinyt valita/valitsee/valitsi/valinnut"""),
    "katso": _words("""katsoa/katsoo/katsoi/katsonut etsiä/etsii/etsi/etsinyt
        odottaa/odottaa/odotti/odottanut kantaa/kantaa/kantoi/kantanut
        pelätä/pelkää/pelkäsi/pelännyt rakastaa/rakastaa/rakasti/rakastanut
        kuunnella/kuuntelee/kuunteli/kuunnellut tutkia/tutkii/tutki/tutkinut
        kaivata/kaipaa/kaipasi/kaivannut ihailla/ihailee/ihaili/ihaillut
        vartioida/vartioi/vartioi/vartioinut piirtää/piirtää/piirsi/piirtänyt"""),
    "ole": _words("""nukkua/nukkuu/nukkui/nukkunut nauraa/nauraa/nauroi/nauranut
        juosta/juoksee/juoksi/juossut istua/istuu/istui/istunut seistä/seisoo/seisoi/seissyt
        laulaa/laulaa/lauloi/laulanut tanssia/tanssii/tanssi/tanssinut levätä/lepää/lepäsi/levännyt
        vaieta/vaikenee/vaikeni/vaiennut huokailla/huokailee/huokaili/huokaillut
        haukotella/haukottelee/haukotteli/haukotellut viheltää/viheltää/vihelsi/viheltänyt
        epäröidä/epäröi/epäröi/epäröinyt väristä/värisee/värisi/värissyt
        kuiskata/kuiskaa/kuiskasi/kuiskannut
        työskennellä/työskentelee/työskenteli/työskennellyt"""),
    "valmista": _words("kuori pilko huuhtele raasta viipaloi liota pese paloittele soseuta"),
    "keitä": _words("keitä paista hauduta ruskista höyrytä paahda lämmitä uunita"),
    "kunnes": _phrases("""pehmeiksi; miedolla lämmöllä; kannen alla; noin kymmenen minuuttia
        välillä sekoittaen; ilman kantta; molemmilta puolilta; kypsiksi"""),
    "astia": _words("kattila~=oita pannu kulho kasari "),
    "aate": _words("""toivo ajatus~ks pel*ko ilo luottamus~ks
        muisto päätös~ks lupaus~ks kaipaus~ks epäily rohkaisu onni~e
        nauru"""),
    "näyte": _words("""solu magnee*tti mineraali le*hti~e fossiili linssi
        bakteeri pisara~=oita kuori~kalvo atomi"""),
    "suure": _words("""lämpötila paine energia paino massa
       """),
    "koe": _words("mittaus~ks analyysi simulaatio~ta tutkimus~ks kokeilu"),
    "tieto": _words("""tiedosto kansio~ta versio~ta asetus~ks ikkuna~=oita vali*kko
        salasana~=oja tili palvelin~m laajennus~ks päivitys~ks varmuuskopio~ta
        virhe loki asiakirja~=oja malli
        arkisto ilmoitus~ks muisti"""),
    "tee": _words("""avaa sulje poista tallenna päivitä lataa korvaa siirrä kopioi tarkista
        lajittele
        vahvista jaa yhdistä palauta pakkaa"""),
    "kuu": _words("""tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu
        lokakuu marraskuu joulukuu"""),
    "päivänä": _words("""maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina
        sunnuntaina"""),
    "aikaan": _words("keväällä kesällä syksyllä talvella"),
    "sää": _words(
        """lumisade tihkusade sumu ukkonen pakkanen räntäsade myrsky raekuuro helle tuuli"""
    ),
    "suunta": _words("pohjoisesta etelästä idästä lännestä koillisesta lounaasta"),
    "järjestö": _phrases("""Kalastajien liitto; Suolamuseo; Kaupunginteatteri; Satamalaitos
        Kirjansitojien kilta; Vesiyhtiö; Mehiläisyhdistys; Vuorelan yliopisto; Tielaitos"""),
    "tapaus": _words("näyttely kilpailu kokous~ks konser*tti festivaali vaali"),
    "sanoi": _words("ilmoitti vahvisti kiisti kertoi lisäsi myönsi"),
    "luku": _words("kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen"),
    "muutama": lambda dice: str(dice.between(2, 19)),
    "monta": lambda dice: _thousands(dice.between(1200, 48000)),
    "pros": lambda dice: str(dice.between(2, 97)),
    "des": lambda dice: f"{dice.between(1, 96)},{dice.between(0, 9)}",
    "vuonna": lambda dice: str(dice.between(1894, 2029)),
    "pian": lambda dice: str(dice.between(2027, 2042)),
    "hinta": _price,
    "halvalla": lambda dice: f"{dice.between(1, 9)},{dice.between(10, 99)} €",
    "kello": lambda dice: f"{dice.between(6, 23)}.{5 * dice.below(12):02d}",
    "pvm": lambda dice: f"{dice.between(1, 28)}.{dice.between(1, 12)}.{dice.between(1986, 2031)}",
    "puhelin": lambda dice: f"050 555 {dice.between(1000, 9999)}",
    "nro": lambda dice: f"{dice.between(1, 9)}.{dice.between(0, 14)}.{dice.between(0, 9)}",
    "posti": _words("tuki@example.org tilaus@example.org toimisto@example.org"),
    "osoite": _words("https://example.org/ohje https://lataa.example.org www.example.org/yhteys"),
    "hymiö": _words("🙂 😅 🎉 🌧️ 🐈 ☕ 📚"),
}
