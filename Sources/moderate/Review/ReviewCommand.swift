public import ArgumentParser
internal import Foundation
internal import ReviewQueue

/// Work the queue.
struct Review: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Work the queue of posts that a person must look at.",
        discussion: """
            Without a subcommand it opens the full-screen review terminal.

              moderate review --reviewer ana
              moderate review next --reviewer ana
              moderate review batch export --where 'category=spam and language=zh' --reviewer ana > spam.csv
              moderate review batch apply spam.csv --reviewer ana --dry-run
            """,
        subcommands: [
            Work.self, Next.self, Show.self, Decide.self, Skip.self, Release.self, List.self, Cluster.self, Batch.self,
            Decisions.self, Withdraw.self, AppealCommand.self, Notice.self, ReviewerCommand.self, Golden.self,
            Stats.self, RuleStats.self, Log.self, Verify.self, Purge.self,
        ], defaultSubcommand: Work.self)

    enum Format: String, ExpressibleByArgument, CaseIterable { case json, text }

    /// Exit 1 for a case that is not there.
    static func unknown(_ id: String) -> ExitCode {
        Console.error("there is no case \(Console.harmless(id))")
        return Failure.no.exitCode
    }

    /// A reviewer who is not set up.
    static func unknownReviewer(_ name: String) -> ExitCode {
        Console.error(
            "no reviewer is named \(Console.harmless(name)): add them with `moderate review reviewer add`, or see `moderate review reviewer list`"
        )
        return Failure.no.exitCode
    }

    /// The case that an attempt ended with.
    ///
    /// - Throws: `ExitCode` after saying why not.
    static func done(_ outcome: ReviewQueue.Outcome, _ id: String, by reviewer: String) throws -> ReviewCase {
        switch outcome {
        case .done(let found): return found
        case .unknown: throw unknown(id)
        case .unknownReviewer: throw unknownReviewer(reviewer)
        case .notForReviewer:
            Console.error("this case is of a market or a category that \(Console.harmless(reviewer)) does not see")
            throw Failure.no.exitCode
        case .refused(.claimed(let other)):
            Console.error("\(Console.harmless(other)) holds this case: take another with `moderate review next`")
            throw Failure.tryAgain.exitCode
        case .refused(let refusal):
            Console.error("\(refusal)")
            throw Failure.no.exitCode
        }
    }
}

extension Decision: ExpressibleByArgument {}
extension Role: ExpressibleByArgument {}

/// Who decides.
struct ReviewerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Your name.", valueName: "name")) var reviewer: String

    func validate() throws { try Self.check(reviewer) }

    static func check(_ reviewer: String) throws {
        guard Reviewer.isName(reviewer) else {
            throw ValidationError("a reviewer's name is 1 to 64 letters, digits, blanks and . _ @ - +")
        }
    }
}

/// Which cases.
struct FilterOptions: ParsableArguments {
    @Option(
        name: .customLong("where"),
        help: ArgumentHelp("Which cases, e.g. 'category=spam and language=zh and score>=0.7'.", valueName: "expr"))
    var expression: String?

    /// - Throws: `ExitCode` 64 after showing where the expression does not hold.
    func filter() throws -> CaseFilter? { try expression.map(Self.filter) }

    static func filter(_ expression: String) throws -> CaseFilter {
        do throws(CaseFilter.Failure) {
            return try CaseFilter(expression)
        } catch {
            let before = String(String.UnicodeScalarView(error.expression.unicodeScalars.prefix(error.offset)))
            Console.error(
                """
                --where: \(Console.harmless(error.message))
                  \(Console.harmless(error.expression))
                  \(String(repeating: " ", count: Console.width(Console.harmless(before))))^
                """)
            throw ExitCode(64)
        }
    }
}

/// A time in RFC 3339, UTC.
func timestamp(_ milliseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
}

/// A day or a moment as people write it, in milliseconds since 1970.
struct Moment: ExpressibleByArgument {
    let milliseconds: Int64

    init?(argument: String) {
        let text = argument.contains("T") ? argument : argument + "T00:00:00Z"
        guard let date = try? Date(text, strategy: .iso8601) else { return nil }
        milliseconds = Int64(date.timeIntervalSince1970 * 1000)
    }
}
