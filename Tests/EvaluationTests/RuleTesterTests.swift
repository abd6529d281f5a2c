import ContentModel
import Evaluation
import Foundation
import Moderation
import RuleBook
import Testing

@Suite struct RuleTesterTests {
    @Test func liveTestsCountAndSayWhatTheScoresWere() throws {
        let policy = """
            market: xx
            thresholds: {default: {review: 0.5}}
            live:
              tests:
                - {moments: [{at: 0s, score: 0.6}, {at: 200s, score: 0.6}], expect: mute}
                - {moments: [{at: 0s, score: 0.6}], expect: mute}
            """
        let rule =
            "{id: a, category: fraud, confidence: 0.6, match: {phrases: [one]}, "
            + "tests: {match: [one], pass: [two]}}"
        let files = RuleFiles(
            folder: "r", files: [("global/p.yaml", "pack: p\nrules:\n  - \(rule)\n"), ("xx/market.yaml", policy)])
        let book = try RuleBook.read(files).book
        let report = try RuleTester.run(book.packs, book.policies, with: try Moderator(book, day: "2025-06-01"))
        #expect(report.passed == 3)
        #expect(report.failures.isEmpty)
        let said = try #require(report.diagnostics.first).description
        #expect(
            said.hasPrefix(
                "r/xx/market.yaml:6:7: error: the ladder answers warn where the test expects mute\n  hint: "))
        #expect(said.contains("speaker 0.6, stream 0.6, crowd 0.0; strikes of speaker 1, of stream 1"))
    }

    /// The shipped live policies come to what their tests say.
    @Test func shippedLivePoliciesHold() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Rules")
        for policy in try RuleBook.read(RuleFiles(folder: root.path)).book.policies {
            for test in policy.liveTests {
                let course = Ladder.run(test.moments, by: policy.live)
                #expect(course.level == test.expect, "\(test.location): \(course)")
            }
        }
    }
}
