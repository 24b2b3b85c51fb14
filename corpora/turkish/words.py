"""Turkish words for the templates. Stems carry the marks that `inflect.py` explains."""

from kit import Dice, Words
from turkish.inflect import number_with


def _words(text: str) -> list[str]:
    return [word.strip().replace("_", " ") for word in text.split()]


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.replace("\n", ";").split(";") if phrase.strip()]


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _price(dice: Dice) -> str:
    return f"{_thousands(dice.between(8, 4800))},{dice.pick(['00', '25', '50', '75', '90'])} TL"


def _clock(dice: Dice) -> str:
    return f"{dice.between(6, 23):02d}.{5 * dice.below(12):02d}"


def _date(dice: Dice) -> str:
    months = _words("Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık")
    return f"{dice.between(1, 28)} {dice.pick(months)} {dice.between(1986, 2031)}"


def _phone(dice: Dice) -> str:
    return f"0 ({dice.between(212, 488)}) 555 {dice.between(10, 99)} {dice.between(10, 99)}"


def _decimal(dice: Dice) -> str:
    return f"{dice.between(1, 96)},{dice.between(1, 9)}"


def _version(dice: Dice) -> str:
    return f"{dice.between(1, 9)}.{dice.between(0, 14)}.{dice.between(0, 9)}"


WORDS: Words = {
    "ad": _words("""=Ayşe =Mehmet =Zeynep =Emre =Elif =Burak =Defne =Kerem =Nazlı =Ozan =Gülsüm
        =Hakan =Sevgi =Tuğba =İlker =Şule =Cemil =Ömer =Pınar =Uğur =Yıldız =Işıl =Rıza =Çağla
        =Nuri =Feride =Sinan =Müge =Orhan =Esra =Tahsin =Bahar =Kâmil =Dilek =Volkan =Hülya"""),
    "soyad": _words("""=Karadağlı =Çelikel =Yüzer =Taşkıran =Öngör =Balaban =Sarıyer =Uçan
        =Gürsoy =Işıksal =Demirkol =Akpınar =Tümer =Kırca =Şenol =Özgüner"""),
    "akraba": _words("""anne baba abla kardeş dayı hala teyze amca dede nine yeğen kuzen komşu
        arkadaş oğ(u)l torun gelin ağabey"""),
    "meslek": _words("""öğretmen doktor terzi balıkçı fırıncı marangoz şoför mühendis çiftçi
        gazeteci bekçi aşçı postacı bahçıvan eczacı hemşire ressam saatçi çoban kaptan avukat
        kütüphaneci çevirmen berber demirci veteriner arıcı müzisyen garson tesisatçı"""),
    "şehir": _words("""=Ankara =İzmir =Trabzon =Kars =Mardin =Edirne =Konya =Antalya =Sinop =Van
        =Gaziantep =Bursa =Eskişehir =Çanakkale =Zonguldak =Amasya =Şanlıurfa =Artvin =Iğdır
        =Muğla =Bitlis =Ürgüp =Ayvalık =Kütahya =Rize =Uşak =Niğde =Bolu =Diyarbakır"""),
    "coğrafya": _phrases("""=Tuz Gölü(n); =Galata Köprüsü(n); =Kaz Dağları(n); =Ege Denizi(n)
        =Çoruh Vadisi(n); =Munzur Çayı(n); =Saklıkent Kanyonu(n); =Abant Gölü(n)
        =Kordon Boyu(n); =Taşlıtepe Geçidi(n); =Kızıl Burnu(n); =Yeşilırmak"""),
    "yer": _words("""pazar okul kütüphane istasyon park köprü iskele çarşı bahçe mutfaK balkon
        atölye müze fırın liman kıyı orman meydan hastane otogar sokaK köy tarla ambar değirmen
        avlu çatı bodrum sınıf laboratuvar kahve berber_dükkânı(n) çay_bahçesi(n) durak_önü(n)
        dere_kenarı(n) otel_odası(n) garaj merdiven tünel tepe mağara lokanta tiyatro stadyum"""),
    "bina": _words("""kütüphane müze istasyon iskele köprü hastane otogar tiyatro okul hamam çeşme
        değirmen kervansaray çarşı belediye_binası(n) yüzme_havuzu(n) gözlemevi(n) pansiyon"""),
    "özellik": _words("boy ağırlıK hız öm(ü)r kalp_atışı(n) uyku_süresi(n) vücut_sıcaklığı(n)"),
    "nesne": _words("""kitaB defter anahtar şemsiye gözlüK mektuB fotoğraf sepet bardaK tabaK
        saat^ radyo çanta kazaK halı lamba fırça makas kova kutu zarf harita pusula kalem
        battaniye terliK ayakkabı bisiklet merdiven çekiC sandalye ayna vazo tencere kavanoz
        mendil atkı düdüK fener cüzdan yorgan masa_örtüsü(n) dikiş_kutusu(n) uçurtma davul
        çaydanlıK yastıK tarak elbise gömleK şapka eldiven perde süpürge leğen bavul mum"""),
    "yiyecek": _words("""ekmeK peynir zeytin domates patlıcan biber soğan pilav böreK yoğurT bal
        incir kayısı elma armuT üzüm ceviz fındıK nohuT mercimeK fasulye havuC kabaK ıspanaK
        balıK tavuK reçel turşu kurabiye bulgur salça sarımsaK limon nar ayva kestane erişte
        enginar bamya bezelye pırasa kereviz bakla"""),
    "sebze": _words("""domates patlıcan biber soğan havuC kabaK elma armuT incir limon ayva enginar
        patates turp pancar salatalıK yumurta portakal"""),
    "içecek": _words("çay kahve ayran limonata şerbet su: boza süt saleB komposto ıhlamur"),
    "hayvan": _words("""kedi köpeK at eşeK keçi koyun serçe kırlangıC leyleK kaplumbağa tilki
        kirpi arı karınca yunus kurbağa sincaB baykuş horoz martı tavşan kuzu güvercin
        ağustosböceği(n) kelebeK yengeC kunduz karga"""),
    "bitki": _words("""çınar meşe söğüT kavaK gül lale papatya sardunya yasemin asma çam selvi
        kekiK nane ıhlamur dut_ağacı(n) menekşe karanfil sümbül zakkum erguvan mimoza"""),
    "sıfat": _words("""eski yeni küçük büyük kırık ağır hafif ıslak tozlu parlak renkli ince kalın
        uzun kısa yuvarlak boş sessiz unutulmuş pahalı ucuz temiz yamalı gıcırdayan solmuş
        el_yapımı yarım yepyeni tuhaf gösterişsiz cilalı çatlak sıradan ödünç"""),
    "renk": _words("kırmızı mavi yeşil sarı mor turuncu siyah beyaz gri lacivert kahverengi pembe"),
    "huy": _words("""sabırlı inatçı güler_yüzlü dalgın titiz konuşkan çekingen aceleci neşeli
        meraklı huysuz alçakgönüllü dikkatli uykucu geveze becerikli cömert ketum"""),
    "zaman": _phrases("""dün; bu sabah; geçen hafta; öğleden sonra; akşamüstü; iki gün önce
        geçen yaz; bayramda; gece yarısı; yağmurdan sonra; geçen pazar; yıllar önce; az önce
        güneş batarken; hafta sonu; tatilin son günü; ilk kar yağdığında; elektrikler kesilince
        okul çıkışında; kahvaltıdan önce; bir kış akşamı; önceki gün; ay doğarken"""),
    "zarf": _phrases("""sessizce; acele etmeden; büyük bir özenle; hiç kimseye söylemeden
        gülümseyerek; istemeye istemeye; tek başına; bir solukta; şaşkınlıkla; güç bela
        kendi kendine mırıldanarak; göz ucuyla bakarak; parmaklarının ucunda; usulca"""),
    "al": _words("""bul al sakla getir unut kaybeT onar temizle sat taşı göster götür seç çiz sar
        as ara beğen kır ısmarla paylaş gizle topla kullan iste düzelt say incele boya"""),
    "dur": _words("""bekle gül uyu yürü koş otur çalış düşün konuş dinlen dolaş ağla üşü yorul
        sus şaşır gecik öksür titre sevin üzül kıpırda mırıldan esne susa acık"""),
    "hazırla": _words("doğra soy yıka rendele dilimle ayıkla ez ufala kurula çekirdeklerini_çıkar"),
    "pişir": _words("haşla kızart pişir kavur közle ısıt dinlendir buğula karıştır"),
    "kap": _words("tencere tava tepsi güveC sac bakır_tencere kızartma_tavası(n) fırın_kabı(n)"),
    "pişme": _phrases("""yumuşayıncaya kadar; suyunu çekene kadar; altı kızarıncaya kadar
        arada bir karıştırarak; kapağını açmadan; kısık ateşte; üzeri göz göz olunca
        kokusu çıkana dek; pembeleşene kadar; rengi dönünce"""),
    "soyut": _words("""sab(ı)r umuT özgürlüK sessizliK alışkanlıK düşünce merak korku sevinC
        yorgunluK güven anı karar söz sır(r) sonuC fik(i)r zaman yalnızlıK his(s) hayal^
        rol^ dikkat^ özlem gurur kuşku utanC coşku ün"""),
    "cisim": _words("""hücre mıknatıs çekirdeK mineral^ tohum yaprak_örneği(n) kristal^
        alaşım göktaşı(n) fosil tortul merceK iplikçiK bakteri iletken yosun"""),
    "nicelik": _words("""sıcaklıK basınC hız enerji derinliK ağırlıK titreşim yoğunluK kütle
        parlaklıK nem_oranı(n) tuzluluK gerilim direnC dalga_boyu(n) sertliK hac(i)m"""),
    "çalışma": _words("deney ölçüm gözlem hesaB benzetim tarama çözümleme deneme"),
    "yazılım": _words("""dosya klasör sürüm ayar pencere düğme menü parola hesaB sunucu eklenti
        simge kısayol güncelleme yedeK bağlantı komut hata günlüK kay(ı)T belge tablo sütun
        şablon sekme arşiv veri_tabanı(n) giriş_ekranı(n) kullanıcı_adı(n) önbelleK yazı_tipi(n)
        sürücü liste oturum bildirim iz(i)n"""),
    "işle": _words("""aç kapat sil kaydeT yenile yükle indir değiştir taşı kopyala sakla denetle
        yapıştır sırala etkinleştir onayla kaldır paylaş yeniden_adlandır bağla güncelle"""),
    "mevsimde": _words("ilkbaharda yazın sonbaharda kışın"),
    "mevsim": _words("ilkbahar yaz sonbahar kış"),
    "ay": _words("ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık"),
    "gün": _words("pazartesi salı çarşamba perşembe cuma cumartesi pazar"),
    "yön": _words("kuzey güney doğu batı kuzeydoğu güneybatı"),
    "hava": _words("yağmur kar sis dolu rüzgâr fırtına güneş kırağı çiy sağanaK ayaz"),
    "kurum": _phrases("""=Çınardere Belediyesi(n); =Halk Kütüphanesi(n); =Deniz Müzesi(n)
        =Bağcılar Kooperatifi(n); =Rüzgârlı Üniversitesi(n); =Gökkuşağı Vakfı(n)
        =Ovacık Tarım Odası(n); =Liman Başkanlığı(n); =Kuşadalılar Derneği(n)
        =Yeşilova Spor; =Akarsu Enstitüsü(n); =Tepebaşı Tiyatrosu(n); =Ilıca Kaymakamlığı(n)"""),
    "olay": _words("""sergi yarışma toplantı konser deprem_tatbikatı(n) şenliK panel açılış grev
        kazı fuar seçim gösterim onarım imza_günü(n) çalıştay turnuva sel tören"""),
    "duyuru": _words("açıkla duyur bildir belirt söyle ekle yalanla savun vurgula hatırlat"),
    "sıra": _words("birinci ikinci üçüncü dördüncü beşinci altıncı yedinci sekizinci"),
    "yazıyla": _words("iki üç dört beş altı yedi sekiz dokuz on on_iki yirmi otuz kırk yüz"),
    "az": lambda dice: str(dice.between(2, 19)),
    "çok": lambda dice: _thousands(dice.between(120, 48000)),
    "yüzde": lambda dice: str(dice.between(2, 97)),
    "ondalık": _decimal,
    "yıl": lambda dice: str(dice.between(1894, 2029)),
    "yıldan": lambda dice: number_with(dice.between(1894, 2029), "ABL"),
    "yılda": lambda dice: number_with(dice.between(1894, 2029), "LOC"),
    "ileride": lambda dice: number_with(dice.between(2027, 2042), "LOC"),
    "kişiye": lambda dice: number_with(dice.between(20, 960), "DAT"),
    "kişiyi": lambda dice: number_with(dice.between(20, 960), "ACC"),
    "kaçı": lambda dice: number_with(dice.between(2, 960), "P3"),
    "ılık": lambda dice: f"{dice.between(6, 26)},{dice.between(0, 9)}",
    "ucuz": lambda dice: f"{dice.between(18, 240)},{dice.pick(['00', '50', '90'])} TL",
    "düzey": _phrases("""sıcaklık {ondalık} derece; basınç {ondalık} bar; gerilim {az} volt
        derinlik {az} metre; ağırlık {ondalık} gram; uzunluk {az} milimetre; hacim {az} litre"""),
    "fiyat": _price,
    "saat": _clock,
    "tarih": _date,
    "telefon": _phone,
    "yazı": lambda dice: str(dice.between(1, 9)),
    "sürüm": _version,
    "posta": _words("""bilgi@example.org destek@example.org siparis@example.org ik@example.org
        basin@example.org kayit@example.org uyelik@example.org"""),
    "adres": _words("""https://www.example.org/yardim https://example.org/indir?dil=tr
        https://belge.example.org/kurulum https://example.org/etkinlik/2024
        www.example.org/iletisim https://harita.example.org/#rota"""),
    "yüz": _words("🙂 😅 🎉 🌧️ 🐈 ☕ 🍉 📚 🚲"),
}
