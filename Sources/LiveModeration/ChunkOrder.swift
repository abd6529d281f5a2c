internal import ContentModel

/// Puts the chunks of one stream back into the order of their numbers: holds what comes too early for a while, knows
/// what was judged before, and goes on with a note when something does not come.
struct ChunkOrder {
    /// Chunks that wait for an earlier one.
    static let mostWaiting = 32
    /// How much later than the first that waits another may be said, ms, before the missing one is given up.
    static let longestWait: Int64 = 2000
    /// Bytes of text that wait.
    private static let mostBytes = 256 << 10
    /// Gaps that are remembered, so that what comes late is not taken for something known.
    private static let mostGaps = 64

    /// The number that comes next; nil before the first.
    private(set) var next: Int?
    private(set) var waiting: [Waiting] = []
    private(set) var gaps: [ClosedRange<Int>] = []

    struct Waiting {
        var chunk: Chunk
        var notes: [LiveVerdict.Note]
        var ticket: Int
        /// When it came, by the wall clock, ms.
        var arrived: Int64
    }

    /// What is to be done with a chunk.
    enum Place: Equatable {
        case next
        case waits
        case late
        case duplicate
    }

    init() {}

    init(next: Int?, gaps: [ClosedRange<Int>]) {
        self.next = next
        self.gaps = gaps
    }

    /// The place of a chunk, which is counted as taken if it is its turn or late.
    ///
    /// - Parameter isStarted: Whether the stream's start was seen, so that its first chunk is 1 (or 0).
    mutating func place(
        of chunk: Chunk, _ notes: [LiveVerdict.Note] = [], ticket: Int, now: Int64, isStarted: Bool
    ) -> Place {
        if next == nil {
            next = isStarted && chunk.seq > 0 ? 1 : chunk.seq
            // What was before was not judged here, and is not taken for known when it comes.
            if let first = next, first > 0 { gaps = [0...first - 1] }
        }
        guard let expected = next else { return .next }
        if chunk.seq == expected {
            next = expected + 1
            return .next
        }
        if chunk.seq < expected {
            guard let gap = gaps.firstIndex(where: { $0.contains(chunk.seq) }) else { return .duplicate }
            let range = gaps.remove(at: gap)
            if range.lowerBound < chunk.seq { remember(range.lowerBound...chunk.seq - 1) }
            if chunk.seq < range.upperBound { remember(chunk.seq + 1...range.upperBound) }
            return .late
        }
        guard !waiting.contains(where: { $0.chunk.seq == chunk.seq }) else { return .duplicate }
        let place = waiting.firstIndex { $0.chunk.seq > chunk.seq } ?? waiting.count
        waiting.insert(Waiting(chunk: chunk, notes: notes, ticket: ticket, arrived: now), at: place)
        return .waits
    }

    /// The next chunk whose turn it is, of those that wait.
    mutating func takeWaiting() -> Waiting? {
        guard let first = waiting.first, first.chunk.seq == next else { return nil }
        next = first.chunk.seq + 1
        return waiting.removeFirst()
    }

    private var waitingBytes: Int { waiting.reduce(0) { $0 + $1.chunk.text.count } }

    /// Whether what is missing has been waited for long enough.
    func isOverdue(now: Int64) -> Bool {
        guard let first = waiting.first else { return false }
        if waiting.count > Self.mostWaiting || waitingBytes > Self.mostBytes || now - first.arrived > Self.longestWait {
            return true
        }
        let times = waiting.compactMap(\.chunk.at)
        guard let earliest = times.min(), let latest = times.max() else { return false }
        return latest - earliest > Self.longestWait
    }

    /// Gives up what is missing before the first that waits.
    ///
    /// - Returns: The numbers that did not come.
    mutating func skip() -> ClosedRange<Int>? {
        guard let first = waiting.first, let expected = next, first.chunk.seq > expected else { return nil }
        let gap = expected...first.chunk.seq - 1
        remember(gap)
        next = first.chunk.seq
        return gap
    }

    /// Keeps a gap. Where there are too many the two lowest become one: what lies between them would be judged twice
    /// rather than not at all.
    private mutating func remember(_ gap: ClosedRange<Int>) {
        gaps.append(gap)
        guard gaps.count > Self.mostGaps else { return }
        gaps.sort { $0.lowerBound < $1.lowerBound }
        gaps.replaceSubrange(0...1, with: [gaps[0].lowerBound...max(gaps[0].upperBound, gaps[1].upperBound)])
    }

    /// Goes on behind a stream's end.
    mutating func restart() { (next, waiting, gaps) = (nil, [], []) }
}
