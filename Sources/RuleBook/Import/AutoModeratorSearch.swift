internal import ContentModel

/// Turns the values of one search check into phrases, regexes and domains.
struct AutoModeratorSearch {
    let key: AutoModeratorKey
    /// The fields of the check that are judged here.
    let fields: [String]
    let name: String
    /// What the check means else here, each once.
    private(set) var changes: [String] = []
    private var phrases: [Pattern.Boundary: TermSet] = [:]
    private var regexes: Set<String> = []

    init(key: AutoModeratorKey, fields: [String], name: String) {
        self.key = key
        self.fields = fields
        self.name = name
    }

    private var method: AutoModeratorKey.Method { key.method ?? key.defaultMethod }
    /// Whether only links are asked about, and not the text around them.
    private var isOfLinks: Bool { fields.allSatisfy(AutoModeratorField.links.contains) }

    private mutating func change(_ text: String) { if !changes.contains(text) { changes.append(text) } }

    mutating func read(_ values: [(text: String, place: SourceLocation)], into draft: inout ImportDraft) -> [DraftMatch]
    {
        for modifier in key.unknownModifiers { change("its modifier `\(modifier)` is not known and left out") }
        var members: [DraftMatch] = []
        for (text, place) in values {
            guard let text = value(text, at: place, into: &draft) else { continue }
            members += key.isRegex ? regex(text, at: place, into: &draft) : literal(text, at: place, into: &draft)
        }
        return members
    }

    /// A value without curly quotes, which are no quotes in YAML; nil with a note where it is none.
    private mutating func value(_ text: String, at place: SourceLocation, into draft: inout ImportDraft) -> String? {
        var text = text
        if text.contains("{{") {
            draft.note(place, text, "left out: placeholders have no text here")
            change("some of its values are left out")
            return nil
        }
        let quotes: Set<Character> = ["“", "”", "„"]
        if text.count > 2, let first = text.first, let last = text.last, quotes.contains(first), quotes.contains(last) {
            text = String(text.dropFirst().dropLast())
            change("curly quotes are no quotes in YAML, and AutoModerator looks for them too; they are left out")
        }
        return text
    }

    private mutating func leaveOut(
        _ text: String, _ reason: String, at place: SourceLocation, into draft: inout ImportDraft
    ) {
        draft.note(place, text, "left out: \(reason)")
        change("some of its values are left out")
    }

    /// Phrases that were not there yet, as far as they can be any.
    private mutating func phrases(
        _ texts: [String], boundary: Pattern.Boundary, at place: SourceLocation, into draft: inout ImportDraft
    ) -> [DraftMatch] {
        var kept: [String] = []
        for text in texts {
            guard let term = draft.term(text, at: place) else {
                change("some of its values are left out")
                continue
            }
            if phrases[boundary, default: TermSet()].insert(term) { kept.append(term) }
        }
        if key.isCaseSensitive { change("found whatever its capitals") }
        return kept.isEmpty ? [] : [.phrases(kept, boundary: boundary)]
    }

    private mutating func regex(_ source: String, boundary: Pattern.Boundary, sample: String?) -> [DraftMatch] {
        regexes.insert("\(boundary) \(source)").inserted ? [.regex(source, boundary: boundary, sample: sample)] : []
    }

    // MARK: - Literal values

    private mutating func literal(_ text: String, at place: SourceLocation, into draft: inout ImportDraft)
        -> [DraftMatch]
    {
        if RegexText.looksLikeRegex(text) {
            draft.note(place, text, "looked for as it stands, since the check is not marked `regex`")
        }
        if !Set(fields).isDisjoint(with: AutoModeratorField.links), let members = link(text, at: place, into: &draft) {
            return members
        }
        switch method {
        case .includesWord: return phrases([text], boundary: .auto, at: place, into: &draft)
        case .includes: return included(text, at: place, into: &draft)
        case .startsWith, .endsWith, .fullExact, .fullText:
            guard draft.term(text, at: place) != nil else {
                change("some of its values are left out")
                return []
            }
            if key.isCaseSensitive { change("found whatever its capitals") }
            return regex(
                anchors.start + RegexText.escaped(text) + anchors.end, boundary: .auto, sample: RegexText.folded(text))
        }
    }

    /// Text inside of words. A blank at one end asks for a word's edge there.
    private mutating func included(_ text: String, at place: SourceLocation, into draft: inout ImportDraft)
        -> [DraftMatch]
    {
        let startsOpen = text.first != " "
        let endsOpen = text.last != " "
        guard startsOpen != endsOpen, let term = draft.term(text, at: place) else {
            return phrases([text], boundary: startsOpen ? .none : .word, at: place, into: &draft)
        }
        if key.isCaseSensitive { change("found whatever its capitals") }
        let escaped = RegexText.escaped(term)
        func edge(_ scalar: Unicode.Scalar?) -> Bool { scalar.map(RegexText.isWord) ?? false }
        let source =
            startsOpen
            ? escaped + (edge(term.unicodeScalars.last) ? "\\b" : "(?:\\s|$)")
            : (edge(term.unicodeScalars.first) ? "\\b" : "(?:^|\\s)") + escaped
        change("a blank at the end of a value is taken as the edge of a word")
        return regex(source, boundary: .auto, sample: term.lowercased())
    }

    /// What asks for the edges of the text in front of a regex and behind it.
    private var anchors: (start: String, end: String) {
        switch method {
        case .startsWith: ("^", "")
        case .endsWith: ("", "$")
        case .fullExact: ("^", "$")
        case .fullText: ("^\\W*", "\\W*$")
        case .includes, .includesWord: ("", "")
        }
    }

    // MARK: - Links

    /// A value that is looked for in links; nil where it is text like any other.
    private mutating func link(
        _ text: String, at place: SourceLocation, into draft: inout ImportDraft
    ) -> [DraftMatch]? {
        let host = Self.host(of: text)
        let isDomainOnly = fields == ["domain"] && key.fields.count == 1
        if let host, key.method == nil || method == .fullExact || isOfLinks && method != .startsWith {
            if !isDomainOnly || key.method != nil {
                change("hosts are looked for as such: subdomains count, parts of names do not")
            }
            return regexes.insert("domain \(host)").inserted ? [.domains([host])] : []
        }
        guard isOfLinks else { return nil }
        guard let term = draft.term(text, at: place) else { return [] }
        let escaped = RegexText.escaped(term)
        change("looked for in links that are written out with their scheme")
        if fields.contains("url") {
            switch method {
            case .startsWith: return regex("\\b\(escaped)", boundary: .auto, sample: nil)
            case .endsWith: return regex("://\\S*\(escaped)(?:\\s|$)", boundary: .auto, sample: nil)
            case .fullExact, .fullText: return regex("(?:^|\\s)\(escaped)(?:\\s|$)", boundary: .auto, sample: nil)
            case .includes, .includesWord:
                return phrases([term], boundary: method == .includes ? .none : .auto, at: place, into: &draft)
            }
        }
        switch method {
        case .startsWith: return regex("://\(escaped)", boundary: .auto, sample: nil)
        case .endsWith: return regex("://[^/\\s]*\(escaped)(?:[/:?#\\s]|$)", boundary: .auto, sample: nil)
        case .includes: return regex("://[^/\\s]*\(escaped)", boundary: .auto, sample: nil)
        case .includesWord, .fullExact, .fullText:
            return regex("://(?:[^/\\s]*\\.)?\(escaped)(?:[./:?#\\s]|$)", boundary: .auto, sample: nil)
        }
    }

    /// `https://www.example.com/` and `example.com` name a host, `example.com/page` does not.
    static func host(of text: String) -> String? {
        var rest = text.lowercased()[...]
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        let labels = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, rest.utf8.count <= 128,
            labels.allSatisfy({ label in
                !label.isEmpty && label.utf8.first != 0x2D && label.utf8.last != 0x2D
                    && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
            }), let last = labels.last, last.utf8.count > 1,
            last.hasPrefix("xn--") || last.utf8.allSatisfy({ $0 >= 0x61 })
        else { return nil }
        return String(rest)
    }

    // MARK: - Regexes

    private mutating func regex(_ text: String, at place: SourceLocation, into draft: inout ImportDraft) -> [DraftMatch]
    {
        let parsed: PythonRegex
        do throws(PythonRegex.Refusal) {
            parsed = try PythonRegex(text)
        } catch {
            leaveOut(text, error.reason, at: place, into: &draft)
            return []
        }
        if key.isCaseSensitive {
            guard !parsed.hasCapitals else {
                leaveOut(text, "it asks for capitals, which folded text has not", at: place, into: &draft)
                return []
            }
            change("found whatever its capitals")
        }
        if isOfLinks { change("looked for in the text and not in its links alone") }
        return carried(parsed, at: place, text: text, into: &draft)
    }

    private mutating func carried(
        _ regex: PythonRegex, at place: SourceLocation, text: String, into draft: inout ImportDraft
    ) -> [DraftMatch] {
        let isSearch = method == .includes || method == .includesWord
        let core = regex.withoutOpenEnds(
            start: isSearch || method == .endsWith, end: isSearch || method == .startsWith)
        guard core.root.least > 0 else {
            leaveOut(text, "it matches every text", at: place, into: &draft)
            return []
        }
        let parts = isSearch ? core.parts : nil
        guard !(parts?.parts ?? [core]).contains(where: \.isTooLarge) else {
            let reason = "its repeats are too large for the matcher; ask for fewer, or for letters of ASCII"
            leaveOut(text, reason, at: place, into: &draft)
            return []
        }
        guard isSearch else {
            let sample = method == .fullText || method == .fullExact ? core.sample : nil
            return self.regex(
                core.source(after: anchors.start, before: anchors.end), boundary: .auto, sample: sample)
        }
        if let (parts, gap) = parts {
            change("words some way apart are found within \(gap) code points, in any order")
            let members = parts.flatMap { part in
                leaf(part, method: .includes, at: place, text: text, into: &draft)
            }
            guard members.count == parts.count else { return [] }
            return [.all(members, within: gap)]
        }
        return leaf(core, method: method, at: place, text: text, into: &draft)
    }

    /// Phrases where the regex is a handful of words, else the regex itself.
    private mutating func leaf(
        _ regex: PythonRegex, method: AutoModeratorKey.Method, at place: SourceLocation, text: String,
        into draft: inout ImportDraft
    ) -> [DraftMatch] {
        let (core, start, end) = regex.withoutWordEdges
        let asksForWords = method == .includesWord || start && end
        if asksForWords || !start && !end, let words = core.words(), words.allSatisfy(Self.isWhole) {
            let found = phrases(words, boundary: asksForWords ? .auto : .none, at: place, into: &draft)
            // Parts of a whole may stand twice; what stands alone need not.
            return found.isEmpty && method != self.method
                ? [.phrases(words, boundary: asksForWords ? .auto : .none)] : found
        }
        guard method == .includesWord else { return self.regex(regex.source(), boundary: .auto, sample: regex.sample) }
        let starts = core.root.edge(isStart: true).kinds.contains(.word)
        let ends = core.root.edge(isStart: false).kinds.contains(.word)
        if starts, ends { return self.regex(core.source(), boundary: .word, sample: core.sample) }
        let source = core.source(after: starts ? "\\b" : "", before: ends ? "\\b" : "")
        return self.regex(source, boundary: .auto, sample: core.sample)
    }

    /// Whether a phrase says the same: it neither begins nor ends with a blank, nor has an edge of signs alone.
    private static func isWhole(_ word: String) -> Bool {
        guard let first = word.unicodeScalars.first, let last = word.unicodeScalars.last else { return false }
        return !first.properties.isWhitespace && !last.properties.isWhitespace && !word.contains("  ")
            && ImportDraft.fault(of: word) == nil
    }
}
