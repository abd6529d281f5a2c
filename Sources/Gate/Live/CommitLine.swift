internal import Foundation
internal import LiveModeration
internal import ReviewQueue
internal import Storage
internal import Wire

/// Where records wait until their cases are on the disk, and those of the same streams behind them; all others pass.
///
/// `@unchecked Sendable because` all mutable state is touched only while `condition` is held.
final class CommitLine: @unchecked Sendable {
    struct Entry {
        var stream: String
        var output: [UInt8]
        /// The place of the case's id in `output`.
        var incoming: (place: Int, item: IncomingCase)?
        /// Nil for a case that no record names.
        var outlet: Outlet?
    }

    /// Records that wait before those who bring more are held up.
    private static let most = 8192

    private let condition = NSCondition()
    private let queue: ReviewQueue
    private let note: @Sendable (String) -> (offset: Int, bytes: [UInt8])
    private let fail: @Sendable (GateError) -> Void
    private var entries: [Entry] = []
    private var waiting: [String: Int] = [:]
    private var isClosed = false
    private var isRunning = true

    init(
        queue: ReviewQueue, note: @escaping @Sendable (String) -> (offset: Int, bytes: [UInt8]),
        fail: @escaping @Sendable (GateError) -> Void
    ) {
        self.queue = queue
        self.note = note
        self.fail = fail
    }

    /// Whether a record of a stream waits here.
    func holds(_ stream: String) -> Bool { condition.withLock { waiting[stream] != nil } }

    /// Whether any record waits here.
    var isEmpty: Bool { condition.withLock { waiting.isEmpty } }

    func append(_ entry: Entry) {
        condition.withLock {
            while entries.count >= Self.most, isRunning { condition.wait() }
            entries.append(entry)
            waiting[entry.stream, default: 0] += 1
            condition.broadcast()
        }
    }

    /// Waits until nothing waits here.
    func drain() {
        condition.withLock {
            while !waiting.isEmpty, isRunning { condition.wait() }
        }
    }

    /// Writes the rest and ends ``run()``.
    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
            while isRunning { condition.wait() }
        }
    }

    /// Stores and writes until it is closed; on a thread of its own.
    func run() {
        while let taken = take() {
            do {
                try write(taken)
            } catch {
                fail(error)
                break
            }
            condition.withLock {
                for entry in taken {
                    let left = (waiting[entry.stream] ?? 1) - 1
                    waiting[entry.stream] = left > 0 ? left : nil
                }
                condition.broadcast()
            }
        }
        condition.withLock {
            isRunning = false
            condition.broadcast()
        }
    }

    private func take() -> [Entry]? {
        condition.withLock {
            while entries.isEmpty, !isClosed { condition.wait() }
            guard !entries.isEmpty else { return nil }
            defer { entries = [] }
            return entries
        }
    }

    private func write(_ taken: [Entry]) throws(GateError) {
        let incoming = taken.compactMap(\.incoming?.item)
        var queued: ArraySlice<QueuedCase> = []
        if !incoming.isEmpty {
            do throws(StorageError) {
                queued = try queue.enqueue(incoming)[...]
            } catch {
                throw .queue(error)
            }
        }
        for entry in taken {
            guard let outlet = entry.outlet else {
                _ = queued.popFirst()
                continue
            }
            var output = entry.output
            if let (place, _) = entry.incoming, let answer = queued.popFirst() {
                output.nameCase(answer, at: place, note: note)
            }
            outlet.write(output, answers: 1)
        }
    }
}
