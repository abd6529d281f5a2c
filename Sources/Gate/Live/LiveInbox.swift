internal import ContentModel
internal import Foundation

/// A record on its way to a worker.
struct LiveArrival: Sendable {
    var chunk: Chunk
    var outlet: Outlet
}

/// What waits for one worker; bounded, so that a slow one holds up those who read.
///
/// `@unchecked Sendable because` all mutable state is touched only while `condition` is held.
final class LiveInbox: @unchecked Sendable {
    private static let mostRecords = 8192
    private static let mostBytes = 8 << 20

    private let condition = NSCondition()
    private var arrivals: [LiveArrival] = []
    private var bytes = 0
    private var isClosed = false
    private var isBusy = false

    /// Adds records, waiting for room.
    func put(_ new: [LiveArrival]) {
        condition.withLock {
            while arrivals.count >= Self.mostRecords || bytes >= Self.mostBytes, !isClosed { condition.wait() }
            arrivals += new
            for arrival in new { bytes += arrival.chunk.text.count }
            condition.broadcast()
        }
    }

    /// All that waits; empty after a while without any, nil at the end.
    func take(wait seconds: Double) -> [LiveArrival]? {
        condition.withLock {
            isBusy = false
            condition.broadcast()
            let limit = Date(timeIntervalSinceNow: seconds)
            while arrivals.isEmpty, !isClosed, condition.wait(until: limit) {}
            guard !arrivals.isEmpty || !isClosed else { return nil }
            isBusy = true
            bytes = 0
            condition.broadcast()
            defer { arrivals = [] }
            return arrivals
        }
    }

    /// Waits until all is worked off.
    func drain() {
        condition.withLock {
            while !arrivals.isEmpty || isBusy, !isClosed { condition.wait() }
        }
    }

    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }
}
