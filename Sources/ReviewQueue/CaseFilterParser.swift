internal import ContentModel
internal import Foundation
internal import GRDB

/// Reads an expression of ``CaseFilter``.
struct CaseFilterParser {
    private struct Token {
        enum Kind: Equatable { case word, quoted, comparison, open, close, end }
        var kind: Kind
        var text: String
        var offset: Int
    }

    private let expression: String
    private var tokens: [Token] = []
    private var place = 0
    private var depth = 0
    private var terms = 0
    /// SQLite's own limit is a thousand, several to a comparison.
    private static let mostTerms = 200
    private(set) var namesState = false
    private(set) var namesLane = false
    /// Brackets and negations inside one another.
    private static let deepest = 64

    init(_ expression: String) { self.expression = expression }

    mutating func parse() throws(CaseFilter.Failure) -> CaseFilter.Node {
        try split()
        guard next.kind != .end else { throw failure("an expression is expected, such as category=spam", next) }
        let node = try alternatives()
        guard next.kind == .end else {
            throw failure("`and`, `or` or the end is expected here, not `\(next.text)`", next)
        }
        return node
    }

    // MARK: - Words

    private mutating func split() throws(CaseFilter.Failure) {
        let text = Array(expression.unicodeScalars)
        var offset = 0
        while offset < text.count {
            let start = offset
            let scalar = text[offset]
            offset += 1
            switch scalar {
            case " ", "\t", "\n": continue
            case "(": tokens.append(Token(kind: .open, text: "(", offset: start))
            case ")": tokens.append(Token(kind: .close, text: ")", offset: start))
            case "=": tokens.append(Token(kind: .comparison, text: "=", offset: start))
            case "!", "<", ">":
                let isDouble = offset < text.count && text[offset] == "="
                guard isDouble || scalar != "!" else { throw failure("`!=` is expected here", offset: start) }
                if isDouble { offset += 1 }
                tokens.append(Token(kind: .comparison, text: isDouble ? "\(scalar)=" : "\(scalar)", offset: start))
            case "\"", "'":
                guard let end = text[offset...].firstIndex(of: scalar) else {
                    throw failure("this quote never ends", offset: start)
                }
                tokens.append(Token(kind: .quoted, text: Self.string(text[offset..<end]), offset: start))
                offset = end + 1
            default:
                while offset < text.count, !" \t\n()=!<>\"'".unicodeScalars.contains(text[offset]) { offset += 1 }
                tokens.append(Token(kind: .word, text: Self.string(text[start..<offset]), offset: start))
            }
        }
        tokens.append(Token(kind: .end, text: "the end", offset: text.count))
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    // MARK: - Grammar

    private var next: Token { tokens[place] }

    private mutating func take() -> Token {
        defer { if place < tokens.count - 1 { place += 1 } }
        return tokens[place]
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard next.kind == .word, next.text.lowercased() == word else { return false }
        place += 1
        return true
    }

    private mutating func alternatives() throws(CaseFilter.Failure) -> CaseFilter.Node {
        var parts = [try conjunction()]
        while takeWord("or") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction() throws(CaseFilter.Failure) -> CaseFilter.Node {
        var parts = [try factor()]
        while takeWord("and") { parts.append(try factor()) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func factor() throws(CaseFilter.Failure) -> CaseFilter.Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw failure("more than \(Self.deepest) brackets deep", next) }
        if takeWord("not") { return .not(try factor()) }
        if next.kind == .open {
            let open = take()
            let node = try alternatives()
            guard take().kind == .close else { throw failure("this bracket never closes", open) }
            return node
        }
        return try test()
    }

    private mutating func test() throws(CaseFilter.Failure) -> CaseFilter.Node {
        let name = take()
        guard name.kind == .word, let field = CaseFilter.Field(rawValue: name.text.lowercased()) else {
            let fields = CaseFilter.Field.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure("a field is expected here, not `\(name.text)`; fields are \(fields)", name)
        }
        let sign = take()
        guard sign.kind == .comparison, let comparison = CaseFilter.Comparison(rawValue: sign.text) else {
            throw failure("one of = != < <= > >= is expected after `\(name.text)`, not `\(sign.text)`", sign)
        }
        let value = take()
        guard value.kind == .word || value.kind == .quoted else {
            throw failure("a value is expected after `\(name.text)\(sign.text)`", value)
        }
        terms += 1
        guard terms <= Self.mostTerms else { throw failure("more than \(Self.mostTerms) comparisons", name) }
        if field == .state { namesState = true }
        if [.category, .language, .market].contains(field) { namesLane = true }
        return try condition(field, comparison, value, sign)
    }

    // MARK: - Conditions

    private func condition(
        _ field: CaseFilter.Field, _ comparison: CaseFilter.Comparison, _ value: Token, _ sign: Token
    ) throws(CaseFilter.Failure) -> CaseFilter.Node {
        switch field {
        case .score:
            guard let number = Double(value.text), number.isFinite else {
                throw failure("a number from 0 to 1 is expected, not `\(value.text)`", value)
            }
            // Scores are shown with four decimals.
            return .condition(
                sql: "round(c.score, 4) \(comparison.rawValue) ?", values: [number.databaseValue])
        case .severity:
            guard let severity = Severity(rawValue: value.text.lowercased()) else {
                throw failure("a severity is low, medium, high or critical, not `\(value.text)`", value)
            }
            return .condition(
                sql: "c.severity \(comparison.rawValue) ?", values: [severity.level.databaseValue])
        case .created, .due: return try time(field, comparison, value)
        default: break
        }
        guard comparison == .equal || comparison == .unequal else {
            throw failure("`\(field.rawValue)` is compared by = and != only", sign)
        }
        let node = try equality(field, value)
        return comparison == .equal ? node : .not(node)
    }

    private func equality(_ field: CaseFilter.Field, _ value: Token) throws(CaseFilter.Failure) -> CaseFilter.Node {
        func condition(_ sql: String, _ values: String...) -> CaseFilter.Node {
            .condition(sql: sql, values: values.map(\.databaseValue))
        }
        let text = value.text
        switch field {
        case .id: return condition("c.id = ?", text.uppercased())
        case .post: return condition("c.post_key = ?", "id:" + text)
        case .author: return condition("c.author IS ?", text)
        case .market: return condition("instr(l.markets, ?) > 0", ",\(text.lowercased()),")
        case .category: return condition("instr(l.categories, ?) = 1", ",\(text.lowercased()),")
        case .language:
            return condition(
                "instr(lower(l.languages), ?) > 0 OR instr(lower(l.languages), ?) > 0", ",\(text.lowercased()),",
                ",\(text.lowercased())-")
        case .state:
            guard CaseState(rawValue: text.lowercased()) != nil else {
                let states = CaseState.allCases.map(\.rawValue).joined(separator: ", ")
                throw failure("a state is one of \(states), not `\(text)`", value)
            }
            return condition("c.state = ?", text.lowercased())
        case .rule:
            return condition(
                """
                c.number IN (SELECT number FROM case_rules WHERE rule IN
                    (SELECT id FROM names WHERE text >= ? || ' ' AND text < ? || '!'))
                """, text, text)
        case .cluster: return condition(CaseFilter.clusterCondition, text.uppercased())
        case .reviewer:
            return condition(
                """
                c.claim_reviewer IS ? OR c.number IN
                    (SELECT case_number FROM acts WHERE actor = ? AND kind <> 'appeal' AND undone = 0)
                """, text, text)
        case .score, .severity, .created, .due: preconditionFailure("these have an order")
        }
    }

    /// A date stands for its whole day in UTC: `created<=2025-01-15` holds until midnight.
    private func time(
        _ field: CaseFilter.Field, _ comparison: CaseFilter.Comparison, _ value: Token
    ) throws(CaseFilter.Failure) -> CaseFilter.Node {
        let isDay = !value.text.contains("T")
        guard let start = Self.milliseconds(isDay ? value.text + "T00:00:00Z" : value.text) else {
            throw failure("a time is written 2025-01-15 or 2025-01-15T08:00:00Z, not `\(value.text)`", value)
        }
        let end = isDay ? start + 86_400_000 : start + 1
        let column = "c.\(field.rawValue)"
        func condition(_ sql: String, _ values: Int64...) -> CaseFilter.Node {
            .condition(sql: sql, values: values.map(\.databaseValue))
        }
        return switch comparison {
        case .equal: condition("\(column) >= ? AND \(column) < ?", start, end)
        case .unequal: .not(condition("\(column) >= ? AND \(column) < ?", start, end))
        case .less: condition("\(column) < ?", start)
        case .most: condition("\(column) < ?", end)
        case .more: condition("\(column) >= ?", end)
        case .least: condition("\(column) >= ?", start)
        }
    }

    private static func milliseconds(_ text: String) -> Int64? {
        guard let date = try? Date(text, strategy: .iso8601) else { return nil }
        return Int64(date.timeIntervalSince1970 * 1000)
    }

    private func failure(_ message: String, _ token: Token) -> CaseFilter.Failure {
        failure(message, offset: token.offset)
    }

    private func failure(_ message: String, offset: Int) -> CaseFilter.Failure {
        CaseFilter.Failure(message: message, expression: expression, offset: offset)
    }
}
