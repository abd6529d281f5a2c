internal import ContentModel

/// Reads JSON lists: arrays of terms, of objects with a term, a category and a severity, and of objects whose `match`
/// names alternatives (`a|b`), repeats (`lo*ng`) and exceptions.
enum JSONListImporter {
    private static let termKeys = ["term", "word", "text", "phrase", "keyword", "pattern", "value", "name"]
    /// Keys over an array that say nothing about its terms' category.
    private static let plainKeys = [
        "words", "terms", "phrases", "keywords", "list", "data", "items", "entries", "badwords",
    ]

    static func read(_ text: String, into draft: inout ImportDraft) throws(RuleBookError) {
        let root: JSONNode
        do throws(JSONReader.Fault) {
            root = try JSONReader.read(text)
        } catch {
            throw RuleImporter.failure(
                draft.file, line: error.line, column: error.column, "\(error.message)",
                hint: "a list is an array: [\"a\", \"b\"], or objects that hold terms")
        }
        var lists: [(name: String, members: [JSONNode])] = []
        if let members = root.array {
            lists = [("", members)]
        } else if case .object(let entries) = root.value {
            for (key, value) in entries {
                guard let members = value.array else {
                    draft.note(draft.location(value.line, value.column), key, "not carried over: it is no list")
                    continue
                }
                lists.append((plainKeys.contains(key.lowercased()) ? "" : key, members))
            }
        }
        guard !lists.isEmpty else {
            throw RuleImporter.failure(
                draft.file, line: root.line, column: root.column, "this JSON holds no list",
                hint: "a list is an array: [\"a\", \"b\"], or objects that hold terms")
        }
        draft.title = "Imported list" + (draft.language.map { " (\($0.rawValue))" } ?? "")
        var reader = Entries()
        for (name, members) in lists { reader.read(members, category: name, into: &draft) }
    }

    /// Reads entries; what was seen in one list is known in the next.
    private struct Entries {
        private var seen = TermSet()

        mutating func read(_ members: [JSONNode], category: String, into draft: inout ImportDraft) {
            let numbers = members.compactMap { $0["match"] == nil ? $0["severity"]?.number : nil }
            let scale = SeverityScale(of: numbers)
            var groups = TermGroups()
            for member in members {
                draft.counts.entries += 1
                let place = draft.location(member.line, member.column)
                if let term = member.text {
                    groups.add(term, category: category, band: .medium, at: place, into: &draft)
                } else if let match = member["match"]?.text {
                    add(member, match: match, at: place, into: &draft)
                } else if let term = JSONListImporter.termKeys.lazy.compactMap({ member[$0]?.text }).first {
                    let severity = member["severity"] ?? member["level"]
                    let band =
                        severity?.number.map(scale.band) ?? severity?.text.flatMap(SeverityBand.init(word:)) ?? .medium
                    let own = member["category"]?.text ?? member["type"]?.text ?? member["tags"]?.array?.first?.text
                    groups.add(term, category: own ?? category, band: band, at: place, into: &draft)
                } else {
                    draft.note(place, "", "left out: it is no text, and no object with a term")
                }
            }
            groups.write(into: &draft)
        }

        /// An object with alternatives and exceptions; it becomes a rule of its own.
        private mutating func add(
            _ entry: JSONNode, match: String, at place: SourceLocation, into draft: inout ImportDraft
        ) {
            let isPartial = Self.isPartial(entry)
            let boundary: Pattern.Boundary = isPartial ? .none : .auto
            var phrases: [String] = []
            var regexes: [DraftMatch] = []
            var isKnown = false
            for alternative in match.split(separator: "|") {
                let word = ElongatedWord(alternative)
                guard let term = draft.term(word.plain, at: place), !term.isEmpty else { continue }
                if word.startsWithStar {
                    draft.note(place, String(alternative), "a star with nothing before it is left out")
                }
                if seen.insert(term) { phrases.append(term) } else { isKnown = true }
                if let regex = word.regex, seen.insert(regex) {
                    regexes.append(.regex(regex, boundary: isPartial ? .auto : .word, sample: term.lowercased()))
                }
            }
            var members = phrases.isEmpty ? [] : [DraftMatch.phrases(phrases, boundary: boundary)]
            members += regexes
            guard let expression = DraftMatch.anyOf(members) else {
                if isKnown {
                    draft.counts.duplicates += 1
                } else if !match.contains(where: { $0 != "|" }) {
                    draft.note(place, match, "left out: its match is empty")
                }
                return
            }
            draft.counts.entriesCarried += 1
            let tags = (entry["tags"]?.array ?? []).compactMap(\.text)
            let name = entry["id"]?.text ?? phrases.first ?? match
            let band = entry["severity"]?.number.map(SeverityBand.init(level:)) ?? .medium
            var rule = DraftRule(
                id: draft.id(from: name, else: "entry-\(draft.counts.entries)"),
                category: draft.category ?? category(of: tags, at: place, into: &draft), severity: band.severity,
                confidence: band.confidence, match: expression)
            if isPartial, let exceptions = entry["exceptions"]?.array {
                let cleared = clearing(exceptions, of: match, into: &draft)
                if !cleared.isEmpty { rule.unless = [DraftClearance(match: .phrases(cleared, boundary: .none))] }
            }
            draft.rules.append(rule)
        }

        /// Partial matching is what the list's implementations start from; `"false"` stands in its own example.
        private static func isPartial(_ entry: JSONNode) -> Bool {
            guard let node = entry["allow_partial"] ?? entry["partial_match"] ?? entry["partial"] else { return true }
            switch node.value {
            case .boolean(let isPartial): return isPartial
            case .text(let text): return text.lowercased() != "false"
            default: return true
            }
        }

        /// The first tag that has a category here.
        private func category(of tags: [String], at place: SourceLocation, into draft: inout ImportDraft) -> Category {
            for tag in tags { if let category = ForeignCategories.category(named: tag) { return category } }
            if let tag = tags.first {
                draft.noteOnce(place, tag, "no category of ours is called `\(tag)`; its terms become profanity")
            }
            return Category(rawValue: "profanity")
        }

        /// The exceptions, with each alternative in the place of their star.
        private func clearing(_ exceptions: [JSONNode], of match: String, into draft: inout ImportDraft) -> [String] {
            var seen = TermSet()
            var result: [String] = []
            for exception in exceptions {
                guard let text = exception.text else { continue }
                for alternative in match.split(separator: "|") {
                    let word = ElongatedWord(alternative).plain
                    let cleared = text.split(separator: "*", omittingEmptySubsequences: false).joined(separator: word)
                    guard let term = draft.term(cleared, at: draft.location(exception.line, exception.column)) else {
                        continue
                    }
                    if seen.insert(term) { result.append(term) }
                }
            }
            return result
        }
    }
}

/// A word in which a star says that the character before it may repeat.
private struct ElongatedWord {
    /// Without the stars.
    var plain: String
    /// nil when nothing repeats.
    var regex: String?
    var startsWithStar = false

    init(_ text: Substring) {
        plain = text.filter { $0 != "*" }
        startsWithStar = text.first == "*"
        guard plain.utf8.count < text.utf8.count - (startsWithStar ? 1 : 0) else { return }
        var source = ""
        for character in text {
            if character != "*" {
                let piece = RegexText.escaped(String(character))
                source += piece.utf8.count > 1 && !piece.hasPrefix("\\") ? "(?:\(piece))" : piece
            } else if !source.isEmpty, !source.hasSuffix("+") {
                source += "+"
            }
        }
        regex = source
    }
}
