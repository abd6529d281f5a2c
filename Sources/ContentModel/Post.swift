/// Which field of a post a text stands in.
public struct FieldName: Sendable, Hashable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        case text, title, tags, ocr, transcript
    }

    public var kind: Kind
    /// The element, for `tags`.
    public var index: Int

    public init(_ kind: Kind, index: Int = 0) {
        self.kind = kind
        self.index = index
    }

    /// `text`, `title`, `tags[2]`, `ocr`, `transcript`.
    public var name: String {
        switch kind {
        case .text: "text"
        case .title: "title"
        case .tags: "tags[\(index)]"
        case .ocr: "ocr"
        case .transcript: "transcript"
        }
    }
}

/// One piece of user content, with its fields, its author and the markets that would see it.
///
/// A post keeps all its texts in one byte buffer, so that a reader fills the same value again and again without
/// allocating; see ``removeAll()``.
public struct Post: Sendable {
    /// A judged field and where its text stands in ``bytes``.
    public struct Field: Sendable {
        public var name: FieldName
        public var range: Range<Int>
    }

    /// What is known of the author.
    public struct Author: Sendable {
        public var id: Range<Int>?
        public var locale: LanguageTag?
        public var ipCountry: String?
        public var accountAgeDays: Double?
        public var priorViolations: Double?
    }

    /// The texts, valid UTF-8, one behind the other.
    public private(set) var bytes: [UInt8] = []
    public private(set) var fields: [Field] = []
    private var idRange: Range<Int>?
    /// The markets that the post itself names; nil means every market that is active.
    public var markets: [Market]?
    public var author = Author()
    public var declaredLanguage: LanguageTag?
    /// How many people would see it.
    public var reach: Double?
    /// Numbers from upstream models, by name.
    public var signals: [(name: String, value: Double)] = []

    public init() {}

    /// A post of one text.
    ///
    /// - Parameters:
    ///   - text: What the author wrote.
    ///   - id: The publisher's own id.
    ///   - markets: The markets that would see it; nil means all.
    public init(text: String, id: String? = nil, markets: [Market]? = nil) {
        if let id { setID(Array(id.utf8).span) }
        append(FieldName(.text), Array(text.utf8).span)
        self.markets = markets
    }

    /// Empties the post and keeps its storage.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        if !signals.isEmpty { signals.removeAll(keepingCapacity: true) }
        idRange = nil
        markets = nil
        author = Author()
        declaredLanguage = nil
        reach = nil
    }

    /// Adds a judged field of valid UTF-8.
    public mutating func append(_ name: FieldName, _ text: Span<UInt8>) {
        fields.append(Field(name: name, range: store(text)))
    }

    public mutating func append(_ name: FieldName, _ text: String) {
        append(name, Array(text.utf8).span)
    }

    public mutating func setID(_ id: Span<UInt8>) { idRange = store(id) }
    public mutating func setAuthorID(_ id: Span<UInt8>) { author.id = store(id) }

    /// The publisher's id, if the post came with one.
    public var id: String? { idRange.map(string) }
    /// Where the id's bytes stand in ``bytes``.
    public var idBytes: Range<Int>? { idRange }
    public var authorID: String? { author.id.map(string) }

    /// The text of a stretch of ``bytes``.
    public func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private mutating func store(_ text: Span<UInt8>) -> Range<Int> {
        let start = bytes.count
        unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        return start..<bytes.count
    }
}
