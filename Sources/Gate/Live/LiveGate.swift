public import ContentModel
internal import Foundation
public import LiveModeration
internal import Moderation
public import ReviewQueue
internal import Synchronization
internal import Wire

/// A run over live streams: records in, one answer each out, in order within a stream. Streams are shared out among
/// workers by their names, and a record waits only for the commit of its own stream's cases.
public struct LiveGate: Sendable {
    /// What a run is asked to do.
    public struct Settings: Sendable {
        public var threads: Int
        /// Bytes of the longest line that is read.
        public var longestLine: Int
        /// The markets of the run; nil means all.
        public var markets: [Market]?
        /// Leaves out the markets that pass.
        public var isBrief: Bool
        /// Milliseconds without a record after which a stream is forgotten, or with ``store`` put aside.
        public var idle: Int64
        /// Where moments become cases; nil keeps none.
        public var queue: ReviewQueue?
        /// Where open streams are kept over a restart.
        public var store: StreamStore?
        /// The wall clock, milliseconds since 1970.
        public var now: @Sendable () -> Int64

        public init(
            threads: Int = 1, longestLine: Int = 1 << 20, markets: [Market]? = nil, isBrief: Bool = false,
            idle: Int64 = 600_000, queue: ReviewQueue? = nil, store: StreamStore? = nil,
            now: @escaping @Sendable () -> Int64
        ) {
            self.threads = max(1, threads)
            self.longestLine = longestLine
            self.markets = markets
            self.isBrief = isBrief
            self.idle = idle
            self.queue = queue
            self.store = store
            self.now = now
        }
    }

    let rules: RulesInForce
    let settings: Settings

    public init(rules: RulesInForce, settings: Settings) {
        self.rules = rules
        self.settings = settings
    }

    /// Checks the records of inputs, one input behind the other, and writes to `output`.
    ///
    /// - Parameter shutdown: Ends the run early, after the records in hand.
    /// - Throws: ``GateError``; every answer written before stands, and its case is stored.
    public func run(
        _ inputs: [Gate.Input], to output: Int32, shutdown: Shutdown = Shutdown(),
        progress: (@Sendable (LiveSummary) -> Void)? = nil
    ) throws(GateError) -> LiveSummary {
        let outlet = Outlet(number: 0, descriptor: output, isSocket: false)
        return try run(shutdown, progress: progress) { (core: Core) throws(GateError) in
            let source = InputSource(
                inputs: inputs.map { .init(name: $0.name, descriptor: $0.descriptor) }, format: .ndjson,
                longestLine: settings.longestLine, padding: ChunkReader.padding, shutdown: shutdown)
            var reader = LineRouter(core, longestLine: settings.longestLine)
            defer { reader.handOn() }
            var batch = Batch()
            // Workers are handed what there is; one thread in total reads on as long as there is something to read.
            let most = settings.threads == 1 ? LineRouter.turn : 0
            while !core.isOver, try source.next(into: &batch, idle: { reader.handOn() }) {
                _ = reader.route(batch, to: outlet, dropsOnRubbish: false)
                if reader.waiting >= most { reader.handOn() }
                if outlet.isClosed { break }
            }
        } finally: { () throws(GateError) in
            if let error = outlet.error { throw .output(error) }
        }
    }

    /// Runs workers while `feed` brings records.
    func run(
        _ shutdown: Shutdown, progress: (@Sendable (LiveSummary) -> Void)? = nil,
        feed: (Core) throws(GateError) -> Void, finally: () throws(GateError) -> Void
    ) throws(GateError) -> LiveSummary {
        let core = Core(rules: rules, settings: settings, progress: progress)
        core.start()
        var failure: GateError?
        do throws(GateError) { try feed(core) } catch { failure = error }
        core.finish()
        if let failure { throw failure }
        try finally()
        var summary = try core.result()
        summary.wasInterrupted = shutdown.isRequested
        return summary
    }

    /// What reader, workers and committer share.
    final class Core: Sendable {
        let rules: RulesInForce
        let settings: Settings
        let line: CommitLine?
        /// Takes what nobody reads any more.
        let nowhere = Outlet(number: -1, descriptor: -1, isSocket: true)
        let keeper: StateKeeper?
        private let inboxes: [LiveInbox]
        private let group = DispatchGroup()
        private let hasFailed: Flag
        private let total = Mutex(LiveSummary())
        private let progress: (@Sendable (LiveSummary) -> Void)?

        /// A flag that others than its owner hold on to.
        final class Flag: Sendable {
            private let value = Atomic<Bool>(false)
            private let first: Mutex<GateError?> = Mutex(nil)

            var isSet: Bool { value.load(ordering: .acquiring) }
            var error: GateError? { first.withLock { $0 } }

            func set(_ error: GateError) {
                first.withLock { $0 = $0 ?? error }
                value.store(true, ordering: .releasing)
            }
        }

        init(rules: RulesInForce, settings: Settings, progress: (@Sendable (LiveSummary) -> Void)?) {
            self.rules = rules
            self.settings = settings
            self.progress = progress
            let flag = Flag()
            hasFailed = flag
            nowhere.close()
            let writer = LiveVerdictWriter()
            line = settings.queue.map {
                CommitLine(queue: $0, note: { writer.note(decision: $0) }, fail: { flag.set($0) })
            }
            keeper = settings.store.map { StateKeeper($0, now: settings.now, fail: { flag.set($0) }) }
            inboxes = (0..<settings.threads).map { _ in LiveInbox() }
        }

        var isOver: Bool { hasFailed.isSet }

        func start() {
            if let line { thread { line.run() } }
            if let keeper { thread { keeper.run() } }
            for inbox in inboxes {
                thread(group) { [self] in
                    do {
                        var worker = try LiveWorker(self, inbox)
                        try worker.run()
                    } catch {
                        hasFailed.set(error as? GateError ?? .setup("\(error)"))
                    }
                    // Whoever still brings records is let go.
                    inbox.close()
                }
            }
        }

        private func thread(_ group: DispatchGroup? = nil, _ work: @escaping @Sendable () -> Void) {
            group?.enter()
            let thread = Thread {
                work()
                group?.leave()
            }
            thread.stackSize = 4 << 20
            thread.start()
        }

        /// Waits until all records are answered and all states saved.
        func finish() {
            for inbox in inboxes { inbox.close() }
            group.wait()
            line?.close()
            keeper?.close()
        }

        func add(_ summary: LiveSummary) {
            let total = total.withLock { total in
                total.add(summary)
                return total
            }
            progress?(total)
        }

        func count(errors: Int) { total.withLock { $0.errors += errors } }

        func result() throws(GateError) -> LiveSummary {
            if let error = hasFailed.error { throw error }
            return total.withLock { $0 }
        }

        /// The worker of a stream.
        func inbox(of stream: String) -> Int {
            // Alike in all runs of the process, which is all that it takes.
            inboxes.count == 1 ? 0 : Int(UInt(bitPattern: stream.hashValue) % UInt(inboxes.count))
        }

        /// Hands records to their workers, by number of worker.
        func put(_ arrivals: inout [[LiveArrival]]) {
            for index in arrivals.indices where !arrivals[index].isEmpty {
                inboxes[index].put(arrivals[index])
                arrivals[index] = []
            }
            // One thread in total: who reads waits for who judges.
            if inboxes.count == 1 { inboxes[0].drain() }
        }

        var workers: Int { inboxes.count }
    }
}
