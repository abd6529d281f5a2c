import ContentModel
import Foundation
import ReviewQueue
import ReviewTerminal
import Storage
import TestSupport
import Testing
import UnicodeData

/// A queue with posts in it, and what a screen over it does when keys are pressed.
private struct Desk {
    let folder: TemporaryFolder
    let queue: ReviewQueue
    var screen = ReviewScreen(reviewer: "ana", grace: 10_000, now: 0)
    var effects: [String] = []

    init() throws {
        folder = try TemporaryFolder()
        queue = ReviewQueue(file: try DatabaseFile(path: folder.path + "/q.sqlite", creates: true)) { 1_000_000 }
    }

    func add(_ text: String, category: String = "fraud", words: Range<Int> = 0..<0, similarity: Int64? = nil) throws
        -> ReviewCase
    {
        var random = SystemRandomNumberGenerator()
        let id = UUID().uuidString
        let post = Post(text: text, id: id)
        var verdict = Verdict()
        verdict.action = .review
        verdict.languages = [LanguageShare(tag: "en", share: 1, confidence: 1)]
        let category = Category(rawValue: category)
        for name in ["cn", "us"] {
            verdict.markets.append(
                MarketVerdict(
                    market: Market(rawValue: name)!, action: .review, score: 0.6,
                    categories: [CategoryScore(category: category, score: 0.6)],
                    ruleSet: RuleSetName(rawValue: "\(name)@1")))
        }
        let bytes = Array(text.utf8)
        verdict.evidence = [
            Evidence(
                rule: RuleName(rawValue: "global.p.a"), category: category, confidence: 0.6,
                place: .init(
                    field: FieldName(.text), span: TextSpan(start: words.lowerBound, end: words.upperBound),
                    text: String(decoding: bytes[words], as: UTF8.self), view: .folded))
        ]
        let json = try JSONSerialization.data(withJSONObject: ["id": id, "text": text])
        let incoming = IncomingCase(
            id: CaseID.make(at: 1_000_000, using: &random), post: post, postKey: "id:" + id, verdict: verdict,
            original: Array(json), similarity: similarity.map { SimilarityHash(first: $0, second: $0 + 1) })!
        return try #require(try queue.find(try queue.enqueue([incoming])[0].id))
    }

    mutating func press(_ keys: Key..., at now: Int64 = 0) {
        for key in keys { note(screen.press(key, at: now)) }
    }

    mutating func type(_ text: String) { for character in text { press(.character(character)) } }

    mutating func take(_ answer: ReviewScreen.Answer, at now: Int64 = 0) { note(screen.take(answer, at: now)) }

    mutating func note(_ wished: [ReviewScreen.Effect]) {
        effects += wished.map { effect in
            switch effect {
            case .list(let filter): filter == nil ? "list" : "list filtered"
            case .next: "next"
            case .open(let id): "open \(id)"
            case .decide(_, let decision, let reason, let note, let market):
                "\(decision.rawValue) \(reason ?? "-") \(note ?? "-") \(market ?? "-")"
            case .decideCluster(_, let decision, _): "cluster \(decision.rawValue)"
            case .undo: "undo"
            case .skip: "skip"
            case .release: "release"
            case .renew: "renew"
            case .explain: "explain"
            case .relate: "relate"
            case .spread: "spread"
            case .quit: "quit"
            }
        }
    }

    func text(rows: Int = 24, columns: Int = 80) -> String {
        screen.lines(rows: rows, columns: columns).map(\.text).joined(separator: "\n")
    }
}

@Suite struct ReviewScreenTests {
    @Test func oneKeyADecision() throws {
        var desk = try Desk()
        let found = try desk.add("my weixin is here", words: 3..<9)
        desk.press(.character("n"))
        desk.take(.opened(found, CaseGuide(reasons: ["Scams: do not"], glosses: [("weixin", "WeChat")])))
        #expect(desk.text().contains("my ⟦weixin⟧ is here"))
        #expect(desk.text().contains("WeChat") && desk.text().contains("Scams: do not"))
        desk.press(.character("x"))
        desk.press(.character("t"))
        desk.type("spam?x")
        desk.press(.backspace, .enter)
        desk.press(.character("g"))
        desk.type("us")
        desk.press(.enter, .character("a"))
        desk.take(.decided(found, .approve), at: 5)
        #expect(desk.effects == ["next", "reject - - -", "approve spam? - us", "next"])
        #expect(desk.text().contains("approve: u takes it back, 10 s"))
        desk.press(.character("u"), at: 9_000)
        desk.press(.character("u"), at: 9_000)
        #expect(desk.effects.suffix(1) == ["undo"], "only once")
    }

    @Test func whatIsTooLateIsNotTakenBack() throws {
        var desk = try Desk()
        let found = try desk.add("a")
        desk.take(.opened(found, CaseGuide()))
        desk.take(.decided(found, .reject), at: 0)
        desk.press(.character("u"), at: 10_000)
        #expect(desk.effects == ["next"])
        #expect(desk.text().contains("nothing can be taken back"))
    }

    @Test func textsThatHurtAreHiddenUntilTheSpaceBar() throws {
        var desk = try Desk()
        let found = try desk.add("so tired of it all", category: "self-harm")
        desk.take(.listed([found]))
        #expect(!desk.text().contains("tired"))
        desk.take(.opened(found, CaseGuide()))
        #expect(!desk.text().contains("tired"))
        desk.press(.character("x"))
        #expect(desk.effects.isEmpty, "nobody decides about what they have not seen")
        desk.press(.character(" "))
        #expect(desk.text().contains("tired"))
        desk.press(.character("x"))
        #expect(desk.effects == ["reject - - -"])
    }

    @Test func aClusterIsDecidedAfterItsSpreadWasShown() throws {
        var desk = try Desk()
        _ = try desk.add("one", similarity: 7)
        let found = try desk.add("two", similarity: 7)
        desk.take(.opened(found, CaseGuide()))
        desk.press(.character("c"))
        var spread = CaseSpread()
        spread.count = 2
        desk.take(.spread(spread, samples: ["one", "two"]))
        #expect(desk.text().contains("2 cases of nearly this text wait"))
        desk.press(.character("x"), .character("n"))
        desk.take(.spread(spread, samples: []))
        desk.press(.character("x"), .character("y"))
        #expect(desk.effects == ["spread", "cluster reject"])
    }

    @Test func theListIsFilteredSearchedAndLeft() throws {
        var desk = try Desk()
        let (first, second) = (try desk.add("about tea"), try desk.add("about coffee"))
        desk.take(.listed([first, second]))
        desk.press(.character("/"))
        desk.type("coffee")
        desk.press(.enter)
        #expect(!desk.text().contains("tea") && desk.text().contains("coffee"))
        desk.press(.enter)
        #expect(desk.effects == ["open \(second.id)"])
        desk.press(.character("f"))
        desk.type("langage=zh")
        desk.press(.enter)
        #expect(desk.text().contains("filter: langage=zh"), "what was typed may be mended")
        for _ in 0..<10 { desk.press(.backspace) }
        desk.type("score>0.5")
        desk.press(.enter, .character("q"))
        #expect(desk.effects.suffix(2) == ["list filtered", "quit"])
    }

    @Test func leavingGivesTheCaseBack() throws {
        var desk = try Desk()
        let found = try desk.add("a")
        desk.take(.opened(found, CaseGuide()))
        desk.press(.character("s"))
        desk.take(.opened(found, CaseGuide()))
        desk.press(.escape)
        desk.take(.opened(found, CaseGuide()))
        desk.press(.gone)
        #expect(desk.effects == ["skip", "next", "release", "list", "release", "quit"])
    }

    @Test func takingBackKeepsWhatCannotBeReplaced() throws {
        var desk = try Desk()
        let (first, second) = (try desk.add("one"), try desk.add("two"))
        desk.take(.opened(first, CaseGuide()))
        desk.take(.decided(first, .reject))
        desk.take(.opened(second, CaseGuide()))
        desk.press(.character("u"))
        desk.take(.failed("somebody else has acted since"))
        #expect(desk.effects == ["next", "undo"], "the case on the screen is still held")
        #expect(desk.text().contains("two"))
        desk.take(.decided(second, .reject))
        desk.take(.opened(second, CaseGuide()))
        desk.press(.character("u"))
        desk.take(.opened(first, CaseGuide()))
        #expect(desk.effects.suffix(2) == ["undo", "release"])
    }

    @Test func aClaimIsRenewedWhileShownAndABreakIsDue() throws {
        var desk = try Desk()
        let found = try desk.add("a")
        guard case .done(let claimed) = try desk.queue.claim(found.id, by: "ana") else { return }
        desk.take(.opened(claimed, CaseGuide()), at: 0)
        desk.note(desk.screen.tick(at: 59_999))
        #expect(desk.effects.isEmpty)
        desk.note(desk.screen.tick(at: 60_000))
        #expect(desk.effects == ["renew"])
        _ = desk.screen.tick(at: 50 * 60_000)
        #expect(desk.text().contains("time for a break"))
    }

    /// Wide and right-to-left letters, marks, emoji and controls, in screens of any size: every line is as wide as the
    /// screen, and nothing in it can speak to the terminal.
    @Test(arguments: [(24, 80), (10, 30), (50, 200), (3, 10), (24, 81)])
    func everyLineFitsAndIsHarmless(_ rows: Int, _ columns: Int) throws {
        var desk = try Desk()
        let text =
            "加薇信领优惠 مرحبا بالجميع 👩‍👩‍👧‍👦🇨🇳 e\u{301}\u{302} \u{1B}[31mred\u{7}\u{9B}2J \u{202E}evil\u{2066} \u{200B}x\r\n"
            + String(repeating: "長い文", count: 60) + String(repeating: "w", count: 300)
        let found = try desk.add(text, words: 0..<9)
        for _ in 0..<3 {
            desk.take(.listed([found, found]))
            for line in desk.screen.lines(rows: rows, columns: columns) { check(line, columns) }
            desk.take(.opened(found, CaseGuide(reasons: [text], glosses: [(text, text)])))
            #expect(desk.screen.lines(rows: rows, columns: columns).count == rows)
            for line in desk.screen.lines(rows: rows, columns: columns) { check(line, columns) }
            desk.press(.pageDown)
        }
    }

    private func check(_ line: ScreenLine, _ columns: Int) {
        #expect(line.width <= columns && line.width >= columns - 1, "\(line.width)")
        for scalar in line.text.unicodeScalars {
            let category = scalar.properties.generalCategory
            #expect(category != .control && (category != .format || scalar == "\u{200D}"), "\(scalar.value)")
        }
    }
}
