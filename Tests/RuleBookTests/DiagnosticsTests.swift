import ContentModel
import RuleBook
import Testing

private let policy = "market: xx\nthresholds: {default: {review: 0.5, block: 0.9}}\n"

private func diagnostics(pack: String, policy: String = policy) -> [Diagnostic] {
    do {
        return try RuleBook.read(
            RuleFiles(folder: "r", files: [("xx/market.yaml", policy), ("global/p.yaml", pack)])
        ).warnings
    } catch { return error.diagnostics }
}

private func pack(_ rule: String) -> String { "pack: p\nrules:\n  - \(rule)\n" }

@Suite struct DiagnosticsTests {
    /// What is wrong, the line and column where it is, and what is said about it.
    @Test(arguments: [
        ("pack: p\nrulez: []\n", 2, 1, "did you mean `rules`?"),
        (pack("{id: a, category: fruad, confidence: 0.5, match: {phrases: [x]}}"), 3, 23, "did you mean `fraud`?"),
        (pack("{id: a, category: fraud, confidence: 5, match: {phrases: [x]}}"), 3, 42, "from 0.0 to 1.0"),
        (pack("{id: A b, category: fraud, confidence: 0.5, match: {phrases: [x]}}"), 3, 10, "use a-z, 0-9 and -"),
        (pack("{id: a, category: fraud, confidence: 0.5}"), 3, 5, "neither `match` nor `when`"),
        (pack("{id: a, category: fraud, confidence: 0.5, match: {phrases: []}}"), 3, 64, "is empty"),
        (pack("{id: a, category: fraud, confidence: 0.5, match: {phrases: &x [y]}}"), 3, 64, "anchors and aliases"),
        (pack("{id: a, category: fraud, confidence: 0.5, match: {phrases: [x], regex: y}}"), 3, 54, "one of phrases"),
        (pack("{id: a, category: fraud, confidence: 0.5, match: {phrases_from: no.txt}}"), 3, 69, "no term list"),
        (
            pack("{id: a, category: fraud, confidence: 0.5, match: {phrases: [x]}, enabled: false}"), 3, 79,
            "needs a `reason`"
        ),
        (
            pack("{id: a, category: fraud, confidence: 0.5, match: {phrases: [x]}, action: block}"), 3, 78,
            "severity critical"
        ),
        (pack("{id: a, category: fraud, confidence: 0.5, when: {reach: {lt: many}}}"), 3, 66, "compares with a number"),
        ("pack: p\nrules:\n\t- id: a\n", 3, 1, "not tabs"), ("pack: p\npack: q\nrules: []\n", 1, 1, "stands twice"),
    ])
    func pointsAtTheFault(_ text: String, _ line: Int, _ column: Int, _ words: String) throws {
        let found = diagnostics(pack: text)
        let fault = try #require(found.first { $0.description.contains(words) }, "\(found)")
        #expect(fault.level == .error)
        #expect(fault.location.file == "r/global/p.yaml")
        #expect(fault.location.line == line)
        #expect(fault.location.column == column)
    }

    @Test(arguments: [
        ("market: yy\nthresholds: {default: {review: 0.5}}\n", "does not fit its folder"),
        ("market: xx\n", "needs thresholds"), ("market: xx\nthresholds: {fraud: {review: 0.5}}\n", "need a `default`"),
        ("market: xx\nthresholds: {default: {review: 0.9, block: 0.5}}\n", "fall as actions get stricter"),
        ("market: xx\nthresholds: {default: {review: 0}}\n", "every post"),
        ("market: xx\nextends: [zz]\nthresholds: {default: {review: 0.5}}\n", "no market here"),
        (
            "market: xx\noverrides: [{rule: a.b.c, confidence: 0.1, reason: r}]\nthresholds: {default: {review: 0.5}}\n",
            "no rule is named"
        ),
    ])
    func policies(_ text: String, _ words: String) {
        let good = pack("{id: a, category: fraud, confidence: 0.5, match: {phrases: [x]}}")
        #expect(diagnostics(pack: good, policy: text).contains { $0.level == .error && $0.description.contains(words) })
    }

    @Test func scalarsAreText() throws {
        let (book, _) = try RuleBook.read(
            RuleFiles(
                folder: "r",
                files: [
                    ("no/market.yaml", "market: no\nthresholds: {default: {review: 0.5}}\n"),
                    (
                        "no/p.yaml",
                        pack("{id: a, category: fraud, confidence: 0.5, match: {phrases: [yes, 1e3, null]}}")
                    ),
                ]))
        #expect(book.policies.map(\.market.rawValue) == ["no"])
        guard case .pattern(let pattern)? = book.packs[0].rules[0].match, case .phrases(let phrases) = pattern.kind
        else {
            Issue.record("no phrases")
            return
        }
        #expect(phrases.map(\.text) == ["yes", "1e3", "null"])
    }

    @Test func controlCharactersDoNotReachATerminal() {
        let diagnostic = Diagnostic(.error, at: SourceLocation(file: "a\u{1B}[31m"), "x\u{202E}y")
        #expect(diagnostic.description == "a?[31m: error: x?y")
    }

    @Test(arguments: [
        ("2024-02-29", true), ("2023-02-29", false), ("2025-13-01", false), ("2025-1-01", false), ("x", false),
    ])
    func calendarDays(_ text: String, _ holds: Bool) { #expect(isCalendarDay(text) == holds) }
}
