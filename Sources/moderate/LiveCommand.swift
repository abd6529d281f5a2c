internal import ArgumentParser
internal import ContentModel
internal import Foundation
internal import Gate
internal import LiveModeration
internal import Moderation
internal import ReviewQueue

/// Chunks of live streams in, enforcement out.
struct Live: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live", abstract: "Check live streams, chunk by chunk.",
        discussion: """
            One record in, one record out, in order within a stream:

              {"stream":"s1","event":"start","markets":["cn","us"],"at":"2025-01-15T01:00:00Z"}
              {"stream":"s1","seq":1,"kind":"speech","speaker":"u9","text":"add my wei","at":"2025-01-15T01:00:02Z"}
              {"stream":"s1","seq":2,"kind":"speech","speaker":"u9","text":"xin","at":"2025-01-15T01:00:03Z"}
              {"stream":"s1","event":"end"}
            """)

    @Argument(help: ArgumentHelp("Files of records, one a line; - or none reads standard input.", valueName: "file"))
    var files: [String] = []

    @OptionGroup var market: MarketOptions
    @OptionGroup var rules: RulesOptions
    @OptionGroup var database: DatabaseOptions

    @Option(
        help: ArgumentHelp(
            "Take records of many producers at a Unix socket; each gets the answers to its own.", valueName: "path"))
    var listen: String?

    @Option(help: ArgumentHelp("Keep open streams in a file, over a restart.", valueName: "file"))
    var state: String?

    @Option(help: ArgumentHelp("Forget streams of which nothing came for so long (10m, 2h).", valueName: "time"))
    var idle: TimeSpan = TimeSpan(milliseconds: 600_000)

    @Option(help: ArgumentHelp("Threads that judge (default: one a processor).", valueName: "n"))
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Leave out the markets that pass.")
    var brief = false

    @Flag(name: .customLong("no-queue"), help: "Keep no cases.")
    var noQueue = false

    @Option(
        name: .customLong("max-line"), help: ArgumentHelp("Bytes of the longest line that is read.", valueName: "bytes")
    )
    var maxLine: Int = 1 << 20

    @Option(
        help: ArgumentHelp(
            "Play the live corpus as so many streams, and print how long answers take. Keeps no cases.",
            valueName: "streams"))
    var simulate: Int?

    @Option(
        help: ArgumentHelp("With --simulate: chunks a second of all streams; 0 is as fast as it goes.", valueName: "n"))
    var rate: Int = 20_000

    @Option(help: ArgumentHelp("With --simulate: seconds to play.", valueName: "n"))
    var seconds: Int = 10

    @Option(help: ArgumentHelp("With --simulate: folder of live scripts.", valueName: "dir"))
    var corpus: String = "Corpora/live"

    func validate() throws {
        guard (1...256).contains(threads) else { throw ValidationError("--threads is a number from 1 to 256") }
        guard (1...(1 << 30)).contains(maxLine) else {
            throw ValidationError("--max-line is a number from 1 to 1073741824")
        }
        if listen != nil, !files.isEmpty {
            throw ValidationError("--listen takes records from its socket, not from files")
        }
        if let simulate {
            guard (1...2_000_000).contains(simulate) else {
                throw ValidationError("--simulate is a number of streams from 1 to 2000000")
            }
            guard listen == nil, files.isEmpty else { throw ValidationError("--simulate plays its own records") }
        }
        guard (0...10_000_000).contains(rate), (1...86_400).contains(seconds) else {
            throw ValidationError("--rate is at most 10000000 and --seconds 1 to 86400")
        }
    }

    func run() throws {
        do {
            if simulate == nil { try check() } else { try play() }
        } catch {
            throw Failure.report(error)
        }
    }

    private func check() throws {
        signal(SIGPIPE, SIG_IGN)
        let began = ContinuousClock.now
        let inputs = listen == nil ? try Inputs.open(files) : []
        let (run, file) = try RulesOfRun.choose(rules, database, keeps: !noQueue)
        let markets = try market.markets(of: run.moderator)
        let queue = noQueue ? nil : file.map { ReviewQueue(file: $0, now: milliseconds) }
        let store = try state.map { try StreamStore(path: $0, now: milliseconds()) }
        let shutdown = Shutdown()
        let signals = Inputs.stopOnSignals(shutdown)
        defer { for source in signals { source.cancel() } }
        let inForce = RulesInForce(run.moderator)
        let watcher = run.watcher(
            inForce, rules, markets: markets, prepare: { $0.prepareForStreams() },
            note: { Console.note("moderate: \($0)") })
        watcher?.start()
        defer { watcher?.end() }
        let gate = LiveGate(
            rules: inForce,
            settings: LiveGate.Settings(
                threads: threads, longestLine: maxLine, markets: markets, isBrief: brief,
                idle: idle.milliseconds, queue: queue, store: store, now: milliseconds))
        let summary: LiveSummary
        if let listen {
            summary = try gate.listen(at: listen, shutdown: shutdown) {
                Console.note("moderate: \(Console.harmless($0))")
            }
        } else {
            let progress = isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0 ? ProgressLine() : nil
            defer { progress?.end() }
            summary = try gate.run(inputs, to: STDOUT_FILENO, shutdown: shutdown) { summary in
                progress?.show(
                    posts: summary.records, of: "records", "\(summary.cases) cases, \(summary.errors) unread")
            }
        }
        report(summary, ContinuousClock.now - began)
        if summary.errors > 0 { throw Failure.dataUnreadable.exitCode }
    }

    /// The closing summary on standard error.
    private func report(_ summary: LiveSummary, _ elapsed: Duration) {
        var parts = Enforcement.allCases.reversed().compactMap { action in
            let count = summary.actions[Int(action.rawValue)]
            return count > 0 ? "\(count) \(action.name)" : nil
        }
        if parts.isEmpty { parts = ["nothing to judge"] }
        var line =
            "moderate: \(summary.records) records in \(Console.rounded(elapsed.seconds)) s: "
            + parts.joined(separator: ", ")
        if summary.cases > 0 {
            let moments = summary.cases == 1 ? "1 moment waits" : "\(summary.cases) moments wait"
            line += "; \(moments) for a person (moderate review next --reviewer NAME)"
        }
        if summary.errors > 0 { line += "; \(summary.errors) records could not be read" }
        if summary.wasInterrupted { line += "; stopped by a signal" }
        Console.note(line)
    }

    // MARK: - Simulation

    private func play() throws {
        let scripts = try LiveScript.read(folder: corpus)
        let run = try RulesOfRun.choose(rules, database, keeps: false).rules
        let markets = try market.markets(of: run.moderator)
        let simulation = LiveSimulation(
            scripts: scripts, streams: simulate ?? 1, rate: rate, seconds: seconds, threads: threads)
        let result = try simulation.run(RulesInForce(run.moderator), markets: markets) { text in
            if isatty(STDERR_FILENO) == 1 { Console.note(text) }
        }
        try Console.output(result.page)
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
