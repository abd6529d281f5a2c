import Foundation
import ReviewQueue
import Storage

/// Everything in one run: a million cases come in, one reviewer works, sixteen work while more come in, batches.
struct LoadRun {
    let folder: String
    private var path: String { folder + "/queue.sqlite" }

    func run() throws {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for suffix in ["", "-wal", "-shm", "-lock"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        let filled = start(["fill", path, "1000000"]).words("fill")[0]
        let (rate, bytes, growth) = (filled[0], filled[1], filled[2])
        row("1,000,000 cases come in, a second", number(rate, 0))
        row("file growth less 1.5 × posts, bytes a case", number((growth - 1.5 * bytes) / 1_000_000, 0))

        let one = start(["review", path, "solo", "0", "10"]).latencies
        row("next, one process, p50 / p99 ms", pair(one.next, 0.5, 0.99))
        row("decide, one process, p50 / p99 ms", pair(one.decide, 0.5, 0.99))

        let writer = Child(["write", path, "5000", "30"])
        let reviewers = (0..<16).map { Child(["review", path, "r\($0)", "1000", "30"]) }
        let all = reviewers.map(\.result)
        let incoming = writer.result
        let written = incoming.words("write")[0]
        let next = all.flatMap(\.latencies.next)
        let decide = all.flatMap(\.latencies.decide)
        let ids = all.flatMap(\.cases)
        row("next, 16 processes and 5,000 cases/s, p50 / p99 / max ms", pair(next, 0.5, 0.99) + " / " + ms(next.max()))
        row("decide, same run, p50 / p99 / max ms", pair(decide, 0.5, 0.99) + " / " + ms(decide.max()))
        row("cases a second that came in meanwhile, longest commit ms", number(written[0], 0) + " / " + ms(written[1]))
        row("cases decided, given to two", "\(ids.count), \(ids.count - Set(ids).count)")
        row("gave up waiting for the file", "\((all + [incoming]).reduce(0) { $0 + $1.words("locked").count })")
        try batches()
    }

    func batches() throws {
        let queue = ReviewQueue(file: try DatabaseFile(path: path, creates: false), now: now)
        let filter = try CaseFilter("category=spam and language=zh")
        var began = seconds()
        guard let exported = try queue.export(filter, limit: 10_000, by: "batch", lease: 3_600_000) else { return }
        var length = 0
        try queue.forEach(exported.ids) { length += $0.content?.post.utf8.count ?? 0 }
        row("export of \(exported.ids.count) cases by an expression, s", number(seconds() - began))
        began = seconds()
        let lines = exported.ids.enumerated().map { BatchLine(line: $0.offset + 1, id: $0.element, decision: .reject) }
        let answers = try queue.apply(lines, by: "batch", isTrial: false) ?? []
        row("batch of \(answers.count { $0 == .applied(.decided) }) decisions, s", number(seconds() - began))
        began = seconds()
        let report = try queue.verify()
        row("verify \(report.events) events, s", number(seconds() - began))
        if !report.faults.isEmpty { row("FAULTS", "\(report.faults)") }
        began = seconds()
        _ = try queue.statistics()
        row("stats, s", number(seconds() - began))
    }

    // MARK: - Processes

    private func start(_ arguments: [String]) -> Output { Child(arguments).result }

    private func pair(_ values: [Double], _ first: Double, _ second: Double) -> String {
        ms(percentile(values, first)) + " / " + ms(percentile(values, second))
    }

    private func ms(_ seconds: Double?) -> String { number((seconds ?? 0) * 1000, 1) }
    private func number(_ value: Double, _ decimals: Int = 2) -> String { String(format: "%.\(decimals)f", value) }
    private func row(_ name: String, _ value: String) {
        print("  " + name.padding(toLength: 58, withPad: " ", startingAt: 0) + value)
    }
}

/// What a process of this benchmark printed.
struct Output {
    var lines: [[Substring]]

    func words(_ kind: String) -> [[Double]] {
        lines.filter { $0.first.map(String.init) == kind }.map { $0.dropFirst().compactMap { Double($0) } }
    }

    var cases: [String] { lines.filter { $0.first == "case" }.map { String($0[1]) } }
    var latencies: (next: [Double], decide: [Double]) {
        let found = lines.filter { $0.first == "case" && $0.count == 4 }
        return (found.compactMap { Double($0[2]) }, found.compactMap { Double($0[3]) })
    }
}

/// A process of this benchmark.
final class Child {
    private let process = Process()
    private let pipe = Pipe()

    init(_ arguments: [String]) {
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        process.standardOutput = pipe
        try! process.run()
    }

    var result: Output {
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            fatalError("queue: a process ended with \(process.terminationStatus)")
        }
        return Output(
            lines: String(decoding: data, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") })
    }
}
