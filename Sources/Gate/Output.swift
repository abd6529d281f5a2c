internal import Foundation

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
