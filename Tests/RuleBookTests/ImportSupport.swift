import ContentModel
import RuleBook
import Testing

/// The pack of a text in memory.
func imported(
    _ text: String, file: String = "list.txt", format: ImportFormat? = nil, category: Category? = nil
) throws(RuleBookError) -> ImportedPack {
    try RuleImporter.read(Array(text.utf8), file: file, format: format, pack: "p", category: category)
}

/// The rules of an imported pack, read back beside the smallest policy. Without warnings, or the test fails.
func rules(of pack: ImportedPack) throws -> [Rule] {
    let policy = "market: xx\nthresholds: {default: {review: 0.5, block: 0.9}}\n"
    let files =
        [("xx/market.yaml", policy), ("global/\(pack.name).yaml", pack.yaml)]
        + pack.termFiles.map { ("global/" + $0.path, $0.text) }
    let (book, warnings) = try RuleBook.read(RuleFiles(folder: "r", files: files))
    #expect(warnings.isEmpty)
    return book.packs.flatMap(\.rules)
}

/// The diagnostics with which an import fails; empty when it does not.
func faults(
    _ bytes: [UInt8], file: String = "list.txt", format: ImportFormat? = nil, pack: String = "p"
) -> [Diagnostic] {
    do {
        _ = try RuleImporter.read(bytes, file: file, format: format, pack: pack)
        return []
    } catch { return error.diagnostics }
}

extension MatchExpression {
    /// Its leaves, in their order.
    var patterns: [Pattern] {
        switch self {
        case .pattern(let pattern): [pattern]
        case .any(let members), .all(let members, within: _): members.flatMap(\.patterns)
        }
    }

    var phrases: [String] {
        patterns.flatMap { (pattern: Pattern) -> [String] in
            if case .phrases(let phrases) = pattern.kind { phrases.map(\.text) } else { [] }
        }
    }

    var regexes: [String] { patterns.compactMap { if case .regex(let regex) = $0.kind { regex } else { nil } } }

    var domains: [String] {
        patterns.flatMap { (pattern: Pattern) -> [String] in
            if case .domains(let domains) = pattern.kind { domains.map(\.text) } else { [] }
        }
    }

    /// In one line: `none[a, b]`, `word/x+/`, `@host`, `all(…)`.
    var summary: String {
        switch self {
        case .pattern(let pattern):
            let boundary = pattern.boundary == .auto ? "" : pattern.boundary.rawValue
            switch pattern.kind {
            case .phrases(let phrases): return "\(boundary)[\(phrases.map(\.text).joined(separator: ", "))]"
            case .regex(let regex): return "\(boundary)/\(regex)/"
            case .domains(let domains): return domains.map { "@\($0.text)" }.joined(separator: " ")
            }
        case .any(let members): return members.map(\.summary).joined(separator: " | ")
        case .all(let members, let within):
            return "all(\(members.map(\.summary).joined(separator: " & ")))" + (within.map { "~\($0)" } ?? "")
        }
    }
}
