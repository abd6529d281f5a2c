internal import ArgumentParser
internal import ContentModel
internal import Evaluation
internal import Foundation
internal import Moderation
internal import RuleBook

/// Work on rule files.
struct Rules: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check, test, load, compare and take back rules.",
        subcommands: [
            Lint.self, Test.self, Load.self, List.self, Show.self, Activate.self, Rollback.self, Suspend.self,
        ])

    /// Whether the folder holds.
    struct Lint: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what is wrong with rule files, as a compiler would.")

        @OptionGroup var rules: RulesOptions
        @Argument(help: ArgumentHelp("The rules folder (default: as for checking).", valueName: "dir"))
        var folder: String?

        func run() throws {
            do {
                let files = try RuleFiles(folder: folder ?? rules.folder)
                let (book, warnings) = try RuleBook.read(files)
                let moderator = try Moderator(rules: folder ?? rules.folder, day: rules.day, cache: rules.cache)
                for warning in Set(warnings + moderator.warnings).sorted(by: { $0.description < $1.description }) {
                    Console.note(warning.description)
                }
                let count = book.packs.reduce(0) { $0 + $1.rules.count }
                try Console.output(
                    "\(count) rules in \(book.packs.count) packs for \(book.policies.count) markets hold\n")
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// Runs the tests that rules carry.
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Run the tests that rules carry.")

        @OptionGroup var rules: RulesOptions
        @Argument(help: ArgumentHelp("The rules folder (default: as for checking).", valueName: "dir"))
        var folder: String?

        func run() throws {
            do {
                let path = folder ?? rules.folder
                let (book, _) = try RuleBook.read(RuleFiles(folder: path))
                let moderator = try Moderator(rules: path, day: rules.day, cache: rules.cache)
                let report = try RuleTester.run(book.packs, with: moderator)
                for failure in report.failures { Console.note(failure.diagnostic.description) }
                for (rule, location) in report.untested {
                    Console.note(
                        Diagnostic(.warning, at: location, "\(rule.rawValue) lacks a match or a pass test").description)
                }
                try Console.output("\(report.passed) passed, \(report.failures.count) failed\n")
                if !report.failures.isEmpty { throw Failure.configuration.exitCode }
            } catch {
                throw Failure.report(error)
            }
        }
    }
}
