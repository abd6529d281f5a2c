public import ContentModel

/// What a market does about live streams: how long what was said counts, and from which accumulated score each
/// enforcement follows.
public struct LivePolicy: Sendable, Equatable, Codable {
    /// How far apart two pieces of one speaker may stand and still be read as one sentence, ms; 0 to 60,000.
    public var joinWindow: Int64
    /// After how long an accumulated score counts half, ms; a second to a day.
    public var halfLife: Int64
    /// From which accumulated score (above 0, at most 100, ≥) each enforcement follows; warn ≤ mute ≤ hold ≤ cut.
    public var warn: Double
    public var mute: Double
    public var hold: Double
    public var cut: Double
    /// With how many strikes (1 to 1000) a speaker is muted whatever the score; nil for never.
    public var strikesToMute: Int?
    /// With how many strikes (1 to 1000) a stream is cut whatever the score; nil for never.
    public var strikesToCut: Int?

    public init(
        joinWindow: Int64, halfLife: Int64, warn: Double, mute: Double, hold: Double, cut: Double,
        strikesToMute: Int?, strikesToCut: Int?
    ) {
        self.joinWindow = joinWindow
        self.halfLife = halfLife
        self.warn = warn
        self.mute = mute
        self.hold = hold
        self.cut = cut
        self.strikesToMute = strikesToMute
        self.strikesToCut = strikesToCut
    }

    /// What a market without `live` gets. One clear moment warns, two in a minute mute, or hold; four episodes end it.
    public static let standard = LivePolicy(
        joinWindow: 5_000, halfLife: 60_000, warn: 0.5, mute: 0.8, hold: 1.2, cut: 2, strikesToMute: 2,
        strikesToCut: 4)

    /// The accumulated score from which an enforcement follows; 0 for `pass`.
    public func threshold(of enforcement: Enforcement) -> Double {
        switch enforcement {
        case .pass: 0
        case .warn: warn
        case .mute: mute
        case .hold: hold
        case .cut: cut
        }
    }
}

/// Moments of one speaker in one stream, and what must have come of them after the last.
public struct LiveTest: Sendable {
    /// A score that was given to something said or written.
    public struct Moment: Sendable, Equatable {
        /// Since the stream began, ms.
        public var at: Int64
        /// 0...1.
        public var score: Double
        /// Whether it was written to the stream, not spoken in it.
        public var isChat: Bool

        public init(at: Int64, score: Double, isChat: Bool = false) {
            self.at = at
            self.score = score
            self.isChat = isChat
        }
    }

    /// By time; at least one.
    public var moments: [Moment]
    /// The strictest of what stands for the speaker and for the stream.
    public var expect: Enforcement
    public var location: SourceLocation

    public init(moments: [Moment], expect: Enforcement, location: SourceLocation) {
        self.moments = moments
        self.expect = expect
        self.location = location
    }
}
