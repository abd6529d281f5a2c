internal import CSimdJSON
public import ContentModel

/// Reads posts, a line of NDJSON at a time, into a post that is used again for the next. One thread at a time.
@safe public struct PostReader: ~Copyable {
    /// Readable bytes that must follow every line in its buffer.
    public static let padding = Int(CSIMDJSON_PADDING)

    private let handle: OpaquePointer
    /// Fields that hold text and are not judged, with the number of posts that had them; at most
    /// ``mostUnjudgedFields`` names, because they are the sender's.
    public private(set) var unjudgedFields: [String: Int] = [:]
    private static let mostUnjudgedFields = 32
    /// The markets of the post before, which are most often those of the next.
    private var lastMarkets: [Market] = []

    /// - Throws: ``RecordError`` never; traps when memory for a parser is not to be had.
    public init() {
        guard let handle = unsafe csimdjson_reader_create() else { preconditionFailure("out of memory") }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe csimdjson_reader_destroy(handle) }

    /// Replaces `post` with the object on a line.
    ///
    /// - Parameters:
    ///   - buffer: Bytes that hold the line and at least ``padding`` more behind it.
    ///   - line: The line's bytes, without its end.
    /// - Returns: nil, or why the line is no post; `post` then holds nothing that may be judged.
    public mutating func read(_ line: Range<Int>, of buffer: Span<UInt8>, into post: inout Post) -> RecordError? {
        precondition(line.upperBound + Self.padding <= buffer.count, "the line needs readable bytes behind it")
        post.removeAll()
        var document = unsafe csimdjson_document()
        let status = unsafe buffer.withUnsafeBufferPointer { bytes in
            unsafe csimdjson_parse(handle, bytes.baseAddress! + line.lowerBound, line.count, &document)
        }
        guard status == CSIMDJSON_OK else { return unsafe Self.error(status, document) }
        return unsafe fill(&post, UnsafeBufferPointer(start: document.nodes, count: Int(document.count)))
    }

    /// Replaces `post` with the object that some bytes are, which need nothing behind them: for posts read singly.
    public mutating func read(_ json: [UInt8], into post: inout Post) -> RecordError? {
        let buffer = json + [UInt8](repeating: 0x20, count: Self.padding)
        return read(0..<json.count, of: buffer.span, into: &post)
    }

    private static func error(_ status: csimdjson_status, _ document: csimdjson_document) -> RecordError {
        switch status {
        case CSIMDJSON_NOT_AN_OBJECT: RecordError(.malformedJSON, "the line is not one JSON object")
        case CSIMDJSON_INVALID_UTF8:
            RecordError(.invalidUTF8, "the line is not valid UTF-8, or has half a surrogate pair")
        case CSIMDJSON_DUPLICATE_KEY:
            unsafe RecordError(
                .duplicateKey,
                "the key \"\(text(document.message, document.message_length).prefix(64))\" stands twice: which one counts?"
            )
        case CSIMDJSON_NO_MEMORY: RecordError(.malformedJSON, "the line needs more memory than there is")
        default:
            unsafe RecordError(.malformedJSON, "not JSON: \(text(document.message, document.message_length))")
        }
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
        case .markets: return unsafe readMarkets(node, children, into: &post)
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
        let key = unsafe UnsafeRawBufferPointer(start: node.key, count: Int(node.key_length))
        func matches(_ name: StaticString) -> Bool {
            name.withUTF8Buffer { unsafe key.elementsEqual($0) }
        }
        switch key.count {
        case 2: return matches("id") ? .id : nil
        case 3: return matches("ocr") ? .ocr : nil
        case 4: return matches("text") ? .text : matches("tags") ? .tags : matches("lang") ? .lang : nil
        case 5: return matches("title") ? .title : matches("reach") ? .reach : nil
        case 6: return matches("author") ? .author : nil
        case 7: return matches("markets") ? .markets : matches("signals") ? .signals : nil
        case 10: return matches("transcript") ? .transcript : matches("created_at") ? .created : nil
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

    private mutating func readMarkets(
        _ node: csimdjson_node, _ children: UnsafeBufferPointer<csimdjson_node>, into post: inout Post
    ) -> RecordError? {
        guard unsafe node.type == UInt8(CSIMDJSON_ARRAY.rawValue) else {
            return wrongType("markets", "a list of strings")
        }
        var isSame = children.count == lastMarkets.count
        for index in children.indices {
            let child = unsafe children[index]
            guard unsafe isString(child) else { return wrongType("markets[\(index)]", "a string") }
            isSame = unsafe isSame && string(child) == lastMarkets[index].rawValue
        }
        if !isSame {
            lastMarkets.removeAll()
            for index in children.indices {
                let name = unsafe string(children[index])
                guard let market = Market(rawValue: name) else {
                    return RecordError(.unknownMarket, "no market is named \"\(name.prefix(64))\"")
                }
                lastMarkets.append(market)
            }
        }
        post.markets = lastMarkets
        return nil
    }

    private func readAuthor(
        _ node: csimdjson_node, _ children: UnsafeBufferPointer<csimdjson_node>, into post: inout Post
    ) -> RecordError? {
        guard unsafe node.type == UInt8(CSIMDJSON_OBJECT.rawValue) else { return wrongType("author", "an object") }
        for index in children.indices {
            let child = unsafe children[index]
            guard unsafe child.type != UInt8(CSIMDJSON_NULL.rawValue) else { continue }
            let name = unsafe text(child.key, child.key_length)
            switch name {
            case "id":
                guard unsafe isString(child) else { return wrongType("author.id", "a string") }
                unsafe post.setAuthorID(span(child))
            case "locale":
                guard unsafe isString(child) else { return wrongType("author.locale", "a string") }
                post.author.locale = unsafe LanguageTag(rawValue: string(child))
            case "ip_country":
                guard unsafe isString(child) else { return wrongType("author.ip_country", "a string") }
                post.author.ipCountry = unsafe string(child)
            case "account_age_days":
                guard unsafe isNumber(child) else { return wrongType("author.account_age_days", "a number") }
                post.author.accountAgeDays = unsafe child.number
            case "prior_violations":
                guard unsafe isNumber(child) else { return wrongType("author.prior_violations", "a number") }
                post.author.priorViolations = unsafe child.number
            default: break
            }
        }
        return nil
    }

    private func readSignals(
        _ node: csimdjson_node, _ children: UnsafeBufferPointer<csimdjson_node>, into post: inout Post
    ) -> RecordError? {
        guard unsafe node.type == UInt8(CSIMDJSON_OBJECT.rawValue) else { return wrongType("signals", "an object") }
        for index in children.indices {
            let child = unsafe children[index]
            guard unsafe child.type != UInt8(CSIMDJSON_NULL.rawValue) else { continue }
            let name = unsafe text(child.key, child.key_length)
            guard unsafe isNumber(child) else { return wrongType("signals.\(name.prefix(64))", "a number") }
            unsafe post.signals.append((name, child.number))
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

// MARK: - Nodes

private func isString(_ node: csimdjson_node) -> Bool { unsafe node.type == UInt8(CSIMDJSON_STRING.rawValue) }
private func isNumber(_ node: csimdjson_node) -> Bool { unsafe node.type == UInt8(CSIMDJSON_NUMBER.rawValue) }
private func string(_ node: csimdjson_node) -> String { unsafe text(node.string, node.string_length) }

@_lifetime(immortal)
private func span(_ node: csimdjson_node) -> Span<UInt8> {
    // The bytes live until the next parse; every caller copies them at once.
    let bytes = unsafe UnsafeRawBufferPointer(start: node.string, count: Int(node.string_length))
    let span = unsafe Span(_unsafeElements: bytes.bindMemory(to: UInt8.self))
    return unsafe _overrideLifetime(span, borrowing: ())
}

private func text(_ bytes: UnsafePointer<CChar>?, _ length: UInt32) -> String {
    unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(length)), as: UTF8.self)
}

private func wrongType(_ field: String, _ wanted: String) -> RecordError {
    RecordError(.wrongType, "\(field) must be \(wanted)")
}

/// Whether bytes are valid UTF-8.
public func isValidUTF8(_ bytes: Span<UInt8>) -> Bool {
    unsafe bytes.withUnsafeBufferPointer { unsafe csimdjson_valid_utf8($0.baseAddress, $0.count) }
}
