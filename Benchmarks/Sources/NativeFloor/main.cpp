// The floor: what a post costs when nothing is done but parse it (simdjson), fold it with the map back (ICU's
// NFKC_Casefold with Edits) and scan it once for all phrases (Vectorscan). One thread; no rules, no verdicts.
//
// Usage: NativeFloor POSTS PHRASES [ROUNDS]
// Prints the nanoseconds a post, the mean of so many rounds (five).
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <hs/hs.h>
#include <simdjson.h>
#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>

namespace {

std::string read_file(const char *path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        std::fprintf(stderr, "NativeFloor: %s cannot be read\n", path);
        std::exit(66);
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

int on_match(unsigned, unsigned long long, unsigned long long, unsigned, void *context) {
    ++*static_cast<uint64_t *>(context);
    return 0;
}

}  // namespace

int main(int argc, char **argv) {
    if (argc < 3) return 64;
    const int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
    std::string posts = read_file(argv[1]);
    const size_t length = posts.size();
    posts.append(simdjson::SIMDJSON_PADDING, '\0');

    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2 *normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
    if (U_FAILURE(status)) return 70;

    std::vector<std::string> phrases;
    std::string text = read_file(argv[2]);
    for (size_t start = 0; start < text.size();) {
        size_t end = text.find('\n', start);
        if (end == std::string::npos) end = text.size();
        std::string folded;
        icu::StringByteSink<std::string> sink(&folded);
        normalizer->normalizeUTF8(0, icu::StringPiece(text.data() + start, int32_t(end - start)), sink, nullptr, status);
        if (!folded.empty()) phrases.push_back(folded);
        start = end + 1;
    }
    std::vector<const char *> expressions;
    std::vector<size_t> lengths;
    std::vector<unsigned> ids, flags(phrases.size(), 0);
    for (size_t i = 0; i < phrases.size(); i++) {
        expressions.push_back(phrases[i].data());
        lengths.push_back(phrases[i].size());
        ids.push_back(unsigned(i));
    }
    hs_database_t *database = nullptr;
    hs_compile_error_t *failure = nullptr;
    if (hs_compile_lit_multi(expressions.data(), flags.data(), ids.data(), lengths.data(), unsigned(phrases.size()),
                             HS_MODE_BLOCK, nullptr, &database, &failure) != HS_SUCCESS) {
        std::fprintf(stderr, "NativeFloor: %s\n", failure->message);
        return 70;
    }
    hs_scratch_t *scratch = nullptr;
    hs_alloc_scratch(database, &scratch);

    simdjson::dom::parser parser;
    icu::Edits edits;
    std::vector<char> folded(1 << 21);
    double seconds = 0;
    uint64_t matches = 0, count = 0;
    // The first round finds its memory and does not count.
    for (int round = 0; round <= rounds; round++) {
        matches = count = 0;
        auto began = std::chrono::steady_clock::now();
        for (size_t start = 0; start < length;) {
            const char *feed = static_cast<const char *>(std::memchr(posts.data() + start, '\n', length - start));
            size_t end = feed ? size_t(feed - posts.data()) : length;
            simdjson::dom::element post;
            std::string_view body;
            if (parser.parse(posts.data() + start, end - start, false).get(post) == simdjson::SUCCESS &&
                post["text"].get(body) == simdjson::SUCCESS) {
                edits.reset();
                icu::CheckedArrayByteSink sink(folded.data(), int32_t(folded.size()));
                normalizer->normalizeUTF8(0, icu::StringPiece(body.data(), int32_t(body.size())), sink, &edits, status);
                hs_scan(database, folded.data(), unsigned(sink.NumberOfBytesAppended()), 0, scratch, on_match, &matches);
                count++;
            }
            start = end + 1;
        }
        if (round > 0) seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    }
    std::printf("%.1f %llu %llu\n", seconds * 1e9 / rounds / double(count), static_cast<unsigned long long>(count),
                static_cast<unsigned long long>(matches));
    return 0;
}
