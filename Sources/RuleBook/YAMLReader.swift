internal import ContentModel
internal import Yams

/// Reads YAML nodes and collects what is wrong with them, each with its place and a hint.
///
/// Scalars are text, whatever they look like: `market: no` is Norway.
struct YAMLReader {
    let file: String
    var diagnostics: [Diagnostic] = []
    /// Kept as long as its nodes are read: they know their anchors by weak references into it.
    private var parser: Parser?

    init(file: String) { self.file = file }

    /// The document's root mapping, or nil with a diagnostic.
    mutating func root(of text: String) -> Node? {
        do {
            let parser = try Parser(yaml: text, resolver: .basic)
            self.parser = parser
            guard let node = try parser.singleRoot() else {
                error(at: nil, "the file is empty", hint: "a pack begins with `pack: <name>`")
                return nil
            }
            return node
        } catch let error as YamlError {
            report(error)
        } catch {
            self.error(at: nil, "this is not YAML")
        }
        return nil
    }

    private mutating func report(_ error: YamlError) {
        let (mark, problem): (Mark?, String) =
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                (mark, problem)
            case .reader(let problem, _, _, _): (nil, problem)
            case .duplicatedKeysInMapping(let keys, let context):
                (context.mark, "the key `\(keys.joined(separator: "`, `"))` stands twice")
            default: (nil, "this is not YAML")
            }
        diagnostics.append(Diagnostic(.error, at: location(mark), "\(problem)", hint: yamlHint(problem)))
    }

    private func yamlHint(_ problem: String) -> String? {
        if problem.contains("cannot start any token") {
            return "indent with blanks, not tabs; quote text that begins with a sign"
        }
        if problem.contains("stands twice") { return "keep one of them" }
        return nil
    }

    func location(_ mark: Mark?) -> SourceLocation {
        SourceLocation(file: file, line: mark?.line ?? 0, column: mark?.column ?? 0)
    }

    func location(_ node: Node) -> SourceLocation { location(node.mark) }

    mutating func error(at node: Node?, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(.error, at: location(node?.mark), message, hint: hint))
    }

    mutating func warning(at node: Node?, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(.warning, at: location(node?.mark), message, hint: hint))
    }

    // MARK: - Values

    /// A mapping's entries by key; unknown and repeated keys and keys that are no text are errors.
    mutating func mapping(_ node: Node, _ what: String, keys: [String]) -> [String: Node]? {
        guard holdsNoAnchor(node) else { return nil }
        guard case .mapping(let mapping) = node else {
            error(at: node, "\(what) must be a mapping", hint: "write `key: value` lines below it")
            return nil
        }
        var entries: [String: Node] = [:]
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else {
                error(at: key, "a key must be text")
                continue
            }
            if !keys.isEmpty, !keys.contains(scalar.string) {
                let near = nearest(scalar.string, keys)
                error(
                    at: key, "\(what) has no key `\(scalar.string)`",
                    hint: near.map { "did you mean `\($0)`?" } ?? "known keys: \(keys.joined(separator: ", "))")
                continue
            }
            entries[scalar.string] = value
        }
        return entries
    }

    mutating func text(_ node: Node, _ what: String) -> String? {
        guard holdsNoAnchor(node) else { return nil }
        guard case .scalar(let scalar) = node else {
            error(at: node, "\(what) must be text")
            return nil
        }
        return scalar.string
    }

    mutating func sequence(_ node: Node, _ what: String) -> [Node]? {
        guard holdsNoAnchor(node) else { return nil }
        guard case .sequence(let sequence) = node else {
            error(at: node, "\(what) must be a list", hint: "write `[a, b]`, or lines that begin with `- `")
            return nil
        }
        return Array(sequence)
    }

    mutating func texts(_ node: Node, _ what: String) -> [(text: String, node: Node)]? {
        sequence(node, what)?.compactMap { member in text(member, "each of \(what)").map { ($0, member) } }
    }

    mutating func number(_ node: Node, _ what: String, in range: ClosedRange<Double>) -> Double? {
        guard let text = text(node, what) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            error(at: node, "\(what) must be a number from \(range.lowerBound) to \(range.upperBound), not `\(text)`")
            return nil
        }
        return number
    }

    mutating func boolean(_ node: Node, _ what: String) -> Bool? {
        switch text(node, what) {
        case "true": return true
        case "false": return false
        case let other?:
            error(at: node, "\(what) must be true or false, not `\(other)`")
            return nil
        case nil: return nil
        }
    }

    mutating func choice<Value>(_ node: Node, _ what: String, _ values: [(String, Value)]) -> Value? {
        guard let text = text(node, what) else { return nil }
        if let value = values.first(where: { $0.0 == text }) { return value.1 }
        let names = values.map(\.0)
        error(
            at: node, "\(what) cannot be `\(text)`",
            hint: nearest(text, names).map { "did you mean `\($0)`?" } ?? "one of: \(names.joined(separator: ", "))")
        return nil
    }

    mutating func localized(_ node: Node, _ what: String) -> LocalizedText {
        guard let entries = mapping(node, what, keys: []) else { return [:] }
        var texts: LocalizedText = [:]
        for (tag, value) in entries { texts[tag] = text(value, "\(what) in \(tag)") }
        return texts
    }

    mutating func dates(_ node: Node) -> DateRange {
        guard let entries = mapping(node, "effective", keys: ["from", "until"]) else { return DateRange() }
        var range = DateRange()
        if let from = entries["from"] { range.from = day(from) }
        if let until = entries["until"] { range.until = day(until) }
        if let from = range.from, let until = range.until, until < from {
            error(at: node, "the rules end before they begin", hint: "`until` is the last day on which they hold")
        }
        return range
    }

    private mutating func day(_ node: Node) -> String? {
        guard let text = text(node, "a date") else { return nil }
        guard isCalendarDay(text) else {
            error(at: node, "`\(text)` is not a date", hint: "write YYYY-MM-DD")
            return nil
        }
        return text
    }

    /// Anchors and aliases make one line stand for a million; rules have no use for them.
    private mutating func holdsNoAnchor(_ node: Node) -> Bool {
        guard node.anchor != nil else { return true }
        error(
            at: node, "anchors and aliases (`&`, `*`) are not allowed in rules",
            hint: "write the value out, or quote text that begins with & or *")
        return false
    }

    /// The nearest of `names` by edits, at most a third of its length away.
    private func nearest(_ name: String, _ names: [String]) -> String? {
        guard let best = names.min(by: { editDistance(name, $0) < editDistance(name, $1) }) else { return nil }
        return editDistance(name, best) <= max(1, (best.count + 1) / 3) ? best : nil
    }
}

/// Whether a text is a day of the Gregorian calendar, `YYYY-MM-DD`.
public func isCalendarDay(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
        let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
}

/// Levenshtein's distance, over short names.
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.utf8.prefix(64))
    let right = Array(right.utf8.prefix(64))
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (a == b ? 0 : 1))
            diagonal = row[j + 1]
            row[j + 1] = next
        }
    }
    return row[right.count]
}
