"""Scripts and languages: sentences of each language, written for these tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.text.language import (
    LANGUAGES,
    Guess,
    arabic_letters,
    has_letters,
    has_urdu,
    identify,
    is_latin,
    urdu_share,
)

SENTENCES = {
    "ur": [
        "وزیراعظم نے کہا ہے کہ ملک کی معیشت بہتر ہو رہی ہے۔",
        "ہمارے گاؤں کی بڑی جھیل پر ہر سال سفید بگلے آتے ہیں۔",
        "کراچی: پولیس نے تین ملزمان کو گرفتار کر لیا",
        "سپریم کورٹ نے درخواست پر سماعت ملتوی کر دی۔",
        "پشاور میں بجلی کی بندش کے خلاف شہریوں کا احتجاج",
        "دادی اماں نے چولہے پر گڑ والی چائے چڑھا رکھی ہے",
        "گلگت بلتستان میں برفباری، سیاح پھنس گئے",
        "مالي نے كہا ہے كہ باغ كے پودوں كو شام ہي كو پاني ديا كريں",
        "اس نے خطبے میں «إن الله مع الصابرين» پڑھا اور لوگوں سے صبر کی اپیل کی۔",
        "ریل گاڑی پل پر رکی تو مسافر کھڑکیوں سے دریا دیکھنے لگے",
        "بچوں نے اسکول میں درخت لگائے اور پانی دیا",
        "ٹیم نے آخری اوور میں میچ جیت لیا",
    ],
    "ar": [
        "قال الوزير إن الحكومة ستعلن عن خطة جديدة في الأسبوع المقبل.",
        "وصل الوفد إلى القاهرة بعد ظهر يوم الأحد",
        "هذه هي المرة الأولى التي تفوز فيها المدينة بالجائزة",
        "ارتفعت أسعار القمح في الأسواق العالمية خلال الشهر الماضي",
        "لم يكن أحد يتوقع أن ينتهي الاجتماع بهذه السرعة",
        "أعلنت وزارة الصحة عن تسجيل حالات جديدة",
        "سافر الطلاب مع أساتذتهم إلى الساحل الشمالي",
        "كان الطقس بارداً على الجبال طوال الليل",
        "تسلمت الشركة جائزة أفضل مشروع سكني",
    ],
    "fa": [
        "دولت اعلام کرد که قیمت نان از ماه آینده افزایش می\u200cیابد.",
        "او گفت این کتاب را برای کودکان نوشته است",
        "هوای تهران امروز آلوده است و مدرسه\u200cها تعطیل شدند",
        "تیم ملی فوتبال با نتیجه دو بر یک پیروز شد",
        "این پل در سال گذشته به دست مهندسان جوان ساخته شده بود",
        "باران شدید باعث شد که جاده\u200cهای شمال بسته شود",
        "ما باید از آب رودخانه بهتر نگهداری کنیم",
        "نمایشگاه کتاب با حضور صد ناشر آغاز به کار کرد",
        "پلیس دو نفر را در بازار بزرگ دستگیر کرد",
    ],
    "ps": [
        "ولسمشر وویل چې د هېواد اقتصاد به ښه شي.",
        "په کابل کې د باران له امله سړکونه وتړل شول",
        "د پوهنې وزارت نوي ښوونځي جوړوي",
        "زه هره ورځ د سهار له خوا ښار ته ځم",
        "هغه وویل چې د اوبو ستونزه به ډېر ژر حل شي",
        "کرکټ لوبډلې د پرون ورځې سیالي وګټله",
        "د کندهار انار په ټوله نړۍ کې مشهور دي",
        "پولیسو دوه کسان د غلا په تور ونیول",
        "په کلي کې د ماشومانو لپاره روغتون جوړ شو",
    ],
    "sd": [
        "وڏي وزير چيو آهي ته سنڌ ۾ نوان اسڪول کوليا ويندا.",
        "ڪراچي ۾ مينهن سبب رستن تي پاڻي گڏ ٿي ويو",
        "هن پنهنجي ڳوٺ لاءِ هڪ ڪتاب لکيو آهي",
        "پوليس ٻن ماڻهن کي گرفتار ڪري ورتو",
        "سنڌو درياهه ۾ پاڻي جي سطح وڌي رهي آهي",
        "اسان جي ٽيم راند کٽي ورتي",
        "حيدرآباد جي بازارن ۾ ماڻهن جو وڏو رش هو",
        "ٻارن اسڪول ۾ وڻ پوکيا ۽ پاڻي ڏنو",
        "هاري پنهنجي فصل جي قيمت گهٽ ملڻ تي پريشان آهن",
    ],
    "pnb": [
        "لہور دے لوک بہت پیار کرن والے نیں تے مہماناں دا خیال رکھدے نیں۔",
        "اوہ کل شام نوں پنڈ گیا سی تے اج واپس آیا اے",
        "ایس کتاب وچ پنجاب دے دریاواں دی کہانی اے",
        "میں تہاڈے نال شہر جاواں گا",
        "کساناں نوں پانی دی بہت لوڑ اے",
        "بچے سکول وچ کھیڈ رہے سن",
        "اوہناں نے اک نواں گھر بنایا اے جیہڑا بہت سوہنا اے",
        "ساڈے پنڈ دا میلہ ہر سال لگدا اے",
        "پنجابی دنیا دی وڈی بولیاں وچوں اک اے",
    ],
    "ur-Latn": [
        "Main kal Lahore ja raha hun aur wapas Itwar ko aaunga.",
        "Yeh khabar bilkul ghalat hai, is par yaqeen na karein",
        "Aap ne khana kha liya hai ya nahi?",
        "Hakumat ne petrol ki qeemat mein kami kar di",
        "Karachi mein barish ke baad sarkon par pani jama ho gaya",
        "Mujhe samajh nahi aati ke woh kya kehna chahta hai",
        "Bachon ke liye naya school bana diya gaya hai",
        "Aaj match kis ne jeeta koi bata sakta hai",
        "Us ne kaha ke hum sab milkar kaam karenge",
    ],
    "en": [
        "The minister said that the economy of the country was getting better.",
        "Police arrested two suspects in Karachi",
        "She will travel to Islamabad with her team in March",
        "Heavy rain flooded the low-lying parts of the city",
        "How much does it cost to build a new school?",
        "Farmers demand better prices for wheat",
        "A court adjourned the hearing of the petition",
        "There is no evidence that the letter was sent",
        "The word کتاب means book in Urdu and in Persian",
    ],
    "fr": [
        "Il est allé à l'école avec ses amis hier",
        "Le ministre a dit que les prix vont augmenter dans le pays",
        "La pluie a inondé les quartiers bas de la ville",
        "Nous n’avons pas encore reçu la réponse du tribunal",
        "Cette rivière est la plus longue du nord de la France",
        "Les enfants jouent dans la cour pendant que leur mère prépare le dîner",
        "Quand est-ce que vous partez pour Marseille ?",
        "Elle a gagné une médaille aux Jeux olympiques",
    ],
    "de": [
        "Er ist gestern mit seinen Freunden gegangen",
        "Der Minister hat gesagt, dass die Preise steigen",
        "Die Polizei nahm am Montag zwei Verdächtige in der Stadt fest",
        "Ich habe das Buch noch nicht gelesen",
        "Nach dem Regen war die Straße von Wasser bedeckt",
        "Wir fahren im Sommer mit der Bahn nach Hamburg",
        "Das neue Krankenhaus wird im nächsten Jahr eröffnet",
        "Können Sie mir sagen, wie spät es ist?",
    ],
    "es": [
        "El presidente viajó ayer a la capital con su familia",
        "Los niños no quieren ir a la escuela los lunes",
        "La policía detuvo a dos hombres en el mercado central",
        "¿Cuánto cuesta el billete de tren para Sevilla?",
        "Las lluvias destruyeron las casas de los campesinos",
        "Mi hermana trabaja en un hospital cerca del río",
        "El equipo ganó el partido en el último minuto",
        "No sabemos por qué la puerta está cerrada",
    ],
    "it": [
        "Il governo ha annunciato una nuova legge sulla scuola",
        "Mia sorella lavora in un ospedale vicino al fiume",
        "La squadra ha vinto la partita nell’ultimo minuto",
        "I bambini giocano nel giardino della nonna",
        "Non so perché la porta è chiusa",
        "Le piogge hanno distrutto le case dei contadini",
        "Quanto costa il biglietto del treno per Firenze? Me lo dica lei",
        "Ieri siamo andati al mare con gli amici di Paolo",
    ],
    "pt": [
        "O governo anunciou uma nova lei para as escolas do país",
        "A minha irmã trabalha em um hospital perto do rio",
        "As crianças não querem ir à escola na segunda-feira",
        "Ele disse que os preços vão subir no próximo mês",
        "A equipa ganhou o jogo no último minuto com um golo da defesa",
        "Não sabemos quando o tribunal vai ouvir o caso",
        "As chuvas destruíram as casas dos agricultores",
        "Ontem fomos à praia com os amigos da Maria",
    ],
    "nl": [
        "De minister heeft gezegd dat de prijzen zullen stijgen",
        "Het water staat hoog in de straten van de stad",
        "Mijn zus werkt in een ziekenhuis bij de rivier",
        "Wij gaan morgen met de trein naar Utrecht",
        "Ik weet niet waarom de deur dicht is",
        "De kinderen spelen in de tuin van hun oma",
        "Hij is gisteren met zijn vrienden naar school gegaan",
        "Er werden twee mannen aangehouden op de markt",
    ],
    "tr": [
        "Başbakan dün akşam Ankara'da bir toplantı yaptı",
        "Çocuklar okula gitmek için otobüs bekliyor",
        "Bu şehirde yağmur çok yağar ve sokaklar su altında kalır",
        "Kardeşim nehrin yanında bir hastanede çalışıyor",
        "Polis pazarda iki kişiyi gözaltına aldı",
        "Kapının neden kapalı olduğunu bilmiyoruz",
        "Takım maçı son dakikada kazandı ve şampiyon oldu",
        "Dün arkadaşlarımla birlikte denize gittik, hava güzeldi",
    ],
    "id": [
        "Menteri mengatakan bahwa harga beras akan naik bulan depan",
        "Anak-anak itu tidak mau pergi ke sekolah pada hari Senin",
        "Polisi menangkap dua orang yang mencuri di pasar",
        "Kakak saya bekerja di rumah sakit dekat sungai",
        "Kami tidak tahu mengapa pintu itu tertutup",
        "Hujan deras merusak rumah para petani di desa ini",
        "Dia pergi ke pantai dengan teman-temannya dan adiknya kemarin",
        "Berapa harga tiket kereta untuk ke Bandung?",
    ],
}
# English with names, titles and sayings of other languages.
HARD_ENGLISH = [
    "Charles de Gaulle and Le Corbusier",
    "Rio de Janeiro beats Buenos Aires",
    "Los Angeles, Las Vegas and El Paso",
    "Café Müller, São Paulo",
    "Leonardo da Vinci's La Gioconda",
    "Les Misérables opens in Karachi",
    "He said “c'est la vie” and left",
    "The motto is “Liberté, égalité, fraternité”",
    "Der Spiegel and Le Monde reported it",
    "Hasta la vista, baby",
    "Real Madrid de Fútbol defeat Paris Saint-Germain",
    "Vincent van Gogh",
    "Recep Tayyip Erdoğan meets Joko Widodo",
    "Thousands die as war rages on",
    "The film “La vita è bella” won three prizes",
    "Coup d'état in Côte d'Ivoire",
    "Ludwig van Beethoven: Ode an die Freude",
    "Luiz Inácio Lula da Silva, president of Brazil",
]
# Urdu from an Arabic keyboard (ي, ك, ه), and Urdu about an Arabic sentence.
HARD_URDU = [
    "مالي نے كہا ہے كہ باغ كے پودوں كو شام ہي كو پاني ديا كريں",
    "وزير اعلى نے كسانوں كے ليے نئي اسكيم كا اعلان كيا",
    "بچوں نے كتاب كهاں ركھي هے",
    "اس نے خطبے میں «إن الله مع الصابرين» پڑھا اور لوگوں سے صبر کی اپیل کی۔",
    "قرآن کی آیت «وقل رب زدني علما» کا مطلب ہے کہ اے میرے رب میرا علم بڑھا دے",
    "Apple کے نئے iPhone کی قیمت پاکستان میں کیا ہوگی؟",
]
OTHERS = [
    "Regeringen säger att priserna kommer att stiga nästa månad",
    "Правительство объявило новый план",
    "नमस्ते दुनिया",
    "دەوڵەت گوتی کە نرخی نان زیاد دەبێت",
]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [(language, sentence) for language, them in SENTENCES.items() for sentence in them],
)
def test_sentences_of_each_language(language: str, sentence: str) -> None:
    assert identify(sentence).language == language


def test_every_language_has_sentences() -> None:
    assert set(SENTENCES) == set(LANGUAGES)
    assert all(len(them) >= 8 for them in SENTENCES.values())


@pytest.mark.parametrize("sentence", HARD_URDU)
def test_urdu_typed_elsewhere_or_with_a_quotation_is_urdu(sentence: str) -> None:
    assert identify(sentence).language == "ur"


@pytest.mark.parametrize("sentence", OTHERS)
def test_other_languages_are_not_claimed(sentence: str) -> None:
    guess = identify(sentence)
    assert guess.language == "und" or guess.confidence < 0.5


@pytest.mark.parametrize("word", ["Lahore", "پاکستان", "کتاب", "ok", "Karachi Peshawar"])
def test_a_name_alone_says_little(word: str) -> None:
    assert identify(word).language == "und" or identify(word).confidence <= 0.5


@pytest.mark.parametrize("text", ["", "25", "...", "۔ ؟ ۲۵", "\u064e", "🙂"])
def test_no_words_no_language(text: str) -> None:
    assert identify(text) == Guess("und", 0.0)


def test_more_of_a_language_makes_surer() -> None:
    for them in SENTENCES.values():
        assert identify(" ".join(them)).confidence > identify(them[0]).confidence


def test_a_guess_does_not_depend_on_the_hash_seed() -> None:
    code = (
        "from tests.test_language import SENTENCES, identify\n"
        "print([identify(text) for them in SENTENCES.values() for text in them])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code], capture_output=True, check=True,
            cwd=Path(__file__).parent.parent, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in "12"
    }  # fmt: skip
    assert len(runs) == 1


@given(st.text(max_size=60))
def test_any_text_gets_a_guess(text: str) -> None:
    guess = identify(text)
    assert guess.language in (*LANGUAGES, "und")
    assert 0.0 <= guess.confidence < 1.0


@given(st.lists(st.sampled_from(SENTENCES["ur"] + SENTENCES["en"]), min_size=1, max_size=4))
def test_counts_agree_with_one_another(sentences: list[str]) -> None:
    text = " ".join(sentences)
    letters = sum(character.isalpha() for character in text)
    assert urdu_share(text) == arabic_letters(text) / letters
    assert has_urdu(text) == (arabic_letters(text) > 0)
    assert is_latin(text) == (urdu_share(text) == 0.0)
    assert has_letters(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("He said سلام.", 4),
        ("\u0633\u064e\u0644\u0627\u0645\u0640", 4),  # marks and tatweel are no letters
        ("۲۵ ، ۔ ؟ ٪", 0),
        ("\ufefb", 1),
        ("English", 0),
    ],
)
def test_letters_left_over(text: str, count: int) -> None:
    assert arabic_letters(text) == count


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("São Tomé", True),
        ("G20", True),
        ("Привет", False),
        ("Urdu اردو", False),
        ("20%", False),
        ("", False),
        ("naïve – “x”", True),
    ],
)
def test_latin_is_all_latin(text: str, *, latin: bool) -> None:
    assert is_latin(text) is latin
