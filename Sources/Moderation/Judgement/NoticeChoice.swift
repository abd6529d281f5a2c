internal import ContentModel
internal import LanguageID
internal import RuleBook

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
            if let text = LanguageChoice.text(of: notice, for: tag) { return text }
        }
        for tag in market.languages {
            if let text = notice[tag] { return text }
        }
        return notice["en"] ?? notice.min { $0.key < $1.key }?.value
    }
}
