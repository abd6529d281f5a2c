internal import ContentModel
internal import TextViews
internal import UnicodeData

/// A text that goes on: what one speaker says between two breaks, judged chunk by chunk as if it were one post.
///
/// It keeps the last few hundred code points as they came, so that words which a chunk's end cuts are found whole, and
/// what was said of them, so that nothing is said twice. See ``Judge/extend(_:by:seq:isLast:context:into:)``.
public struct Segment: Sendable {
    /// The last bytes of the text, and their place in it.
    var tail: [UInt8] = []
    var start = 0
    /// The chunks of the tail, in order.
    var pieces: [Piece] = []
    /// Code points of the whole text so far, but for such as folding may leave out or take into others.
    var codePoints = 0
    /// Before this place nothing that comes changes what any view shows; UTF-8 bytes from the segment's beginning.
    var stable = 0
    /// Behind this place every word begins that later text may complete; UTF-8 bytes from the segment's beginning.
    var wordStart = 0
    /// Words that a rule cannot do without, and until when they may take part in something.
    var anchors: [Anchor] = []
    /// What was said of the tail.
    var reports: [Report] = []
    /// Parts of rules whose words may stand anywhere in a text.
    var recollections: [Recollection] = []
    /// Where something stands of which nothing is said, and which the next chunk may still bring out: cleared by words
    /// that may grow, or a part of a rule whose other parts are known.
    var watches: [Watch] = []
    /// Whether rules on conditions alone were asked.
    var isBegun = false
    /// The time of its last chunk, ms since 1970, by the clock of who sends it.
    public var at: Int64

    /// Where a chunk's text begins; UTF-8 bytes from the segment's beginning.
    struct Piece: Sendable {
        var seq: Int
        var start: Int
    }

    struct Anchor: Sendable {
        var leaf: UInt32
        /// ``Segment/codePoints`` until which it counts.
        var until: Int
    }

    struct Watch {
        /// Place in the rules.
        var rule: Int
        /// UTF-8 bytes from the segment's beginning.
        var place: Int
    }

    /// What was said of a place.
    struct Report: Sendable {
        var evidence: LiveEvidence
        /// Where the whole finding stands; UTF-8 bytes from the segment's beginning.
        var hull: TextSpan
        /// The weight of the finding, for scores.
        var weight: Double
        /// Evidence, and no longer pending.
        var isFinal: Bool
        /// When it became final, by ``Segment/at``.
        var givenAt: Int64 = 0
    }

    /// The first finding of one part of a rule.
    struct Recollection: Sendable {
        var rule: RuleName
        var part: Int
        var words: [LiveEvidence]
        var weight: Double
    }

    public init(at: Int64 = 0) { self.at = at }

    /// Bytes of the whole text so far.
    public var length: Int { start + tail.count }

    /// Whether something was said of the text that later text may still take back.
    public var hasPending: Bool { !watches.isEmpty || reports.contains { !$0.isFinal } }

    // MARK: - Text

    mutating func append(_ text: Span<UInt8>, seq: Int) {
        guard text.count > 0 else { return }
        pieces.append(Piece(seq: seq, start: length))
        unsafe text.withUnsafeBufferPointer { unsafe tail.append(contentsOf: $0) }
        codePoints += TextViews.count(text)
    }

    /// A stretch of the text, chunk by chunk; UTF-8 bytes from the segment's beginning.
    func parts(of span: TextSpan) -> [ChunkPart] {
        var parts: [ChunkPart] = []
        for index in pieces.indices where pieces[index].start < span.end {
            let piece = pieces[index]
            let end = index + 1 < pieces.count ? pieces[index + 1].start : length
            guard end > span.start else { continue }
            let part = TextSpan(
                start: max(span.start, piece.start) - piece.start, end: min(span.end, end) - piece.start)
            parts.append(ChunkPart(seq: piece.seq, span: part))
        }
        return parts
    }

    /// Puts other text in the place of a chunk, whose words are to be judged again.
    ///
    /// - Returns: False when the chunk is no longer in the tail, with what the words beside it need.
    mutating func replace(_ seq: Int, by text: Span<UInt8>, seq new: Int) -> Bool {
        guard let index = pieces.firstIndex(where: { $0.seq == seq }) else { return false }
        let first = pieces[index].start
        let past = index + 1 < pieces.count ? pieces[index + 1].start : length
        guard first >= start,
            start == 0 || UTF8Scalar.count(tail.span, from: 0, to: first - start) >= TextViews.locality + Compiler.reach
        else { return false }
        let grown = text.count - (past - first)
        let bytes = unsafe text.withUnsafeBufferPointer { unsafe Array($0) }
        tail.replaceSubrange(first - start..<past - start, with: bytes)
        pieces[index].seq = new
        for later in pieces.indices where later > index { pieces[later].start += grown }
        if text.count == 0 { pieces.remove(at: index) }
        anchors.removeAll()
        recollections.removeAll { $0.words.contains { $0.parts.contains { $0.seq == seq } } }
        (stable, wordStart) = (start, start)
        return true
    }

    /// Other rules judge from the next chunk on, and the text that is kept with it.
    public mutating func takeNewRules() {
        anchors.removeAll()
        watches.removeAll()
        recollections.removeAll()
        (stable, wordStart) = (start, start)
    }

    /// Drops text from the beginning, but for about so many code points, once that is worth a copy. Code points that a
    /// view may leave out do not count, up to a limit of bytes.
    mutating func trim(to codePoints: Int) {
        let most = codePoints * 4 + Self.slack
        guard tail.count > codePoints + Self.slack else { return }
        var place = TextViews.place(before: tail.count, by: codePoints, in: tail.span)
        if place < Self.slack, tail.count <= most { return }
        if tail.count - place > most { place = tail.count - most }
        while place < tail.count, tail[place] & 0xC0 == 0x80 { place += 1 }
        tail.removeFirst(place)
        start += place
        (stable, wordStart) = (max(stable, start), max(wordStart, start))
        let first = pieces.lastIndex { $0.start <= start } ?? 0
        if first > 0 { pieces.removeFirst(first) }
        reports.removeAll { $0.hull.end <= start && $0.isFinal }
    }

    /// Bytes that may gather before text is dropped.
    private static let slack = 128
}
