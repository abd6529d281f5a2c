internal import Foundation
internal import LiveModeration
internal import Storage

/// Saves the states of streams, three times a second, beside the work.
///
/// `@unchecked Sendable because` all mutable state is touched only while `condition` is held.
final class StateKeeper: @unchecked Sendable {
    /// Seconds between two saves.
    private static let interval = 0.3

    private let condition = NSCondition()
    private let store: StreamStore
    private let now: @Sendable () -> Int64
    private let fail: @Sendable (GateError) -> Void
    private var waiting: [String: [UInt8]] = [:]
    private var over: [String] = []
    private var saving: [String: [UInt8]] = [:]
    private var isClosed = false
    private var isRunning = true

    init(
        _ store: StreamStore, now: @escaping @Sendable () -> Int64, fail: @escaping @Sendable (GateError) -> Void
    ) {
        self.store = store
        self.now = now
        self.fail = fail
    }

    func keep(_ states: [(id: String, state: [UInt8])]) {
        guard !states.isEmpty else { return }
        condition.withLock {
            for (id, state) in states { waiting[id] = state }
        }
    }

    /// Drops the states of streams that ended a while ago.
    func forget(_ ids: [String]) {
        guard !ids.isEmpty else { return }
        condition.withLock {
            for id in ids { waiting[id] = nil }
            over += ids
        }
    }

    /// A stream's state, as it was kept last.
    func state(of id: String) -> [UInt8]? {
        if let state = condition.withLock({ waiting[id] ?? saving[id] }) { return state }
        do {
            return try store.state(of: id)
        } catch {
            fail(.queue(error))
            return nil
        }
    }

    /// Saves the rest and ends ``run()``.
    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
            while isRunning { condition.wait() }
        }
    }

    /// Saves until it is closed; on a thread of its own.
    func run() {
        var isLast = false
        while !isLast {
            condition.lock()
            if !isClosed { _ = condition.wait(until: Date(timeIntervalSinceNow: Self.interval)) }
            isLast = isClosed
            saving = waiting
            waiting = [:]
            let (states, dropped) = (saving, over)
            over = []
            condition.unlock()
            do {
                try store.save(states, now: now())
                try store.drop(dropped, now: now())
            } catch {
                fail(.queue(error))
                isLast = true
            }
            condition.withLock { saving = [:] }
        }
        condition.withLock {
            isRunning = false
            condition.broadcast()
        }
    }
}
