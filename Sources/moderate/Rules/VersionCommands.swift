internal import ArgumentParser
internal import ContentModel
internal import Foundation
internal import Moderation
internal import RuleBook
internal import RuleVersions

/// Who changes rules, and why.
struct AuthorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who changes the rules (default: your login name).", valueName: "name"))
    var author: String?

    @Option(help: ArgumentHelp("Why, for those who ask later.", valueName: "text"))
    var note: String = ""

    var name: String { author ?? userName() }
}

/// The region of a change.
struct RegionOptions: ParsableArguments {
    @Option(
        name: [.customLong("market"), .customLong("region")],
        help: ArgumentHelp("A market, or global.", valueName: "market"))
    var region: String?
}

extension DatabaseOptions {
    /// The versions of a database that is there.
    func versions() throws -> VersionStore { VersionStore(file: try file(creates: false), now: milliseconds) }
}

extension Rules {
    /// A new version of a region.
    struct Load: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep rule files as a new version, and put it in force with --activate.",
            discussion: """
                A file replaces or adds the pack of its name in the market (or its policy), with the term lists that it \
                names; a folder replaces the market's whole folder, or without --market every region that it has. \
                What would be in force is read, compiled and tested first: either all of it holds, or nothing changes.
                """)

        @Argument(help: ArgumentHelp("A pack, a policy, or a folder.", valueName: "file|dir")) var path: String?
        @Flag(help: "Load what came with this program, after an upgrade.") var shipped = false
        @Flag(help: "Put it in force.") var activate = false
        @OptionGroup var region: RegionOptions
        @OptionGroup var author: AuthorOptions
        @OptionGroup var rules: RulesOptions
        @OptionGroup var database: DatabaseOptions

        func validate() throws {
            guard shipped != (path != nil) else { throw ValidationError("name a file or a folder, or --shipped") }
        }

        func run() throws {
            do {
                // Nothing is made before the change holds.
                let isThere = FileManager.default.fileExists(atPath: database.path)
                let active = isThere ? try database.versions().active() : nil
                let whole = try wholeFolder()
                let first = active == nil && whole == nil ? try RuleFiles(folder: rules.folder) : nil
                let base = active?.files ?? first ?? RuleFiles(folder: "in force", files: [RuleFiles.File]())
                let change = try whole.map { try changeOfAll($0, base, active) } ?? changeOfRegion(base)
                let checked = try change.check(rules, patches: true)
                for warning in checked.warnings { Console.note(warning.description) }
                let store = VersionStore(file: try database.file(creates: true), now: milliseconds)
                let generation =
                    try first.map { try RulesOfRun.takeShipped($0, into: store).generation } ?? active?.generation ?? 0
                let versions = try store.commit(
                    change.files, regions: change.regions, activates: activate, over: generation, author: author.name,
                    note: shipped && author.note.isEmpty ? RulesOfRun.shippedNote : author.note)
                for version in versions {
                    let isActive = try store.versions().contains { $0.isActive && $0.version == version }
                    try Console.output("\(version.name) \(isActive ? "is in force" : "is kept")\n")
                }
                let before =
                    (try? RuleBook.read(base, over: (change.files, checked.book)).book)
                    ?? RuleBook(policies: [], packs: [])
                let difference = RuleDifference(from: before, to: checked.book)
                try Console.output("\(difference.summary); \(checked.testsPassed) tests passed\n")
                if !activate {
                    Console.note(
                        "put it in force: moderate rules activate \(versions.map(\.name).joined(separator: " "))")
                }
            } catch let error as RuleVersionError {
                Console.error("\(error)")
                throw Failure.tryAgain.exitCode
            } catch {
                throw Failure.report(error)
            }
        }

        private func isFolder(_ path: String) throws -> Bool {
            var isFolder: ObjCBool = false
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                Console.error("\(Console.harmless(path)): there is no such file or folder")
                throw Failure.inputMissing.exitCode
            }
            return isFolder.boolValue
        }

        /// A folder of regions that is loaded as it is; nil for a file or with a market.
        private func wholeFolder() throws -> RuleFiles? {
            let path = shipped ? rules.folder : path ?? ""
            guard try isFolder(path), region.region == nil else { return nil }
            let folder = try RuleFiles(folder: path)
            guard !folder.regions.isEmpty else {
                throw RuleBookError(diagnostics: [
                    Diagnostic(
                        .error, at: SourceLocation(file: path), "no folder in here is a region",
                        hint:
                            "regions are `global` and folders with a market.yaml; for one market's folder say --market"
                    )
                ])
            }
            return folder
        }

        /// Every region of a folder. An upgrade keeps the packs that never came with the program.
        private func changeOfAll(_ folder: RuleFiles, _ base: RuleFiles, _ active: ActiveRules?) throws -> RuleChange {
            let files = folder.files.filter { folder.regions.contains($0.region) }
            guard shipped, active != nil else {
                return RuleChange(base, replacing: folder.regions, by: files)
            }
            let store = try database.versions()
            let older = try store.versions().map(\.version).filter { $0.note == RulesOfRun.shippedNote }
            var own: [RuleFiles.File] = []
            for region in folder.regions {
                let came = try store.files(of: older.filter { $0.region == region }).files
                for file in base.files(of: region)
                where !came.contains(where: { $0.path == file.path && $0.hash == file.hash }) {
                    if files.contains(where: { $0.path == file.path }) {
                        if !files.contains(where: { $0.path == file.path && $0.hash == file.hash }) {
                            Console.note(
                                "moderate: \(file.path) was changed here and is replaced: `rules rollback` brings it back"
                            )
                        }
                    } else {
                        own.append(file)
                    }
                }
            }
            for file in own { Console.note("moderate: \(file.path) is your own and stays") }
            return RuleChange(base, replacing: folder.regions, by: files + own)
        }

        /// A file into a market, or a market's folder.
        private func changeOfRegion(_ base: RuleFiles) throws -> RuleChange {
            let path = path ?? rules.folder
            guard let region = region.region else {
                Console.error("say which market the file is for: --market my (or --market global)")
                throw ExitCode(64)
            }
            guard try isFolder(path) else { return try RuleChange(base, loading: path, into: region) }
            let folder = try RuleFiles(folder: path)
            // The market's folder itself, or a folder of regions.
            let own = folder.files(of: region).filter { $0.path.contains("/") }
            let isRegion = folder.files.contains { !$0.path.contains("/") && !$0.path.hasSuffix(".txt") }
            guard isRegion || !own.isEmpty else {
                throw RuleBookError(diagnostics: [
                    Diagnostic(
                        .error, at: SourceLocation(file: path), "there is nothing for the market `\(region)` in here",
                        hint: "name the folder that holds its packs")
                ])
            }
            let files =
                isRegion
                ? folder.files.map { RuleFiles.File(path: region + "/" + $0.path, bytes: $0.bytes) } : own
            return RuleChange(base, replacing: [region], by: files)
        }
    }

    /// What versions there are.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List versions, and what is in force and suspended.")

        enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

        @OptionGroup var region: RegionOptions
        @OptionGroup var database: DatabaseOptions
        @Option(help: "text for people, ndjson for programs.") var format: Format = .text

        private struct Line: Encodable {
            var version: String
            var active: Bool
            var created: String
            var author: String
            var note: String
            var hash: String
        }

        func run() throws {
            do {
                let store = try database.versions()
                let lines = try store.versions().filter { region.region == nil || $0.version.region == region.region }
                    .map { entry in
                        Line(
                            version: entry.version.name, active: entry.isActive,
                            created: timestamp(entry.version.created),
                            author: entry.version.author, note: entry.version.note, hash: entry.version.hash)
                    }
                if let name = region.region, lines.isEmpty {
                    Console.error("no region is named '\(Console.harmless(name))' here")
                    throw Failure.no.exitCode
                }
                switch format {
                case .ndjson:
                    let encoder = JSONEncoder()
                    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                    for line in lines {
                        try Console.output(String(decoding: try encoder.encode(line), as: UTF8.self) + "\n")
                    }
                case .text:
                    for line in lines {
                        let mark = line.active ? "* " : "  "
                        try Console.output(
                            mark + Console.padded(line.version, to: 14) + line.created + "  "
                                + Console.padded(Console.harmless(line.author), to: 12)
                                + Console.harmless(line.note) + "\n")
                    }
                    for suspension in try store.suspensions() {
                        try Console.output(
                            "suspended until \(timestamp(suspension.until)): \(suspension.rule.rawValue)"
                                + " (\(Console.harmless(suspension.author)): \(Console.harmless(suspension.reason)))\n")
                    }
                }
            } catch {
                throw Failure.report(error)
            }
        }
    }

    /// What a version says, or what judged.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a version (cn#12), what judged a post (cn@3f9a1c2b4d5e), or a rule in force.")

        @Argument(help: ArgumentHelp("cn#12, cn@3f9a1c2b4d5e, a market, or a rule's full name.", valueName: "name"))
        var name: String
        @Option(help: ArgumentHelp("Print this rule alone.", valueName: "rule")) var rule: String?
        @OptionGroup var database: DatabaseOptions

        func run() throws {
            do {
                let found = try find(try database.versions())
                for line in found.heading { try Console.output("# \(line)\n") }
                if let rule = found.rule {
                    guard let text = try RuleText.find(rule, in: found.files) else {
                        Console.error("there is no rule '\(Console.harmless(rule))' in \(Console.harmless(name))")
                        throw Failure.no.exitCode
                    }
                    return try output(text)
                }
                for file in found.files.files {
                    try Console.output("# ---- \(Console.harmless(file.path))\n")
                    let text = String(decoding: file.bytes, as: UTF8.self)
                    try output(text.hasSuffix("\n") ? text : text + "\n")
                }
            } catch {
                throw Failure.report(error)
            }
        }

        /// To a program as it is; to a terminal without what could speak to it.
        private func output(_ text: String) throws {
            guard isatty(STDOUT_FILENO) == 1 else { return try Console.output(text) }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
                Console.harmless(String($0))
            }
            try Console.output(lines.joined(separator: "\n"))
        }

        private func find(_ store: VersionStore) throws -> (heading: [String], files: RuleFiles, rule: String?) {
            if name.contains("@") {
                let set = try RuleSetRecord.find(name, in: store)
                let versions = try set.versions.compactMap { try store.version(named: $0) }
                var heading = ["\(set.name): \(set.versions.joined(separator: ", ")), rules in effect on \(set.day)"]
                heading += versions.map(line)
                if !set.suspended.isEmpty { heading.append("suspended: \(set.suspended.joined(separator: ", "))") }
                return (heading, try store.files(of: versions), rule)
            }
            if name.contains("#") {
                guard let version = try store.version(named: name) else {
                    Console.error("\(RuleVersionError.noSuchVersion(Console.harmless(name)))")
                    throw Failure.no.exitCode
                }
                return ([line(version)], try store.files(of: [version]), rule)
            }
            guard let active = try store.active() else {
                Console.error("no rules are in force in \(database.path) yet: run `moderate` or `moderate rules load`")
                throw Failure.no.exitCode
            }
            if let version = active.versions.first(where: { $0.region == name }) {
                return ([line(version)], try store.files(of: [version]), rule)
            }
            let region = (rule ?? name).prefix { $0 != "." }
            return (active.versions.filter { $0.region == region }.map(line), active.files, rule ?? name)
        }

        private func line(_ version: RuleVersion) -> String {
            let note = version.note.isEmpty ? "" : ": " + Console.harmless(version.note)
            return "\(version.name), \(timestamp(version.created)), \(Console.harmless(version.author))\(note)"
        }
    }

    /// Puts a version in force.
    struct Activate: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put versions (cn#12) in force.")

        @Argument(help: ArgumentHelp("Names of versions.", valueName: "version")) var names: [String]
        @OptionGroup var author: AuthorOptions
        @OptionGroup var rules: RulesOptions
        @OptionGroup var database: DatabaseOptions

        func run() throws {
            try Rules.change(database, rules, author, kind: .activate) { store in
                try names.map { name in
                    guard let version = try store.version(named: name) else {
                        throw RuleVersionError.noSuchVersion(Console.harmless(name))
                    }
                    return version
                }
            }
        }
    }

    /// Goes back one version.
    struct Rollback: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go back to the version that stood before the one in force; again, and it goes further back.")

        @OptionGroup var region: RegionOptions
        @OptionGroup var author: AuthorOptions
        @OptionGroup var rules: RulesOptions
        @OptionGroup var database: DatabaseOptions

        func validate() throws {
            guard region.region != nil else { throw ValidationError("say which market: --market my (or global)") }
        }

        func run() throws {
            try Rules.change(database, rules, author, kind: .rollback) { [region] store in
                [try store.predecessor(of: region.region ?? "")]
            }
        }
    }

    /// Puts versions in force that are kept, where the whole holds with them.
    fileprivate static func change(
        _ database: DatabaseOptions, _ rules: RulesOptions, _ author: AuthorOptions, kind: Activation.Kind,
        _ versions: (VersionStore) throws -> [RuleVersion]
    ) throws {
        do {
            let store = try database.versions()
            // What is in force is read first: whatever changes from here on is told when the change is made.
            guard let active = try store.active() else {
                Console.error("no rules are in force in \(database.path) yet: run `moderate` or `moderate rules load`")
                throw Failure.no.exitCode
            }
            let chosen = try versions(store)
            guard Set(chosen.map(\.region)).count == chosen.count else {
                Console.error("name one version of each region")
                throw ExitCode(64)
            }
            let base = active.files
            let change = RuleChange(
                base, replacing: chosen.map(\.region), by: try store.files(of: chosen).files)
            let checked = try change.check(rules, patches: true)
            try store.activate(
                chosen, kind: kind, over: active.generation, author: author.name, note: author.note)
            for version in chosen {
                let was = active.versions.contains(version)
                try Console.output("\(version.name) \(was ? "was in force already" : "is in force")\n")
            }
            if let before = try? RuleBook.read(active.files, over: (change.files, checked.book)).book {
                try Console.output("\(RuleDifference(from: before, to: checked.book).summary)\n")
            }
        } catch let error as RuleVersionError {
            Console.error(Console.harmless("\(error)"))
            if case .changedMeanwhile = error { throw Failure.tryAgain.exitCode }
            throw Failure.no.exitCode
        } catch {
            throw Failure.report(error)
        }
    }

    /// Takes a rule out of force for a while.
    struct Suspend: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a rule out of force for a while, for the night.",
            discussion: "Runs take it up within a second. `--for 0m` ends a suspension.")

        @Argument(help: ArgumentHelp("The rule's full name.", valueName: "rule")) var rule: String
        @Option(name: .customLong("for"), help: ArgumentHelp("How long: 30m, 2h, 3d.", valueName: "time"))
        var time: TimeSpan
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String
        @Option(help: ArgumentHelp("Who (default: your login name).", valueName: "name")) var author: String?
        @OptionGroup var database: DatabaseOptions

        func validate() throws {
            guard !reason.isEmpty else { throw ValidationError("--reason says why, for those who ask in the morning") }
        }

        func run() throws {
            do {
                let store = try database.versions()
                let names = try store.active().map { try RuleBook.read($0.files).book }?.packs.flatMap(\.rules) ?? []
                guard names.contains(where: { $0.name.rawValue == rule }) else {
                    Console.error("no rule in force is named '\(Console.harmless(rule))'")
                    throw Failure.no.exitCode
                }
                let until = milliseconds() + time.milliseconds
                try store.suspend(
                    Suspension(
                        rule: RuleName(rawValue: rule), until: until, reason: reason, author: author ?? userName()))
                try Console.output(
                    time.milliseconds == 0
                        ? "\(rule) is in force again\n" : "\(rule) is suspended until \(timestamp(until))\n")
            } catch {
                throw Failure.report(error)
            }
        }
    }
}

extension RuleSetRecord {
    /// The rule set whose name begins so.
    ///
    /// - Throws: `ExitCode` after saying that there is none, or several.
    static func find(_ name: String, in store: VersionStore) throws -> RuleSetRecord {
        let sets = try store.ruleSets(named: name)
        guard let set = sets.first, sets.count == 1 else {
            Console.error(
                sets.isEmpty
                    ? "no rule set of that name judged with this database: \(Console.harmless(name))"
                    : "several rule sets begin so: \(sets.map(\.name).joined(separator: ", "))")
            throw Failure.no.exitCode
        }
        return set
    }
}
