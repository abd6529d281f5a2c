internal import ArgumentParser
internal import ContentModel
internal import Foundation
internal import Moderation
internal import ReviewQueue
internal import RuleBook
internal import Storage

/// Which rules judge, and as of when.
struct RulesOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Judge with the rules in this folder.", valueName: "dir"))
    var rules: String?

    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp("The day on which rules are in effect (default: today, UTC).", valueName: "date"))
    var day: String?

    func validate() throws {
        if let day, !isCalendarDay(day) { throw ValidationError("'\(day)' is not a date: write YYYY-MM-DD") }
    }

    /// The folder that judges: named, `MODERATE_RULES`, installed beside the program, or `./Rules`.
    var folder: String {
        let environment = ProcessInfo.processInfo.environment
        if let named = rules ?? environment["MODERATE_RULES"], !named.isEmpty { return named }
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let installed = program.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("share/moderate/Rules").path
        return FileManager.default.fileExists(atPath: installed) ? installed : "Rules"
    }

    /// Where compiled rules are kept.
    var cache: String? {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["MODERATE_CACHE"] { return named.isEmpty ? nil : named }
        if let base = environment["XDG_CACHE_HOME"], !base.isEmpty { return base + "/moderate" }
        return environment["HOME"].map { $0 + "/.cache/moderate" }
    }

    /// The folder's rules, whatever is in force in a database.
    func moderator() throws -> Moderator { try Moderator(rules: folder, day: day, cache: cache) }
}

/// The markets of a run.
struct MarketOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("region")],
        help: ArgumentHelp("Judge for these markets only, joined by commas (default: all).", valueName: "cn,us"))
    var market: String?

    /// - Throws: `ExitCode` 64 after saying which market is unknown.
    func markets(of moderator: Moderator) throws -> [Market]? {
        guard let market else { return nil }
        return try market.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let known = moderator.markets.first(where: { $0.rawValue == name }) else {
                let all = moderator.markets.map(\.rawValue).joined(separator: ", ")
                Console.error("no market is named '\(Console.harmless(String(name)))'; there are \(all)")
                throw ExitCode(64)
            }
            return known
        }
    }
}

/// Where the queue is kept.
struct DatabaseOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("The SQLite file (default: MODERATE_DB or moderate.sqlite).", valueName: "file")
    )
    var db: String?

    var path: String { db ?? ProcessInfo.processInfo.environment["MODERATE_DB"] ?? "moderate.sqlite" }

    func file(creates: Bool, writes: Bool = true) throws -> DatabaseFile {
        let file = try DatabaseFile(path: path, creates: creates, writes: writes)
        if file.isNew { Console.note("moderate: made the database \(path) for posts that a person must look at") }
        return file
    }

    /// The queue in a database that is there.
    ///
    /// - Parameter writes: Whether it must be possible to write at once; those who only look wait for nobody.
    func queue(writes: Bool = true) throws -> ReviewQueue {
        ReviewQueue(file: try file(creates: false, writes: writes), now: milliseconds)
    }
}
