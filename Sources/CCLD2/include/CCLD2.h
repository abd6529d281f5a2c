// What LanguageID needs of CLD2, as plain C: CLD2's own header is C++ and shows its internals.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// One language that CLD2 sees. `code` is CLD2's own tag ("zh", "zh-Hant", "iw"), a static string.
typedef struct {
    const char *code;
    int32_t percent;   // of the text's letters, 0...100
} ccld2_language;

typedef struct {
    ccld2_language languages[3];   // best first; code "un" where none
    bool reliable;
} ccld2_result;

/// Detects the languages of `length` bytes of valid UTF-8 plain text. Re-entrant.
/// Exists because `ExtDetectLanguageSummary` is the only call that may answer "unknown".
void ccld2_detect(const uint8_t *_Nullable text, int32_t length, ccld2_result *result);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
