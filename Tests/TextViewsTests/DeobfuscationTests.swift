import ContentModel
import Foundation
import TestSupport
import Testing
import TextViews
import UnicodeData

private func text(_ view: borrowing ViewText) -> String { String(decoding: view.array, as: UTF8.self) }

@Suite struct DeobfuscationTests {
    @Test(arguments: [
        // separators between single letters
        ("s.a.l.e", "sale"), ("s a l e now", "sale now"), ("buy w_e_i-x/i n", "buy weixin"), ("加 微 信", "加微信"),
        ("加.微.信", "加微信"), ("加-微信领优惠", "加微信领优惠"), ("s🔥a🔥l🔥e", "sale"), ("카.톡", "카톡"),
        // repeats
        ("saaaale", "sale"), ("哈哈哈哈", "哈"), ("s a a a l e", "sale"),
        // look-alikes inside a Latin word
        ("ѕаle", "sale"), ("whаtsapp", "whatsapp"),
        // fillers
        ("sa\u{2800}le", "sale"),
    ])
    func undoes(_ source: String, _ expected: String) throws {
        var views = try TextViews()
        let isSeen = views.see(Array(source.utf8).span)
        #expect(isSeen)
        #expect(Bool(views.present.contains(.deobfuscated)))
        #expect(views.look(at: .deobfuscated, text) == expected)
    }

    @Test(arguments: [
        "push it to the limit", "I a house", "pen is on the table", "cool book, good mood", "142,460 and 3.14",
        "今天 天气 很好",
        "大家好，我是新来的", "Привет, как дела", "καλημέρα κόσμε", "그 사람 참 좋다", "19th of May", "नमस्ते दुनिया", "a.m. and p.m.",
        "example.com/path", "e.g. this",
    ])
    func leavesHonestTextAlone(_ source: String) throws {
        var views = try TextViews()
        let isSeen = views.see(Array(source.utf8).span)
        #expect(isSeen)
        #expect(!Bool(views.present.contains(.deobfuscated)), "became \(views.look(at: .deobfuscated, text))")
    }

    /// The quick check of what a text calls for must never miss anything: the slow way is to make every view.
    @Test func theCheckNeverMissesAView() throws {
        var random = SeededRandom(3)
        var views = try TextViews()
        var all = try TextViews()
        var made = 0
        for _ in 0..<20_000 {
            let source = random.text(12)
            let isSeen = views.see(Array(source.utf8).span)
            let isAllSeen = all.seeAll(Array(source.utf8).span)
            #expect(isSeen && isAllSeen)
            let (present, expected) = (views.present, all.present)
            #expect(present == expected, "in \(source.debugDescription)")
            for view in View.allCases where expected.contains(view) {
                let (shown, slow) = (views.look(at: view, text), all.look(at: view, text))
                #expect(shown == slow, "\(view.name) in \(source.debugDescription)")
            }
            let (masked, allMasked) = (views.maskedWords, all.maskedWords)
            #expect(masked == allMasked, "in \(source.debugDescription)")
            if expected != [.folded] { made += 1 }
        }
        #expect(made > 2500)
    }

    /// The same where the check goes by blocks: ASCII, Han and signs, wherever the blocks of 64 bytes end.
    @Test func theCheckByBlocksNeverMissesAView() throws {
        var random = SeededRandom(29)
        var views = try TextViews()
        var all = try TextViews()
        let alphabet = [
            "a", "b", "ab", "word", "加", "微", "信", "加微", "信信", "\u{9FFF}", " ", "  ", ".", "-", "、", "，", "。", "(", "1",
            "23",
            "🔥", "·", "…", "*", "_", "$", "@", "\u{4DC0}", "→", "—", "a1", "加1", "1信",
        ]
        var made = 0
        for round in 0..<20_000 {
            let source =
                String(repeating: "x", count: round % 67) + " "
                + (0..<Int.random(in: 2...10, using: &random)).map { _ in
                    alphabet.randomElement(using: &random)!
                }.joined()
            let isSeen = views.see(Array(source.utf8).span)
            let isAllSeen = all.seeAll(Array(source.utf8).span)
            #expect(isSeen && isAllSeen)
            let (present, expected) = (views.present, all.present)
            #expect(present == expected, "in \(source.debugDescription)")
            let (shown, slow) = (views.look(at: .deobfuscated, text), all.look(at: .deobfuscated, text))
            #expect(shown == slow, "in \(source.debugDescription)")
            if expected.contains(.deobfuscated) { made += 1 }
        }
        #expect(made > 2500)
    }

    /// The same of every code point that may stand for another, beside letters of each side, signs and digits.
    @Test func theCheckNeverMissesADisguise() throws {
        var views = try TextViews()
        var all = try TextViews()
        var disguises = 0
        for value in UInt32(0x80)...0x1FFFF where Disguise.of(value).kind != .none {
            guard let disguise = Unicode.Scalar(value) else { continue }
            disguises += 1
            for context in [
                "?d", "d?", "d?d", "?ก", "中?d", "?中d", "d中?", "가?d", "?가d", "?1d", "d*?", "?.d", "?? ?d", "s ? l",
                "?️d", "d?က", "d1?中", "က?d",
            ] {
                let source = context.replacingOccurrences(of: "?", with: String(disguise))
                let isSeen = views.see(Array(source.utf8).span)
                let isAllSeen = all.seeAll(Array(source.utf8).span)
                #expect(isSeen && isAllSeen)
                let (present, expected) = (views.present, all.present)
                guard present == expected else {
                    Issue.record("\(source.debugDescription): \(expected.rawValue), not \(present.rawValue)")
                    continue
                }
                let (shown, slow) = (views.look(at: .deobfuscated, text), all.look(at: .deobfuscated, text))
                if shown != slow { Issue.record("\(source.debugDescription): \(slow), not \(shown)") }
            }
        }
        #expect(disguises > 3000)
    }

    /// What the fuzzer once crashed on, and where it began.
    @Test func whatTheFuzzerFoundHolds() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fuzzing/corpus/views")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 20)
        var views = try TextViews()
        var all = try TextViews()
        for file in files {
            let bytes = Array(String(decoding: try Data(contentsOf: file), as: UTF8.self).utf8)
            let isSeen = views.see(bytes.span)
            let isAllSeen = all.seeAll(bytes.span)
            #expect(isSeen && isAllSeen)
            let (present, expected) = (views.present, all.present)
            #expect(present == expected, "\(file.lastPathComponent)")
            for view in View.allCases {
                let (shown, slow) = (views.look(at: view, text), all.look(at: view, text))
                #expect(shown == slow, "\(view.name) of \(file.lastPathComponent)")
                for place in 0..<views.look(at: view, { $0.count }) {
                    let span = views.look(at: view) { $0.source(of: TextSpan(start: place, end: place + 1)) }
                    #expect(span.start >= 0 && span.start <= span.end && span.end <= bytes.count)
                }
            }
        }
    }

    /// Four times the text takes four times as long and not sixteen, however many signs and edits it has.
    @Test func longTextsTakeTheirShare() throws {
        var views = try TextViews()
        func time(_ words: Int) -> Duration {
            let bytes = Array(
                (String(repeating: "a1b c3d ", count: words) + String(repeating: "ＡＢ", count: words)).utf8)
            return (0..<3).map { _ in
                ContinuousClock().measure {
                    let isSeen = views.see(bytes.span)
                    #expect(isSeen)
                }
            }.min()!
        }
        let once = time(10_000)
        #expect(time(40_000) < once * 10)
    }

    @Test func spansLeadBackToTheOriginal() throws {
        let marked = MarkedText("buy my ⟦W.e\u{200B}.ｉ.x.i.n⟧ now")
        var views = try TextViews()
        let isSeen = views.see(Array(marked.text.utf8).span)
        #expect(isSeen)
        let seen = Array(views.look(at: .deobfuscated, text).utf8)
        let word = Array("weixin".utf8)
        let start = try #require(seen.indices.first { seen[$0...].starts(with: word) })
        let original = views.look(at: .deobfuscated) { $0.source(of: TextSpan(start: start, end: start + word.count)) }
        let found = original.start..<original.end
        #expect(found == marked.spans[0])
    }

    @Test(arguments: hostileTexts)
    func everyPlaceLeadsBackIntoTheText(_ source: String) throws {
        var views = try TextViews(readings: [.digits, .phonetic, .unmarked])
        let bytes = Array(source.utf8)
        let isSeen = views.see(bytes.span)
        #expect(isSeen)
        for view in View.allCases {
            let count = views.look(at: view) { $0.count }
            for place in stride(from: 0, to: count, by: max(1, count / 50)) {
                let span = views.look(at: view) { $0.source(of: TextSpan(start: place, end: place + 1)) }
                #expect(span.start <= span.end && span.start >= 0 && span.end <= bytes.count)
            }
        }
    }

    /// The reading without marks is made only for texts that have one of some first bytes: none that would lose
    /// something is without.
    @Test func theReadingWithoutMarksIsNeverPassedOver() throws {
        var views = try TextViews(readings: [.unmarked])
        for value in UInt32(0x80)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), Reading.unmarked(value) != value else { continue }
            let bytes = Array("\(scalar)x".utf8)
            let isSeen = views.see(bytes.span)
            #expect(isSeen)
            let plain = views.look(at: .folded) { Reading.unmarked(UTF8Scalar.decode($0.bytes, at: 0).codePoint) }
            let shown = views.look(at: .unmarked) { UTF8Scalar.decode($0.bytes, at: 0).codePoint }
            let isDeobfuscated = Bool(views.present.contains(.deobfuscated))
            #expect(isDeobfuscated || shown == plain, "U+\(String(value, radix: 16))")
        }
    }

    /// The reading without marks is written byte by byte, and as units where it is made of every text: both show the
    /// same and lead back to the same places.
    @Test func theReadingWithoutMarksIsTheSameByBytesAndByUnits() throws {
        var random = SeededRandom(17)
        var views = try TextViews(readings: [.unmarked])
        var all = try TextViews(readings: [.unmarked])
        let alphabet = [
            "a", "é", "ệ", "đ", "ơ", "ё", "й", "ά", "ǆ", "ŉ", "ẚ", "ß", "ﬁ", "É", "e\u{301}", "и\u{306}", "\u{323}",
            "е",
            "ѐ", "0", "$", ".", " ", "-", "\u{200B}", "\u{AD}", "加", "ｅ", "ｶﾞ", "ậ", "ﬅ", "Ⅻ", "ç", "ñ", "ooo", "éééé",
        ]
        var made = 0
        for _ in 0..<20_000 {
            let source = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                alphabet.randomElement(using: &random)!
            }.joined()
            let bytes = Array(source.utf8)
            let isSeen = views.see(bytes.span)
            let isAllSeen = all.seeAll(bytes.span)
            #expect(isSeen && isAllSeen)
            let (present, expected) = (views.present, all.present)
            guard present == expected, present.contains(.unmarked) else {
                #expect(present == expected, "in \(source.debugDescription)")
                continue
            }
            made += 1
            let (shown, slow) = (views.look(at: .unmarked, text), all.look(at: .unmarked, text))
            #expect(shown == slow, "in \(source.debugDescription)")
            let (ways, slowWays) = (
                views.look(at: .unmarked, Self.waysBack(of:)), all.look(at: .unmarked, Self.waysBack(of:))
            )
            #expect(ways == slowWays, "in \(source.debugDescription)")
        }
        #expect(made > 10_000)
    }

    /// Of every byte of a view, where it came from, and whether something of it was hidden.
    private static func waysBack(of view: borrowing ViewText) -> [String] {
        (0..<view.count).map { place in
            let span = TextSpan(start: place, end: place + 1)
            let source = view.source(of: span)
            return "\(source.start)..<\(source.end)\(view.hasChange(in: span) ? " hidden" : "")"
        }
    }

    /// What a view shows at a place depends on at most 64 code points either side: a text cut there shows the same.
    @Test func aCutFarAwayChangesNothing() throws {
        var random = SeededRandom(11)
        var views = try TextViews(readings: [.digits, .phonetic, .unmarked])
        for _ in 0..<3000 {
            let scalars = Array(random.text(160).unicodeScalars)
            let middle = scalars.count / 2
            let whole = try #require(shown(scalars[...], around: middle, &views))
            for cut in [scalars[(middle - 65)...], scalars[..<(middle + 65)], scalars[(middle - 65)..<(middle + 65)]]
            where middle > 65 && middle + 65 < scalars.count {
                let part = try #require(shown(cut, around: middle, &views))
                let around = String(String.UnicodeScalarView(scalars[(middle - 30)..<(middle + 30)]))
                #expect(part == whole, "around \(around.debugDescription)")
            }
        }
    }

    /// What each view shows of one code point of a text, by its place among the scalars.
    private func shown(
        _ scalars: ArraySlice<Unicode.Scalar>, around place: Int, _ views: inout TextViews
    ) -> [String]? {
        var text = ""
        var start = 0
        for index in scalars.indices {
            if index == place { start = text.utf8.count }
            text.unicodeScalars.append(scalars[index])
        }
        let end = start + String(Character(scalars[place])).utf8.count
        guard views.see(Array(text.utf8).span) else { return nil }
        return [View.folded, .deobfuscated, .leet, .digits, .phonetic, .unmarked].map { view in
            let shown = views.present.contains(view) ? view : .deobfuscated
            let span = views.look(at: shown) { $0.result(of: TextSpan(start: start, end: end)) }
            let seen = String(decoding: views.look(at: shown) { $0.array }[span.start..<span.end], as: UTF8.self)
            // Leet shows l as i, and letters without marks, in all of a text, where some word calls for it.
            guard view == .leet else { return seen }
            let plain = seen.unicodeScalars.compactMap { Unicode.Scalar(Reading.unmarked($0.value)) }
            return String(String.UnicodeScalarView(plain)).replacing("l", with: "i")
        }
    }
}

@Suite struct WordEdgeTests {
    /// The phrase between ⟦ and ⟧ is at edges of words, or is not.
    @Test(arguments: [
        ("a ⟦sale⟧ now", true), ("whole⟦sale⟧", false), ("⟦sale⟧s", false), ("加⟦weixin⟧领", true), ("⟦4d⟧2", false),
        ("⟦sale⟧!", true),
        ("no⟦大麻⟧烦", true), ("\u{200B}a\u{200B}⟦sale⟧", false), ("온라인⟦도박⟧", false), ("⟦도박⟧으로", true), ("é⟦sale⟧", false),
        ("⟦sale⟧\u{301}", false),
    ])
    func auto(_ marked: String, _ holds: Bool) {
        let marked = MarkedText(marked)
        let bytes = Array(marked.text.utf8)
        let phrase = Array(bytes[marked.spans[0]])
        let (start, end) = WordEdge.edges(of: phrase.span, boundary: .auto)
        let allowed =
            start.allows(before: marked.spans[0].lowerBound, in: bytes.span)
            && end.allows(after: marked.spans[0].upperBound, in: bytes.span)
        #expect(allowed == holds)
    }

    @Test(arguments: [
        ("https://⟦scam.test⟧/x", true), ("www.⟦scam.test⟧", true), ("my-⟦scam.test⟧", false), ("⟦scam.test⟧.", true),
        ("⟦scam.test⟧.example", false),
        ("notscam⟦scam.test⟧", false),
    ])
    func domains(_ marked: String, _ holds: Bool) {
        let marked = MarkedText(marked)
        let bytes = Array(marked.text.utf8)
        let allowed =
            WordEdge.hostStart.allows(before: marked.spans[0].lowerBound, in: bytes.span)
            && WordEdge.hostEnd.allows(after: marked.spans[0].upperBound, in: bytes.span)
        #expect(allowed == holds)
    }
}
