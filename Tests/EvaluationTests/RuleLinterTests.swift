import ContentModel
import Evaluation
import RuleBook
import Testing

/// A rule with tests and a notice, about which there is nothing to say.
private func rule(_ id: String, _ match: String, _ more: String = "", confidence: Double = 0.6) -> String {
    "  - {id: \(id), category: fraud, confidence: \(confidence), match: {\(match)}, "
        + "tests: {match: [x], pass: [y]}\(more.isEmpty ? "" : ", " + more)}\n"
}

private func lint(
    _ rules: String, notice: String = "notice: {en: Please}\n", policy: String = "default: {review: 0.5}",
    more: String = ""
) throws -> [Diagnostic] {
    let files = RuleFiles(
        folder: "r",
        files: [
            ("global/p.yaml", "pack: p\n\(notice)rules:\n\(rules)"),
            ("xx/market.yaml", "market: xx\nlanguages: [en]\nthresholds: {\(policy)}\n\(more)"),
        ])
    return try RuleLinter.lint(try RuleBook.read(files).book, day: "2025-06-01", cache: nil)
}

@Suite struct RuleLinterTests {
    @Test func aGoodRuleIsPassedOver() throws {
        let found = try lint(rule("a", "phrases: [one, two words, 三个字]") + rule("b", "regex: 'order\\s?[0-9]{6}'"))
        #expect(found.isEmpty, "\(found)")
    }

    /// Rules, and what is said of them.
    @Test(arguments: [
        (rule("a", "phrases: [one]", "effective: {until: 2025-05-31}"), "ended on 2025-05-31"),
        (rule("a", "phrases: [one]", "languages: [zz9]"), "no language"),
        (rule("a", "phrases: [one]", confidence: 0.3), "no market acts on fraud below 0.5"),
        (rule("a", "phrases: [one]", "when: {reach: {lt: 5, gt: 9}}"), "can never hold together"),
        (rule("a", "phrases: [one]", "when: {reach: {lt: 5, gte: 5}}"), "can never hold together"),
        (rule("a", "phrases: [add my wechat, my wechat]"), "`add my wechat` is covered by `my wechat`"),
        (rule("a", "phrases: [加微信领, 加微信]"), "`加微信领` is covered by `加微信`"),
        (rule("a", "phrases: [One, two, one]"), "stands twice"),
        (rule("a", "phrases: [read one book]", "unless: [{phrases: [one book]}]"), "always cleared"),
        (rule("a", "phrases: [one]") + rule("b", "phrases: [one, two]", confidence: 0.7), "shadowed by `global.p.b`"),
        (rule("a", "regex: '[a-z]+'"), "innocent texts"),
        (
            "  - {id: a, category: fraud, confidence: 0.6, match: {phrases: [one]}, tests: {match: [one]}}\n",
            "lacks a match or a pass test"
        ),
    ])
    func saysWhatCanNeverFireOrSaysNothingNew(_ rules: String, _ words: String) throws {
        let found = try lint(rules)
        #expect(found.contains { $0.message.contains(words) && $0.level == .warning }, "\(found)")
        #expect(found.allSatisfy { $0.location.line > 0 })
    }

    /// What comes near and is fine.
    @Test(arguments: [
        rule("a", "phrases: [one]", "effective: {until: 2025-06-01}"),
        rule("a", "phrases: [one]", "languages: [zh-Hant]"),
        rule("a", "phrases: [one]", "when: {reach: {lte: 5, gte: 5}}"), rule("a", "phrases: [wechats, wechat]"),
        rule("a", "phrases: [bigone, one], boundary: none"),
        rule("a", "phrases: [one day]", "unless: [{phrases: [day off]}]"),
        // Two of them together reach what each alone does not.
        rule("a", "phrases: [one]", confidence: 0.3) + rule("b", "phrases: [two]", confidence: 0.3),
        // Another's conditions may not hold.
        rule("a", "phrases: [one]") + rule("b", "phrases: [one, two]", "when: {reach: {gt: 5}}", confidence: 0.7),
        rule("a", "phrases: [one]", "mode: shadow", confidence: 0.3),
        rule("a", "all: [{phrases: [one]}, {phrases: [one more]}]"),
    ])
    func isSilentAboutNeighbours(_ rules: String) throws {
        let found = try lint(rules)
        #expect(found.isEmpty, "\(found)")
    }

    @Test(arguments: [
        ("live: {ladder: {hold: 0.9, cut: 1}}\n", true), ("live: {strikes: {mute: 1, cut: 1}}\n", true),
        ("live: {ladder: {hold: 1, cut: 1.1}}\n", false), ("", false),
    ])
    func oneMomentIsTooLittleToCut(_ live: String, _ isFound: Bool) throws {
        let found = try lint(rule("a", "phrases: [one]"), more: live)
        #expect(found.contains { $0.message.contains("one moment cuts the stream") } == isFound, "\(found)")
    }

    @Test func marketsAndNotices() throws {
        let one = rule("a", "phrases: [one]")
        #expect(try lint(one, notice: "").contains { $0.message.contains("no `notice`") })
        #expect(try lint(one, notice: "notice: {de: Bitte}\n").contains { $0.message.contains("lacks en") })
        #expect(try lint(one, notice: "notice: {en-GB: Please}\n").isEmpty)
        let off = "overrides: [{rule: global.p.a, enabled: false, reason: r}]\n"
        #expect(try lint(one, more: off).contains { $0.message.contains("binds no market") })
        let low = "overrides: [{rule: global.p.a, confidence: 0.1, reason: r}]\n"
        #expect(try lint(one, more: low).contains { $0.message.contains("weighs at most") })
    }
}
