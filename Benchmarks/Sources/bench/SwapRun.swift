import Foundation

/// A run under steady load while other rules come into force: how long verdicts pause, and whether each post got one.
struct SwapRun {
    /// Milliseconds between two arrivals of verdicts, ascending.
    private(set) var pauses: [Double] = []
    private(set) var sent = 0
    private(set) var received = 0
    /// Changes of a verdict's rule set from one line to the next.
    private(set) var changes = 0

    func percentile(_ share: Double) -> Double { pauses[min(pauses.count - 1, Int(Double(pauses.count) * share))] }

    /// - Parameters:
    ///   - lines: Posts without ids, each ended by a line feed; sent over and over.
    ///   - rate: Posts a second.
    ///   - seconds: How long.
    ///   - market: Whose rule sets are looked at.
    ///   - load: Puts other rules in force; called once, a third into the run.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], lines: [Data], rate: Int,
        seconds: Double, market: String, load: @escaping @Sendable () -> Void
    ) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        let total = Int(Double(rate) * seconds)
        let descriptor = input.fileHandleForWriting.fileDescriptor
        Thread {
            let began = DispatchTime.now().uptimeNanoseconds
            var sent = 0
            var isLoaded = false
            while sent < total {
                let elapsed = Double(DispatchTime.now().uptimeNanoseconds - began) * 1e-9
                let due = min(total, Int(elapsed * Double(rate)))
                var batch = Data()
                while sent < due {
                    batch.append(lines[sent % lines.count])
                    sent += 1
                }
                batch.withUnsafeBytes { bytes in
                    var offset = 0
                    while offset < bytes.count {
                        let count = write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                        guard count > 0 else { return }
                        offset += count
                    }
                }
                if !isLoaded, elapsed > seconds / 3 {
                    isLoaded = true
                    Thread { load() }.start()
                }
                usleep(1000)
            }
            try? input.fileHandleForWriting.close()
        }.start()

        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var last = DispatchTime.now().uptimeNanoseconds
        var rest: [UInt8] = []
        var lastSet = ArraySlice<UInt8>()
        let mark = Array("\"\(market)@".utf8)
        while true {
            let count = read(output.fileHandleForReading.fileDescriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            let now = DispatchTime.now().uptimeNanoseconds
            // The first verdicts wait for the start.
            if received > rate / 2 { pauses.append(Double(now - last) * 1e-6) }
            last = now
            rest.append(contentsOf: buffer[..<count])
            var start = 0
            while let end = rest[start...].firstIndex(of: 0x0A) {
                received += 1
                // One line in 16 is looked into, so that reading does not hold the run up.
                if received % 16 == 0, let place = Self.find(mark, in: rest[start..<end]) {
                    let name = rest[place..<min(end, place + 12)]
                    if !lastSet.isEmpty, !lastSet.elementsEqual(name) { changes += 1 }
                    lastSet = ArraySlice(Array(name))
                }
                start = end + 1
            }
            rest.removeFirst(start)
        }
        process.waitUntilExit()
        sent = total
        pauses.sort()
        if pauses.isEmpty { pauses = [.infinity] }
    }

    /// Behind the first occurrence.
    private static func find(_ mark: [UInt8], in line: ArraySlice<UInt8>) -> Int? {
        var place = line.startIndex
        while place + mark.count <= line.endIndex {
            if line[place] == mark[0], line[place..<place + mark.count].elementsEqual(mark) {
                return place + mark.count
            }
            place += 1
        }
        return nil
    }
}
