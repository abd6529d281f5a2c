public import ContentModel
public import Moderation
public import RuleBook

/// Runs the tests that rules and policies carry.
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

    /// A test of a live policy that came to something else.
    public struct LiveFailure: Sendable {
        public var test: LiveTest
        public var course: Ladder.Course

        /// The failure in a compiler's form.
        public var diagnostic: Diagnostic {
            func shown(_ standing: Standing) -> String { "\((standing.score * 1000).rounded() / 1000)" }
            let (speaker, stream) = (course.speaker, course.stream)
            return Diagnostic(
                .error, at: test.location,
                "the ladder answers \(course.level.name) where the test expects \(test.expect.name)",
                hint: "accumulated by then: speaker \(shown(speaker)), stream \(shown(stream)), crowd "
                    + "\(shown(course.crowd)); strikes of speaker \(speaker.strikes), of stream \(stream.strikes)")
        }
    }

    /// What came of all tests.
    public struct Report: Sendable {
        public var passed = 0
        public var failures: [Failure] = []
        public var liveFailures: [LiveFailure] = []
        /// All failures in a compiler's form.
        public var diagnostics: [Diagnostic] { failures.map(\.diagnostic) + liveFailures.map(\.diagnostic) }
        /// Rules without a match or without a pass test.
        public var untested: [(rule: RuleName, location: SourceLocation)] = []
    }

    /// Judges every test of every enabled rule of some packs with `moderator`, which was made of the same rules, and
    /// plays every test of some live policies.
    public static func run(_ packs: [Pack], _ policies: [MarketPolicy], with moderator: Moderator) throws -> Report {
        var report = Report()
        for policy in policies {
            for test in policy.liveTests {
                let course = Ladder.run(test.moments, by: policy.live)
                if course.level == test.expect {
                    report.passed += 1
                } else {
                    report.liveFailures.append(LiveFailure(test: test, course: course))
                }
            }
        }
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
