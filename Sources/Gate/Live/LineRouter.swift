internal import ContentModel
internal import LiveModeration
internal import Moderation
internal import Wire

/// Reads lines and hands their records to the workers. One thread at a time.
struct LineRouter: ~Copyable {
    private let core: LiveGate.Core
    private let longestLine: Int
    private var reader = ChunkReader()
    private let writer = LiveVerdictWriter()
    private var arrivals: [[LiveArrival]]
    /// Bytes of input whose records were not handed on.
    private(set) var waiting = 0

    /// Bytes that one thread reads before it turns to judging them, some thousand records: to take turns for every few
    /// of them costs a virtual machine more than judging.
    static let turn = 128 << 10

    init(_ core: LiveGate.Core, longestLine: Int) {
        self.core = core
        self.longestLine = longestLine
        arrivals = Array(repeating: [], count: core.workers)
    }

    /// Reads some whole lines; ``handOn()`` gives their records to the workers.
    ///
    /// - Parameter dropsOnRubbish: Whether to end at a line that is no JSON at all, after saying why.
    /// - Returns: Whether there was such a line.
    mutating func route(_ batch: borrowing Batch, to outlet: Outlet, dropsOnRubbish: Bool) -> Bool {
        guard !batch.isOverlong else { return refuse(tooLong, batch.firstLine, outlet, isRubbish: true) }
        let bytes = batch.bytes.span
        var line = batch.firstLine
        var start = 0
        var isRubbish = false
        while start < batch.count, !(isRubbish && dropsOnRubbish) {
            var end = bytes.extracting(..<batch.count).lineEnd(from: start)
            let next = end + 1
            if end > start, bytes[end - 1] == 0x0D { end -= 1 }
            if !bytes.extracting(start..<end).isBlank {
                if take(start..<end, of: bytes, line, outlet) { isRubbish = true }
            }
            start = next
            line += 1
        }
        waiting += batch.count
        return isRubbish
    }

    /// Hands the records that wait to their workers.
    mutating func handOn() {
        core.put(&arrivals)
        waiting = 0
    }

    private var tooLong: RecordError {
        RecordError(.lineTooLong, "the line is longer than \(longestLine) bytes (--max-line)")
    }

    /// - Returns: Whether the line is no JSON at all.
    private mutating func take(_ range: Range<Int>, of bytes: Span<UInt8>, _ line: Int, _ outlet: Outlet) -> Bool {
        guard range.count <= longestLine else { return refuse(tooLong, line, outlet, isRubbish: true) }
        switch reader.read(range, of: bytes) {
        case .success(let chunk):
            if chunk.event == .start,
                let error = LiveChecker.refusal(
                    of: chunk, known: core.rules.current.moderator.markets, markets: core.settings.markets)
            {
                return refuse(error, line, outlet, isRubbish: false)
            }
            outlet.expect(1)
            arrivals[core.inbox(of: chunk.stream)].append(LiveArrival(chunk: chunk, outlet: outlet))
            return false
        case .failure(let error):
            let isRubbish = error.code == .malformedJSON || error.code == .invalidUTF8
            return refuse(error, line, outlet, isRubbish: isRubbish)
        }
    }

    private func refuse(_ error: RecordError, _ line: Int, _ outlet: Outlet, isRubbish: Bool) -> Bool {
        core.count(errors: 1)
        var json = JSONBytes()
        writer.write(error, line: line, to: &json)
        outlet.write(json.bytes, answers: 0)
        return isRubbish
    }
}
