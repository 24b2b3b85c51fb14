"""Turkish sentence shapes, a dozen or so for each subject."""

DAILY = [
    "{zaman} {yer.LOC} {sıfat} bir {nesne} {al.PAST.I_}, ama {kim.GEN} {nesne.P3} değilmiş.",
    "{ad} {nesne.P3.ACC} {yer.LOC} {al.PAST}.",
    "{akraba.P1} {zaman} {yer.DAT} giderken {renk} {nesne.P3.ACC} evde unutmuş.",
    "{akraba.P1P.GEN} {sıfat} {nesne.P3} hâlâ {yer.LOC} duruyor.",
    "{ad.INS} {ad} {zaman} {yer.LOC} karşılaştı, ikisi de {dur.MADAN} edemedi.",
    "{huy} bir {meslek} olan {ad}, {nesne.PL.P3.ACC} {zarf} {al.AOR}.",
    "{yer.LOC.KI} {nesne.PL.ACC} kimin {al.DIK.P3.ACC} bilmiyorum.",
    "{nesne.P2P.ACC} {yer.LOC} {al.DIK.P2P.ACC} {akraba.P1.DAT} söylemeyin.",
    "{hayvan} {nesne.GEN} altına saklanmış, {dur.INCA} ortaya çıktı.",
    "{meslek}, {nesne.ACC} {al.MADAN} önce {zarf} {nesne.DAT} baktı.",
    "{yer.ABL} gelen tıkırtı {akraba.P1P.ACC} uyandırdı.",
    "{ad.GEN} {hayvan.P3} {zaman} {yer.LOC} kayboldu; {gün} günü {komşuda} bulundu.",
    "{dur.DIKCE} {sıfat} {nesne} aklıma geliyor.",
    "{nesne.LESS} {yer.DAT} girilmez, {nesne.INS.TOO} çıkılmaz, derdi {akraba.P1}.",
    "Evimizdeki {nesne.PL.GEN} çoğunu {akraba.P1} {al.EVID}.",
    "{akraba.PL.P1P} {yer.LOC} {dur.AOR.KEN} biz {nesne.PL.ACC} {al.PROG.WAS.WE_}.",
    "Bu {nesne.ACC} {kim.ABL} aldıysan ona geri ver.",
    "{yazıyla} yıldır aynı {yer.LOC} {dur.PROG.THEY}, daha bir kez bile kavga etmediler.",
    "{al.UNABLE.DIK.P1P} {nesne.PL.ACC} {zaman} {yer.DAT} bıraktık.",
    "{sıfat} {nesne.PL.P3.ACC} {al.FUT.P3.ACC} söyleyen {meslek}, {zaman} ortadan kayboldu.",
    "{renk} {bitki.PL} {mevsimde} açar, {renk} {bitki.PL} ise {ay.LOC}.",
    "{akraba.P1.GEN} {nesne.P3.ACC} {al.PAST.WE_} diye üç gün bizimle konuşmadı.",
    "{bina.P1P.GEN} kapısında {sıfat} bir {nesne}, pencerelerinde {renk} {bitki.PL} var.",
    "{ad}, {akraba.P3.GEN} {nesne.P3.ACC} {al.ARAK} {yer.DAT} koştu.",
]

MIXED = [
    "{akraba.P1} {nesne.ACC} {al.MA.ACC} bilir, {dur.MA.ACC} bilmez.",
    "{al.PASS.AN} {nesne.PL} arasında {ad.GEN} {nesne.P3} yoktu.",
    "{ad.GEN} {yer.LOC} {dur.DIK.P3.ACC} {zaman} {akraba.P3.ABL} öğrendik.",
    "{dur.MA.P1P.ACC} istemeyen {meslek}, {yer.GEN} ışıklarını söndürdü.",
    "Keşke {nesne.P1.ACC} {yer.LOC} {al.NEG.COND.WAS.I_}.",
    "{yer.ABL} {yer.DAT} kadar {dur.ARAK} geldik, hiç {dur.NEG.PAST.WE_}.",
    "{nesne.ACC} ya {ad} {al.EVID}, ya da {huy} {akraba.P3}; başka kimse {al.UNABLE.PAST}.",
    "Hadi {yer.DAT} gidip {dur.LET}, {nesne.PL.ACC.TOO} yanımızda {götür.LET}.",
    "{hayvan.PL} {yer.LOC} {dur.AOR.KEN} {meslek.PL} {nesne.PL.P3.ACC} {al.PROG.WAS}.",
    "{nesne.JOB} {ad}, {nesne.JOB.NESS.ABL} kazandığıyla {şehir.LOC} bir {bina} yaptırmış.",
    "Ne {nesne.ACC} {al.ABLE.PAST.I_} ne de {nesne.ACC}; {dur.IP} kaldım.",
    "{meslek.PL.GEN} çoğu {nesne.LESS} {dur.UNABLE.DIK.P3P.ACC} söyler.",
    "{al.FUT.P1P} {nesne.PL.ACC} listeye yazdık: {nesne}, {nesne}, {nesne} ve {az} metre ip.",
    "{yer.LOC.KI.PL} {dur.PAST.THEY}, {yer.LOC.KI.PL} ise {dur.NEG.PAST.THEY}.",
    "{nesne.P3.ACC} {al.PASS.EVID} gören {ad}, {dur.MAK} yerine {yer.DAT} yürüdü.",
    "{ad.GEN.KI} {renk}, {ad.GEN.KI} {renk}; benim {nesne.P1} ise renksiz.",
    "{al.NEC.WE} dediğimiz {nesne.PL.ACC} {al.MADAN} {mevsim} geçti.",
    "{akraba.PL.P1P.GEN} {dur.MA.PL.P3.GEN} nedeni {yer.LOC} {al.DIK.P1P} {nesne.WAS}.",
    "{dur.AN.PL} {yer.LOC} kalsın, {dur.MAK} isteyenler benimle gelsin.",
    "{huy} insanlar {nesne.PL.P3.ACC} {yer.LOC} {al.AOR}, {huy} insanlar ise hiç {al.NEVER}.",
]

WEATHER = [
    "{ay} ayının ilk haftasında {şehir.LOC} {hava}, {şehir.LOC} ise açık hava bekleniyor.",
    "{yön.ABL} esen rüzgâr {saat} sıralarında yön değiştirdi, ardından {hava} başladı.",
    "{şehir.LOC} sıcaklık bu gece {az} derece düşecek.",
    "{coğrafya.GEN} üzerinde {hava} görüldü; sürücülerin dikkatli olması gerekiyor.",
    "Yarın {yön} kesimlerde {hava} etkili olacak, en yüksek sıcaklık {az} °C dolayında kalacak.",
    "{mevsim} bu yıl {şehir.DAT} erken geldi, {bitki.PL} {ay.LOC} çiçek açtı.",
    "Son {az} yılın en yağışlı {ay} ayında {şehir.DAT} metrekareye {ondalık} kilogram yağış düştü.",
    "{hava} dinince {coğrafya.LOC} {hayvan.PL} yeniden görünmeye başladı.",
    "Üç gündür {hava} yüzünden {yer.DAT} çıkamıyoruz.",
    "{coğrafya.LOC} su sıcaklığı {ılık} derece ölçüldü.",
]

COOKING = [
    "{yiyecek.PL.ACC} {hazırla.IP} {kap.DAT} alın, üzerine {yiyecek} ekleyin.",
    "{az} adet {sebze.ACC} {hazırla.IMP}, {pişme} {pişir.IMP}.",
    "Önce {yiyecek.ACC} {hazırla.IMP}, sonra {yiyecek.INS} birlikte {kap.LOC} {pişir.IMP}.",
    "{yiyecek.LESS} {yiyecek} olmaz, ama {yiyecek.LESS} olabilir.",
    "{kap.DAT} bir bardak {içecek}, iki kaşık {yiyecek} ve yarım {yiyecek} koyup {pişir.IMP}.",
    "{ad.GEN} yaptığı {yiyecek.WITH} {yiyecek}, {şehir.LOC.KI} lokantalarınkinden güzeldi.",
    "{yiyecek.ACC} {hazırla.MADAN} önce en az {az} dakika {içecek.LOC} bekletin.",
    "{yiyecek.PL} {pişme} {pişir.PASS.AOR}, sonra {kap.DAT} aktarılır.",
    "{akraba.P1}, {yiyecek.ACC} {pişir.AOR.KEN} asla {dur.NEVER.WAS}.",
    "Pazarda {yiyecek.GEN} kilosu {ucuz} olmuş; biz de {yiyecek} aldık.",
    "{içecek.P2P.ACC} {sıfat} bir {nesne.LOC} değil, bardakta getireyim.",
    "{kap.GEN} dibine {yiyecek}, onun üstüne {yiyecek} dizin; {pişme} {pişir.IMP}.",
    "{yiyecek.ACC} fazla {pişir#1.AOR.IFIS.YOUS_} dağılır, az {pişir#1.AOR.IFIS.YOUS_} sert kalır.",
    "{şehir.GEN} {yiyecek.P3} meşhurdur, {yiyecek.PL.P3.ACC} ise yalnızca oralılar bilir.",
]

TRAVEL = [
    "{şehir.ABL} {şehir.DAT} giden tren saat {saat} sularında kalkıyor.",
    "{coğrafya.DAT} vardığımızda {zaman} başlayan {hava} dinmişti.",
    "{şehir#1.LOC} iki gece kaldık, {şehir#1.GEN} {yer.PL.P3.ACC} ise uzaktan gördük.",
    "{ad}, {yılda} {şehir#1.ABL} ayrılmış, bir daha da {şehir#1.DAT} dönmemişti.",
    "{yer.LOC.KI} {meslek} bize {coğrafya.GEN} yolunu {zarf} tarif etti.",
    (
        "Otelin <terası|balkonu|bahçesi|yemek salonu> {coğrafya.DAT} bakıyordu; geceliği "
        "{fiyat} tuttu."
    ),
    "{coğrafya.GEN} kıyısında {hayvan.PL.ACC} izlerken {nesne.P1P.ACC} suya düşürdük.",
    "Biletler {şehir.DAT} kadar {fiyat}, gidiş-dönüş alanlara yüzde {az} indirim var.",
    "{şehir.WITH} bir {meslek.INS} {şehir.LOC} tanışıp {coğrafya.DAT} kadar birlikte yürüdük.",
    "Yolcularımızın {nesne.PL.P3.ACC} {yer.LOC} unutmamalarını rica ederiz.",
    "{şehir} {şehir.ABL} daha kalabalık, ama {şehir} kadar gürültülü değil.",
    "{yer.ABL} sola sapınca karşınıza {sıfat} bir {bina} çıkar, {coğrafya} hemen onun ardındadır.",
    "Rehberimiz {coğrafya.GEN} adının bir {hayvan.ABL} geldiğini anlattı.",
    "{az} saatlik yolculuğun sonunda {şehir.DAT} indik, {nesne.PL.P1P} ise {şehir.LOC} kalmış.",
]

SCIENCE = [
    "{cisim.PL.GEN} yarısı {az} <milimetreden|santimetreden|mikrondan> küçüktür.",
    "Araştırmacılar {nicelik.INS} {nicelik} arasında yüzde {yüzde} oranında ilişki buldu.",
    "{cisim.PL.ACC} {cisim.PL.INS} karşılaştırdık; {nicelik} farkı yüzde {ondalık} çıktı.",
    "{nicelik} arttıkça {nicelik} azalır, {nicelik} ise değişmez.",
    "Bu {çalışma.LOC} kullanılan {cisim.PL} {yılda} {coğrafya.ABL} toplandı.",
    "{nicelik.GEN} öngörülenin {az} katını aşması, {çalışma.P1P.GEN} yinelenmesini gerektiriyor.",
    "{cisim.PL} incelendikçe {nicelik.PL.P3.GEN} sanıldığından düşük olduğu anlaşıldı.",
    "{sıra} {çalışma.LOC} {düzey} ölçüldü, {sıra} {çalışma.LOC} ise değişmedi.",
    "{ad} {soyad} ve arkadaşları {yıldan} beri {hayvan.PL.GEN} göç yollarını izliyor.",
    "{hayvan.PL.GEN} {özellik#1.P3}, {hayvan.PL.GEN} {özellik#1.P3.ABL} <iki|üç|beş> kat fazladır.",
    (
        "{bitki.PL.GEN} kökleri suyu {az} santimetre derinden çeker, {bitki} kökleri ise "
        "yüzeyde kalır."
    ),
    "{çalışma.PL.P1P.GEN} ortalaması şöyle: {düzey} (±0,{yazı}), {düzey} (n = {az}).",
    "{cisim.GEN} neden {nicelik} değiştirdiği henüz açıklanamadı.",
    (
        "{çalışma.PL.P1P} gösteriyor ki {cisim.PL.GEN} {nicelik.P3.ACC} yalnızca {nicelik} "
        "belirlemiyor."
    ),
    "{cisim.ACC} {az} metre uzaktan incelediğimizde {nicelik.P3.ACC} ölçemedik.",
]

SOFTWARE = [
    "{yazılım.ACC} {işle.MADAN} önce {yazılım.ACC} {işle.PLEASE}.",
    "{yazılım} {işle.PASS.UNABLE.DIK.P3} için {yazılım} {işle.PASS.PAST}.",
    "{sürüm} sürümünde {yazılım.GEN} {yazılım.PL.P3.ACC} {işle.MAK} kolaylaştı.",
    "{yazılım.PL.ACC} {işle.INCA} {yazılım.LOC.KI} {yazılım.TOO} {işle.PASS.AOR}.",
    "Seçili {yazılım.PL.ACC} {işle.MAK} için {yazılım.LOC} {yazılım.ACC} {işle.PLEASE}.",
    "{yazılım.ACC} {işle.MAK} istediğinize emin misiniz? Bu işlem geri alınamaz.",
    "Uyarı: {yazılım.P2P} {az} gündür {işle.PASS.NEG.EVID}.",
    "{yazılım.P2P.ACC} {işle.UNABLE.PROG.IFIS.YOUS_} {posta} adresine yazın.",
    "Bu {yazılım} en çok {çok} {yazılım} saklayabilir; fazlası {işle.PASS.AOR}.",
    "`--{komut}` seçeneği {yazılım.ACC} {yazılım.INS} birlikte {işle.AOR}.",
    "Yönetici, {yazılım.PL.P2P.ACC} {işle.ABLE.AOR}, ancak {yazılım.PL.P2P.ACC} göremez.",
    "{yazılım.GEN} {yazılım.P3} bozulmuşsa {adres} adresindeki adımları izleyin.",
    "{yazılım} {işle.PASS.AOR.KEN} {yazılım.ACC} kapatmayın.",
    "{işle.PASS.NEG.AN} {yazılım.PL} {yazılım.LOC} gri görünür.",
    "{yazılım.PL.P1P.ACC} {işle.DIK.P1P.LOC} {yazılım.PL.P1P} neden {işle.PASS.PROG}?",
]

NEWS = [
    "{kurum}, {tarih} günü {yer.LOC} yapılan {olay.DAT} {çok} kişinin katıldığını {duyuru.PAST}.",
    "{şehir.LOC} düzenlenen {olay.LOC} {sıra} ödülü {ad} {soyad.GEN} {nesne.P3} aldı.",
    "{kurum.GEN} {olay.P3} {hava} nedeniyle {gün} gününe ertelendi.",
    "{meslek.PL}, {kurum.ABL} ücretlerine yüzde {az} zam istiyor.",
    "Yetkililer {olay.LOC} yaralanan olmadığını {duyuru.PAST}.",
    "{coğrafya.LOC} kaybolan {hayvan}, {az} saat sonra bir {meslek} tarafından bulundu.",
    "{kurum} sözcüsü {ad} {soyad}, “{yer.PL.P1P.ACC} kapatmayacağız,” dedi.",
    "{yiyecek} fiyatı geçen yıla göre yüzde {ondalık} artarak {ucuz} oldu.",
    "Ankete katılanların yüzde {yüzde} kadarı {kurum.DAT} güvendiğini {duyuru.PAST}.",
    "{kurum}, {şehir.LOC.KI} {bina.ACC} {fiyat} bedelle onaracak.",
    "{olay.GEN} ardından {yer.LOC} toplanan {meslek.PL} {gece} dağıldı.",
    "{ad} {soyad} yönetimindeki {kurum}, {olay.DAT} {kişiyi} aşkın {meslek} çağırdı.",
    "Yeni {bina}, {ay} ayında açılacak ve günde {kişiye} yakın ziyaretçiyi ağırlayacak.",
    "{şehir} ile {şehir} arasındaki {çok} metrelik tünel {ileride} bitirilecek.",
]

LETTERS = [
    "Sayın {ad} {soyad}, {tarih} tarihli başvurunuz {kurum.DAT} iletilmiştir.",
    "Sevgili {ad}, {şehir.LOC} havalar nasıl? Burada {hava} var, {dur.PROG.WE}.",
    "{nesne} siparişiniz {gün} günü kargoya verilmiştir; tutarı {fiyat} olup kapıda ödenecektir.",
    "Geçen ay aldığım {renk} {nesne} {sıfat} çıktı, değiştirmenizi rica ederim.",
    "{akraba.PL.P2.DAT} selam söyle, {nesne.PL.P1.ACC} {al.MA.ACC} unutmasınlar.",
    (
        "Sorularınız için {posta} adresine yazabilir ya da {telefon} numaralı telefonu "
        "arayabilirsiniz."
    ),
    "{kurum.GEN} {olay.P3.DAT} katılıp katılmayacağınızı {gün} gününe kadar bildirmenizi dileriz.",
    "Selam {ad}, {nesne.P2.ACC} {yer.LOC} buldum {yüz}",
    "canım {saat} gibi {yer.LOC.KI} {nesne.GEN} yanında buluşalım mı {yüz}",
    "Ekte {az} sayfalık sözleşmeyi, {nesne} listesini ve {fiyat} tutarındaki makbuzu bulacaksınız.",
    "Hoşça kal {ad}, {şehir.DAT} gelirsen {yer.P1P.DAT} uğramadan dönme.",
    "Kurumumuza ait {nesne.PL.GEN} {tarih} gününe dek {yer.DAT} teslim edilmesi gerekmektedir.",
]

DIALOGUE = [
    "— {nesne.P1.ACC} gördün mü? — Hangisini, {renk} olanı mı? — Yok, {sıfat} olanı.",
    "— {şehir.DAT} ne zaman gidiyorsun? — {gün} günü. — {nesne.P2.ACC} unutma.",
    "— Bu {yiyecek} kaça? — {ucuz}. — Peki şu {yiyecek}? — O satılık değil.",
    "— Neden {dur.PROG.YOU}? — {nesne.P1.ACC} {kim} {al.EVID}.",
    "— {ad} nerede? — {yer.LOC}. — Ne yapıyor? — {dur.PROG}.",
    "— {nesne.ACC} {al.PAST.YOU_.ASK}? — Hangi {nesne.ACC}? Hayır, {yarın} {al.FUT.I}.",
    "“{nesne.PL.P1P.ACC} kim {al.FUT}?” diye sordu {ad}. “{akraba.P2},” dedi {meslek}.",
    "“{yer.DAT} gidelim,” dedi {ad}; {akraba.P3} ise {dur.MAK} istiyordu.",
    "— {yiyecek.WITH.ASK} olsun, {yiyecek.LESS.ASK}? — {yiyecek.WITH}, yanında da {içecek}.",
    "— {hayvan.P2P.GEN} adı ne? — {ad}. — Benim {akraba.P1.GEN} adı da {ad}!",
    "— Kaç yıldır {meslek.NESS} yapıyorsunuz? — {yıldan} beri. — Hiç {dur.NEG.PROG} musunuz?",
]

STORY = [
    (
        "Bir varmış bir yokmuş, {yer.LOC} yaşayan {huy} bir {hayvan} varmış; bütün gün "
        "{dur.AOR}, gece olunca {nesne.PL.ACC} {al.AOR.SEEMS}."
    ),
    "{ad} {nesne.ACC} açtı. İçinde {renk} bir {nesne}, bir de {yılda} yazılmış bir {nesne} vardı.",
    "{meslek.GEN} {akraba.P3}, {hayvan.PL.GEN} dilini bildiğini söyler, ama kimseye öğretmezdi.",
    (
        "{hayvan}, {hayvan.DAT} sormuş: “{nesne.P2.ACC} bana verir misin?” "
        "“{dur.AOR.IFIS.YOU_} veririm,” demiş {hayvan}."
    ),
    "{yazıyla} gün {yazıyla} gece {dur.EVID.THEY}, sonunda {coğrafya.DAT} varmışlar.",
    (
        "Kasabanın {huy} {meslek.P3} {zaman} {yer.LOC} {sıfat} bir {nesne} bulmuş; o günden "
        "sonra bir daha hiç {dur.NEG.EVID}."
    ),
    "{ad.GEN} düşünde {hayvan.PL} {nesne.PL.ACC} {al.PROG}, {bitki.PL} ise {dur.PROG.WAS}.",
    "Kapıyı {zarf} açan {meslek}, {yer.LOC.KI} {hayvan.ACC} görünce {dur.NEG.PAST} bile.",
    "Ertesi sabah {nesne} yerinde yoktu; {yer.LOC} yalnızca {hayvan} izleri kalmıştı.",
    "{akraba.P3.GEN} anlattığına göre {coğrafya.LOC} {sıfat} bir {nesne} gömülüymüş.",
]

THOUGHT = [
    "{soyut} {soyut.ABL} önce gelir, diyordu {meslek}.",
    "{soyut.P1P.ACC} {soyut.DAT} değişmeyelim.",
    "{ad.GEN} {soyut.P3.ACC} anlamak için {soyut.P3.ACC} bilmek gerekir.",
    "{soyut.LESS} geçen bir {mevsim} insana {soyut} öğretir.",
    "Bazen bir {nesne}, bütün bir {mevsim.GEN} {soyut.P3.ACC} geri getirir.",
    "{soyut.PL.P2P.GEN} değerini {dur.UNABLE.DIK.P2P.LOC} anlarsınız.",
    "{soyut.ACC} {soyut.ABL} ayıran şey, belki de yalnızca {soyut.P3.WAS}.",
    "{meslek.NESS} {soyut} ister, {meslek.NESS} ise {soyut}.",
    "Çocukluğun {soyut.P3} {yer.GEN} {soyut.P3.INS} birleşince ortaya {ad} gibi biri çıkar.",
]

FACTS = [
    "Ürün no: {az}-{yıl}/{az}; ölçüler: {az} × {az} × {az} cm; fiyat: {fiyat} (KDV dâhil).",
    "Toplantı {tarih} günü saat {saat} itibarıyla {bina.LOC} başlayacaktır.",
    "{şehir.GEN} nüfusu {yıl} sayımında {çok}, bir sonraki sayımda {çok} olarak belirlendi.",
    "Tel: {telefon}, e-posta: {posta}, ayrıntılı bilgi: {adres}",
    "{kurum.GEN} bütçesi %{ondalık} azalarak {fiyat} tutarına indi.",
    "{nesne.GEN} ağırlığı {ondalık} kg, boyu {az} cm, rengi {renk}.",
    "{gün} ve {gün} günleri {saat}-{saat} arasında açığız; {gün} günü kapalıyız.",
    "{yıldan} kalma {nesne.PL.GEN} {kaçı} {şehir.LOC}, ötekileri {şehir.LOC} sergileniyor.",
]

EXTRA = {
    "kim": ["{akraba.P1}", "{ad}", "{meslek}", "{ad}", "{akraba.P2}"],
    "komşuda": ["komşunun bahçesinde", "eczanenin önünde", "bir kamyonetin kasasında", "çatıda"],
    "götür": ["götür", "getir", "taşı", "sakla"],
    "komut": ["hepsi", "sessiz", "dil=tr", "derinlik 3", "zorla", "cikti rapor.txt", "yinele"],
    "gece": ["gece yarısına doğru", "olaysız", "yağmur başlayınca", "iki saat sonra", "alkışlarla"],
    "yarın": ["yarın", "akşama", "belki haftaya", "yağmur dinince", "gelecek ay"],
}

SUBJECTS = [
    DAILY, MIXED, WEATHER, COOKING, TRAVEL, SCIENCE, SOFTWARE,
    NEWS, LETTERS, DIALOGUE, STORY, THOUGHT, FACTS,
]  # fmt: skip
TEMPLATES = [template for subject in SUBJECTS for template in subject]
