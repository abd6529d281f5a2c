internal import ContentModel
internal import LanguageID

/// Chooses the language in which an author is told.
struct NoticeChoice {
    /// The author's own language first, then those of the post.
    private let wanted: [LanguageTag]

    init(post: Post, profile: LanguageProfile) {
        var wanted: [LanguageTag] = []
        if let locale = post.author.locale { wanted.append(locale) }
        if let declared = post.declaredLanguage { wanted.append(declared) }
        wanted += profile.languages.filter { $0.tag != .und }.map(\.tag)
        self.wanted = wanted
    }

    /// The text in the first language that the notice has: the author's, the post's, the market's, English, any.
    func text(of notice: [String: String], market: CompiledMarket) -> String? {
        for tag in wanted {
            if let text = text(of: notice, for: tag) { return text }
        }
        for tag in market.languages {
            if let text = notice[tag] { return text }
        }
        return notice["en"] ?? notice.min { $0.key < $1.key }?.value
    }

    /// The text for a tag: the same tag, one that continues it or that it continues, or the script that a region of
    /// Chinese writes.
    private func text(of notice: [String: String], for tag: LanguageTag) -> String? {
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
}
