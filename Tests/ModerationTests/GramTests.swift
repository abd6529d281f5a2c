import CGrams
import CTextBlocks
import TestSupport
import Testing

@Suite struct GramTests {
    /// The grams of a text that a filter lets pass, looked up as one stretch of blocks or block by block.
    ///
    /// - Parameter characters: The characters that are a gram alone.
    private static func grams(
        of text: [UInt8], step: Int, filter: UInt64 = ~0, characters: String = ""
    ) -> [gram] {
        let blocks = (text.count + 63) / 64
        var bits = [UInt64](repeating: 0, count: blocks * text_blocks_words)
        let isASCII = text_blocks_map(text, text.count, &bits)
        var alone = [UInt64](repeating: 0, count: 64)
        for character in characters.unicodeScalars {
            let bit = gram_character_index(key(String(character).utf8))
            alone[Int(bit / 64)] |= 1 << UInt64(bit % 64)
        }
        // Shifted by 63, every hash chooses one of two words.
        let filters = [filter, filter]
        var all: [gram] = []
        for first in stride(from: 0, to: blocks, by: step) {
            let last = min(first + step, blocks)
            var found = [gram](repeating: gram(), count: 64 * step)
            let known = grams_find(text, text.count, bits, first, last, blocks, isASCII, filters, 63, alone, &found)
            let count = grams_sift(text, text.count, filters, 63, &found, known)
            all += found[..<count]
        }
        return all
    }

    /// A key of some bytes, by the book.
    private static func key(_ bytes: some Collection<UInt8>) -> UInt64 {
        Array(bytes.prefix(8)).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Two characters, or three where the first has two bytes; eight bytes of them at the most.
    @Test(arguments: [
        ("加微信", 6), ("加v", 4), ("я на", 5), ("яяя", 6), ("я加微", 8), ("я😀x", 7), ("😀😀", 8), ("😀a", 5), ("กข", 6),
    ])
    func aCharacterOutsideASCIIBeginsAGram(_ text: String, _ length: Int) throws {
        for rest in ["", "x", "加", " 😀 😀"] {
            let bytes = Array((text + rest).utf8)
            let gram = try #require(Self.grams(of: bytes, step: 1).first { $0.start == 0 })
            #expect(Int(gram.end) == length)
            #expect(gram.key == Self.key(bytes[..<length]))
        }
    }

    @Test(arguments: ["加", "я", "яя", "я ", "😀"])
    func aTextThatEndsBeforeHasNoGram(_ text: String) {
        #expect(Self.grams(of: Array(text.utf8), step: 1).isEmpty)
    }

    /// Of two, three and four bytes, at every place of a block, beside the grams that begin there.
    @Test(arguments: ["я", "加", "😀"])
    func aCharacterIsAGramAloneWhereATableHasIt(_ character: String) {
        let length = character.utf8.count
        for shift in 0..<70 {
            for rest in ["", "xx", "加加", "яя", "😀😀"] {
                let text = Array((String(repeating: " ", count: shift) + character + rest).utf8)
                let grams = Self.grams(of: text, step: 1, characters: character)
                let alone = grams.filter { $0.start == shift && $0.end == shift + length }
                #expect(alone.map(\.key) == [Self.key(character.utf8)])
                #expect(grams.count { $0.start == shift } == (rest.isEmpty ? 1 : 2))
                #expect(!Self.grams(of: text, step: 1).contains { $0.start == shift && $0.end == shift + length })
            }
        }
    }

    /// Each sign that a block marks, but no digit, which is part of a word.
    @Test func signsAreGrams() {
        let grams = Self.grams(of: Array("a_1 $5, 100% (b)--".utf8), step: 1)
        let keys = grams.sorted { $0.start < $1.start }.map(\.key)
        #expect(keys == ["a", "_", "1", "$", "5", "100", "%", "b", "-"].map { Self.key($0.utf8) })
    }

    /// Words, their keys, and what stands around them, found by looking at every byte.
    @Test(arguments: [0, 1, 2, 7, 8, 9, 62, 63, 64, 65, 71, 72, 127, 128, 129, 200, 1000])
    func findsEveryWordWhereverBlocksEnd(_ length: Int) {
        var random = SeededRandom(UInt64(length))
        for round in 0..<30 {
            let alphabet = Array(round % 3 == 0 ? "abc " : round % 3 == 1 ? "ab1. " : "a ")
            let text = (0..<length).map { _ in alphabet.randomElement(using: &random)!.asciiValue! }
            let words = text.indices.filter { text[$0] > 0x2F && ($0 == 0 || text[$0 - 1] <= 0x2F) }
            for step in [1, 3, 16] {
                let grams = Self.grams(of: text, step: step)
                #expect(grams.map { Int($0.start) } == words)
                for gram in grams {
                    let (start, end) = (Int(gram.start), Int(gram.end))
                    let word = text[start...].prefix { $0 > 0x2F }
                    #expect(end == start + min(8, word.count))
                    #expect(gram.key == Self.key(word))
                    #expect(UInt64(gram.after) == Self.key(text[end...].prefix(4)))
                    let before = text[..<start].suffix(4)
                    #expect(gram.before == UInt32(Self.key(before) << UInt64(32 - 8 * before.count) & 0xFFFF_FFFF))
                }
            }
        }
    }

    @Test func whatTheFilterLacksIsLeftOut() {
        #expect(Self.grams(of: Array("buy now $ 加微信".utf8), step: 1).count == 5)
        #expect(Self.grams(of: Array("buy now $ 加微信".utf8), step: 1, filter: 0, characters: "加").isEmpty)
    }
}
