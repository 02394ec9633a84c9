"""Which words can be Vietnamese: a proof that a name came through a keyboard unharmed, and no judgement of names.

Every syllable is an onset, a rime and a tone; a rime that ends in c, ch, p or t bears the acute or the dot below only.
A rewritten or thinned-out word (`Nguyn`, `Ksỏ`) is almost never one of them. Names of other tongues are not either.
"""

import re
import unicodedata

_ONSETS = " b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut
uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưng ưt ươc ươi ươm ươn ương ươp ươt ươu ưu
y yêm yên yêng yêt yêu
"""
_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
_STOPS = ("c", "ch", "p", "t")
_STOP_TONES = ("\u0301", "\u0323")

_SYLLABLES = frozenset(
    [onset + rime for onset in _ONSETS.split(" ") for rime in _RIMES.split()] + ["quynh", "quych", "quyt", "quyp"]
)
_TONE = re.compile(f"[{_TONES}]")


def is_vietnamese_word(word: str) -> bool:
    """Whether `word` is one whole syllable in any case, each mark in a place where it can stand."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = _TONE.findall(decomposed)
    plain = unicodedata.normalize("NFC", _TONE.sub("", decomposed))
    if len(tones) > 1 or plain not in _SYLLABLES:
        return False
    return not plain.endswith(_STOPS) or (tones != [] and tones[0] in _STOP_TONES)


def is_vietnamese_name(name: str) -> bool:
    """Whether `name` is words of that kind and nothing else."""
    words = name.split()
    return bool(words) and all(map(is_vietnamese_word, words))
