/// Words for people that come with a region's rules and judge nothing: `notices.yaml` and `glossary.yaml`.
public struct Guide: Sendable {
    /// `global`, or the market whose folder it stands in.
    public var folder: String
    /// The file that says it.
    public var file: String
    /// What authors are told about what was decided.
    public var notices: [NoticeKind: LocalizedText] = [:]
    /// What terms mean, for reviewers who cannot read them; terms as they are written in rules.
    public var glossary: [String: LocalizedText] = [:]

    /// What happened to a post or an appeal.
    public enum NoticeKind: String, Sendable, CaseIterable {
        case approve, reject, label, limit
        /// Nothing yet.
        case pending
        /// An appeal's end.
        case upheld, overturned
        /// How to go on.
        case appeal
    }

    init(folder: String, file: String) {
        self.folder = folder
        self.file = file
    }
}
