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
        let found = CharacterClasses.shared[character.unicodeScalars.first!.value]
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
