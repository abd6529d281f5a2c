#include "CCLD2.h"

#include <cstdio>  // compact_lang_det.h names FILE without it

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

extern "C" void ccld2_detect(const uint8_t *text, int32_t length, ccld2_result *result) {
    CLD2::Language languages[3];
    int percents[3];
    double scores[3];
    int text_bytes = 0;
    bool reliable = false;
    CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    CLD2::ExtDetectLanguageSummary(reinterpret_cast<const char *>(text), length, /*is_plain_text=*/true, &hints,
                                   /*flags=*/0, languages, percents, scores, nullptr, &text_bytes, &reliable);
    for (int i = 0; i < 3; i++) {
        result->languages[i].code = CLD2::LanguageCode(languages[i]);
        result->languages[i].percent = percents[i];
    }
    result->reliable = reliable;
}
