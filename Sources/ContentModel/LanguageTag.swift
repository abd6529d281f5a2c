/// A BCP 47 language tag, e.g. `zh-Hans`; `und` where the detector abstains.
public struct LanguageTag: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    public let rawValue: String

    @inlinable public init(rawValue: String) { self.rawValue = rawValue }
    @inlinable public init(stringLiteral value: String) { rawValue = value }

    /// Undetermined.
    public static let und: LanguageTag = "und"

    /// Whether this tag equals `prefix` or continues it after a hyphen: `zh-Hans` has the prefix `zh`, `zha` has not.
    public func hasPrefix(_ prefix: LanguageTag) -> Bool {
        let mine = rawValue.utf8
        let other = prefix.rawValue.utf8
        guard mine.starts(with: other) else { return false }
        return mine.count == other.count || mine[mine.index(mine.startIndex, offsetBy: other.count)] == 0x2D
    }
}

/// One language of a text.
public struct LanguageShare: Sendable, Equatable {
    public var tag: LanguageTag
    /// The part of the text's letters that is in this language, 0...1; wide letters (Han, kana, Hangul) count twice,
    /// as they do on a screen.
    public var share: Double
    /// How sure the detector is of the tag, 0...1.
    public var confidence: Double

    public init(tag: LanguageTag, share: Double, confidence: Double) {
        self.tag = tag
        self.share = share
        self.confidence = confidence
    }
}
