import ContentModel
import Moderation
import TestSupport
import Testing

/// A regex in two rules: alone, and beside a word, which it is looked for at the second look alone.
struct RegexRules: ~Copyable {
    private var alone: Judge
    private var beside: Judge
    private static let word = "zqxjk"

    init(_ regex: String) throws {
        let alone = try moderator(rule("a", "regex: '\(regex)'")).makeJudge()
        let beside = try moderator(rule("a", "all: [{phrases: [\(Self.word)]}, {regex: '\(regex)'}]")).makeJudge()
        self.alone = alone
        self.beside = beside
    }

    /// The evidence of the regex alone.
    mutating func spans(in text: String) -> [Range<Int>] {
        var verdict = Verdict()
        alone.judge(Post(text: text), into: &verdict)
        return ModerationTests.spans(verdict)
    }

    /// The text with a word before it and with one behind it, and whether the regex beside the word holds.
    mutating func holdsBesideWord(in text: String) -> [(text: String, holds: Bool)] {
        ["\(Self.word) \(text)", "\(text) \(Self.word)"].map { text in
            var verdict = Verdict()
            beside.judge(Post(text: text), into: &verdict)
            return (text, !verdict.evidence.isEmpty)
        }
    }
}

/// Expects a regex to find what stands between ⟦ and ⟧, and beside a word to hold where it finds anything.
func expectEvidence(of regex: String, in marked: String) throws {
    let marked = MarkedText(marked)
    var rules = try RegexRules(regex)
    #expect(rules.spans(in: marked.text) == marked.spans)
    for (text, holds) in rules.holdsBesideWord(in: marked.text) {
        #expect(holds == !marked.spans.isEmpty, "in \(text)")
    }
}
