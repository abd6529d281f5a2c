internal import Foundation

extension Span where Element == UInt8 {
    /// The place of the first line feed from a place on, or the end.
    func lineEnd(from start: Int) -> Int {
        unsafe withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, let feed = unsafe memchr(base + start, 0x0A, buffer.count - start)
            else { return buffer.count }
            return unsafe UnsafeRawPointer(feed) - base
        }
    }

    /// Whether a line holds nothing but spaces and tabs.
    var isBlank: Bool {
        for index in indices where self[index] != 0x20 && self[index] != 0x09 { return false }
        return true
    }
}
