import TestSupport
import Testing
import UnicodeData

@Suite struct CaseFolderTests {
    /// NFKC_Casefold by example; `ICU` is the oracle, these are its known answers.
    @Test(arguments: [
        ("ｓａｌｅ", "sale"), ("𝐬𝐚𝐥𝐞", "sale"), ("ⓢⓐⓛⓔ", "sale"), ("s\u{200B}a\u{200D}le", "sale"),
        ("STRASSE ß", "strasse ss"),
        ("⼤", "大"), ("ｾｰﾙ", "セール"), ("e\u{301}", "é"), ("ﬁ", "fi"), ("№", "no"), ("", ""),
    ])
    func folds(_ source: String, _ expected: String) throws {
        var folder = try CaseFolder()
        var folded: [UInt8] = []
        var edits: [Edit] = []
        let folding = folder.fold(Array(source.utf8).span, into: &folded, edits: &edits)
        let count = try #require(folding)
        #expect(String(decoding: folded[..<count], as: UTF8.self) == expected)
    }

    private func expectICU(
        _ text: [UInt8], _ folder: inout CaseFolder, _ reference: inout ICUFolder
    ) throws {
        var folded: [UInt8] = []
        var edits: [Edit] = []
        let folding = folder.fold(text.span, into: &folded, edits: &edits)
        let count = try #require(folding)
        let reply = reference.fold(text.span)
        let expectedCount = try #require(reply)
        guard folded[..<count] != reference.folded[..<expectedCount] else { return }
        Issue.record("\(String(decoding: text, as: UTF8.self).debugDescription) folds to \(folded[..<count])")
    }

    /// The table gives ICU's answer on every code point: alone, behind a letter, and before a mark that composes.
    @Test func everyCodePointFoldsAsICUFoldsIt() throws {
        var folder = try CaseFolder()
        var reference = try ICUFolder()
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            try expectICU(Array(String(scalar).utf8), &folder, &reference)
            try expectICU(Array("a\(scalar)\u{301}".utf8), &folder, &reference)
        }
    }

    @Test func randomTextsFoldAsICUFoldsThem() throws {
        var folder = try CaseFolder()
        var reference = try ICUFolder()
        var random = SeededRandom(7)
        // Marks of many classes, jamo, kana with voicing marks, letters that compose with them, ignorables.
        let pool: [ClosedRange<UInt32>] = [
            0x41...0x7A, 0xC0...0x24F, 0x300...0x36F, 0x370...0x52F, 0x5B0...0x5EA, 0x610...0x6D3, 0x900...0x97F,
            0xBBE...0xBD7, 0xE01...0xE4E, 0x1100...0x11FF, 0x1E00...0x1FFF, 0x200B...0x2064, 0x3041...0x30FF,
            0x4E00...0x4E20, 0xAC00...0xAC40, 0xFB00...0xFB4F, 0xFE00...0xFE0F, 0xFF01...0xFFDC, 0x1D15E...0x1D1C0,
            0x1F1E6...0x1F1FF, 0x2F800...0x2F820, 0xE0000...0xE007F,
        ]
        for _ in 0..<60_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let range = pool.randomElement(using: &random)!
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
            }
            try expectICU(Array(String(text).utf8), &folder, &reference)
        }
    }

    @Test(arguments: hostileTexts)
    func hostileTextsFoldAsICUFoldsThem(_ text: String) throws {
        var folder = try CaseFolder()
        var reference = try ICUFolder()
        try expectICU(Array(text.utf8), &folder, &reference)
    }

    @Test func foldingTwiceIsFoldingOnce() throws {
        var folder = try CaseFolder()
        var random = SeededRandom(1)
        var first: [UInt8] = []
        var second: [UInt8] = []
        var edits: [Edit] = []
        for _ in 0..<500 {
            let text = Array(random.text(40).utf8)
            let firstFolding = folder.fold(text.span, into: &first, edits: &edits)
            let firstCount = try #require(firstFolding)
            let once = Array(first[..<firstCount])
            let secondFolding = folder.fold(once.span, into: &second, edits: &edits)
            let secondCount = try #require(secondFolding)
            #expect(Array(second[..<secondCount]) == once)
        }
    }

    @Test func editsAccountForEveryByte() throws {
        var folder = try CaseFolder()
        var random = SeededRandom(2)
        var folded: [UInt8] = []
        var edits: [Edit] = []
        for _ in 0..<500 {
            let text = Array(random.text(60).utf8)
            let folding = folder.fold(text.span, into: &folded, edits: &edits)
            let count = try #require(folding)
            let grown = edits.reduce(0) { $0 + Int($1.resultLength) - Int($1.sourceLength) }
            #expect(text.count + grown == count)
        }
    }

    @Test func growsItsRoomForTextsThatGrow() throws {
        var folder = try CaseFolder()
        var folded: [UInt8] = []
        var edits: [Edit] = []
        // U+FDFA is three bytes and folds to 33.
        let text = String(repeating: "\u{FDFA}", count: 2000)
        let folding = folder.fold(Array(text.utf8).span, into: &folded, edits: &edits)
        let count = try #require(folding)
        #expect(count == 2000 * 33)
        #expect(edits.count == 2000)
    }
}

@Suite struct CharacterClassTests {
    @Test(arguments: [
        ("a", CharacterClass.Kind.letter, Script.latin), ("б", .letter, .cyrillic), ("加", .letter, .han),
        ("の", .letter, .hiragana), ("톡", .letter, .hangul), ("ไ", .letter, .thai), ("7", .digit, .common),
        ("\u{301}", .mark, .common), (" ", .space, .common), ("\n", .space, .common), (".", .separator, .common),
        ("🔥", .separator, .common), ("\u{200B}", .ignorable, .common), ("\u{0}", .other, .common),
    ])
    func classes(_ character: String, _ kind: CharacterClass.Kind, _ script: Script) {
        let found = CharacterClass(of: character.unicodeScalars.first!.value)
        #expect(found.kind == kind)
        #expect(found.script == script)
    }
}

@Suite struct GraphemeTests {
    @Test func widensToWholeGraphemes() throws {
        var boundaries = try GraphemeBoundaries()
        // A family of three people is one grapheme of 18 bytes, behind one byte.
        let text = Array("x👩‍👩‍👧y".utf8)
        let widened = boundaries.widen([2..<3, 0..<1, 1..<19], in: text.span)
        #expect(widened == [1..<19, 0..<1, 1..<19])
    }

    /// What is answered without ICU is what ICU answers: beside a letter with its mark it is asked for all spans.
    @Test func knowsPlainBoundariesAsICUDoes() throws {
        var boundaries = try GraphemeBoundaries()
        var random = SeededRandom(3)
        let pieces = [
            "a", " ", "\r", "\n", "们", "\u{4E00}", "\u{9FFF}", "の", "\u{301}", "\u{600}", "\u{200D}", "🐈", "é",
            "\u{3099}",
        ]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 1...6, using: &random)).map { _ in pieces.randomElement(using: &random)! }
            let bytes = Array(text.joined().utf8)
            let places = (0...bytes.count).filter { $0 == bytes.count || bytes[$0] & 0xC0 != 0x80 }
            for start in places {
                let span = start..<places.filter { $0 >= start }.randomElement(using: &random)!
                let prefix = Array("e\u{301} ".utf8)
                let all = prefix + bytes
                let shifted = span.lowerBound + prefix.count..<span.upperBound + prefix.count
                let own = boundaries.widen([span], in: bytes.span)
                let widened = boundaries.widen([0..<1, shifted], in: all.span)
                // A mark at the text's beginning joins the blank before it there.
                let asked = try #require(widened)[1]
                guard asked.lowerBound >= prefix.count else { continue }
                #expect(own == [asked.lowerBound - prefix.count..<asked.upperBound - prefix.count], "\(text)")
            }
        }
    }

    @Test(arguments: hostileTexts)
    func widenedSpansSliceTheText(_ text: String) throws {
        var boundaries = try GraphemeBoundaries()
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return }
        let widening = boundaries.widen([0..<1, bytes.count / 2..<bytes.count], in: bytes.span)
        let spans = try #require(widening)
        for span in spans { #expect(String(validating: bytes[span], as: UTF8.self) != nil) }
    }
}
