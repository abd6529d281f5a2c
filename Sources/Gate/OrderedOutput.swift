internal import Foundation
internal import ReviewQueue
internal import Storage
internal import Wire

/// Puts finished batches back into the order of the input, stores their cases, then writes them: a verdict that names
/// a case is printed only after the case is on the disk.
///
/// Commits cost milliseconds, so batches with cases wait for one another a little; when the input pauses nothing waits.
///
/// `@unchecked Sendable because` all mutable state is touched only while `condition` is held.
final class OrderedOutput: @unchecked Sendable {
    /// Cases that one transaction takes before it is committed, unless the input pauses.
    private static let mostCases = 2048
    /// Bytes of output and of cases that are finished and not yet written: as many are stored and written together, and
    /// meanwhile so many more may gather.
    private static let mostBytes = 2 << 20
    /// How long a verdict waits for the next ones, in nanoseconds.
    private static let longestWait: UInt64 = 50_000_000

    private let condition = NSCondition()
    private let descriptor: Int32
    private let queue: ReviewQueue?
    private let note: @Sendable (String) -> (offset: Int, bytes: [UInt8])
    private let progress: (@Sendable (Summary) -> Void)?
    /// Batches that may be read and not yet written.
    private let window: Int

    private var finished: [Int: FinishedBatch] = [:]
    private var next = 0
    private var taken = 0
    private var isFlushing = false
    private var isIdle = false
    private var firstWaiting: UInt64?
    private var waitingCases = 0
    private var waitingBytes = 0
    private var failure: GateError?
    private var isClosed = false
    private var total = Summary()

    init(
        descriptor: Int32, queue: ReviewQueue?, window: Int,
        note: @escaping @Sendable (String) -> (offset: Int, bytes: [UInt8]),
        progress: (@Sendable (Summary) -> Void)?
    ) {
        self.descriptor = descriptor
        self.queue = queue
        self.window = window
        self.note = note
        self.progress = progress
    }

    /// Whether the run is over: the output is closed, or something failed.
    var isOver: Bool { condition.withLock { isClosed || failure != nil } }

    /// What was written, when the run is over.
    func result() throws(GateError) -> Summary {
        condition.lock()
        defer { condition.unlock() }
        if let failure { throw failure }
        return total
    }

    /// Records a failure from outside; the first one counts.
    func fail(_ error: GateError) {
        condition.withLock {
            failure = failure ?? error
            condition.broadcast()
        }
    }

    /// Waits until another batch may be read.
    ///
    /// - Returns: False when the run is over.
    func awaitRoom() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while taken - next >= window || waitingBytes >= Self.mostBytes, failure == nil, !isClosed {
            if !isFlushing, finished[next] != nil { flushWhileLocked() } else { condition.wait() }
        }
        guard failure == nil, !isClosed else { return false }
        taken += 1
        return true
    }

    /// Takes back the room of a batch that the input no longer had.
    func returnRoom() {
        condition.withLock {
            taken -= 1
            condition.broadcast()
        }
    }

    /// The input pauses: what is finished goes out now, and so does what finishes until it goes on.
    func inputPauses() {
        condition.withLock {
            isIdle = true
            flushWhileLocked()
        }
    }

    func inputGoesOn() {
        condition.withLock { isIdle = false }
    }

    func finish(_ batch: FinishedBatch) {
        condition.lock()
        defer { condition.unlock() }
        finished[batch.sequence] = batch
        waitingCases += batch.cases.count
        waitingBytes += batch.size
        let now = DispatchTime.now().uptimeNanoseconds
        if firstWaiting == nil { firstWaiting = now }
        let isDue =
            isIdle || waitingCases == 0 || waitingCases >= Self.mostCases || waitingBytes >= Self.mostBytes
            || now - (firstWaiting ?? now) >= Self.longestWait
        if isDue { flushWhileLocked() }
        condition.broadcast()
    }

    /// All batches are finished: writes the rest.
    func close() {
        condition.withLock {
            while isFlushing { condition.wait() }
            flushWhileLocked()
        }
    }

    // MARK: - Flushing

    /// Writes every batch that is next in order. Gives up the lock while it stores and writes; only one thread does so
    /// at a time.
    private func flushWhileLocked() {
        guard !isFlushing else { return }
        isFlushing = true
        while failure == nil, !isClosed, finished[next] != nil {
            var run: [FinishedBatch] = []
            while let batch = finished.removeValue(forKey: next + run.count) {
                run.append(batch)
                if run.count >= window { break }
            }
            for batch in run {
                waitingCases -= batch.cases.count
                waitingBytes -= batch.size
            }
            firstWaiting = nil
            condition.unlock()
            let outcome = Result { try store(run) }.flatMap { stored in Result { try write(stored) } }
            condition.lock()
            switch outcome {
            case .success(let isOpen):
                isClosed = !isOpen
                for batch in run {
                    total.add(batch.summary)
                    total.cases += batch.cases.count
                }
                progress?(total)
            case .failure(let error): failure = failure ?? error as? GateError ?? .output("\(error)")
            }
            next += run.count
            condition.broadcast()
        }
        isFlushing = false
        condition.broadcast()
    }

    /// Commits the cases of some batches and puts the ids that the queue answered with into their output.
    private func store(_ run: [FinishedBatch]) throws -> [[UInt8]] {
        let incoming = run.flatMap { $0.cases.map(\.incoming) }
        guard let queue, !incoming.isEmpty else { return run.map(\.output) }
        var queued: ArraySlice<QueuedCase>
        do {
            queued = try queue.enqueue(incoming)[...]
        } catch {
            throw GateError.queue(error)
        }
        return run.map { batch in
            var output = batch.output
            // From the end, so that places stay true where something is inserted.
            let own = queued.prefix(batch.cases.count)
            queued = queued.dropFirst(batch.cases.count)
            for (entry, answer) in zip(batch.cases, own).reversed() {
                output.nameCase(answer, at: entry.place, note: note)
            }
            return output
        }
    }

    /// - Returns: False when nobody reads the output any more.
    private func write(_ outputs: [[UInt8]]) throws -> Bool {
        for output in outputs {
            do throws(OutputFailure) {
                try writeAll(output, to: descriptor)
            } catch .closed {
                return false
            } catch .failed(let reason) {
                throw GateError.output(reason)
            }
        }
        return true
    }
}
