internal import Foundation

/// How records stand in an input.
public enum InputFormat: Sendable {
    /// Decided once an input, by its first byte that is not blank.
    case auto
    case ndjson
    case text
}

/// A stretch of the input that ends with a line, as one worker takes it.
struct Batch: Sendable {
    /// From 0, without gaps.
    var sequence = 0
    /// Whole lines in the first ``count`` bytes; behind them at least `PostReader.padding` more.
    var bytes: [UInt8] = []
    var count = 0
    /// The number of the first line, from 1.
    var firstLine = 1
    var isText = false
    /// Stands for one line that is longer than a line may be; `bytes` are empty.
    var isOverlong = false
}

/// Cuts inputs into batches of whole lines. Never holds more than one batch and one line; one thread at a time.
final class InputSource {
    /// One input, named for messages; its descriptor is read to its end and closed by its owner.
    struct Input: Sendable {
        var name: String
        var descriptor: Int32
    }

    /// Bytes asked for at a time: large enough to make locks and system calls cheap, small enough that the batch and
    /// its output stay in the processor's cache beside the rules' tables.
    private static let chunk = 16 << 10

    private let inputs: [Input]
    private let format: InputFormat
    private let longestLine: Int
    private let padding: Int
    private let shutdown: Shutdown

    private var current = 0
    private var carry: [UInt8] = []
    private var line = 1
    private var sequence = 0
    /// Whether the current input's format and byte-order mark have been looked at.
    private var isOpened = false
    private var isText = false
    private var isSkipping = false
    /// Bytes read so far.
    private(set) var bytesRead = 0

    init(inputs: [Input], format: InputFormat, longestLine: Int, padding: Int, shutdown: Shutdown) {
        self.inputs = inputs
        self.format = format
        self.longestLine = longestLine
        self.padding = padding
        self.shutdown = shutdown
    }

    /// Fills `batch` with the next lines.
    ///
    /// - Parameter idle: Called when the input pauses, before waiting for it.
    /// - Returns: False at the end of the input, or when the run is to stop.
    func next(into batch: inout Batch, idle: () throws -> Void) throws(GateError) -> Bool {
        while current < inputs.count {
            let input = inputs[current]
            guard try wait(for: input, idle: idle) else { return false }
            let ended = try !fill(input)
            if !isOpened, !carry.isEmpty || ended {
                guard try open(input, ended: ended) else { continue }
            }
            if try cut(into: &batch, ended: ended) { return true }
            if ended {
                current += 1
                isOpened = false
            }
        }
        return false
    }

    /// Waits until the input can be read; nil input never blocks a stop.
    private func wait(for input: Input, idle: () throws -> Void) throws(GateError) -> Bool {
        if shutdown.isRequested { return false }
        if isReadable(input.descriptor, timeout: 0) { return !shutdown.isRequested }
        do {
            try idle()
        } catch let error as GateError {
            throw error
        } catch {
            throw .setup("\(error)")
        }
        while !isReadable(input.descriptor, timeout: -1) {
            if shutdown.isRequested { return false }
        }
        return !shutdown.isRequested
    }

    private func isReadable(_ descriptor: Int32, timeout: Int32) -> Bool {
        var descriptors = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: shutdown.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let ready = unsafe poll(&descriptors, 2, timeout)
        return ready > 0 && descriptors[0].revents != 0
    }

    /// Reads more behind `carry`.
    ///
    /// - Returns: False at the input's end.
    private func fill(_ input: Input) throws(GateError) -> Bool {
        let held = carry.count
        carry.append(contentsOf: repeatElement(0, count: Self.chunk))
        var count = 0
        repeat {
            count = unsafe carry.withUnsafeMutableBytes { bytes in
                unsafe read(input.descriptor, bytes.baseAddress! + held, Self.chunk)
            }
        } while count < 0 && errno == EINTR
        guard count >= 0 else {
            carry.removeLast(Self.chunk)
            throw .input(name: input.name, reason: unsafe String(cString: strerror(errno)))
        }
        carry.removeLast(Self.chunk - count)
        bytesRead += count
        return count > 0
    }

    /// Drops a byte-order mark and decides the format.
    ///
    /// - Returns: False when more bytes are needed to tell.
    private func open(_ input: Input, ended: Bool) throws(GateError) -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if carry.count < 3, !ended, mark.starts(with: carry) { return false }
        if carry.starts(with: mark) { carry.removeFirst(3) }
        switch format {
        case .text: isText = true
        case .ndjson: isText = false
        case .auto:
            let first = carry.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
            if first == nil, !ended, carry.count < longestLine { return false }
            if first == UInt8(ascii: "[") { throw .jsonArray(name: input.name) }
            isText = first != UInt8(ascii: "{")
        }
        isOpened = true
        return true
    }

    /// Moves the whole lines of `carry` into `batch`.
    ///
    /// - Returns: Whether there were any.
    private func cut(into batch: inout Batch, ended: Bool) throws(GateError) -> Bool {
        if isSkipping { skipToLineEnd(ended: ended) }
        let end = ended ? carry.count : lastLineEnd()
        guard end > 0 else {
            guard carry.count > longestLine + 2, !isSkipping else { return false }
            // The line's beginning is dropped with it; its end is skipped when it comes.
            isSkipping = true
            carry.removeAll(keepingCapacity: true)
            begin(&batch, isOverlong: true)
            line += 1
            return true
        }
        begin(&batch, isOverlong: false)
        batch.count = end
        batch.bytes.removeAll(keepingCapacity: true)
        batch.bytes.append(contentsOf: carry[..<end])
        batch.bytes.append(contentsOf: repeatElement(0, count: padding))
        carry.removeFirst(end)
        line += lineCount(batch)
        return true
    }

    private func begin(_ batch: inout Batch, isOverlong: Bool) {
        batch.sequence = sequence
        batch.firstLine = line
        batch.isText = isText
        batch.isOverlong = isOverlong
        batch.count = 0
        sequence += 1
    }

    private func skipToLineEnd(ended: Bool) {
        if let end = carry.firstIndex(of: 0x0A) {
            carry.removeFirst(end + 1)
            isSkipping = false
        } else {
            carry.removeAll(keepingCapacity: true)
            if ended { isSkipping = false }
        }
    }

    /// Just behind the last line feed of `carry`.
    private func lastLineEnd() -> Int {
        var end = carry.count
        while end > 0, carry[end - 1] != 0x0A { end -= 1 }
        return end
    }

    /// Lines of a batch; the last one of an input may have no line feed.
    private func lineCount(_ batch: Batch) -> Int {
        let feeds = unsafe batch.bytes.withUnsafeBytes { bytes in
            var count = 0
            var place = bytes.baseAddress
            var left = batch.count
            while let start = unsafe place, left > 0, let feed = unsafe memchr(start, 0x0A, left) {
                count += 1
                unsafe left -= UnsafeRawPointer(feed) - start + 1
                unsafe place = UnsafeRawPointer(feed) + 1
            }
            return count
        }
        return batch.count > 0 && batch.bytes[batch.count - 1] != 0x0A ? feeds + 1 : feeds
    }
}
