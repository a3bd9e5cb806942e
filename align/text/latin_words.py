"""Function words and letters of large languages in Latin script, to tell them from English.

Words that are rare in them and have another sense in English are left out, as German "war" and
Italian "per", and what names have most: "von", "van". What stands before an apostrophe is a word:
l'école, dell'anno.
"""

from __future__ import annotations

from typing import Final

LATIN_WORDS: Final[dict[str, str]] = {
    "fr": "un se ne on son par plus a le la les des du de une et est sont était étaient été ont "
    "avec dans pour qui que pas il elle ils elles nous vous je tu sur au aux ce cette ces "
    "ses leur leurs mais où très être avoir après depuis chez hier aussi mon mes notre "
    "votre y en sans sous dont fait faire plusieurs l' d' qu' n' s' c' j' m'",
    "de": "in was so an man der die das den dem des ein eine einen einem einer eines und ist "
    "sind nicht mit zu zum zur für auf im bei nach aus über ich er sie wir ihr es sein "
    "seine seinen seinem seiner ihre ihren ihrem haben hatte wird werden wurde wurden "
    "worden dass auch als wie noch nur oder aber wenn um vor durch sich kein keine kann "
    "mehr gestern heute sehr meine unser dieser diese",
    "es": "a no un se al ha el la los las de del y que una es está están fue fueron con por "
    "para su sus como pero más lo le les ser sobre entre cuando muy también donde desde "
    "hasta todo todos este esta esto ayer mi nos porque qué",
    "it": "in a un se no al ma il lo la gli le di del della dei delle dello degli una e è che "
    "non con si sono da dalla nel nella nei nelle alla alle sulla ha hanno erano stato "
    "stata anche come più sua suoi sue questo questa io lui lei ieri molto ci mi loro "
    "quando l' d' un' dell' all' nell' sull' c'",
    "pt": "a as no do se o os um uma de da dos das e é em na nos nas que não com por para ao à "
    "aos às foi são está ele ela eles seu sua seus suas como mas mais muito também já ser "
    "pelo pela ontem este esta isso eu ou quando há tem foram num numa até",
    "nl": "in of was had de het een en te dat die niet zijn er voor op aan ook maar om hij ze "
    "zij wij bij uit naar dan nog wel worden wordt werd heeft hebben haar deze dit wat "
    "als tot ik je mijn onze gisteren veel meer geen kan zal",
    "tr": "ne ama bir ve bu için ile da de çok daha olarak olan gibi kadar sonra en değil yok "
    "mi mı mu o sen biz siz onun bunu dün göre oldu olduğu olduğunu diye ya kendi şey şu "
    "içinde önce büyük bütün eden etti dedi",
    "id": "ke dia orang hari yang dan di dari untuk dengan pada ini itu adalah tidak akan oleh "
    "dalam telah sudah juga saya kami kita mereka ia anda bisa ada atau karena lebih "
    "seperti sebagai bahwa para tersebut kepada bagi belum sedang setelah ketika kemarin "
    "sangat",
}
# Letters and what one word with them says; those of several languages and of names say little.
LATIN_LETTERS: Final[dict[str, dict[str, float]]] = {
    "fr": {"êèçàùûîôœ": 0.5, "é": 0.3},
    "de": {"ß": 1.5, "äöü": 0.5},
    "es": {"ñ": 0.8, "áéíóú": 0.3},
    "it": {"àèìòù": 0.5},
    "pt": {"ãõ": 1.0, "çâêô": 0.5, "áéíóú": 0.3},
    "nl": {},
    "tr": {"ğış": 1.0, "çöü": 0.5},
    "id": {},
}
