internal import CSimdJSON
internal import ContentModel

func isString(_ node: csimdjson_node) -> Bool { unsafe node.type == UInt8(CSIMDJSON_STRING.rawValue) }
func isNumber(_ node: csimdjson_node) -> Bool { unsafe node.type == UInt8(CSIMDJSON_NUMBER.rawValue) }
func string(_ node: csimdjson_node) -> String { unsafe text(node.string, node.string_length) }

/// Whether a value stands under a key.
@inline(__always)
func isKey(_ node: csimdjson_node, _ key: StaticString) -> Bool {
    unsafe csimdjson_key_is(node.key, node.key_length, key.utf8Start, key.utf8CodeUnitCount)
}

@_lifetime(immortal)
func span(_ node: csimdjson_node) -> Span<UInt8> {
    // The bytes live until the next parse; every caller copies them at once.
    let bytes = unsafe UnsafeRawBufferPointer(start: node.string, count: Int(node.string_length))
    let span = unsafe Span(_unsafeElements: bytes.bindMemory(to: UInt8.self))
    return unsafe _overrideLifetime(span, borrowing: ())
}

func text(_ bytes: UnsafePointer<CChar>?, _ length: UInt32) -> String {
    unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(length)), as: UTF8.self)
}

func wrongType(_ field: String, _ wanted: String) -> RecordError {
    RecordError(.wrongType, "\(field) must be \(wanted)")
}

// MARK: - What posts and streams share

func readMarkets(
    _ node: csimdjson_node, _ children: UnsafeBufferPointer<csimdjson_node>, into post: inout Post,
    last lastMarkets: inout [Market]
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

func readAuthor(
    _ node: csimdjson_node, _ children: UnsafeBufferPointer<csimdjson_node>, into post: inout Post
) -> RecordError? {
    unsafe readMembers(of: node, children, "author") { child in
        if unsafe isKey(child, "id") {
            guard unsafe isString(child) else { return wrongType("author.id", "a string") }
            unsafe post.setAuthorID(span(child))
        } else if unsafe isKey(child, "account_age_days") {
            guard unsafe isNumber(child) else { return wrongType("author.account_age_days", "a number") }
            post.author.accountAgeDays = unsafe child.number
        } else if unsafe isKey(child, "prior_violations") {
            guard unsafe isNumber(child) else { return wrongType("author.prior_violations", "a number") }
            post.author.priorViolations = unsafe child.number
        } else if unsafe isKey(child, "locale") {
            guard unsafe isString(child) else { return wrongType("author.locale", "a string") }
            post.author.locale = unsafe LanguageTag(rawValue: string(child))
        } else if unsafe isKey(child, "ip_country") {
            guard unsafe isString(child) else { return wrongType("author.ip_country", "a string") }
            post.author.ipCountry = unsafe string(child)
        }
        return nil
    }
}

func readSignals(
    _ node: csimdjson_node, _ children: UnsafeBufferPointer<csimdjson_node>, into post: inout Post
) -> RecordError? {
    unsafe readMembers(of: node, children, "signals") { child in
        let name = unsafe text(child.key, child.key_length)
        guard unsafe isNumber(child) else { return wrongType("signals.\(name.prefix(64))", "a number") }
        unsafe post.signals.append((name, child.number))
        return nil
    }
}

/// Reads the members of an object that are not null, up to the first that is wrong.
private func readMembers(
    of node: csimdjson_node, _ children: UnsafeBufferPointer<csimdjson_node>, _ field: String,
    _ read: (csimdjson_node) -> RecordError?
) -> RecordError? {
    guard unsafe node.type == UInt8(CSIMDJSON_OBJECT.rawValue) else { return wrongType(field, "an object") }
    for index in children.indices {
        let child = unsafe children[index]
        guard unsafe child.type != UInt8(CSIMDJSON_NULL.rawValue) else { continue }
        if let error = unsafe read(child) { return error }
    }
    return nil
}
