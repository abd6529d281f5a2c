import TestSupport
import Testing
import UnicodeData

@Suite struct TextBlocksTests {
    /// What a block says of a byte, by looking at the bytes.
    private static func slow(
        _ text: [UInt8], _ place: Int
    ) -> (letter: Bool, digit: Bool, sign: Bool, run: Bool, mask: Bool, wide: Bool) {
        func byte(_ offset: Int) -> UInt8 { place + offset < text.count ? text[place + offset] : 0 }
        let signs = Array("0123456789!#$%&*+@_|".utf8)
        return (
            (0x61...0x7A).contains(byte(0)), (0x30...0x39).contains(byte(0)),
            signs.contains(byte(0)) || byte(0) == 0x2D && byte(1) == 0x2D,
            byte(0) == byte(1) && byte(0) == byte(2), [0x2A, 0x23, 0x5F, 0xE2].contains(byte(0)), byte(0) >= 0xC0
        )
    }

    /// All lengths around the blocks' edges, with every kind of byte; one map for all, which shrinks and grows.
    @Test func saysOfEveryByteWhatItIs() {
        var random = SeededRandom(5)
        var blocks = TextBlocks()
        for length in [0, 1, 2, 3, 60, 61, 62, 63, 64, 65, 66, 67, 127, 128, 129, 130, 131, 1000, 5, 200] {
            for kind in 0..<20 {
                let text = (0..<length).map { _ -> UInt8 in
                    kind % 2 == 0
                        ? UInt8.random(in: 0...(kind % 4 == 0 ? 255 : 127), using: &random)
                        : Array("aab--#z{`9/:*_\u{2022}".utf8).randomElement(using: &random)!
                }
                #expect(blocks.map(text.span) == text.allSatisfy { $0 < 0x80 })
                #expect(blocks.count == (length + 63) / 64)
                for place in 0..<blocks.count * 64 {
                    let bit: UInt64 = 1 << UInt64(place & 63)
                    let expected =
                        place < length
                        ? Self.slow(text, place)
                        : (letter: false, digit: false, sign: false, run: false, mask: false, wide: false)
                    #expect((blocks.letters(place >> 6) & bit != 0) == expected.letter)
                    #expect((blocks.digits(place >> 6) & bit != 0) == expected.digit)
                    #expect((blocks.signs(place >> 6) & bit != 0) == expected.sign)
                    #expect((blocks.masks(place >> 6) & bit != 0) == expected.mask)
                    #expect((blocks.wide(place >> 6) & bit != 0) == expected.wide)
                    if place < length { #expect((blocks.runs(place >> 6) & bit != 0) == expected.run) }
                }
                var place = 0
                var words: [Range<Int>] = []
                while let word = blocks.nextWord(from: place) {
                    words.append(word)
                    place = word.upperBound
                }
                let isLetter = text.map { (0x61...0x7A).contains($0) }
                let starts = isLetter.indices.filter { isLetter[$0] && ($0 == 0 || !isLetter[$0 - 1]) }
                #expect(words.map(\.lowerBound) == starts)
                #expect(words.allSatisfy { word in isLetter[word].allSatisfy { $0 } })
                #expect(words.allSatisfy { $0.upperBound == length || !isLetter[$0.upperBound] })
            }
        }
    }

    /// Texts of every length and mixture, so that characters lie across the blocks' edges.
    @Test func saysWhichBytesAreOfHanCharacters() {
        var random = SeededRandom(6)
        var blocks = TextBlocks()
        let characters = Array("aé ，のЖ\u{4DFF}\u{4E00}们們円哈\u{9FFF}\u{A000}🐈")
        for length in 0..<160 {
            let text = String((0..<length).map { _ in characters.randomElement(using: &random)! })
            let bytes = Array(text.utf8)
            _ = blocks.map(bytes.span)
            var expected: [Bool] = []
            for scalar in text.unicodeScalars {
                let isHan = (0x4E00...0x9FFF).contains(scalar.value)
                expected += repeatElement(isHan, count: String(scalar).utf8.count)
            }
            for (place, isHan) in expected.enumerated() {
                #expect((blocks.han(place >> 6) >> UInt64(place & 63) & 1 != 0) == isHan, "\(place) of \(text)")
                let end = expected[place...].firstIndex(of: false) ?? expected.count
                #expect(blocks.hanEnd(from: place) == end)
            }
            let scalars = text.unicodeScalars.filter { (0x4E00...0x9FFF).contains($0.value) }
            #expect(blocks.han.count == scalars.count)
            #expect(blocks.han.simplified == scalars.count { $0 == "们" })
            #expect(blocks.han.traditional == scalars.count { $0 == "們" })
            #expect(blocks.han.japanese == scalars.count { $0 == "円" })
            #expect(blocks.han.hasDisguises == scalars.contains { Disguise.isAny($0.value) })
        }
    }

    @Test(arguments: [
        ("哈哈哈", true), ("哈哈", false), ("哈哈们哈", false), ("哈，哈，哈", false), ("哈哈 哈哈", false), ("们哈哈哈哈们", true),
        ("哈哈\u{4DFF}哈", false),
    ])
    func noticesThreeEqualHanCharacters(_ text: String, _ isRun: Bool) {
        var blocks = TextBlocks()
        for shift in 0..<70 {
            let bytes = Array((String(repeating: "a", count: shift) + text).utf8)
            _ = blocks.map(bytes.span)
            #expect(blocks.han.hasRuns == isRun, "\(shift)")
        }
        let plain = Array("a".utf8)
        _ = blocks.map(plain.span)
        #expect(blocks.han == HanCharacters())
    }

    /// Nothing behind a text is read, even where it ends inside a character.
    @Test func endsWhereTheTextEnds() {
        var blocks = TextBlocks()
        for length in 0..<3 {
            let bytes = Array(repeating: 0x61, count: 62) + "们".utf8.prefix(length)
            _ = blocks.map(bytes.span)
            #expect(blocks.han.count == 0)
        }
    }
}
