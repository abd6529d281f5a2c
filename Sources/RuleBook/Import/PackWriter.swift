internal import ContentModel

/// Writes a draft as a person lays out a pack.
struct PackWriter {
    /// Longer lists of phrases go to a file of their own.
    static let longestList = 500
    private static let width = 120

    private let draft: ImportDraft
    private var yaml = ""
    private var termFiles: [(path: String, text: String)] = []
    private var counts: ImportCounts

    private init(_ draft: ImportDraft) {
        self.draft = draft
        counts = draft.counts
    }

    static func pack(of draft: ImportDraft) -> ImportedPack {
        var writer = PackWriter(draft)
        writer.write()
        return ImportedPack(
            name: draft.pack, yaml: writer.yaml, termFiles: writer.termFiles, carried: writer.counts,
            marks: draft.marks, notes: draft.notes)
    }

    private mutating func line(_ indent: Int, _ text: String) {
        yaml += String(repeating: " ", count: indent) + text + "\n"
    }

    private mutating func write() {
        line(0, "pack: \(YAMLScalar.written(draft.pack))")
        line(0, "title: {en: \(YAMLScalar.sentence(draft.title))}")
        line(0, "owner: imported")
        line(0, "ground: \(YAMLScalar.sentence(draft.ground))")
        line(0, "rules:")
        for (index, rule) in draft.rules.enumerated() {
            if index > 0 { yaml += "\n" }
            write(rule)
        }
        counts.rules = draft.rules.count
    }

    private mutating func write(_ rule: DraftRule) {
        line(2, "- id: \(YAMLScalar.written(rule.id))")
        line(4, "category: \(rule.category.rawValue)")
        line(4, "severity: \(rule.severity.rawValue)")
        line(4, "confidence: \(rule.confidence)")
        if let reason = rule.shadowReason {
            line(4, "mode: shadow")
            line(4, "note: \(YAMLScalar.sentence(reason))")
        }
        if let match = rule.match {
            count(match)
            line(4, "match:")
            write(match, indent: 6)
        }
        if !rule.unless.isEmpty {
            line(4, "unless:")
            for clearance in rule.unless {
                writeMember(clearance.match, indent: 6)
                if clearance.near > 0 { line(8, "near: \(clearance.near)") }
            }
        }
        if !rule.accountAge.isEmpty {
            line(4, "when:")
            let demands = Dictionary(grouping: rule.accountAge, by: \.comparison).compactMap { $0.value.first }
                .sorted { $0.comparison.rawValue < $1.comparison.rawValue }
                .map { "\($0.comparison.rawValue): \(Self.number($0.days))" }
            line(6, "author.account_age_days: {\(demands.joined(separator: ", "))}")
        }
        writeTests(of: rule)
    }

    private static func number(_ number: Double) -> String {
        number == number.rounded() && number < 1e9 ? String(Int(number)) : String(number)
    }

    private mutating func count(_ match: DraftMatch) {
        for leaf in match.leaves {
            switch leaf {
            case .phrases(let phrases, _): counts.phrases += phrases.count
            case .regex: counts.regexes += 1
            case .domains(let domains): counts.domains += domains.count
            case .any, .all: break
            }
        }
    }

    // MARK: - Expressions

    /// An expression's lines, at `indent`.
    private mutating func write(_ match: DraftMatch, indent: Int) {
        for text in lines(of: match) { line(indent, text) }
    }

    /// The same as a member of a list: the first line begins with a hyphen.
    private mutating func writeMember(_ match: DraftMatch, indent: Int) {
        for (number, text) in lines(of: match).enumerated() { line(indent, (number == 0 ? "- " : "  ") + text) }
    }

    private mutating func lines(of match: DraftMatch) -> [String] {
        switch match {
        case .phrases(let phrases, let boundary):
            guard phrases.count > Self.longestList else { return list("phrases", phrases) + edge(boundary) }
            // A line of a term file that begins with `#` is a comment.
            let listed = phrases.filter { $0.hasPrefix("#") }
            let path = "terms/\(draft.pack)-\(termFiles.count + 1).txt"
            termFiles.append((path, phrases.filter { !$0.hasPrefix("#") }.joined(separator: "\n") + "\n"))
            let file = ["phrases_from: \(path)"] + edge(boundary)
            guard !listed.isEmpty else { return file }
            return ["any:"] + member(file) + member(list("phrases", listed) + edge(boundary))
        case .regex(let source, let boundary, _):
            return ["regex: \(regex(source))"] + edge(boundary)
        case .domains(let domains): return list("domains", domains)
        case .any(let members):
            var result = ["any:"]
            for inner in members { result += member(lines(of: inner)) }
            return result
        case .all(let members, let within):
            var result = ["all:"]
            for inner in members { result += member(lines(of: inner)) }
            return result + (within.map { ["within: \($0)"] } ?? [])
        }
    }

    /// Lines below a key, as a member of its list.
    private func member(_ lines: [String]) -> [String] {
        lines.enumerated().map { ($0.offset == 0 ? "  - " : "    ") + $0.element }
    }

    private func edge(_ boundary: Pattern.Boundary) -> [String] {
        boundary == .auto ? [] : ["boundary: \(boundary.rawValue)"]
    }

    /// One line where it fits, else a line for each.
    private func list(_ key: String, _ members: [String]) -> [String] {
        let written = members.map(YAMLScalar.written)
        let flow = "\(key): [\(written.joined(separator: ", "))]"
        if flow.unicodeScalars.count <= Self.width - 12 { return [flow] }
        return ["\(key):"] + written.map { "  - \($0)" }
    }

    /// Regexes stand in quotes always, as people write them.
    private func regex(_ source: String) -> String {
        let written = YAMLScalar.written(source)
        return written.hasPrefix("'") || written.hasPrefix("\"") ? written : "'\(source.replacing("'", with: "''"))'"
    }

    // MARK: - Tests

    private mutating func writeTests(of rule: DraftRule) {
        let tests = RuleTrial(rule)
        let match = tests.match
        let pass = tests.pass
        guard !match.isEmpty || !pass.isEmpty else { return }
        line(4, "tests:")
        for (key, posts) in [("match", match), ("pass", pass)] where !posts.isEmpty {
            line(6, "\(key):")
            for post in posts {
                let text = YAMLScalar.sentence(post.text)
                if let age = post.accountAge {
                    line(8, "- {text: \(text), post: {author: {account_age_days: \(Self.number(age))}}}")
                } else {
                    line(8, "- \(text)")
                }
            }
        }
    }
}
