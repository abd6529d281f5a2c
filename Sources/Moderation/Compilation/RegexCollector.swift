internal import ContentModel
internal import PatternMatching

/// Gathers the regexes of all rules, each once a table with the leaves that it serves.
struct RegexCollector {
    private var sources: [(source: String, use: CompiledRegex.Use)] = []
    private var locations: [String: SourceLocation] = [:]

    mutating func add(_ source: String, _ use: CompiledRegex.Use, at location: SourceLocation) {
        sources.append((source, use))
        if locations[source] == nil { locations[source] = location }
    }

    /// The leaves that are regexes.
    var leaves: Set<Int> { Set(sources.map(\.use.leaf)) }

    /// The tables of a program: regexes that may find something alone, those of them that need many digits, and those
    /// that depend on other words of their rule.
    func tables(independent: Set<Int>) -> (plain: RegexTable, digits: RegexTable, dependent: RegexTable) {
        var tables = (plain: RegexTable(), digits: RegexTable(), dependent: RegexTable())
        for (source, use) in sources {
            if !independent.contains(use.leaf) {
                tables.dependent.add(source, use)
            } else if leastDigits(in: source) >= Program.leastDigits {
                tables.digits.add(source, use)
            } else {
                tables.plain.add(source, use)
            }
        }
        return tables
    }

    /// What to tell the authors when a database cannot be compiled: each regex that is refused by itself, or the fault
    /// of all together.
    func diagnostics(for error: PatternError) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for (source, location) in locations.sorted(by: { $0.key < $1.key }) {
            do throws(PatternError) {
                _ = try PatternDatabase.compile(.regexes([source]))
            } catch {
                diagnostics.append(
                    Diagnostic(
                        .error, at: location, "the regex is refused: \(error.message)",
                        hint: "no look-around or back-references; for words some way apart use `all` with `within`"))
            }
        }
        if diagnostics.isEmpty, let first = locations.values.min(by: { ($0.file, $0.line) < ($1.file, $1.line) }) {
            diagnostics.append(Diagnostic(.error, at: first, "the regexes together are refused: \(error.message)"))
        }
        return diagnostics
    }
}

extension RegexTable {
    fileprivate mutating func add(_ source: String, _ use: CompiledRegex.Use) {
        if let index = patterns.firstIndex(where: { $0.source == source }) {
            patterns[index].uses.append(use)
        } else {
            patterns.append(CompiledRegex(source: source, uses: [use]))
        }
    }
}

/// How many ASCII digits every match of a regex has at the least; an underestimate where the regex is not plain.
func leastDigits(in regex: String) -> Int {
    var count = DigitCount(Array(regex.unicodeScalars))
    return count.alternatives()
}

/// Counts by recursive descent: the least of some alternatives, the sum of a sequence, the product with a repeat.
private struct DigitCount {
    private let scalars: [Unicode.Scalar]
    private var place = 0

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    mutating func alternatives() -> Int {
        var least = sequence()
        while next == "|" {
            place += 1
            least = min(least, sequence())
        }
        return least
    }

    private mutating func sequence() -> Int {
        var sum = 0
        while let scalar = next, scalar != "|", scalar != ")" { sum += atom() * leastRepeat() }
        return sum
    }

    private mutating func atom() -> Int {
        switch next {
        case "(":
            place += 1
            // "(?:" and flags; anything else behind "?" is refused by the matcher.
            while let scalar = next, scalar == "?" || scalar == ":" { place += 1 }
            let inner = alternatives()
            if next == ")" { place += 1 }
            return inner
        case "[": return characterClass()
        case "\\":
            place += 1
            let escaped = next
            place += 1
            if escaped == "x" { skipHexadecimal() }
            return escaped == "d" ? 1 : 0
        case let scalar?:
            place += 1
            return ("0"..."9").contains(scalar) ? 1 : 0
        case nil: return 0
        }
    }

    /// `\x31` and `\x{31}`: what they mean is not looked at.
    private mutating func skipHexadecimal() {
        if next == "{" {
            while let scalar = next, scalar != "}" { place += scalar == "}" ? 0 : 1 }
            place += 1
        } else {
            place += 2
        }
    }

    /// 1 for a class of digits alone.
    private mutating func characterClass() -> Int {
        place += 1
        var isDigits = true
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            place += 1
            if scalar == "\\" {
                isDigits = isDigits && next == "d"
                place += 1
            } else if !("0"..."9").contains(scalar), scalar != "-" {
                isDigits = false
            }
        }
        place += 1
        return isDigits ? 1 : 0
    }

    /// The least number of times that what stands before must occur.
    private mutating func leastRepeat() -> Int {
        var least = 1
        switch next {
        case "?", "*":
            place += 1
            least = 0
        case "+": place += 1
        case "{":
            let number = scalars[(place + 1)...].prefix { ("0"..."9").contains($0) }
            least = Int(String(String.UnicodeScalarView(number))) ?? 0
            while let scalar = next, scalar != "}" { place += 1 }
            place += 1
        default: return 1
        }
        // A lazy or possessive repeat.
        if next == "?" || next == "+" { place += 1 }
        return least
    }
}
