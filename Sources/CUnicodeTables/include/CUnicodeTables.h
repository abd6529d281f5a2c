// Tables over all code points, made by Scripts/unicode-tables.cpp; constant data, so that a start costs nothing and
// processes share it. Each is looked up in two steps: a block of 128 code points, and a place in it.
// Arguments must be at most U+10FFFF.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

extern const uint16_t unicode_fold_index[], unicode_fold_blocks[];
extern const uint16_t unicode_class_index[], unicode_disguise_index[], unicode_base_index[], unicode_digit_index[],
    unicode_syllable_index[];
extern const uint8_t unicode_fold_bytes[], unicode_class_blocks[], unicode_digit_blocks[], unicode_syllable_names[];
extern const uint32_t unicode_disguise_blocks[], unicode_disguised[];
extern const uint16_t unicode_base_blocks[], unicode_syllable_blocks[];

/// The Unicode version of the tables, e.g. "15.0".
const char *_Nonnull unicode_tables_version(void);

/// What NFKC_Casefold makes of a code point that stands between others:
/// 0 itself, whatever stands before it; 1 ask ICU about it with what stands before; 2 nothing; 0x100 + ccc itself, a
/// mark of that combining class that never composes; from 0x200 on, what `unicode_folded` gives.
static inline uint16_t unicode_fold(uint32_t c) {
    return unicode_fold_blocks[unicode_fold_index[c >> 7] << 7 | (c & 127)];
}

/// A mapping of `unicode_fold`: the first byte is its length, with the high bit set where its last code point is a
/// mark; the UTF-8 bytes follow.
static inline const uint8_t *_Nonnull unicode_folded(uint16_t fold) { return unicode_fold_bytes + (fold - 0x200); }

/// Three bits of kind and five of script; UnicodeData's `CharacterClass` names them.
static inline uint8_t unicode_class(uint32_t c) {
    return unicode_class_blocks[unicode_class_index[c >> 7] << 7 | (c & 127)];
}

/// What a code point of folded text hides: 0 nothing, else a kind in bits 21 and up (1 always, 2 a look-alike that
/// counts beside Latin letters, 3 a regional indicator) and the code point that it stands for, 0 for none.
static inline uint32_t unicode_disguise(uint32_t c) {
    return unicode_disguise_blocks[unicode_disguise_index[c >> 7] << 7 | (c & 127)];
}

/// Whether `unicode_disguise` says anything of a code point up to U+FFFF; eight kilobytes, which stay in the cache.
static inline uint32_t unicode_is_disguised(uint32_t c) { return unicode_disguised[c >> 5] >> (c & 31) & 1; }

/// A Latin, Cyrillic or Greek letter without its marks, or 0 where it has none.
static inline uint16_t unicode_base(uint32_t c) {
    return unicode_base_blocks[unicode_base_index[c >> 7] << 7 | (c & 127)];
}

/// The decimal digit that a code point stands for, plus one; 0 for none.
static inline uint8_t unicode_digit(uint32_t c) {
    return unicode_digit_blocks[unicode_digit_index[c >> 7] << 7 | (c & 127)];
}

/// The number of a Han character's Mandarin syllable; 0 for none.
static inline uint16_t unicode_syllable(uint32_t c) {
    return unicode_syllable_blocks[unicode_syllable_index[c >> 7] << 7 | (c & 127)];
}

/// A syllable's name in ASCII, toneless: six bytes, padded with zeros.
static inline const uint8_t *_Nonnull unicode_syllable_name(uint16_t syllable) {
    return unicode_syllable_names + 6 * syllable;
}

#ifdef __cplusplus
}
#endif
