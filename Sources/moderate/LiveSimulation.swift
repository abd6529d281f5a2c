internal import ContentModel
internal import Foundation
internal import Gate
internal import Histogram
internal import Synchronization

/// Plays live scripts as many streams at a rate through the gate, over two pipes as a producer would, and measures the
/// time from each record's turn to its answer.
///
/// A record's turn is when it was due by the rate, not when it could be written: a checker that falls behind is not
/// forgiven the time for which it held up its producer.
struct LiveSimulation: Sendable {
    let scripts: [LiveScript]
    let streams: Int
    /// Chunks a second; 0 plays as fast as it goes.
    let rate: Int
    let seconds: Int
    let threads: Int

    struct Result: Sendable {
        var page: String
    }

    func run(
        _ rules: RulesInForce, markets: [Market]?, note: @escaping @Sendable (String) -> Void
    ) throws -> Result {
        signal(SIGPIPE, SIG_IGN)
        let (input, output) = (try Pipe(), try Pipe())
        let gate = LiveGate(
            rules: rules,
            settings: LiveGate.Settings(threads: threads, markets: markets, isBrief: true, now: milliseconds))
        let clock = Clock(rate: rate)
        let feeder = Feeder(self, clock, to: input.writer)
        let collector = Collector(self, clock, from: output.reader)
        let group = DispatchGroup()
        Self.thread(group) { feeder.run() }
        Self.thread(group) { collector.run() }
        note("moderate: opening \(streams) streams, then \(seconds) s of chunks …")
        let before = residentBytes()
        let summary = try gate.run(
            [Gate.Input(name: "simulation", descriptor: input.reader)], to: output.writer)
        close(output.writer)
        group.wait()
        for descriptor in [input.reader, output.reader] { close(descriptor) }
        return Result(page: page(clock, collector, summary, before: before))
    }

    private func page(
        _ clock: Clock, _ collector: Collector, _ summary: LiveSummary, before: Int
    ) -> String {
        let histogram = collector.histogram.withLock { $0 }
        func latency(_ percentile: Double) -> String {
            Console.rounded(Double(histogram.valueAtPercentile(percentile)) / 1000) + " ms"
        }
        let opening = clock.opening
        let played = clock.played
        var rows: [(String, String)] = [
            ("streams", "\(streams)"),
            ("opened a second", "\(Int(Double(streams) / max(0.001, opening)))"),
            (
                "resident with all open",
                "\(collector.residentWhenOpen.withLock { $0 } >> 20) MiB (\(before >> 20) before)"
            ),
            ("chunks", "\(histogram.totalCount)"),
            ("chunks a second", "\(Int(Double(histogram.totalCount) / max(0.001, played)))"),
        ]
        if rate > 0 {
            rows += [
                ("p50", latency(50)), ("p90", latency(90)), ("p99", latency(99)), ("p99.9", latency(99.9)),
                ("longest", Console.rounded(Double(histogram.max) / 1000) + " ms"),
            ]
        }
        rows.append(
            (
                "answers",
                Enforcement.allCases.compactMap { action in
                    let count = summary.actions[Int(action.rawValue)]
                    return count > 0 ? "\(count) \(action.name)" : nil
                }.joined(separator: ", ")
            ))
        rows.append(("resident at the end", "\(residentBytes() >> 20) MiB"))
        return rows.map { Console.padded($0.0, to: 24) + $0.1 + "\n" }.joined()
    }

    private static func thread(_ group: DispatchGroup, _ work: @escaping @Sendable () -> Void) {
        group.enter()
        let thread = Thread {
            work()
            group.leave()
        }
        thread.start()
    }

    // MARK: - Parts

    private struct Pipe {
        let reader: Int32
        let writer: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0 else { throw Failure.outputUnwritable.exitCode }
            (reader, writer) = (ends[0], ends[1])
            // F_SETPIPE_SZ: a megabyte, so that the pipe is not what is measured.
            _ = fcntl(writer, 1031, 1 << 20)
        }
    }

    /// When things are due and when they were.
    private final class Clock: Sendable {
        let rate: Int
        private let began = ContinuousClock.now
        /// Nanoseconds since the clock began: when the first chunk was due, and the last was answered.
        let first = Atomic<Int>(0)
        let last = Atomic<Int>(0)

        init(rate: Int) { self.rate = rate }

        var now: Int {
            let elapsed = (ContinuousClock.now - began).components
            return Int(elapsed.seconds) * 1_000_000_000 + Int(elapsed.attoseconds / 1_000_000_000)
        }

        /// Nanoseconds at which a chunk is due, after the first.
        func due(_ chunk: Int) -> Int {
            rate > 0 ? chunk * 1000 / rate * 1_000_000 + chunk * 1000 % rate * 1_000_000 / rate : 0
        }

        /// Seconds that opening took.
        var opening: Double { Double(first.load(ordering: .acquiring)) * 1e-9 }
        var played: Double {
            Double(last.load(ordering: .acquiring) - first.load(ordering: .acquiring)) * 1e-9
        }
    }

    private final class Feeder: Sendable {
        private let simulation: LiveSimulation
        private let clock: Clock
        private let descriptor: Int32

        init(_ simulation: LiveSimulation, _ clock: Clock, to descriptor: Int32) {
            self.simulation = simulation
            self.clock = clock
            self.descriptor = descriptor
        }

        func run() {
            defer { close(descriptor) }
            guard open() else { return }
            var chunk = 0
            var bytes: [UInt8] = []
            while true {
                let elapsed = clock.now - clock.first.load(ordering: .acquiring)
                guard elapsed < simulation.seconds * 1_000_000_000 else { return }
                bytes.removeAll(keepingCapacity: true)
                while clock.due(chunk) <= elapsed, bytes.count < 256 << 10 {
                    append(chunk, to: &bytes)
                    chunk += 1
                }
                if bytes.isEmpty { usleep(200) } else if !write(bytes) { return }
            }
        }

        /// Starts every stream, and waits until all have been answered.
        private func open() -> Bool {
            var bytes: [UInt8] = []
            for stream in 0..<simulation.streams {
                bytes += Array(
                    "{\"stream\":\"sim-\(stream)\",\"event\":\"start\",\"at\":\"2025-01-01T00:00:00Z\"}\n".utf8)
                if bytes.count > 128 << 10 {
                    guard write(bytes) else { return false }
                    bytes.removeAll(keepingCapacity: true)
                }
            }
            guard write(bytes) else { return false }
            while clock.first.load(ordering: .acquiring) == 0 { usleep(200) }
            return true
        }

        private func append(_ chunk: Int, to bytes: inout [UInt8]) {
            let stream = chunk % simulation.streams
            let round = chunk / simulation.streams
            let script = simulation.scripts[stream % simulation.scripts.count]
            let line = script.lines[round % script.lines.count]
            bytes += Array("{\"stream\":\"sim-\(stream)\",\"seq\":\(round + 1),\"at\":\"2025-01-01T".utf8)
            let time = clock.due(chunk) / 1_000_000
            func digits(_ value: Int, _ count: Int) {
                var unit = count == 3 ? 100 : 10
                while unit > 0 {
                    bytes.append(UInt8(0x30 + value / unit % 10))
                    unit /= 10
                }
            }
            digits(time / 3_600_000 % 24, 2)
            bytes.append(0x3A)
            digits(time / 60_000 % 60, 2)
            bytes.append(0x3A)
            digits(time / 1000 % 60, 2)
            bytes.append(0x2E)
            digits(time % 1000, 3)
            bytes += Array("Z\",".utf8)
            if let back = line.revises { bytes += Array("\"replaces\":\(round + 1 - back),".utf8) }
            bytes += line.members
            bytes.append(0x0A)
        }

        private func write(_ bytes: [UInt8]) -> Bool {
            var offset = 0
            while offset < bytes.count {
                let count = unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Foundation.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
                }
                if count > 0 { offset += count } else if errno != EINTR { return false }
            }
            return true
        }
    }

    private final class Collector: Sendable {
        private let simulation: LiveSimulation
        private let clock: Clock
        private let descriptor: Int32
        /// Microseconds, to three digits.
        let histogram = Mutex(
            Histogram<UInt64>(highestTrackableValue: 3_600_000_000, numberOfSignificantValueDigits: .three))
        let residentWhenOpen = Mutex(0)

        init(_ simulation: LiveSimulation, _ clock: Clock, from descriptor: Int32) {
            self.simulation = simulation
            self.clock = clock
            self.descriptor = descriptor
        }

        func run() {
            var carry: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 256 << 10)
            var opened = 0
            while true {
                let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else { return }
                carry.append(contentsOf: buffer[..<count])
                let now = clock.now
                var start = 0
                histogram.withLock { histogram in
                    while let end = carry[start...].firstIndex(of: 0x0A) {
                        if opened < simulation.streams {
                            opened += 1
                        } else if let chunk = chunk(carry[start..<end]) {
                            let turn = clock.first.load(ordering: .acquiring) + clock.due(chunk)
                            histogram.record(UInt64(max(1, (now - turn) / 1000)))
                        }
                        start = end + 1
                    }
                }
                carry.removeFirst(start)
                clock.last.store(now, ordering: .releasing)
                if opened == simulation.streams, clock.first.load(ordering: .acquiring) == 0 {
                    residentWhenOpen.withLock { $0 = residentBytes() }
                    clock.first.store(clock.now, ordering: .releasing)
                }
            }
        }

        /// Which chunk of all an answer is to: `{"stream":"sim-12","seq":3,…`.
        private func chunk(_ line: ArraySlice<UInt8>) -> Int? {
            var place = line.startIndex + 15
            func number() -> Int {
                var value = 0
                while place < line.endIndex, line[place] &- 0x30 < 10 {
                    value = value * 10 + Int(line[place] - 0x30)
                    place += 1
                }
                return value
            }
            let stream = number()
            place += 8
            let seq = number()
            return seq > 0 ? (seq - 1) * simulation.streams + stream : nil
        }
    }
}

/// Bytes of this process that are in memory.
private func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
}
