internal import ArgumentParser
internal import ContentModel
internal import Foundation
internal import Gate
internal import ReviewQueue
internal import Wire

/// Posts in, verdicts out.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Judge posts (the default command).")

    enum Format: String, ExpressibleByArgument, CaseIterable { case ndjson, table }
    enum Input: String, ExpressibleByArgument, CaseIterable { case auto, ndjson, text }

    @Argument(help: ArgumentHelp("Files of posts, one a line; - or none reads standard input.", valueName: "file"))
    var files: [String] = []

    @OptionGroup var market: MarketOptions
    @OptionGroup var rules: RulesOptions
    @OptionGroup var database: DatabaseOptions

    @Option(help: "How posts stand in the input: auto decides by the first byte.")
    var from: Input = .auto

    @Option(help: "ndjson for programs, table for people.")
    var format: Format = .ndjson

    @Option(help: ArgumentHelp("Threads that judge (default: one a processor).", valueName: "n"))
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Leave out the markets that allow.")
    var brief = false

    @Flag(name: .customLong("pass-through"), help: "Copy each post into its verdict.")
    var passThrough = false

    @Option(help: ArgumentHelp("Name the input, so that posts without an id are known again.", valueName: "name"))
    var source: String?

    @Flag(name: .customLong("no-queue"), help: "Keep no cases.")
    var noQueue = false

    @Option(
        name: .customLong("max-line"), help: ArgumentHelp("Bytes of the longest line that is read.", valueName: "bytes")
    )
    var maxLine: Int = 1 << 20

    func validate() throws {
        guard (1...256).contains(threads) else { throw ValidationError("--threads is a number from 1 to 256") }
        guard (1...(1 << 30)).contains(maxLine) else {
            throw ValidationError("--max-line is a number from 1 to 1073741824")
        }
    }

    func run() throws {
        do {
            try judge()
        } catch {
            throw Failure.report(error)
        }
    }

    private func judge() throws {
        signal(SIGPIPE, SIG_IGN)
        let began = ContinuousClock.now
        let inputs = try Inputs.open(files)
        let (run, file) = try RulesOfRun.choose(rules, database, keeps: !noQueue)
        let markets = try market.markets(of: run.moderator)
        let queue = noQueue ? nil : file.map { ReviewQueue(file: $0, now: milliseconds) }
        let isBrief = brief
        let isTable = format == .table
        let isColoured = Console.isColoured(STDOUT_FILENO)
        let settings = Gate.Settings(
            threads: threads, format: inputFormat, longestLine: maxLine, markets: markets,
            passesThrough: passThrough, source: source, queue: queue
        ) { () -> any VerdictRendering in
            if isTable { return VerdictTable(isBrief: isBrief, isColoured: isColoured) }
            return VerdictWriter(isBrief: isBrief)
        }
        let shutdown = Shutdown()
        let signals = Inputs.stopOnSignals(shutdown)
        let progress = isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0 ? ProgressLine() : nil
        defer { progress?.end() }
        defer { for source in signals { source.cancel() } }
        let inForce = RulesInForce(run.moderator)
        let watcher = run.watcher(inForce, rules, markets: markets) { Console.note("moderate: \($0)") }
        watcher?.start()
        defer { watcher?.end() }
        let gate = Gate(rules: inForce, settings: settings)
        let summary = try gate.run(inputs, to: STDOUT_FILENO, shutdown: shutdown) { progress?.show($0) }
        progress?.end()
        report(summary, ContinuousClock.now - began)
        if summary.errors > 0 { throw Failure.dataUnreadable.exitCode }
    }

    private var inputFormat: InputFormat {
        switch from {
        case .auto: .auto
        case .ndjson: .ndjson
        case .text: .text
        }
    }

    /// The closing summary on standard error.
    private func report(_ summary: Summary, _ elapsed: Duration) {
        let seconds = elapsed.seconds
        var parts = Action.allCases.reversed().compactMap { action in
            let count = summary.actions[Int(action.rawValue)]
            return count > 0 ? "\(count) \(action.name)" : nil
        }
        if parts.isEmpty { parts = ["nothing to judge"] }
        var line = "moderate: \(summary.posts) posts in \(Console.rounded(seconds)) s: " + parts.joined(separator: ", ")
        if summary.cases > 0 { line += "; \(summary.cases) wait for a person (moderate review next --reviewer NAME)" }
        if summary.errors > 0 { line += "; \(summary.errors) records could not be read" }
        if summary.wasInterrupted { line += "; stopped by a signal" }
        Console.note(line)
        for (name, count) in summary.unjudgedFields.sorted(by: { $0.value > $1.value }) {
            Console.note("moderate: not judged: \(Console.harmless(name)), \(count) posts")
        }
    }
}
