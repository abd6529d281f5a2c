internal import ArgumentParser
internal import ContentModel
internal import Foundation
internal import ReviewQueue
internal import Wire

extension Review {
    /// Many cases at once.
    struct Batch: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide many cases: in a file, or by what they have in common.",
            subcommands: [Export.self, Apply.self, DecideAll.self])

        enum Format: String, ExpressibleByArgument, CaseIterable { case csv, ndjson }

        /// Cases to a file.
        struct Export: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Claim cases and write them to a file with an empty column for decisions.",
                discussion: """
                    Fill in `decision` (approve, reject, label, limit, escalate), `reason` where the author should be \
                    told, and leave in `market` only those that the decision is for. Cases of child safety are never \
                    exported.
                    """)

            @OptionGroup var database: DatabaseOptions
            @OptionGroup var filter: FilterOptions
            @Option(help: ArgumentHelp("How many; 0 for all.", valueName: "n")) var limit: Int = 500
            @OptionGroup var who: ReviewerOptions
            @Option(help: "csv for spreadsheets, ndjson for programs.") var format: Format = .csv
            @Option(help: ArgumentHelp("How long they are yours, e.g. 2h.", valueName: "time"))
            var lease = TimeSpan(milliseconds: 4 * 3_600_000)

            func validate() throws {
                guard limit >= 0 else { throw ValidationError("--limit is 0 or more") }
                guard (60_000...ReviewQueue.longestLease).contains(lease.milliseconds) else {
                    throw ValidationError("--lease is from 1m to 24h")
                }
            }

            func run() throws {
                do {
                    // A reader that goes away must not take the cases with it.
                    signal(SIGPIPE, SIG_IGN)
                    let queue = try database.queue()
                    let exported = try queue.export(
                        filter.filter(), limit: limit, by: who.reviewer, lease: lease.milliseconds)
                    guard let (ids, heldBack) = exported else { throw unknownReviewer(who.reviewer) }
                    let file = BatchFile(format: format)
                    do {
                        try Console.output(file.head)
                        try queue.forEach(ids) { found in
                            // Judged anew since it was claimed, it may be about something else.
                            guard !found.categories.contains(Category.childSafety) else { return }
                            try Console.output(file.row(found), failsWhenClosed: true)
                        }
                    } catch {
                        // What nobody can read is nobody's.
                        try queue.release(ids, by: who.reviewer)
                        throw error
                    }
                    var note = "moderate: \(ids.count) cases, yours until \(timestamp(queue.time + lease.milliseconds))"
                    if heldBack > 0 { note += "; \(heldBack) of child safety left out: decide them one by one" }
                    Console.note(note)
                    if ids.isEmpty { throw Failure.no.exitCode }
                } catch {
                    throw Failure.report(error)
                }
            }
        }

        /// Decisions from a file.
        struct Apply: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Decide by the lines of a file, CSV or NDJSON: all that hold in one transaction.",
                discussion: """
                    Lines that do not hold are refused one by one, with their reason: a case that changed since the \
                    export, that somebody else holds, that is decided or gone. Applying a file again changes nothing. \
                    Exit 65 when a line was refused.
                    """)

            @OptionGroup var database: DatabaseOptions
            @Argument(help: ArgumentHelp("The file; - reads standard input.", valueName: "file")) var file: String
            @OptionGroup var who: ReviewerOptions
            @Flag(name: .customLong("dry-run"), help: "Say what would change, and change nothing.") var isTrial = false

            func run() throws {
                do {
                    let shown = file == "-" ? "standard input" : Console.harmless(file)
                    let batch = try BatchFile.read(try contents(), shown: shown)
                    let lines = batch.compactMap { try? $0.get() }
                    let queue = try database.queue()
                    guard let answers = try queue.apply(lines, by: who.reviewer, isTrial: isTrial) else {
                        throw unknownReviewer(who.reviewer)
                    }
                    var report = BatchReport(shown: shown, isTrial: isTrial)
                    var rest = zip(lines, answers).makeIterator()
                    for line in batch {
                        switch line {
                        case .failure(let fault): report.refuse(line: fault.line, "", fault.message)
                        case .success: if let (line, answer) = rest.next() { report.take(line, answer) }
                        }
                    }
                    try Console.output(report.summary)
                    if report.refused > 0 { throw Failure.dataUnreadable.exitCode }
                } catch {
                    throw Failure.report(error)
                }
            }

            private func contents() throws -> [UInt8] {
                guard file != "-" else { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
                guard let data = FileManager.default.contents(atPath: file) else {
                    Console.error("\(Console.harmless(file)): there is no such file, or it cannot be read")
                    throw Failure.inputMissing.exitCode
                }
                return [UInt8](data)
            }
        }

        /// One decision for all cases of a filter.
        struct DecideAll: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "decide",
                abstract: "Decide all waiting cases of an expression alike, in one transaction.",
                discussion: """
                    Says first what they have in common and where they differ; look at it with --dry-run. Cases of \
                    critical severity are left out, and so are those that somebody else holds.
                    """)

            @OptionGroup var database: DatabaseOptions
            @Option(
                name: .customLong("where"), help: ArgumentHelp("Which cases, e.g. 'cluster=01J…'.", valueName: "expr"))
            var expression: String
            @Argument(help: "approve, reject, label, limit or escalate.") var decision: Decision
            @OptionGroup var who: ReviewerOptions
            @Option(help: ArgumentHelp("Why; the author may be told.", valueName: "text")) var reason: String?
            @Option(help: ArgumentHelp("For other reviewers only.", valueName: "text")) var note: String?
            @Flag(name: .customLong("dry-run"), help: "Say what would change, and change nothing.") var isTrial = false

            func run() throws {
                do {
                    let filter = try FilterOptions.filter(expression)
                    let queue = try database.queue()
                    let request = DecisionRequest(decision, by: who.reviewer, reason: reason, note: note)
                    guard let (decided, refused) = try queue.decideAll(filter, request, isTrial: isTrial) else {
                        throw unknownReviewer(who.reviewer)
                    }
                    try Console.output(SpreadPage(decided).text)
                    try queue.forEach(decided.samples) { try Console.output(SpreadPage.sample($0)) }
                    for (reason, count) in refused {
                        Console.note("moderate: \(count) left: \(Console.harmless(reason))")
                    }
                    try Console.output(
                        "\(isTrial ? "would \(decision.rawValue)" : decision.rawValue) \(decided.count) cases\n")
                    if decided.count == 0 { throw Failure.no.exitCode }
                } catch {
                    throw Failure.report(error)
                }
            }
        }
    }
}

/// What became of the lines of a file, for people.
private struct BatchReport {
    let shown: String
    let isTrial: Bool
    private var applied: [Decision: Int] = [:]
    private var before = 0
    private var left = 0
    private(set) var refused = 0

    init(shown: String, isTrial: Bool) {
        self.shown = shown
        self.isTrial = isTrial
    }

    mutating func take(_ line: BatchLine, _ answer: BatchAnswer) {
        switch answer {
        case .applied: applied[line.decision ?? .approve, default: 0] += 1
        case .appliedBefore: before += 1
        case .left: left += 1
        case .refused(let reason): refuse(line: line.line, line.id, reason)
        }
    }

    mutating func refuse(line: Int, _ id: String, _ reason: String) {
        refused += 1
        let name = id.isEmpty ? "" : "\(Console.harmless(id)): "
        Console.error("\(shown):\(line): error: \(name)\(Console.harmless(reason))", isDiagnostic: true)
    }

    var summary: String {
        let total = applied.values.reduce(0, +)
        var parts = ["\(isTrial ? "would decide" : "decided") \(total)"]
        let kinds = Decision.allCases.compactMap { kind in applied[kind].map { "\($0) \(kind.rawValue)" } }
        if !kinds.isEmpty { parts[0] += " (" + kinds.joined(separator: ", ") + ")" }
        if before > 0 { parts.append("\(before) decided so before") }
        if left > 0 { parts.append("\(left) without a decision") }
        if refused > 0 { parts.append("\(refused) refused") }
        return parts.joined(separator: "; ") + "\n"
    }
}
