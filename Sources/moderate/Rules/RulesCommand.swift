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
            Lint.self, Test.self, Load.self, List.self, Show.self, Diff.self, Activate.self, Rollback.self,
            Suspend.self, Import.self, New.self,
        ])

    /// Whether the folder holds, and what its authors will want to know.
    struct Lint: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what is wrong with rule files, as a compiler would, and run their tests.",
            discussion: """
                Errors end with 78. Warnings do not, unless --strict is said. `--format json` writes one object a \
                finding: file, line, column, level, message, hint.
                """)

        enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

        @OptionGroup var rules: RulesOptions
        @Argument(
            help: ArgumentHelp(
                "A rules folder, or with --market a single file (default: as for checking).", valueName: "dir|file"))
        var path: String?
        @OptionGroup var region: RegionOptions
        @Option(help: "text for people, json for editors and CI.") var format: Format = .text
        @Flag(help: "Warnings are errors.") var strict = false

        /// Findings that a person is shown.
        private static let mostShown = 1000

        func run() throws {
            do {
                let change = try change()
                let checked: RuleChange.Checked
                do {
                    checked = try change.check(rules, patches: false)
                } catch let error as RuleBookError {
                    try report(error.diagnostics)
                    throw Failure.configuration.exitCode
                }
                let findings = try RuleLinter.lint(
                    checked.book, day: rules.day ?? Moderator.today(), cache: rules.cache)
                let warnings = checked.warnings + change.named(findings)
                try report(warnings.sorted { $0.location < $1.location })
                let count = checked.book.packs.reduce(0) { $0 + $1.rules.count }
                let summary =
                    "\(count) rules in \(checked.book.packs.count) packs for \(checked.book.policies.count) markets hold; "
                    + "\(checked.testsPassed) tests passed"
                    + (warnings.isEmpty ? "" : "; \(warnings.count) warnings")
                if format == .text { try Console.output(summary + "\n") }
                if strict, !warnings.isEmpty { throw Failure.configuration.exitCode }
            } catch {
                throw Failure.report(error)
            }
        }

        private func change() throws -> RuleChange {
            let path = path ?? rules.folder
            var isFolder: ObjCBool = false
            let isThere = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            guard isThere, !isFolder.boolValue else {
                let files = try RuleFiles(folder: path)
                return RuleChange(
                    RuleFiles(folder: path, files: [RuleFiles.File]()), replacing: files.regions, by: files.files)
            }
            // A file is checked among the rules that it would stand beside.
            return try RuleChange(
                RuleFiles(folder: rules.folder), loading: path, into: region.region ?? RuleBook.globalFolder)
        }

        private func report(_ diagnostics: [Diagnostic]) throws {
            switch format {
            case .text:
                for diagnostic in diagnostics.prefix(Self.mostShown) { Console.note(diagnostic.description) }
                if diagnostics.count > Self.mostShown {
                    Console.note("and \(diagnostics.count - Self.mostShown) more: --format json writes all")
                }
            case .json: try Console.output(diagnostics.map(\.json).joined())
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
                let report = try RuleTester.run(book.packs, book.policies, with: moderator)
                let failures = report.diagnostics
                for failure in failures { Console.note(failure.description) }
                for (rule, location) in report.untested {
                    Console.note(
                        Diagnostic(.warning, at: location, "\(rule.rawValue) lacks a match or a pass test").description)
                }
                try Console.output("\(report.passed) passed, \(failures.count) failed\n")
                if !failures.isEmpty { throw Failure.configuration.exitCode }
            } catch {
                throw Failure.report(error)
            }
        }
    }
}

extension Diagnostic {
    private struct Line: Encodable {
        var file: String
        var line: Int
        var column: Int
        var level: String
        var message: String
        var hint: String?
    }

    /// One line of JSON.
    fileprivate var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = Line(
            file: location.file, line: location.line, column: location.column, level: level.rawValue,
            message: message, hint: hint)
        return ((try? encoder.encode(line)).map { String(decoding: $0, as: UTF8.self) } ?? "{}") + "\n"
    }
}
