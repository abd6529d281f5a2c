public import ContentModel
internal import Foundation
internal import Moderation
public import ReviewQueue
internal import Synchronization
public import Wire

/// A run: records in, verdicts out, in the order of the input, with every case stored before the verdict that names it
/// is written.
///
/// Workers take turns at reading: each takes a batch of whole lines, judges it, and hands it to ``OrderedOutput``. One
/// thread alone does all three in turn, and so uses one processor in total. At most a window of batches is in memory,
/// whatever the input's length.
public struct Gate: Sendable {
    /// What a run is asked to do.
    public struct Settings: Sendable {
        public var threads: Int
        public var format: InputFormat
        /// Bytes of the longest line that is read.
        public var longestLine: Int
        /// The markets of the run; nil means all.
        public var markets: [Market]?
        /// Copies each post into its verdict.
        public var passesThrough: Bool
        /// Names the input, so that lines without an id are the same posts in the next run.
        public var source: String?
        /// Where held posts become cases; nil keeps none.
        public var queue: ReviewQueue?
        public var makeRenderer: @Sendable () -> any VerdictRendering

        public init(
            threads: Int = 1, format: InputFormat = .auto, longestLine: Int = 1 << 20, markets: [Market]? = nil,
            passesThrough: Bool = false, source: String? = nil, queue: ReviewQueue? = nil,
            makeRenderer: @escaping @Sendable () -> any VerdictRendering = { VerdictWriter() }
        ) {
            self.threads = max(1, threads)
            self.format = format
            self.longestLine = longestLine
            self.markets = markets
            self.passesThrough = passesThrough
            self.source = source
            self.queue = queue
            self.makeRenderer = makeRenderer
        }
    }

    /// An input by name and open file descriptor.
    public struct Input: Sendable {
        public var name: String
        public var descriptor: Int32

        public init(name: String, descriptor: Int32) {
            self.name = name
            self.descriptor = descriptor
        }
    }

    private let rules: RulesInForce
    private let settings: Settings

    public init(rules: RulesInForce, settings: Settings) {
        self.rules = rules
        self.settings = settings
    }

    /// Judges the inputs, one behind the other, and writes to `output`.
    ///
    /// - Parameters:
    ///   - shutdown: Ends the run early, after the posts in hand.
    ///   - progress: Called from any thread after each write.
    /// - Throws: ``GateError``; every verdict written before stands, and its case is stored.
    public func run(
        _ inputs: [Input], to output: Int32, shutdown: Shutdown = Shutdown(),
        progress: (@Sendable (Summary) -> Void)? = nil
    ) throws(GateError) -> Summary {
        let source = InputSource(
            inputs: inputs.map { .init(name: $0.name, descriptor: $0.descriptor) }, format: settings.format,
            longestLine: settings.longestLine, padding: PostReader.padding, shutdown: shutdown)
        let renderer = settings.makeRenderer()
        let ordered = OrderedOutput(
            descriptor: output, queue: settings.queue, window: 64 + 32 * settings.threads,
            note: { renderer.note(decision: $0) }, progress: progress)
        let turn = Turn(source)
        var random = SystemRandomNumberGenerator()
        let runID = CaseID.make(at: settings.queue?.time ?? 0, using: &random)
        let unjudged = Mutex<[String: Int]>([:])
        let work: @Sendable () -> Void = {
            do {
                var worker = try Worker(rules: rules, settings: settings, runID: runID)
                var batch = Batch()
                while turn.take(&batch, ordered) { ordered.finish(try worker.finish(batch)) }
                unjudged.withLock { $0.merge(worker.unjudgedFields, uniquingKeysWith: +) }
            } catch {
                ordered.fail(error as? GateError ?? .setup("\(error)"))
            }
        }
        if settings.threads == 1 {
            work()
        } else {
            Self.concurrently(settings.threads, work)
        }
        ordered.close()
        var summary = try ordered.result()
        summary.bytes = source.bytesRead
        summary.unjudgedFields = unjudged.withLock { $0 }
        summary.wasInterrupted = shutdown.isRequested
        return summary
    }

    /// Runs `work` on so many threads of its own, and waits for all.
    private static func concurrently(_ count: Int, _ work: @escaping @Sendable () -> Void) {
        let group = DispatchGroup()
        for _ in 0..<count {
            group.enter()
            let thread = Thread {
                work()
                group.leave()
            }
            thread.stackSize = 4 << 20
            thread.start()
        }
        group.wait()
    }
}

/// The input, one thread at a time.
///
/// `@unchecked Sendable because` the source is touched only while `lock` is held.
private final class Turn: @unchecked Sendable {
    private let lock = NSLock()
    private let source: InputSource

    init(_ source: InputSource) { self.source = source }

    /// The next batch, or false at the end of the run.
    func take(_ batch: inout Batch, _ ordered: OrderedOutput) -> Bool {
        guard ordered.awaitRoom() else { return false }
        lock.lock()
        defer { lock.unlock() }
        do {
            if try source.next(into: &batch, idle: { ordered.inputPauses() }) {
                ordered.inputGoesOn()
                return true
            }
        } catch {
            ordered.fail(error)
        }
        ordered.returnRoom()
        return false
    }
}
