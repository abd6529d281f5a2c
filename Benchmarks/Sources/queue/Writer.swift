import Foundation
import ReviewQueue
import Storage

/// Cases coming in.
struct Writer {
    private let queue: ReviewQueue
    private let path: String

    init(_ path: String) throws {
        self.path = path
        queue = ReviewQueue(file: try DatabaseFile(path: path, creates: true), now: now)
    }

    /// As fast as they can: prints cases a second, posts' bytes, and the file's growth.
    func fill(_ count: Int) throws {
        var cases = Cases(seed: Int(getpid()))
        var bytes = 0
        var spent = 0.0
        let before = size
        var left = count
        while left > 0 {
            let batch = (0..<min(2048, left)).map { _ in cases.next() }
            left -= batch.count
            bytes += batch.reduce(0) { $0 + $1.bytes }
            let incoming = batch.map(\.incoming)
            let began = seconds()
            _ = try queue.enqueue(incoming)
            spent += seconds() - began
        }
        let began = seconds()
        queue.settle()
        spent += seconds() - began
        print("fill \(Double(count) / spent) \(bytes) \(size - before)")
    }

    /// At a rate, a hundred at a time: prints how many came in, and how long a commit took at the most.
    func write(rate: Double, seconds duration: Double) throws {
        var cases = Cases(seed: Int(getpid()))
        let began = seconds()
        var written = 0
        var longest = 0.0
        while seconds() - began < duration {
            let due = Int((seconds() - began) * rate)
            guard written < due else {
                usleep(1000)
                continue
            }
            let batch = (0..<min(100, due - written)).map { _ in cases.next().incoming }
            let start = seconds()
            let isWritten = try unlessLocked { try queue.enqueue(batch) } != nil
            longest = max(longest, seconds() - start)
            if isWritten { written += batch.count }
        }
        print("write \(Double(written) / (seconds() - began)) \(longest)")
    }

    /// Bytes of the database and its log.
    private var size: Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            var status = stat()
            return sum + (stat(path + suffix, &status) == 0 ? Int(status.st_size) : 0)
        }
    }
}
