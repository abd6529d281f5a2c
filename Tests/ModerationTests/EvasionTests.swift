import ContentModel
import Moderation
import TestSupport
import Testing
import UnicodeData

/// How text hides, and what undoes it: every row of Documentation/Views.md on generated variants, and the innocent
/// texts that a cruder counter would hit.
@Suite struct EvasionTests {
    /// What a row's rule opts into, beside the views that every phrase has.
    private static func options(for trick: Trick) -> String {
        switch trick {
        case .strayAccents, .withoutMarks: ", readings: [unmarked]"
        case .typo: ", typos: true"
        case .homophones, .pinyin: ", views: [folded, deobfuscated, phonetic]"
        case .digits: ", readings: [digits]"
        default: ""
        }
    }

    private static let numbers = ["club 13800138", "加群 7086542", "group 20458871", "line 5521309"]

    /// Words around a phrase, by how the language is written.
    private static func carriers(_ language: String) -> [(before: String, after: String)] {
        switch language {
        case "zh-Hans", "zh-Hant": [("", "呢"), ("朋友说", "吗"), ("看看 ", "")]
        case "ja": [("", "です"), ("今日は", "です"), ("見て ", "")]
        case "th": [("", "ครับ"), ("ที่นี่มี", "ครับ"), ("ดู ", "")]
        default: [("", " ok"), ("ok ", " ok"), ("ok ", "")]
        }
    }

    private struct Recall {
        var found = 0
        var total = 0
        var missed: [String] = []
        var share: Double { total == 0 ? 1 : Double(found) / Double(total) }
    }

    private static func judging(_ trick: Trick, _ phrases: [String]) throws -> Moderator {
        let list = phrases.map { "'\($0.replacing("'", with: "''"))'" }.joined(separator: ", ")
        return try ModerationTests.moderator(rule("a", "phrases: [\(list)]\(options(for: trick))"))
    }

    /// Whether the hidden phrase is found with exactly its own span. Where words have no edges, a letter repeated at an
    /// end leaves the phrase standing there plainly, and that is what is found.
    private static func finds(
        _ phrase: String, as hidden: String, _ carrier: (before: String, after: String), _ judge: inout Judge,
        _ verdict: inout Verdict
    ) throws -> Bool {
        let text = carrier.before + hidden + carrier.after
        var graphemes = try GraphemeBoundaries()
        let own = carrier.before.utf8.count..<carrier.before.utf8.count + hidden.utf8.count
        let span = graphemes.widen([own], in: Array(text.utf8).span)?.first ?? own
        let (start, end) = (span.lowerBound, span.upperBound)
        judge.judge(Post(text: text), into: &verdict)
        return verdict.evidence.contains { evidence in
            guard let place = evidence.place else { return false }
            if place.text == phrase, place.span.start >= start, place.span.end <= end { return true }
            // The controls around a reversed run are no part of it.
            let slack = hidden.hasPrefix("\u{202E}") ? 3 : 0
            return place.span.start >= start && place.span.start <= start + slack && place.span.end <= end
                && place.span.end >= end - slack
        }
    }

    private static func recall(of tricks: [Trick], seed: UInt64) throws -> Recall {
        var random = SeededRandom(seed)
        var recall = Recall()
        var verdict = Verdict()
        let all = phrases + [("number", numbers)]
        for (language, phrases) in all {
            // A rule opts into what the first trick needs; the second never needs more.
            let moderator = try judging(tricks[0], phrases)
            var judge = try moderator.makeJudge()
            for phrase in phrases {
                for carrier in carriers(language) {
                    var hidden = phrase
                    var isHidden = true
                    for trick in tricks {
                        guard let next = trick.hide(hidden, &random) else {
                            isHidden = false
                            break
                        }
                        hidden = next
                    }
                    guard isHidden else { continue }
                    recall.total += 1
                    if try finds(phrase, as: hidden, carrier, &judge, &verdict) {
                        recall.found += 1
                    } else {
                        recall.missed.append("\(language) \(phrase) as \(carrier.before)⟦\(hidden)⟧\(carrier.after)")
                    }
                }
            }
        }
        return recall
    }

    @Test(arguments: Trick.allCases)
    func everyTrickIsSeenThrough(_ trick: Trick) throws {
        let recall = try Self.recall(of: [trick], seed: 1)
        #expect(recall.total >= 9, "the generator has too little to say about \(trick)")
        #expect(
            recall.share >= 0.95,
            "row \(trick.row), \(trick): \(recall.found) of \(recall.total); missed \(recall.missed.prefix(12))")
    }

    @Test func twoTricksTogether() throws {
        var sum = Recall()
        var shares: [String] = []
        for first in Trick.allCases where !first.isLast {
            for second in Trick.allCases where second.canFollow(first) {
                let recall = try Self.recall(of: [first, second], seed: 2)
                guard recall.total > 0 else { continue }
                sum.found += recall.found
                sum.total += recall.total
                if recall.share < 0.85 {
                    shares.append("\(first)+\(second) \(recall.found) of \(recall.total)")
                }
            }
        }
        #expect(sum.total > 20_000)
        #expect(sum.share >= 0.85, "\(sum.found) of \(sum.total): \(shares.joined(separator: "; "))")
    }

    /// Row, phrase and options, and innocent texts in which nothing is to be found.
    @Test(arguments: [
        (3, "usa", "", ["🇺🇸 🇸🇦", "🇺🇸🇦🇺"]), (4, "abc", "", ["(a) one (b) two (c) three", "a) yes b) no"]),
        (5, "abc", "", ["می‌خواهم", "क्‍ष"]),
        (6, "gbsct", "", ["🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F} forever"]),
        (7, "olleh", "", ["שלום hello עולם", "مرحبا hello"]), (9, "pot", "", ["рот болит", "вода и рот"]),
        (9, "copa", "", ["сора нет"]), (10, "sale", "", ["ᏍᎪᎴ ᎭᏩ"]), (12, "ano", "", ["feliz año nuevo"]),
        (13, "mua ban", "", ["mùa bận rộn"]), (14, "ago", "", ["$460 and 490", "a 460 b", "SKU-A60-12345"]),
        (14, "ask", "", ["45k views"]), (14, "best", "", ["835+ posts", "8357"]),
        (15, "sale", "", ["2*3 and 5*5*7", "**sole** and *sage*", "s***", "#sole _sage_"]),
        (16, "pushit", "", ["push it now", "p. 5 push it"]),
        (16, "penis", "", ["pen is on the table", "the pen. is it"]),
        (16, "usa", "", ["https://u.example/s/a"]), (17, "ass", "", ["as we said", "class"]),
        (17, "col", "", ["cool"]), (17, "cool", "", ["col"]),
        (18, "sale", "", ["sa🔥le", "sa\nle"]), (18, "加微信", "", ["加油🔥微信"]),
        (20, "where", ", typos: true", ["here and there", "were"]), (20, "sale", ", typos: true", ["sae", "slae"]),
        (21, "sex", "", ["Essex and Sussex"]), (21, "大麻", ", boundary: word", ["大麻烦"]),
        (22, "干", "", ["乾隆"]), (23, "加微信", "", ["加威信"]), (24, "加微信", "", ["jwx", "jia wei xin"]),
        (24, "加微信", ", views: [folded, phonetic]", ["jwxy", "ajwx"]), (25, "奸", "", ["女干部开会"]), (25, "好", "", ["女子组"]),
        (27, "13800138000", "", ["一三八〇〇一三八〇〇〇"]),
        (28, "セール", "", ["せいる", "セル"]), (29, "سلام", "", ["سلم"]), (31, "ของดี", "", ["ของเดิม"]),
        (34, "ㅋㅋ", ", boundary: word", ["하하"]), (34, "핰", "", ["하ㅋㅋㅋ"]),
        (35, "sale", "", ["s&amp;le", "100%61", "R&D and Q&A;"]),
    ])
    func innocentTextStaysClean(_ row: Int, _ phrase: String, _ options: String, _ texts: [String]) throws {
        let moderator = try moderator(rule("a", "phrases: ['\(phrase)']\(options)"))
        for text in texts {
            let verdict = try moderator.judge(Post(text: text))
            let found = verdict.evidence.compactMap { $0.place.map { "\($0.text) as \($0.view.name)" } }
            #expect(found.isEmpty, "row \(row): \(found) in \(text)")
        }
    }

    /// A listed host, however the network, a browser or somebody who evades writes it; and hosts that are others.
    @Test(arguments: [
        "go to ⟦example-scam.test⟧ now", "https://www.⟦example-scam.test⟧/path?x=1", "⟦EXAMPLE-SCAM.TEST⟧",
        "https://user:pw@⟦example-scam.test⟧:8080/x", "end of ⟦example-scam.test⟧.", "⟦ｅxample-scam．test⟧",
        "https://⟦example%2Dscam.test⟧/", "hxxps://⟦example-scam[.]test⟧", "⟦example-scam dot test⟧ ok",
        "⟦example-scam。test⟧",
        "⟦bücher.test⟧", "https://⟦b%C3%BCcher.test⟧", "https://⟦xn--bcher-kva.test⟧/x", "www.⟦XN--BCHER-KVA.test⟧",
        "这是 ⟦xn--bcher-kva.test⟧ 的", "https://⟦bаnk.test⟧/login", "https://⟦xn--bnk-6cd.test⟧", "notexample-scam.test",
        "my-example-scam.test", "example-scam.test.org", "example-scam.test.evil.com", "axn--bcher-kva.test",
        "xn--bcher-kvb.test", "xn--!!! xn-- xn--99999999999999.test", "bank or test",
    ])
    func domains(_ marked: String) throws {
        let marked = MarkedText(marked)
        let moderator = try moderator(rule("a", "domains: [example-scam.test, bücher.test, bank.test]"))
        let found = spans(try moderator.judge(Post(text: marked.text)))
        #expect(found == marked.spans, "\(marked.text)")
    }

    /// No guess alone reaches what blocks.
    @Test func aGuessAloneGoesToAPerson() {
        for view in View.allCases where view != .folded { #expect(view.weight < 0.9) }
    }

    @Test(arguments: [
        ("phrases: ['🐍']", "buy ⟦🐍⟧ here"), ("phrases: ['➕V']", "⟦➕v⟧ now"),
        ("phrases: [sale], boundary: none, ", "big⟦sale⟧now"), ("phrases: [ของดี]", "ที่นี่มี⟦ของดี⟧ครับ"),
    ])
    func rowsThatRulesWrite(_ match: String, _ marked: String) throws {
        let marked = MarkedText(marked)
        let moderator = try moderator(rule("a", match))
        let found = spans(try moderator.judge(Post(text: marked.text)))
        #expect(found == marked.spans)
    }
}
