#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Words of 64 bits that a block of 64 bytes is described by, a bit a byte: small ASCII letters; signs (digits, any of
/// ! # $ % & * + @ _ |, and a dash before a dash); bytes that the next two are equal to; * # _ and the byte that signs
/// and symbols of U+2000 to U+2FFF begin with; first bytes of characters outside ASCII.
enum { text_blocks_words = 5 };

/// Describes a text block by block.
///
/// - bits: room for `text_blocks_words` words a block of 64 bytes, the last of which may be a part.
/// - Returns whether the text is ASCII alone.
bool text_blocks_map(const uint8_t *text, size_t length, uint64_t *bits);
