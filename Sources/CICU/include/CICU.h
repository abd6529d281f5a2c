// What UnicodeData needs of ICU, as an opaque C interface: no ICU header or type is visible here, because
// Foundation carries an ICU of its own and the two sets of headers clash in one module.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// A stretch of the source that folds to something else. Offsets and lengths are UTF-8 bytes.
typedef struct {
    int32_t source;
    int32_t source_length;
    int32_t folded;
    int32_t folded_length;
} cicu_edit;

/// Owns an ICU `Edits` object, so that folding a short text allocates nothing. One owner, one thread at a time.
typedef struct cicu_folder cicu_folder;

cicu_folder *_Nullable cicu_folder_create(void);
void cicu_folder_destroy(cicu_folder *folder);

/// NFKC_Casefold of `length` bytes of valid UTF-8 into `folded`, and the edits, ascending.
/// Exists because only ICU's C++ `Normalizer2::normalizeUTF8` gives both in one pass.
/// Returns the number of folded bytes, which is more than `capacity` when the room was too small (call again), or
/// -1 when ICU fails. `*edit_count` likewise may exceed `edit_capacity`.
int32_t cicu_fold(cicu_folder *folder, const uint8_t *_Nullable source, int32_t length, uint8_t *folded,
                  int32_t capacity, cicu_edit *edits, int32_t edit_capacity, int32_t *edit_count);

/// Finds grapheme cluster boundaries (UAX #29) in one text at a time. One owner, one thread at a time.
typedef struct cicu_graphemes cicu_graphemes;

cicu_graphemes *_Nullable cicu_graphemes_create(void);
void cicu_graphemes_destroy(cicu_graphemes *graphemes);
/// Points at `length` bytes of valid UTF-8, which must stay in place until the next call.
bool cicu_graphemes_set_text(cicu_graphemes *graphemes, const uint8_t *_Nullable text, int32_t length);
/// The last boundary at or before `offset` (bytes).
int32_t cicu_graphemes_floor(cicu_graphemes *graphemes, int32_t offset);
/// The first boundary at or after `offset` (bytes).
int32_t cicu_graphemes_ceiling(cicu_graphemes *graphemes, int32_t offset);

/// The number of terminal columns of a code point: East_Asian_Width wide or full is 2, a mark or control 0, others 1.
int32_t cicu_columns(int32_t code_point);

/// ICU's and Unicode's versions, e.g. "72.1" and "15.0".
const char *cicu_version(void);
const char *cicu_unicode_version(void);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
