internal import CSimdJSON
public import ContentModel

/// Reads posts, a line of NDJSON at a time, into a post that is used again for the next. One thread at a time.
@safe public struct PostReader: ~Copyable {
    /// Readable bytes that must follow every line in its buffer.
    public static let padding = LineParser.padding

    private let parser = LineParser()
    /// Fields that hold text and are not judged, with the number of posts that had them; at most
    /// ``mostUnjudgedFields`` names, because they are the sender's.
    public private(set) var unjudgedFields: [String: Int] = [:]
    private static let mostUnjudgedFields = 32
    /// The markets of the post before, which are most often those of the next.
    private var lastMarkets: [Market] = []

    public init() {}

    /// Replaces `post` with the object on a line.
    ///
    /// - Parameters:
    ///   - buffer: Bytes that hold the line and at least ``padding`` more behind it.
    ///   - line: The line's bytes, without its end.
    /// - Returns: nil, or why the line is no post; `post` then holds nothing that may be judged.
    public mutating func read(_ line: Range<Int>, of buffer: Span<UInt8>, into post: inout Post) -> RecordError? {
        post.removeAll()
        let (error, nodes) = unsafe parser.parse(line, of: buffer)
        if let error { return error }
        return unsafe fill(&post, nodes)
    }

    /// Replaces `post` with the object that some bytes are, which need nothing behind them: for posts read singly.
    public mutating func read(_ json: [UInt8], into post: inout Post) -> RecordError? {
        let buffer = json + [UInt8](repeating: 0x20, count: Self.padding)
        return read(0..<json.count, of: buffer.span, into: &post)
    }

    // MARK: - Fields

    private mutating func fill(_ post: inout Post, _ nodes: UnsafeBufferPointer<csimdjson_node>) -> RecordError? {
        var index = 0
        while index < nodes.count {
            let node = unsafe nodes[index]
            let children = unsafe UnsafeBufferPointer(rebasing: nodes[(index + 1)..<(index + 1 + Int(node.children))])
            if let error = unsafe read(node, children, into: &post) { return error }
            index += 1 + Int(unsafe node.children)
        }
        return post.fields.isEmpty
            ? RecordError(.missingText, "the post has none of text, title, tags, ocr, transcript") : nil
    }

    private mutating func read(
        _ node: csimdjson_node, _ children: UnsafeBufferPointer<csimdjson_node>, into post: inout Post
    ) -> RecordError? {
        guard unsafe node.type != UInt8(CSIMDJSON_NULL.rawValue) else { return nil }
        switch unsafe key(node) {
        case .text: return unsafe append(.text, node, to: &post)
        case .title: return unsafe append(.title, node, to: &post)
        case .ocr: return unsafe append(.ocr, node, to: &post)
        case .transcript: return unsafe append(.transcript, node, to: &post)
        case .tags: return unsafe appendTags(node, children, to: &post)
        case .id:
            guard unsafe isString(node) else { return wrongType("id", "a string") }
            unsafe post.setID(span(node))
        case .lang:
            guard unsafe isString(node) else { return wrongType("lang", "a string") }
            post.declaredLanguage = unsafe LanguageTag(rawValue: string(node))
        case .reach:
            guard unsafe isNumber(node) else { return wrongType("reach", "a number") }
            post.reach = unsafe node.number
        case .markets: return unsafe readMarkets(node, children, into: &post, last: &lastMarkets)
        case .author: return unsafe readAuthor(node, children, into: &post)
        case .signals: return unsafe readSignals(node, children, into: &post)
        case .created: break
        case nil: unsafe countUnjudged(node, children)
        }
        return nil
    }

    private enum Key { case id, text, title, tags, ocr, transcript, markets, author, lang, created, reach, signals }

    /// By length first: most keys differ in it.
    private func key(_ node: csimdjson_node) -> Key? {
        switch unsafe node.key_length {
        case 2: return unsafe isKey(node, "id") ? .id : nil
        case 3: return unsafe isKey(node, "ocr") ? .ocr : nil
        case 4:
            return unsafe isKey(node, "text") ? .text : isKey(node, "tags") ? .tags : isKey(node, "lang") ? .lang : nil
        case 5: return unsafe isKey(node, "title") ? .title : isKey(node, "reach") ? .reach : nil
        case 6: return unsafe isKey(node, "author") ? .author : nil
        case 7: return unsafe isKey(node, "markets") ? .markets : isKey(node, "signals") ? .signals : nil
        case 10: return unsafe isKey(node, "transcript") ? .transcript : isKey(node, "created_at") ? .created : nil
        default: return nil
        }
    }

    private func append(_ kind: FieldName.Kind, _ node: csimdjson_node, to post: inout Post) -> RecordError? {
        guard unsafe isString(node) else { return wrongType(FieldName(kind).name, "a string") }
        unsafe post.append(FieldName(kind), span(node))
        return nil
    }

    private func appendTags(
        _ node: csimdjson_node, _ children: UnsafeBufferPointer<csimdjson_node>, to post: inout Post
    ) -> RecordError? {
        guard unsafe node.type == UInt8(CSIMDJSON_ARRAY.rawValue) else { return wrongType("tags", "a list of strings") }
        for index in children.indices {
            let child = unsafe children[index]
            guard unsafe isString(child) else { return wrongType("tags[\(index)]", "a string") }
            unsafe post.append(FieldName(.tags, index: index), span(child))
        }
        return nil
    }

    private mutating func countUnjudged(_ node: csimdjson_node, _ children: UnsafeBufferPointer<csimdjson_node>) {
        let isText =
            unsafe isString(node) && node.string_length > 0
            || node.type == UInt8(CSIMDJSON_ARRAY.rawValue) && children.contains { unsafe isString($0) }
        guard isText else { return }
        let name = unsafe String(text(node.key, node.key_length).prefix(64))
        if unjudgedFields[name] != nil || unjudgedFields.count < Self.mostUnjudgedFields {
            unjudgedFields[name, default: 0] += 1
        }
    }
}

/// Whether bytes are valid UTF-8.
public func isValidUTF8(_ bytes: Span<UInt8>) -> Bool {
    unsafe bytes.withUnsafeBufferPointer { unsafe csimdjson_valid_utf8($0.baseAddress, $0.count) }
}
