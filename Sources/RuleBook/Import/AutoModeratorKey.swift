/// A key of an AutoModerator rule, e.g. `~title+body#2 (regex, includes)`.
struct AutoModeratorKey {
    var isReversed = false
    /// In lower case, without what stands behind `#`, which only tells keys apart.
    var fields: [String] = []
    var modifiers: [String] = []

    init(_ text: String) {
        var rest = text[...]
        while rest.first == " " { rest.removeFirst() }
        if rest.first == "~" {
            isReversed = true
            rest.removeFirst()
        }
        if let open = rest.firstIndex(of: "(") {
            let close = rest[open...].firstIndex(of: ")") ?? rest.endIndex
            modifiers = Self.words(rest[rest.index(after: open)..<close], between: ",")
            rest = rest[..<open]
        }
        fields = Self.words(rest, between: "+").map { name in
            let head = name.split(separator: "#", omittingEmptySubsequences: false).first ?? ""
            return Self.trimmed(head)
        }
    }

    private static func words(_ text: Substring, between separator: Character) -> [String] {
        text.split(separator: separator).map { trimmed($0).lowercased() }.filter { !$0.isEmpty }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// How a text is looked for; nil when none is named.
    var method: Method? { modifiers.lazy.compactMap(Method.init(rawValue:)).first }
    var isRegex: Bool { modifiers.contains("regex") }
    var isCaseSensitive: Bool { modifiers.contains("case-sensitive") }

    /// Modifiers that AutoModerator does not document.
    var unknownModifiers: [String] {
        modifiers.filter { $0 != "regex" && $0 != "case-sensitive" && Method(rawValue: $0) == nil }
    }

    /// AutoModerator's "match search methods".
    enum Method: String {
        case includesWord = "includes-word"
        case includes
        case startsWith = "starts-with"
        case endsWith = "ends-with"
        case fullExact = "full-exact"
        case fullText = "full-text"
    }

    /// The method of a check that names none. Joined fields always look for words.
    var defaultMethod: Method {
        guard fields.count == 1, let field = fields.first else { return .includesWord }
        switch field {
        case "url", "media_author_url": return .includes
        case "id", "flair_text", "flair_css_class", "flair_template_id", "media_author": return .fullExact
        default: return .includesWord
        }
    }
}
