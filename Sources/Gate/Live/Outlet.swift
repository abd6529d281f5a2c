internal import Foundation
internal import Synchronization

/// Where a producer's records go: standard output, or the producer's own socket. Written from any thread.
///
/// A socket never blocks: what its reader does not take waits here, and the gate reads no more from that producer until
/// it does, so that what waits is bounded.
final class Outlet: Sendable {
    /// Records of one producer that are on their way, and bytes that it does not take, before no more are read from it.
    private static let mostOnTheirWay = 8192
    private static let mostWaiting = 1 << 20

    let number: Int
    let descriptor: Int32
    private let isSocket: Bool
    private let state: Mutex<State>

    private struct State {
        var waiting: [UInt8] = []
        var onTheirWay = 0
        var isClosed = false
        var error: String?
    }

    init(number: Int, descriptor: Int32, isSocket: Bool) {
        self.number = number
        self.descriptor = descriptor
        self.isSocket = isSocket
        state = Mutex(State())
    }

    /// Counts records that were read and will be answered.
    func expect(_ records: Int) { state.withLock { $0.onTheirWay += records } }

    /// Writes the answers to some records.
    func write(_ bytes: [UInt8], answers: Int) {
        state.withLock { state in
            state.onTheirWay -= answers
            guard !state.isClosed else { return }
            if isSocket {
                if state.waiting.isEmpty {
                    let sent = send(bytes[...], &state)
                    if sent < bytes.count { state.waiting = Array(bytes[sent...]) }
                } else {
                    state.waiting += bytes
                }
            } else {
                do throws(OutputFailure) {
                    try writeAll(bytes, to: descriptor)
                } catch {
                    state.isClosed = true
                    if case .failed(let reason) = error { state.error = reason }
                }
            }
        }
    }

    /// Sends what waits.
    func flush() {
        state.withLock { state in
            guard !state.waiting.isEmpty, !state.isClosed else { return }
            let sent = send(state.waiting[...], &state)
            state.waiting.removeFirst(sent)
        }
    }

    /// Whether nobody reads any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }
    /// Why writing failed, where it was not that nobody reads.
    var error: String? { state.withLock { $0.error } }
    /// Whether bytes wait for the reader.
    var hasBacklog: Bool { state.withLock { !$0.waiting.isEmpty } }
    /// Whether so much waits that no more is to be read from the producer.
    var isFull: Bool {
        state.withLock { $0.waiting.count > Self.mostWaiting || $0.onTheirWay > Self.mostOnTheirWay }
    }
    /// Whether every record was answered and every answer taken.
    var isDone: Bool { state.withLock { $0.isClosed || $0.waiting.isEmpty && $0.onTheirWay <= 0 } }

    /// Takes no more answers.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.waiting = []
        }
    }

    private func send(_ bytes: ArraySlice<UInt8>, _ state: inout State) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Foundation.send(
                    descriptor, buffer.baseAddress! + sent, buffer.count - sent,
                    Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
            } else if errno != EINTR {
                if errno != EAGAIN {
                    state.isClosed = true
                    return bytes.count
                }
                break
            }
        }
        return sent
    }
}
