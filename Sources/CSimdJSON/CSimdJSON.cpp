#include "CSimdJSON.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <simdjson.h>
#include <string_view>
#include <vector>

static_assert(CSIMDJSON_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson asks for more padding");

struct csimdjson_reader {
    simdjson::dom::parser parser;
    std::vector<csimdjson_node> nodes;
    std::vector<std::string_view> keys;
    std::string_view message;
};

namespace {

bool has_duplicate(csimdjson_reader *reader) {
    auto &keys = reader->keys;
    if (keys.size() <= 16) {
        for (size_t i = 1; i < keys.size(); i++) {
            for (size_t j = 0; j < i; j++) {
                if (keys[i] == keys[j]) {
                    reader->message = keys[i];
                    return true;
                }
            }
        }
        return false;
    }
    std::sort(keys.begin(), keys.end());
    auto twin = std::adjacent_find(keys.begin(), keys.end());
    if (twin == keys.end()) return false;
    reader->message = *twin;
    return true;
}

csimdjson_node scalar(simdjson::dom::element value, uint8_t depth) {
    csimdjson_node node{};
    node.depth = depth;
    switch (value.type()) {
    case simdjson::dom::element_type::STRING: {
        std::string_view string = std::string_view(value);
        node.type = CSIMDJSON_STRING;
        node.string = string.data();
        node.string_length = static_cast<uint32_t>(string.size());
        break;
    }
    case simdjson::dom::element_type::INT64:
        node.type = CSIMDJSON_NUMBER;
        node.number = static_cast<double>(int64_t(value));
        break;
    case simdjson::dom::element_type::UINT64:
        node.type = CSIMDJSON_NUMBER;
        node.number = static_cast<double>(uint64_t(value));
        break;
    case simdjson::dom::element_type::DOUBLE:
        node.type = CSIMDJSON_NUMBER;
        node.number = double(value);
        break;
    case simdjson::dom::element_type::BOOL:
        node.type = CSIMDJSON_BOOL;
        node.number = bool(value) ? 1 : 0;
        break;
    case simdjson::dom::element_type::NULL_VALUE: node.type = CSIMDJSON_NULL; break;
    case simdjson::dom::element_type::ARRAY: node.type = CSIMDJSON_ARRAY; break;
    case simdjson::dom::element_type::OBJECT: node.type = CSIMDJSON_OBJECT; break;
    }
    return node;
}

void set_key(csimdjson_node &node, std::string_view key) {
    node.key = key.data();
    node.key_length = static_cast<uint32_t>(key.size());
}

// simdjson 3.0.1 turns a lone low surrogate (\udc00) into bytes that are no UTF-8; every string that was written
// with an escape of that form is therefore checked again.
bool strings_hold(const std::vector<csimdjson_node> &nodes) {
    for (const auto &node : nodes) {
        if (node.type == CSIMDJSON_STRING && !simdjson::validate_utf8(node.string, node.string_length)) return false;
        if (node.key && !simdjson::validate_utf8(node.key, node.key_length)) return false;
    }
    return true;
}

csimdjson_status flatten(csimdjson_reader *reader, simdjson::dom::object object) {
    auto &nodes = reader->nodes;
    auto &keys = reader->keys;
    nodes.clear();
    keys.clear();
    for (auto member : object) keys.push_back(member.key);
    if (has_duplicate(reader)) return CSIMDJSON_DUPLICATE_KEY;
    for (auto member : object) {
        size_t place = nodes.size();
        nodes.push_back(scalar(member.value, 0));
        set_key(nodes.back(), member.key);
        if (nodes.back().type == CSIMDJSON_ARRAY) {
            for (auto element : simdjson::dom::array(member.value)) nodes.push_back(scalar(element, 1));
        } else if (nodes.back().type == CSIMDJSON_OBJECT) {
            keys.clear();
            for (auto inner : simdjson::dom::object(member.value)) {
                keys.push_back(inner.key);
                nodes.push_back(scalar(inner.value, 1));
                set_key(nodes.back(), inner.key);
            }
            if (has_duplicate(reader)) return CSIMDJSON_DUPLICATE_KEY;
        }
        nodes[place].children = static_cast<uint32_t>(nodes.size() - place - 1);
    }
    return CSIMDJSON_OK;
}

}  // namespace

extern "C" csimdjson_reader *csimdjson_reader_create(void) { return new (std::nothrow) csimdjson_reader(); }

extern "C" void csimdjson_reader_destroy(csimdjson_reader *reader) { delete reader; }

extern "C" csimdjson_status csimdjson_parse(csimdjson_reader *reader, const uint8_t *line, size_t length,
                                            csimdjson_document *document) {
    try {
        simdjson::dom::element root;
        auto error = reader->parser.parse(line, length, /*realloc_if_needed=*/false).get(root);
        csimdjson_status status = CSIMDJSON_OK;
        if (error == simdjson::UTF8_ERROR) {
            status = CSIMDJSON_INVALID_UTF8;
        } else if (error == simdjson::MEMALLOC) {
            status = CSIMDJSON_NO_MEMORY;
        } else if (error) {
            status = CSIMDJSON_MALFORMED;
            reader->message = simdjson::error_message(error);
        } else if (!root.is_object()) {
            status = CSIMDJSON_NOT_AN_OBJECT;
        } else {
            status = flatten(reader, simdjson::dom::object(root));
            if (std::memchr(line, '\\', length) && !strings_hold(reader->nodes)) status = CSIMDJSON_INVALID_UTF8;
        }
        document->nodes = reader->nodes.data();
        document->count = status == CSIMDJSON_OK ? static_cast<uint32_t>(reader->nodes.size()) : 0;
        document->message = reader->message.data();
        document->message_length = static_cast<uint32_t>(reader->message.size());
        return status;
    } catch (const std::bad_alloc &) {
        return CSIMDJSON_NO_MEMORY;
    }
}

extern "C" bool csimdjson_valid_utf8(const uint8_t *bytes, size_t length) {
    return simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), length);
}
