import ContentModel
import TestSupport
import Testing
import TextViews
import UnicodeData

private func text(_ view: ViewText) -> String { String(decoding: view.storage[0..<view.count], as: UTF8.self) }

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
        #expect(Bool(views.isDeobfuscated))
        #expect(text(views.deobfuscated) == expected)
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
        #expect(!Bool(views.isDeobfuscated), "became \(text(views.deobfuscated))")
    }

    /// The check that a rewrite is needed must never miss one: the slow way is to rewrite every text.
    @Test func theCheckNeverMissesARewrite() throws {
        var random = SeededRandom(3)
        var views = try TextViews()
        var rewritten = 0
        for _ in 0..<4000 {
            let source = random.text(12)
            let isSeen = views.see(Array(source.utf8).span)
            #expect(isSeen)
            let always = try TextViews.rewritten(source)
            if let always {
                rewritten += 1
                #expect(Bool(views.isDeobfuscated), "missed in \(source.debugDescription)")
                #expect(text(views.deobfuscated) == always)
            } else {
                #expect(!Bool(views.isDeobfuscated))
            }
        }
        #expect(rewritten > 500)
    }

    @Test func spansLeadBackToTheOriginal() throws {
        let marked = MarkedText("buy my ⟦W.e\u{200B}.ｉ.x.i.n⟧ now")
        var views = try TextViews()
        let isSeen = views.see(Array(marked.text.utf8).span)
        #expect(isSeen)
        let seen = Array(text(views.deobfuscated).utf8)
        let word = Array("weixin".utf8)
        let start = try #require(seen.indices.first { seen[$0...].starts(with: word) })
        let original = views.original(of: TextSpan(start: start, end: start + word.count), in: .deobfuscated)
        let found = original.start..<original.end
        #expect(found == marked.spans[0])
    }

    @Test(arguments: hostileTexts)
    func everyPlaceLeadsBackIntoTheText(_ source: String) throws {
        var views = try TextViews()
        let bytes = Array(source.utf8)
        let isSeen = views.see(bytes.span)
        #expect(isSeen)
        let count = views.isDeobfuscated ? views.deobfuscated.count : views.folded.count
        for place in stride(from: 0, to: count, by: max(1, count / 50)) {
            let span = views.original(of: TextSpan(start: place, end: place + 1), in: .deobfuscated)
            #expect(span.start <= span.end && span.start >= 0 && span.end <= bytes.count)
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
