/// A piece of a live stream, or its start or end.
public struct Chunk: Sendable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        case speech, caption, chat

        public var name: String {
            switch self {
            case .speech: "speech"
            case .caption: "caption"
            case .chat: "chat"
            }
        }

        public init?(name: String) {
            guard let kind = Kind.allCases.first(where: { $0.name == name }) else { return nil }
            self = kind
        }
    }

    /// What a record is.
    public enum Event: Sendable {
        case text
        /// Carries the stream's markets, author and signals.
        case start
        case end
    }

    public var stream = ""
    public var event = Event.text
    /// The chunk's number in its stream; 0 for a start or an end.
    public var seq = 0
    public var kind = Kind.speech
    /// Who speaks or writes; empty where the record does not say.
    public var speaker = ""
    /// Valid UTF-8.
    public var text: [UInt8] = []
    /// When it was said, milliseconds since 1970 by the sender's clock.
    public var at: Int64?
    /// The chunk that this one puts in other words.
    public var replaces: Int?
    /// Whether the speaker's segment ends with it.
    public var isBreak = false
    /// The markets, author and signals of a start; its fields are empty.
    public var context: Post?

    public init() {}
}
