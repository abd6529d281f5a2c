#include "CICU.h"

#include <new>
#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/uversion.h>

struct cicu_folder {
    const icu::Normalizer2 *normalizer;
    icu::Edits edits;
};

extern "C" cicu_folder *cicu_folder_create(void) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2 *normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
    if (U_FAILURE(status)) return nullptr;
    auto *folder = new (std::nothrow) cicu_folder();
    if (folder) folder->normalizer = normalizer;
    return folder;
}

extern "C" void cicu_folder_destroy(cicu_folder *folder) { delete folder; }

extern "C" int32_t cicu_fold(cicu_folder *folder, const uint8_t *source, int32_t length, uint8_t *folded,
                             int32_t capacity, cicu_edit *edits, int32_t edit_capacity, int32_t *edit_count) {
    UErrorCode status = U_ZERO_ERROR;
    icu::CheckedArrayByteSink sink(reinterpret_cast<char *>(folded), capacity);
    folder->edits.reset();
    folder->normalizer->normalizeUTF8(
        0, icu::StringPiece(reinterpret_cast<const char *>(source), length), sink, &folder->edits, status);
    if (U_FAILURE(status)) return -1;
    int32_t count = 0;
    // Coarse changes may merge neighbours; fine ones keep each segment's own place.
    auto iterator = folder->edits.getFineChangesIterator();
    while (iterator.next(status)) {
        if (count < edit_capacity) {
            edits[count] = cicu_edit{iterator.sourceIndex(), iterator.oldLength(), iterator.destinationIndex(),
                                     iterator.newLength()};
        }
        count += 1;
    }
    if (U_FAILURE(status)) return -1;
    *edit_count = count;
    return sink.NumberOfBytesAppended();
}

struct cicu_graphemes {
    UBreakIterator *iterator;
    UText *text;
};

extern "C" cicu_graphemes *cicu_graphemes_create(void) {
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *iterator = ubrk_open(UBRK_CHARACTER, "", nullptr, 0, &status);
    if (U_FAILURE(status)) return nullptr;
    auto *graphemes = new (std::nothrow) cicu_graphemes{iterator, nullptr};
    if (!graphemes) ubrk_close(iterator);
    return graphemes;
}

extern "C" void cicu_graphemes_destroy(cicu_graphemes *graphemes) {
    ubrk_close(graphemes->iterator);
    if (graphemes->text) utext_close(graphemes->text);
    delete graphemes;
}

extern "C" bool cicu_graphemes_set_text(cicu_graphemes *graphemes, const uint8_t *text, int32_t length) {
    UErrorCode status = U_ZERO_ERROR;
    graphemes->text = utext_openUTF8(graphemes->text, reinterpret_cast<const char *>(text), length, &status);
    if (U_FAILURE(status)) return false;
    ubrk_setUText(graphemes->iterator, graphemes->text, &status);
    return U_SUCCESS(status);
}

// The beginning of the code point that `offset` lies in.
static int32_t code_point_start(cicu_graphemes *graphemes, int32_t offset) {
    utext_setNativeIndex(graphemes->text, offset);
    return static_cast<int32_t>(utext_getNativeIndex(graphemes->text));
}

extern "C" int32_t cicu_graphemes_floor(cicu_graphemes *graphemes, int32_t offset) {
    offset = code_point_start(graphemes, offset);
    if (ubrk_isBoundary(graphemes->iterator, offset)) return offset;
    int32_t boundary = ubrk_preceding(graphemes->iterator, offset);
    return boundary == UBRK_DONE ? 0 : boundary;
}

extern "C" int32_t cicu_graphemes_ceiling(cicu_graphemes *graphemes, int32_t offset) {
    int32_t start = code_point_start(graphemes, offset);
    if (start == offset && ubrk_isBoundary(graphemes->iterator, offset)) return offset;
    int32_t boundary = ubrk_following(graphemes->iterator, start);
    return boundary == UBRK_DONE ? offset : boundary;
}

extern "C" int32_t cicu_columns(int32_t code_point) {
    switch (u_charType(code_point)) {
    case U_NON_SPACING_MARK: case U_ENCLOSING_MARK: case U_FORMAT_CHAR: case U_CONTROL_CHAR: return 0;
    default: break;
    }
    int32_t width = u_getIntPropertyValue(code_point, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

extern "C" const char *cicu_version(void) { return U_ICU_VERSION; }
extern "C" const char *cicu_unicode_version(void) { return U_UNICODE_VERSION; }
