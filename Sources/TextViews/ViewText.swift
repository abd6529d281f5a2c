public import ContentModel
public import UnicodeData

/// One view of one text: its bytes, and the map back to the text that it was made from.
public struct ViewText: Sendable {
    /// Valid UTF-8 in the first ``count`` bytes; what follows is room for longer texts.
    public internal(set) var storage: [UInt8] = []
    /// Bytes in use.
    public internal(set) var count = 0
    /// Where lengths differ from the source's, ascending and without overlap.
    public internal(set) var edits: [Edit] = []

    public init() {}

    public var bytes: Span<UInt8> {
        @_lifetime(borrow self) get { storage.span.extracting(0..<count) }
    }

    /// The stretch of the source that a stretch of the view came from, in UTF-8 bytes.
    ///
    /// A place inside an edit stands for the whole of it. What was deleted at an end is left out.
    public func source(of span: TextSpan) -> TextSpan {
        TextSpan(start: sourceStart(of: span.start), end: sourceEnd(of: span.end))
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

    private func lastEdit(where holds: (Edit) -> Bool) -> Edit? {
        var low = 0
        var high = edits.count
        while low < high {
            let middle = (low + high) / 2
            if holds(edits[middle]) { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : edits[low - 1]
    }

    /// Whether the letter at `place` stands for a run of equal letters.
    public func isRepeat(at place: Int) -> Bool {
        guard let edit = lastEdit(where: { Int($0.result) <= place }) else { return false }
        return edit.isRepeat && Int(edit.result) == place
    }
}

extension Edit {
    /// Whether one letter stands for three or more. A look-alike stands for one letter of two bytes, and a separator
    /// leaves nothing.
    public var isRepeat: Bool { resultLength > 0 && sourceLength >= 3 * resultLength }
}
