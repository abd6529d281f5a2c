public import ContentModel
public import Moderation
public import RuleBook

/// Runs the tests that rules carry.
public enum RuleTester {
    /// A test that did not come out as its author says.
    public struct Failure: Sendable {
        public var rule: RuleName
        public var text: String
        /// Whether the rule should have found something.
        public var shouldMatch: Bool
        /// What it found, where it should not have.
        public var found: [String]
        public var location: SourceLocation

        /// The failure in a compiler's form.
        public var diagnostic: Diagnostic {
            let words = found.map { "`\($0)`" }.joined(separator: ", ")
            return shouldMatch
                ? Diagnostic(
                    .error, at: location, "\(rule.rawValue) does not match `\(text)`",
                    hint: "see what the stages saw: moderate explain '…'")
                : Diagnostic(
                    .error, at: location, "\(rule.rawValue) should pass `\(text)` and finds \(words)",
                    hint: "clear it with `unless`, or ask for more with `all` and `within`")
        }
    }

    /// What came of all tests.
    public struct Report: Sendable {
        public var passed = 0
        public var failures: [Failure] = []
        /// Rules without a match or without a pass test.
        public var untested: [(rule: RuleName, location: SourceLocation)] = []
    }

    /// Judges every test of every enabled rule of some packs with `moderator`, which was made of the same rules.
    public static func run(_ packs: [Pack], with moderator: Moderator) throws -> Report {
        var report = Report()
        var judge = try moderator.makeJudge()
        var verdict = Verdict()
        for rule in packs.flatMap(\.rules) where rule.isEnabled {
            if rule.tests.match.isEmpty || rule.tests.pass.isEmpty {
                report.untested.append((rule.name, rule.location))
            }
            for (tests, shouldMatch) in [(rule.tests.match, true), (rule.tests.pass, false)] {
                for test in tests {
                    judge.judge(test.post, into: &verdict)
                    let own = verdict.evidence.filter { $0.rule == rule.name }
                    if own.isEmpty != shouldMatch {
                        report.passed += 1
                    } else {
                        report.failures.append(
                            Failure(
                                rule: rule.name, text: test.text, shouldMatch: shouldMatch,
                                found: own.compactMap(\.place?.text), location: test.location))
                    }
                }
            }
        }
        return report
    }
}
