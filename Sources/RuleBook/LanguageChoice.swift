public import ContentModel

/// Which of a text's languages somebody is told in.
public enum LanguageChoice {
    /// The text for a tag: the same tag, one that continues it or that it continues, or the script that a region of
    /// Chinese writes.
    public static func text(of notice: LocalizedText, for tag: LanguageTag) -> String? {
        if let text = notice[tag.rawValue] { return text }
        if tag.hasPrefix("zh") {
            let isTraditional = ["Hant", "TW", "HK", "MO"].contains { tag.rawValue.contains($0) }
            if let text = notice[isTraditional ? "zh-Hant" : "zh-Hans"] { return text }
        }
        let keys = notice.keys.sorted()
        let near =
            keys.first { tag.hasPrefix(LanguageTag(rawValue: $0)) }
            ?? keys.first {
                LanguageTag(rawValue: $0).hasPrefix(LanguageTag(rawValue: String(tag.rawValue.prefix { $0 != "-" })))
            }
        return near.flatMap { notice[$0] }
    }

    /// The text in the first language that it has: the wanted ones in their order, English, any.
    public static func text(of notice: LocalizedText, for tags: [LanguageTag]) -> String? {
        for tag in tags {
            if let text = text(of: notice, for: tag) { return text }
        }
        return notice["en"] ?? notice.min { $0.key < $1.key }?.value
    }
}
