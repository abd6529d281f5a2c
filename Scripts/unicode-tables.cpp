// Makes Sources/CUnicodeTables/tables.c from ICU's data, on standard output; run it by `make tables`.
//
// Deriving the tables at every start would cost 50 ms for folding and 300 ms for Han-Latin; as data they cost nothing.
// Everything here that is not ICU's own answer is a short list with its reason beside it.

#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/ucpmap.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>
#include <unicode/uversion.h>
#include <vector>

using icu::UnicodeString;

static const UChar32 LAST = 0x10FFFF;
static const int SHIFT = 7, BLOCK = 1 << SHIFT;
static UErrorCode status = U_ZERO_ERROR;

static void check(const char *what) {
    if (U_SUCCESS(status)) return;
    fprintf(stderr, "unicode-tables: %s: %s\n", what, u_errorName(status));
    exit(1);
}

static bool isScalar(UChar32 c) { return c <= LAST && !U_IS_SURROGATE(c); }

// Writes an array as C source.
template <typename T> static void write(const char *type, const char *name, const std::vector<T> &values) {
    printf("\nconst %s %s[%zu] = {\n", type, name, values.size());
    std::string line;
    for (size_t i = 0; i < values.size(); i++) {
        std::string item = std::to_string(values[i]) + ",";
        if (line.size() + item.size() > 116) { printf("    %s\n", line.c_str()); line.clear(); }
        line += item;
    }
    printf("    %s\n};\n", line.c_str());
}

// A table over all code points in two steps: equal blocks of 128 are kept once.
template <typename T> static void writeTwoStage(const char *type, const char *name, const std::vector<T> &values) {
    std::map<std::vector<T>, uint16_t> seen;
    std::vector<uint16_t> index;
    std::vector<T> blocks;
    for (UChar32 start = 0; start <= LAST; start += BLOCK) {
        std::vector<T> block(values.begin() + start, values.begin() + start + BLOCK);
        auto found = seen.find(block);
        if (found == seen.end()) {
            found = seen.emplace(block, static_cast<uint16_t>(blocks.size() / BLOCK)).first;
            blocks.insert(blocks.end(), block.begin(), block.end());
        }
        index.push_back(found->second);
    }
    write("uint16_t", (std::string("unicode_") + name + "_index").c_str(), index);
    write(type, (std::string("unicode_") + name + "_blocks").c_str(), blocks);
}

// MARK: Folding

static const icu::Normalizer2 *casefold, *nfd;

static std::string utf8(const UnicodeString &text) { std::string bytes; return text.toUTF8String(bytes); }

static UnicodeString fold(UChar32 c) {
    UnicodeString folded = casefold->normalize(UnicodeString(c), status);
    check("fold");
    return folded;
}

// What CUnicodeTables.h says under unicode_fold.
static void writeFold() {
    std::vector<uint16_t> values(LAST + 1, 0);
    std::vector<uint8_t> bytes;
    std::map<std::string, uint16_t> places;
    for (UChar32 c = 0; c <= LAST; c++) {
        if (!isScalar(c)) continue;
        UnicodeString folded = fold(c);
        uint8_t order = u_getCombiningClass(c);
        if (folded.isEmpty()) {
            values[c] = 2;
        } else if (casefold->hasBoundaryBefore(c)) {
            if (folded == UnicodeString(c)) continue;
            std::string text = utf8(folded);
            uint8_t trailing = u_getCombiningClass(folded.char32At(folded.length() - 1)) ? 0x80 : 0;
            std::string entry(1, static_cast<char>(text.size() | trailing));
            entry += text;
            auto place = places.find(entry);
            if (place == places.end()) {
                place = places.emplace(entry, static_cast<uint16_t>(0x200 + bytes.size())).first;
                bytes.insert(bytes.end(), entry.begin(), entry.end());
            }
            values[c] = place->second;
        } else if (folded == UnicodeString(c) && order > 0 &&
                   u_getIntPropertyValue(c, UCHAR_NFC_QUICK_CHECK) == UNORM_YES) {
            values[c] = 0x100 + order;
        } else {
            values[c] = 1;
        }
    }
    if (bytes.size() > 0xFDFF) { fprintf(stderr, "unicode-tables: the mappings outgrew 16 bits\n"); exit(1); }
    writeTwoStage("uint16_t", "fold", values);
    write("uint8_t", "unicode_fold_bytes", bytes);
}

// MARK: Classes

// In the order of UnicodeData's `Script`; what is not here is `other`, what takes part in any script is `common`.
static const char *SCRIPTS[] = {"Zyyy", "Latn", "Cyrl", "Grek", "Hani", "Hira", "Kana", "Hang", "Bopo", "Arab",
                                "Hebr", "Thai", "Laoo", "Khmr", "Mymr", "Deva", "Beng", "Taml", "Telu", "Knda",
                                "Mlym", "Gujr", "Guru", "Sinh", "Geor", "Armn", "Ethi", "Tibt", "Cher"};
static const int SCRIPT_COUNT = sizeof SCRIPTS / sizeof *SCRIPTS;

static int scriptOf(UChar32 c) {
    UScriptCode code = uscript_getScript(c, &status);
    check("script");
    if (code == USCRIPT_INHERITED) return 0;
    for (int i = 0; i < SCRIPT_COUNT; i++) if (!strcmp(uscript_getShortName(code), SCRIPTS[i])) return i;
    return SCRIPT_COUNT;
}

// In the order of UnicodeData's `CharacterClass.Kind`.
static int kindOf(UChar32 c) {
    if (c >= 0x09 && c <= 0x0D) return 5;
    if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return 6;
    int category = u_charType(c);
    if (category >= U_UPPERCASE_LETTER && category <= U_OTHER_LETTER) return 1;
    if (category >= U_NON_SPACING_MARK && category <= U_COMBINING_SPACING_MARK) return 2;
    if (category >= U_DECIMAL_DIGIT_NUMBER && category <= U_OTHER_NUMBER) return 3;
    if (category >= U_SPACE_SEPARATOR && category <= U_PARAGRAPH_SEPARATOR) return 5;
    if (category == U_FORMAT_CHAR) return 6;
    return category >= U_DASH_PUNCTUATION && category <= U_FINAL_PUNCTUATION ? 4 : 0;
}

static void writeClasses() {
    std::vector<uint8_t> values(LAST + 1, 0);
    for (UChar32 c = 0; c <= LAST; c++) {
        int kind = kindOf(c);
        bool anyScript = kind == 6 || (c >= 0x09 && c <= 0x0D);
        values[c] = static_cast<uint8_t>(kind << 5 | (anyScript ? 0 : scriptOf(c)));
    }
    writeTwoStage("uint8_t", "class", values);
}

// MARK: Disguises

enum { ALWAYS = 1, LOOK_ALIKE = 2, REGIONAL = 3 };

static uint32_t disguise(int kind, UChar32 target) { return static_cast<uint32_t>(kind) << 21 | target; }

// The ASCII letter that UTS #39 (confusables, by ICU's uspoof) takes a code point for, small; 0 when none.
static UChar32 confusable(USpoofChecker *checker, UChar32 c) {
    UnicodeString skeleton;
    uspoof_getSkeletonUnicodeString(checker, 0, UnicodeString(c), skeleton, &status);
    check("skeleton");
    UnicodeString folded = casefold->normalize(skeleton, status);
    check("fold");
    return folded.length() == 1 && folded[0] >= 'a' && folded[0] <= 'z' ? folded[0] : 0;
}

// Letters that UTS #39 does not take for Latin ones and people do, most of them as capitals or by hand.
static const std::pair<UChar32, char> MORE_LOOK_ALIKES[] = {
    {u'в', 'b'}, {u'г', 'r'}, {u'һ', 'h'}, {u'н', 'h'}, {u'к', 'k'}, {u'ӏ', 'l'}, {u'м', 'm'}, {u'п', 'n'},
    {u'т', 't'}, {u'ү', 'y'}, {u'ь', 'b'}, {u'я', 'r'}, {u'и', 'u'}, {u'з', 'e'}, {u'ԝ', 'w'}, {u'ш', 'w'},
    {u'α', 'a'}, {u'β', 'b'}, {u'ε', 'e'}, {u'η', 'n'}, {u'ι', 'i'}, {u'κ', 'k'}, {u'ν', 'v'}, {u'τ', 't'},
    {u'υ', 'u'}, {u'χ', 'x'}, {u'ω', 'w'}, {u'γ', 'y'}, {u'σ', 'o'}, {u'μ', 'u'}, {u'λ', 'a'},
};

// Letters with a stroke or a hook, which do not decompose, and the letter that they are written for without it.
static const std::pair<UChar32, char> STROKES[] = {
    {u'đ', 'd'}, {u'ø', 'o'}, {u'ł', 'l'}, {u'ħ', 'h'}, {u'ŧ', 't'}, {u'ƀ', 'b'}, {u'ɨ', 'i'}, {u'ɵ', 'o'},
    {u'ƶ', 'z'}, {u'ǥ', 'g'}, {u'ɇ', 'e'}, {u'ɉ', 'j'}, {u'ɍ', 'r'}, {u'ɏ', 'y'}, {u'ȼ', 'c'}, {u'ⱥ', 'a'},
    {u'ⱦ', 't'}, {u'ı', 'i'}, {u'ɓ', 'b'}, {u'ɗ', 'd'}, {u'ƙ', 'k'}, {u'ƴ', 'y'}, {u'ŋ', 'n'},
};

static void writeDisguises() {
    std::vector<uint32_t> values(LAST + 1, 0);
    USpoofChecker *checker = uspoof_open(&status);
    check("uspoof");
    std::map<UChar32, char> more(std::begin(MORE_LOOK_ALIKES), std::end(MORE_LOOK_ALIKES));
    for (UChar32 c = 0x80; c <= LAST; c++) {
        if (!isScalar(c) || !u_isalpha(c) || fold(c) != UnicodeString(c)) continue;
        UChar32 latin = more.count(c) ? more[c] : confusable(checker, c);
        if (!latin && u_toupper(c) != c) latin = confusable(checker, u_toupper(c));
        // Small capitals are said to be so by their names.
        char name[128];
        u_charName(c, U_UNICODE_CHAR_NAME, name, sizeof name, &status);
        check("name");
        const char prefix[] = "LATIN LETTER SMALL CAPITAL ";
        bool isSmallCapital = !strncmp(name, prefix, sizeof prefix - 1) && strlen(name) == sizeof prefix;
        if (isSmallCapital) latin = name[sizeof prefix - 1] + 0x20;
        if (!latin) continue;
        // No honest word of a language mixes these into Latin letters, so they count by themselves.
        bool isLatin = scriptOf(c) == 1;
        bool decomposes = nfd->normalize(UnicodeString(c), status) != UnicodeString(c);
        bool isStroke = false;
        for (auto [letter, base] : STROKES) isStroke = isStroke || (letter == c && c != u'ı');
        if (isLatin && (decomposes || isStroke)) continue;
        values[c] = disguise(isLatin ? ALWAYS : LOOK_ALIKE, latin);
    }
    uspoof_close(checker);
    // White on black, which ICU leaves as it is: negative circled, negative squared; and regional indicators.
    for (int i = 0; i < 26; i++) {
        values[0x1F150 + i] = disguise(ALWAYS, 'a' + i);
        values[0x1F170 + i] = disguise(ALWAYS, 'a' + i);
        values[0x1F1E6 + i] = disguise(REGIONAL, 'a' + i);
    }
    // Blanks that are neither white space nor ignorable: BRAILLE PATTERN BLANK, OBJECT REPLACEMENT CHARACTER.
    values[0x2800] = disguise(ALWAYS, 0);
    values[0xFFFC] = disguise(ALWAYS, 0);
    // Arabic: tatweel and vowel signs are not spelling; forms of alef, yeh, kaf and teh marbuta are one in search.
    values[0x0640] = disguise(ALWAYS, 0);
    for (UChar32 c = 0x064B; c <= 0x0652; c++) values[c] = disguise(ALWAYS, 0);
    values[0x0670] = disguise(ALWAYS, 0);
    for (UChar32 c : {0x0622, 0x0623, 0x0625, 0x0671}) values[c] = disguise(ALWAYS, 0x0627);
    for (UChar32 c : {0x0649, 0x06CC}) values[c] = disguise(ALWAYS, 0x064A);
    values[0x06A9] = disguise(ALWAYS, 0x0643);
    values[0x0629] = disguise(ALWAYS, 0x0647);
    // Katakana as hiragana.
    for (UChar32 c = 0x30A1; c <= 0x30F6; c++) values[c] = disguise(ALWAYS, c - 0x60);
    // Traditional characters with one simplified form, by ICU's Hant-Hans.
    UParseError where;
    icu::Transliterator *simplify = icu::Transliterator::createInstance("Hant-Hans", UTRANS_FORWARD, where, status);
    check("Hant-Hans");
    for (UChar32 c = 0x3400; c <= 0x9FFF; c++) {
        UnicodeString text(c);
        simplify->transliterate(text);
        if (text.countChar32() == 1 && text.char32At(0) != c) values[c] = disguise(ALWAYS, text.char32At(0));
    }
    delete simplify;
    // A target that is disguised itself would make the view depend on how often it is made.
    for (UChar32 c = 0; c <= LAST; c++) {
        UChar32 target = values[c] & 0x1FFFFF;
        if (!target || values[target] >> 21 != ALWAYS) continue;
        UChar32 next = values[target] & 0x1FFFFF;
        if (next == c || (next && values[next])) values[c] = 0;
        else values[c] = disguise(values[c] >> 21, next);
    }
    writeTwoStage("uint32_t", "disguise", values);
    std::vector<uint32_t> bits(0x10000 / 32, 0);
    for (UChar32 c = 0; c <= 0xFFFF; c++) if (values[c]) bits[c / 32] |= 1u << (c % 32);
    write("uint32_t", "unicode_disguised", bits);
}

// MARK: Readings

// Letters of Latin, Cyrillic and Greek without their marks, where that differs.
static void writeBases() {
    std::vector<uint16_t> values(LAST + 1, 0);
    for (UChar32 c = 0x80; c < 0xFFFF; c++) {
        int script = isScalar(c) ? scriptOf(c) : 0;
        if (script < 1 || script > 3 || !u_isalpha(c)) continue;
        UChar32 base = nfd->normalize(UnicodeString(c), status).char32At(0);
        check("NFD");
        for (auto [letter, plain] : STROKES) if (base == letter) base = plain;
        if (base != c) values[c] = static_cast<uint16_t>(base);
    }
    writeTwoStage("uint16_t", "base", values);
}

// Characters with a value of 0 to 9, plus one; those of East Asia's counting words, and circled ones, among them.
static void writeDigits() {
    std::vector<uint8_t> values(LAST + 1, 0);
    for (UChar32 c = 0; c <= LAST; c++) {
        if (!isScalar(c)) continue;
        double value = u_getNumericValue(c);
        int kind = kindOf(c);
        if (kind != 1 && kind != 3) continue;
        if (value >= 0 && value <= 9 && value == static_cast<int>(value)) values[c] = static_cast<uint8_t>(value + 1);
    }
    values[u'两'] = 3;
    values[u'兩'] = 3;
    values[u'幺'] = 2;
    writeTwoStage("uint8_t", "digit", values);
}

// Toneless Mandarin syllables of Han characters, by ICU's Han-Latin: a number for each character, a name for each
// number. Number 0 is no syllable.
static void writeSyllables() {
    UParseError where;
    icu::Transliterator *latin = icu::Transliterator::createInstance("Han-Latin", UTRANS_FORWARD, where, status);
    check("Han-Latin");
    std::vector<uint16_t> values(LAST + 1, 0);
    std::map<std::string, uint16_t> numbers;
    std::vector<std::string> names{""};
    for (UChar32 c = 0x3400; c <= 0x9FFF; c++) {
        UnicodeString text(c);
        latin->transliterate(text);
        UnicodeString decomposed = nfd->normalize(text, status);
        check("NFD");
        std::string name;
        for (int i = 0; i < decomposed.length(); i++) {
            if (decomposed[i] >= 'a' && decomposed[i] <= 'z') name += static_cast<char>(decomposed[i]);
        }
        if (name.empty() || name.size() > 6) continue;
        auto number = numbers.find(name);
        if (number == numbers.end()) {
            number = numbers.emplace(name, static_cast<uint16_t>(names.size())).first;
            names.push_back(name);
        }
        values[c] = number->second;
    }
    delete latin;
    writeTwoStage("uint16_t", "syllable", values);
    std::vector<uint8_t> bytes;
    for (const std::string &name : names) {
        for (int i = 0; i < 6; i++) bytes.push_back(i < static_cast<int>(name.size()) ? name[i] : 0);
    }
    write("uint8_t", "unicode_syllable_names", bytes);
}

int main() {
    casefold = icu::Normalizer2::getNFKCCasefoldInstance(status);
    nfd = icu::Normalizer2::getNFDInstance(status);
    check("normalizers");
    printf("// Made by Scripts/unicode-tables.cpp from ICU %s, Unicode %s. Do not edit: `make tables`.\n", U_ICU_VERSION,
           U_UNICODE_VERSION);
    printf("#include \"CUnicodeTables.h\"\n\nconst char *unicode_tables_version(void) { return \"%s\"; }\n",
           U_UNICODE_VERSION);
    writeFold();
    writeClasses();
    writeDisguises();
    writeBases();
    writeDigits();
    writeSyllables();
}
