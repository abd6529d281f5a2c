internal import Foundation
internal import ReviewQueue
internal import Wire

/// Why output could not be written.
enum OutputFailure: Error {
    /// Nobody reads any more.
    case closed
    case failed(String)
}

/// Writes all of some bytes, waiting for whoever reads them.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(OutputFailure) {
    var offset = 0
    while offset < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { buffer in
            unsafe Foundation.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
        }
        if count >= 0 {
            offset += count
        } else if errno == EPIPE {
            throw .closed
        } else if errno == EAGAIN {
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            unsafe _ = poll(&ready, 1, 1000)
        } else if errno != EINTR {
            throw .failed(unsafe String(cString: strerror(errno)))
        }
    }
}

extension [UInt8] {
    /// Puts what the queue answered in the place of the id that a verdict was written with: the id of the case, and what
    /// a person decided before.
    ///
    /// - Parameter place: Where the id begins.
    mutating func name(
        _ queued: QueuedCase, at place: Int, note: (String) -> (offset: Int, bytes: [UInt8])
    ) {
        replaceSubrange(place..<place + CaseID.length, with: queued.id.utf8)
        guard let decision = queued.decision else { return }
        let (offset, bytes) = note(decision.rawValue)
        insert(contentsOf: bytes, at: place + offset)
    }
}
