/// A stretch of one chunk of a stream.
public struct ChunkPart: Sendable, Equatable {
    /// The chunk's number in its stream.
    public var seq: Int
    /// UTF-8 bytes of the chunk's text.
    public var span: TextSpan

    public init(seq: Int, span: TextSpan) {
        self.seq = seq
        self.span = span
    }
}

/// Evidence in what is said on a stream, and the chunks in which its words stand.
public struct LiveEvidence: Sendable, Equatable {
    /// With its place in the segment: UTF-8 bytes from the segment's beginning.
    public var evidence: Evidence
    /// The words once more, chunk by chunk; empty for a rule on conditions alone.
    public var parts: [ChunkPart]
    /// Whether messages were joined that were not written as one text.
    public var isJoined = false
    /// The authors of the joined messages, where there are several.
    public var speakers: [String] = []

    public init(evidence: Evidence, parts: [ChunkPart]) {
        self.evidence = evidence
        self.parts = parts
    }

    /// Whether both are of one rule and the same words.
    public func isSame(as other: LiveEvidence) -> Bool {
        evidence.rule == other.evidence.rule && parts == other.parts
            && evidence.place?.view == other.evidence.place?.view
    }
}
