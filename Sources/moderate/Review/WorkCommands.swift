internal import ArgumentParser
internal import Foundation
internal import ReviewQueue

extension Review {
    /// Claims the best case.
    struct Next: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Claim and show the next case; exit 1 when none waits that you can read.",
            discussion: "A case that you hold already comes again, with a new lease of 15 minutes.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var who: ReviewerOptions
        @Option(help: "json for programs, text for people.") var format: Format = .text

        func run() throws {
            do {
                let outcome = try database.queue().next(for: who.reviewer)
                if case .unknown = outcome {
                    Console.error("no case waits that \(Console.harmless(who.reviewer)) can take")
                    throw Failure.no.exitCode
                }
                let page = CasePage(try done(outcome, "", by: who.reviewer))
                try Console.output(
                    format == .json ? page.json : page.text(isColoured: Console.isColoured(STDOUT_FILENO)))
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// Shows a case.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a case; exit 1 when there is none.")

        @OptionGroup var database: DatabaseOptions
        @Argument(help: ArgumentHelp("The case's id.", valueName: "case")) var id: String
        @Option(
            help: ArgumentHelp("Your name: sensitive texts are shown to those who may see them.", valueName: "name"))
        var reviewer: String?
        @Option(help: "json for programs, text for people.") var format: Format = .text

        func run() throws {
            do {
                let queue = try database.queue(writes: false)
                guard let found = try queue.find(id) else { throw unknown(id) }
                let isHidden = try !queue.maySee(found, reviewer)
                if isHidden {
                    Console.note("moderate: its text is shown to reviewers who may see such cases: --reviewer NAME")
                }
                let page = CasePage(found, withholdsContent: isHidden)
                try Console.output(
                    format == .json ? page.json : page.text(isColoured: Console.isColoured(STDOUT_FILENO)))
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// Decides a case.
    struct Decide: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide a case: approve, reject, label, limit or escalate.",
            discussion: """
                A case of critical severity wants two people who agree; neither is told what the other decided. \
                Where they differ, or one escalates, a senior is asked.
                """)

        @OptionGroup var database: DatabaseOptions
        @Argument(help: ArgumentHelp("The case's id.", valueName: "case")) var id: String
        @Argument(help: "approve, reject, label, limit or escalate.") var decision: Decision
        @OptionGroup var who: ReviewerOptions
        @Option(help: ArgumentHelp("Why; the author may be told.", valueName: "text")) var reason: String?
        @Option(help: ArgumentHelp("For other reviewers only.", valueName: "text")) var note: String?
        @Option(
            name: [.long, .customLong("region")],
            help: ArgumentHelp("Decide for this market only.", valueName: "market"))
        var market: String?

        func run() throws {
            do {
                let request = DecisionRequest(decision, by: who.reviewer, reason: reason, note: note, market: market)
                let found = try done(try database.queue().decide(id, request), id, by: who.reviewer)
                let state = found.life.state
                var line = "\(found.id) \(decision.rawValue) \(market ?? "all markets"), now \(state.rawValue)"
                if state == .open, found.life.needsTwo, found.life.readings > 0 {
                    line += found.life.role > .reviewer ? ": a senior is asked" : ": a second person is asked"
                }
                if let appeal = found.life.appeal, state == .decided { line += ", the appeal is \(appeal.rawValue)" }
                try Console.output(line + "\n")
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// Leaves a case to others.
    struct Skip: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Leave a case to others; it does not come to you again, and the skip is counted.")

        @OptionGroup var database: DatabaseOptions
        @Argument(help: ArgumentHelp("The case's id.", valueName: "case")) var id: String
        @OptionGroup var who: ReviewerOptions
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String?

        func run() throws {
            do {
                let outcome = try database.queue().release(id, by: who.reviewer, isSkipped: true, reason: reason)
                try Console.output("\(try done(outcome, id, by: who.reviewer).id) skipped\n")
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// Gives cases back.
    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a case back, or all that you hold (--all), exported ones included.")

        @OptionGroup var database: DatabaseOptions
        @Argument(help: ArgumentHelp("The case's id.", valueName: "case")) var id: String?
        @Flag(help: "All that you hold.") var all = false
        @OptionGroup var who: ReviewerOptions

        func validate() throws {
            guard all != (id != nil) else { throw ValidationError("name a case, or say --all") }
        }

        func run() throws {
            do {
                let queue = try database.queue()
                guard let id else {
                    try Console.output("\(try queue.releaseAll(by: who.reviewer)) cases given back\n")
                    return
                }
                let outcome = try queue.release(id, by: who.reviewer, isSkipped: false)
                try Console.output("\(try done(outcome, id, by: who.reviewer).id) given back\n")
            } catch {
                throw Failure.report(error)
            }
        }
    }
}
