public import ContentModel
public import UnicodeData

/// One view of one text: its bytes, and the map back to the original.
public struct ViewText: ~Copyable, Sendable {
    /// Valid UTF-8 in the first ``count`` bytes; what follows is room for longer texts.
    public internal(set) var storage: [UInt8] = []
    /// Bytes in use.
    public internal(set) var count = 0
    /// Where lengths differ from the original's, or the cause matters; ascending and without overlap.
    public internal(set) var edits: [Edit] = []
    /// Where the view has small ASCII letters, signs and runs.
    public internal(set) var blocks = TextBlocks()
    /// Whether the view is ASCII alone.
    public internal(set) var isASCII = true

    public init() {}

    public var bytes: Span<UInt8> {
        @_lifetime(borrow self) get { storage.span.extracting(0..<count) }
    }

    /// A copy of the bytes.
    public var array: [UInt8] { Array(storage[..<count]) }

    /// Whether the text has a letter that loses its marks in the reading without them.
    var hasMarks: Bool {
        guard !isASCII else { return false }
        for block in 0..<blocks.count {
            // ASCII and Han have none.
            var places = blocks.wide(block) & ~blocks.han(block)
            while places != 0 {
                let codePoint = UTF8Scalar.decode(bytes, at: block << 6 | places.trailingZeroBitCount).codePoint
                if Reading.unmarked(codePoint) != codePoint { return true }
                places &= places - 1
            }
        }
        return false
    }

    /// - Parameter countsHan: Whether to count Han characters, which is asked of the folded view alone.
    mutating func mapBlocks(countsHan: Bool) {
        var map = TextBlocks()
        swap(&map, &blocks)
        isASCII = map.map(bytes, countsHan: countsHan)
        swap(&map, &blocks)
    }

    // MARK: - Places

    /// The stretch of the original that a stretch of the view came from, in UTF-8 bytes.
    ///
    /// A place inside an edit stands for the whole of it. What was deleted at an end is left out.
    public func source(of span: TextSpan) -> TextSpan {
        guard !edits.isEmpty else { return span }
        return TextSpan(start: sourceStart(of: span.start), end: sourceEnd(of: span.end))
    }

    private func sourceStart(of place: Int) -> Int {
        guard let edit = lastEdit(where: { Int($0.result) <= place }) else { return place }
        let past = place - Int(edit.result) - Int(edit.resultLength)
        return past < 0 ? Int(edit.source) : Int(edit.source) + Int(edit.sourceLength) + past
    }

    private func sourceEnd(of place: Int) -> Int {
        guard let edit = lastEdit(where: { Int($0.result) < place }) else { return place }
        let past = place - Int(edit.result) - Int(edit.resultLength)
        return Int(edit.source) + Int(edit.sourceLength) + max(0, past)
    }

    /// The stretch of the view that came from a stretch of the original; empty where the view shows nothing of it.
    public func result(of span: TextSpan) -> TextSpan {
        guard !edits.isEmpty else { return span }
        let start = result(of: span.start, isEnd: false)
        return TextSpan(start: start, end: max(start, result(of: span.end, isEnd: true)))
    }

    private func result(of place: Int, isEnd: Bool) -> Int {
        guard let edit = lastEdit(where: { Int($0.source) < place || !isEnd && Int($0.source) == place }) else {
            return place
        }
        let past = place - Int(edit.source) - Int(edit.sourceLength)
        if past >= 0 { return Int(edit.result) + Int(edit.resultLength) + past }
        return isEnd ? Int(edit.result) + Int(edit.resultLength) : Int(edit.result)
    }

    private func lastEdit(where holds: (Edit) -> Bool) -> Edit? {
        let next = firstEdit { !holds($0) }
        return next == 0 ? nil : edits[next - 1]
    }

    /// The place of the first edit for which `holds` is true, of edits that turn from false to true.
    func firstEdit(where holds: (Edit) -> Bool) -> Int {
        var low = 0
        var high = edits.count
        while low < high {
            let middle = (low + high) / 2
            if holds(edits[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    // MARK: - Causes

    /// Whether the letter at `place` stands for a run of equal letters.
    public func isRun(at place: Int) -> Bool {
        var index = firstEdit { Int($0.result) >= place }
        // Something may be left out just before the run.
        while index < edits.count, edits[index].resultLength == 0, Int(edits[index].result) == place { index += 1 }
        guard index < edits.count else { return false }
        return edits[index].cause == .run && Int(edits[index].result) == place
    }

    /// Whether ``hasChange(in:)`` holds for some stretch, or ``isRun(at:)`` for some place.
    public var hasChangesOrRuns: Bool {
        edits.contains { $0.cause == .likeness || $0.cause == .run || $0.resultLength == 0 }
    }

    /// Whether within a stretch of the view a letter was written by something that looks like it, or something was
    /// left out between two letters.
    public func hasChange(in span: TextSpan) -> Bool {
        var index = firstEdit { $0.resultEnd > span.start }
        while index < edits.count, Int(edits[index].result) < span.end {
            if edits[index].cause == .likeness || edits[index].resultLength == 0 { return true }
            index += 1
        }
        return false
    }
}
