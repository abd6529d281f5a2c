import ContentModel
import Foundation
import RuleBook
import Testing

@Suite struct LivePolicyTests {
    private static let head = "market: xx\nthresholds: {default: {review: 0.5}}\n"

    private func read(_ live: String) throws -> MarketPolicy {
        let files = RuleFiles(folder: "r", files: [("xx/market.yaml", Self.head + live)])
        return try #require(try RuleBook.read(files).book.policies.first)
    }

    @Test func everyKeyIsRead() throws {
        let policy = try read(
            """
            live:
              join_window: 1500ms
              ladder: {warn: 0.4, mute: 1, hold: 1.5, cut: 3}
              half_life: 2m
              strikes: {mute: 3, cut: none}
              tests:
                - {moments: [{at: 0s, score: 0.6}, {at: 1h, score: 1, kind: chat}], expect: hold}
            """)
        #expect(
            policy.live
                == LivePolicy(
                    joinWindow: 1_500, halfLife: 120_000, warn: 0.4, mute: 1, hold: 1.5, cut: 3, strikesToMute: 3,
                    strikesToCut: nil))
        let test = try #require(policy.liveTests.first)
        #expect(test.moments == [.init(at: 0, score: 0.6), .init(at: 3_600_000, score: 1, isChat: true)])
        #expect(test.expect == .hold)
        #expect(test.location == SourceLocation(file: "r/xx/market.yaml", line: 9, column: 7))
    }

    @Test func whatIsLeftOutIsTheStandards() throws {
        #expect(try read("").live == .standard)
        #expect(try read("").liveTests.isEmpty)
        #expect(try read("live: {}").live == .standard)
        var expected = LivePolicy.standard
        expected.cut = 2.5
        expected.strikesToMute = 4
        #expect(try read("live: {ladder: {cut: 2.5}, strikes: {mute: 4}}").live == expected)
    }

    @Test func everyEnforcementHasItsThresholdAndItsName() {
        #expect(Enforcement.allCases.map(LivePolicy.standard.threshold(of:)) == [0, 0.5, 0.8, 1.2, 2])
        for enforcement in Enforcement.allCases { #expect(Enforcement(name: enforcement.name) == enforcement) }
        #expect(Enforcement(name: "ban") == nil)
        #expect(Enforcement.allCases == Enforcement.allCases.sorted())
    }

    /// What is wrong, at the place behind ⟦, and what is said about it.
    @Test(arguments: [
        ("live: ⟦[]", "must be a mapping"), ("live: {⟦join_windo: 5s}", "did you mean `join_window`?"),
        ("live: {join_window: ⟦61s}", "from 0s to 60s"), ("live: {join_window: ⟦5}", "with ms, s, m or h"),
        ("live: {join_window: ⟦5 s}", "with ms, s, m or h"), ("live: {join_window: ⟦-5s}", "with ms, s, m or h"),
        ("live: {join_window: ⟦1.5s}", "with ms, s, m or h"), ("live: {half_life: ⟦999ms}", "from 1s to 24h"),
        ("live: {half_life: ⟦25h}", "from 1s to 24h"), ("live: {half_life: ⟦99999999999999999999h}", "from 1s to 24h"),
        ("live: {ladder: {⟦kick: 3}}", "known keys: warn, mute, hold, cut"),
        ("live: {ladder: {warn: ⟦0}}", "act on everybody"), ("live: {ladder: {cut: ⟦101}}", "from 0.0 to 100.0"),
        ("live: {ladder: {cut: ⟦nan}}", "from 0.0 to 100.0"),
        ("live: {ladder: ⟦{warn: 0.9}}", "the ladder's steps fall"),
        ("live: {strikes: {⟦hold: 3}}", "known keys: mute, cut"), ("live: {strikes: {mute: ⟦0}}", "from 1 to 1000"),
        ("live: {strikes: {cut: ⟦1001}}", "from 1 to 1000"), ("live: {strikes: {cut: ⟦2.5}}", "from 1 to 1000"),
        ("live: {strikes: ⟦{mute: 5}}", "strikes cut before they mute"),
        ("live: {tests: [⟦{expect: mute}]}", "needs moments"),
        ("live: {tests: [⟦{moments: [], expect: mute}]}", "needs moments"),
        ("live: {tests: [⟦{moments: [{at: 0s, score: 1}]}]}", "says what it expects"),
        ("live: {tests: [{moments: [{at: 0s, score: 1}], expect: ⟦ban}]}", "expect cannot be `ban`"),
        (
            "live: {tests: [{moments: [{at: 5s, score: 1}, ⟦{at: 4s, score: 1}], expect: mute}]}",
            "before the one above it"
        ),
        ("live: {tests: [{moments: [{at: 0s, score: ⟦1.1}], expect: mute}]}", "from 0.0 to 1.0"),
        ("live: {tests: [{moments: [{at: ⟦169h, score: 1}], expect: mute}]}", "from 0s to 168h"),
        ("live: {tests: [{moments: [⟦{at: 0s}], expect: mute}]}", "a time and a score"),
        ("live: {tests: [{moments: [{at: 0s, score: 1, kind: ⟦song}], expect: mute}]}", "kind cannot be `song`"),
    ])
    func pointsAtTheFault(_ marked: String, _ words: String) throws {
        let parts = marked.split(separator: "⟦")
        var found: [Diagnostic] = []
        do {
            _ = try read(parts.joined())
        } catch let error as RuleBookError {
            found = error.diagnostics
        }
        let fault = try #require(found.first { $0.description.contains(words) }, "\(found)")
        #expect(fault.level == .error)
        #expect(fault.location == SourceLocation(file: "r/xx/market.yaml", line: 3, column: parts[0].count + 1))
    }

    @Test func everyShippedMarketHasItsOwnWithTests() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Rules")
        let policies = try RuleBook.read(RuleFiles(folder: root.path)).book.policies
        #expect(policies.count == 17)
        for policy in policies { #expect(policy.liveTests.count >= 2, "\(policy.market.rawValue)") }
        #expect(Set(policies.map { "\($0.live)" }).count > 10)
    }
}
