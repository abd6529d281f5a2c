public import ContentModel

/// What a chunk brought to light in its segment.
public struct SegmentReading: Sendable {
    /// Evidence that no later text can change; not said before. At most 16 a rule and 256 in all.
    public var evidence: [LiveEvidence] = []
    /// How much more there was.
    public var evidenceOmitted = 0
    /// Everything that stands now and that later text may still lengthen, clear or cut at another word edge.
    public var pending: [LiveEvidence] = []
    /// What stood in an earlier reading and is gone: pending, or after a revision evidence.
    public var withdrawn: [LiveEvidence] = []
    /// What each market makes of ``evidence``, of ``pending``, and of withdrawn evidence.
    public var verdict = Verdict()
    public var pendingVerdict = Verdict()
    public var withdrawnVerdict = Verdict()
    /// When the first of withdrawn evidence was given, by ``Segment/at``.
    public var withdrawnSince: Int64 = 0

    /// The text around ``evidence``, valid UTF-8, and the place of its first byte in the segment; empty without any.
    public var text: [UInt8] = []
    public var textStart = 0

    public init() {}

    mutating func removeAll() {
        if !evidence.isEmpty { evidence.removeAll() }
        if !pending.isEmpty { pending.removeAll() }
        if !withdrawn.isEmpty { withdrawn.removeAll() }
        if !text.isEmpty { text.removeAll() }
        evidenceOmitted = 0
    }
}
