internal import Foundation
internal import Synchronization

/// Asks a run to finish the posts in hand and stop; safe to ask from a signal handler.
public final class Shutdown: Sendable {
    private let requested = Atomic<Bool>(false)
    /// Readable once a stop is requested, so that a wait for input ends.
    let descriptor: Int32
    private let writer: Int32

    public init() {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { preconditionFailure("no file descriptors left") }
        descriptor = ends[0]
        writer = ends[1]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        close(descriptor)
        close(writer)
    }

    public var isRequested: Bool { requested.load(ordering: .acquiring) }

    public func request() {
        guard !requested.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 1
        unsafe _ = write(writer, &byte, 1)
    }
}
