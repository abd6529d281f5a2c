// What Wire needs of simdjson, as plain C: simdjson is a C++ header library.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// Readable bytes that must follow every line given to `csimdjson_parse` (their content does not matter).
enum { CSIMDJSON_PADDING = 64 };

typedef enum {
    CSIMDJSON_NULL,
    CSIMDJSON_BOOL,
    CSIMDJSON_NUMBER,
    CSIMDJSON_STRING,
    CSIMDJSON_ARRAY,
    CSIMDJSON_OBJECT,
} csimdjson_type;

/// One value of a flattened document. Strings are unescaped, valid UTF-8 and live until the next parse.
typedef struct {
    const char *_Nullable key;      // null for the elements of an array
    const char *_Nullable string;   // for CSIMDJSON_STRING
    double number;                  // for CSIMDJSON_NUMBER; for CSIMDJSON_BOOL 0 or 1
    uint32_t key_length;            // bytes
    uint32_t string_length;         // bytes
    uint32_t children;              // for an array or object at depth 0: how many of the following nodes are its own
    uint8_t depth;                  // 0: a member of the line's object, 1: one level further in
    uint8_t type;                   // csimdjson_type
} csimdjson_node;

typedef enum {
    CSIMDJSON_OK,
    CSIMDJSON_MALFORMED,       // not JSON: `message` says why
    CSIMDJSON_NOT_AN_OBJECT,
    CSIMDJSON_DUPLICATE_KEY,   // `message` is the key, `message_length` bytes
    CSIMDJSON_INVALID_UTF8,
    CSIMDJSON_NO_MEMORY,
} csimdjson_status;

/// Owns simdjson's parser and the node list, so that parsing a line allocates nothing in the steady state.
/// One owner, one thread at a time.
typedef struct csimdjson_reader csimdjson_reader;

csimdjson_reader *_Nullable csimdjson_reader_create(void);
void csimdjson_reader_destroy(csimdjson_reader *reader);

/// What a parse gave. The pointers live until the next parse.
typedef struct {
    const csimdjson_node *_Nullable nodes;
    uint32_t count;
    const char *_Nullable message;
    uint32_t message_length;
} csimdjson_document;

/// Parses one line that holds one JSON object and flattens it two levels deep; what lies deeper is checked to be
/// JSON and left out. Duplicate keys are looked for in the object and in each object that is its member, because
/// simdjson itself silently answers with the first.
csimdjson_status csimdjson_parse(csimdjson_reader *reader, const uint8_t *line, size_t length,
                                 csimdjson_document *document);

/// Whether a key, which an element of an array has none of, is some bytes.
static inline bool csimdjson_key_is(const char *_Nullable key, uint32_t key_length, const uint8_t *bytes,
                                   size_t length) {
    return key && key_length == length && memcmp(key, bytes, length) == 0;
}

/// Whether `length` bytes are valid UTF-8. Exists for input that is not JSON.
bool csimdjson_valid_utf8(const uint8_t *_Nullable bytes, size_t length);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
