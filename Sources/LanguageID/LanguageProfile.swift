public import ContentModel

/// Which languages a text is in, best first.
public struct LanguageProfile: Sendable {
    /// Largest share first. Empty only for a text without letters.
    public internal(set) var languages: [LanguageShare] = []

    public init() {}

    /// Confidence from which a tag counts as sure.
    public static let sure = 0.8

    /// Whether the text surely holds none of `prefixes`: every language of it is known for sure, and none fits.
    /// An undetermined share, however small, keeps the question open.
    public func surelyLacks(_ prefixes: [LanguageTag]) -> Bool {
        guard !prefixes.isEmpty, !languages.isEmpty else { return false }
        for language in languages {
            if language.confidence < Self.sure || language.tag == .und { return false }
            for prefix in prefixes where language.tag.hasPrefix(prefix) { return false }
        }
        return true
    }
}
