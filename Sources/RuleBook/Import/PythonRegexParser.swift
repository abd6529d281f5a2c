/// Reads Python's regex syntax and refuses what linear time cannot promise.
struct PythonRegexParser {
    typealias Node = PythonRegex.Node
    typealias Refusal = PythonRegex.Refusal

    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var depth = 0
    private(set) var hasCapitals = false

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private func hasNext(_ text: String) -> Bool { scalars[place...].starts(with: text.unicodeScalars) }

    private mutating func take(_ text: String) -> Bool {
        guard hasNext(text) else { return false }
        place += text.unicodeScalars.count
        return true
    }

    mutating func parse() throws(Refusal) -> Node {
        guard scalars.count <= 10_000 else { throw Refusal(reason: "it is longer than a person writes") }
        let node = try alternatives()
        guard next == nil else { throw Refusal(reason: "a parenthesis closes what none opened") }
        return node
    }

    // MARK: - Structure

    private mutating func alternatives() throws(Refusal) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 50 else { throw Refusal(reason: "it is nested too deep") }
        var members = [try sequence()]
        while take("|") { members.append(try sequence()) }
        return members.count == 1 ? members[0] : .alternatives(members)
    }

    private mutating func sequence() throws(Refusal) -> Node {
        var members: [Node] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            guard let atom = try atom() else { continue }
            if case .assertion(let text) = atom, text == "^" || text == "\\A", members.contains(where: { $0.least > 0 })
            {
                throw Refusal(reason: "the start of the text is asked for behind other text")
            }
            if case .assertion(let text)? = members.last, text == "$" || text == "\\z", atom.least > 0 {
                throw Refusal(reason: "text is asked for behind the end of the text")
            }
            let repeated = try quantified(atom)
            // Neighbouring letters are one literal.
            if case .literal(let own) = repeated, case .literal(let before)? = members.last {
                members[members.count - 1] = .literal(before + own)
            } else {
                members.append(repeated)
            }
        }
        return members.count == 1 ? members[0] : .sequence(members)
    }

    private mutating func quantified(_ atom: Node) throws(Refusal) -> Node {
        guard let (least, most) = quantifier() else { return atom }
        if case .literal(let scalars) = atom, scalars.isEmpty { return atom }
        if case .assertion = atom { throw Refusal(reason: "an assertion cannot repeat") }
        if take("+") { throw Refusal(reason: "possessive repeats are not promised in linear time") }
        let isLazy = take("?")
        if next == "*" || next == "+" { throw Refusal(reason: "two repeats stand one behind the other") }
        guard most.map({ $0 >= least }) ?? true else { throw Refusal(reason: "a repeat ends before it begins") }
        // No match is longer than 128 code points, so that no more can be asked for.
        return .repeated(atom, least: least, most: most.map { $0 > 128 && least <= 128 ? 128 : $0 }, isLazy: isLazy)
    }

    /// `?`, `*`, `+`, `{2}`, `{2,}`, `{,3}`, `{2,3}`; other braces are literals.
    private mutating func quantifier() -> (Int, Int?)? {
        if take("?") { return (0, 1) }
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        guard next == "{", let end = scalars[place...].prefix(16).firstIndex(of: "}") else { return nil }
        let inside = String(String.UnicodeScalarView(scalars[(place + 1)..<end]))
        let parts = inside.split(separator: ",", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), inside != "", inside != ",",
            parts.allSatisfy({ $0.isEmpty || $0.utf8.count <= 6 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        place = end + 1
        let least = Int(parts[0]) ?? 0
        return (least, parts.count == 1 ? least : Int(parts[1]))
    }

    private mutating func atom() throws(Refusal) -> Node? {
        guard let scalar = next else { return nil }
        place += 1
        switch scalar {
        case "(": return try group()
        case "[": return try set()
        case ".": return .dot
        case "^", "$": return .assertion(String(scalar))
        case "\\": return try escape()
        case "*", "+", "?": throw Refusal(reason: "a repeat has nothing before it")
        default: return literal(scalar)
        }
    }

    private mutating func literal(_ scalar: Unicode.Scalar) -> Node {
        if scalar.properties.isUppercase { hasCapitals = true }
        return .literal(Array(RegexText.folded(String(scalar)).unicodeScalars))
    }

    // MARK: - Groups

    /// Behind a parenthesis; nil for flags and comments, which stand for nothing.
    private mutating func group() throws(Refusal) -> Node? {
        if take("?") {
            if hasNext("=") || hasNext("!") || hasNext("<=") || hasNext("<!") {
                throw Refusal(
                    reason: "look-around is not promised in linear time; ask with `all`, `within` or `unless`")
            }
            if hasNext("P=") || hasNext("(") {
                throw Refusal(reason: "back-references are not promised in linear time")
            }
            if hasNext(">") { throw Refusal(reason: "atomic groups are not promised in linear time") }
            if hasNext("#") {
                while let scalar = next, scalar != ")" { place += scalar == ")" ? 0 : 1 }
                return try closed(nil)
            }
            if take("P<") || take("<") {
                while let scalar = next, scalar != ">" { place += scalar == ">" ? 0 : 1 }
                guard take(">") else { throw Refusal(reason: "the name of a group never ends") }
            } else if !take(":") {
                // (?i) is what folded text is anyway; (?s) what AutoModerator asks for anyway.
                while let flag = next, flag != ")", flag != ":" {
                    guard "aisu".unicodeScalars.contains(flag) else {
                        throw Refusal(reason: "the flag `\(flag)` of a group is not known here")
                    }
                    place += 1
                }
                if !take(":") { return try closed(nil) }
            }
        }
        return try closed(try alternatives())
    }

    private mutating func closed(_ node: Node?) throws(Refusal) -> Node? {
        guard take(")") else { throw Refusal(reason: "a parenthesis is never closed") }
        return node
    }

    // MARK: - Escapes

    private mutating func escape() throws(Refusal) -> Node {
        guard let scalar = next else { throw Refusal(reason: "it ends with a backslash") }
        switch scalar {
        case "b", "B":
            place += 1
            return .assertion("\\\(scalar)")
        case "A":
            place += 1
            return .assertion("^")
        case "Z", "z":
            place += 1
            return .assertion("\\z")
        case "d", "D", "w", "W", "s", "S":
            place += 1
            return .shorthand(scalar)
        case "1"..."9": throw Refusal(reason: "back-references are not promised in linear time")
        default: return literal(try escapedScalar())
        }
    }

    /// The character of an escape that stands for one; the backslash is behind.
    private mutating func escapedScalar() throws(Refusal) -> Unicode.Scalar {
        guard let scalar = next else { throw Refusal(reason: "it ends with a backslash") }
        place += 1
        switch scalar {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "a": return "\u{07}"
        case "x": return try hexadecimal(2)
        case "u": return try hexadecimal(4)
        case "U": return try hexadecimal(8)
        default:
            let isLetter = RegexText.isWord(scalar) && scalar != "_"
            guard !isLetter else { throw Refusal(reason: "the escape `\\\(scalar)` is not known here") }
            return scalar
        }
    }

    private mutating func hexadecimal(_ count: Int) throws(Refusal) -> Unicode.Scalar {
        let digits = String(String.UnicodeScalarView(scalars[place...].prefix(count)))
        guard digits.unicodeScalars.count == count, !digits.hasPrefix("+"), !digits.hasPrefix("-"),
            let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
        else { throw Refusal(reason: "an escape asks for \(count) hexadecimal digits") }
        place += count
        return scalar
    }

    // MARK: - Classes

    private mutating func set() throws(Refusal) -> Node {
        var set = RegexClass(isNegated: take("^"))
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            if let letter = shorthand() {
                place += 2
                set.insert(.shorthand(letter))
                continue
            }
            let low = try setScalar()
            if next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" {
                place += 1
                // A hyphen in front of a shorthand is itself.
                if shorthand() == nil {
                    let high = try setScalar()
                    guard low <= high else { throw Refusal(reason: "a range of a class ends before it begins") }
                    insert(low, high, into: &set)
                    continue
                }
                place -= 1
            }
            if low.properties.isUppercase { hasCapitals = true }
            let folded = Array(RegexText.folded(String(low)).unicodeScalars)
            if folded.count == 1 { set.insert(.range(folded[0], folded[0])) }
        }
        guard take("]") else { throw Refusal(reason: "a class is never closed") }
        guard !set.items.isEmpty else { throw Refusal(reason: "a class has no members in folded text") }
        if let members = set.members, members.count == 1 { return .literal(members) }
        return .set(set)
    }

    /// The letter of `\d` and its like, when one stands here.
    private func shorthand() -> Unicode.Scalar? {
        guard next == "\\", place + 1 < scalars.count, "dDwWsS".unicodeScalars.contains(scalars[place + 1]) else {
            return nil
        }
        return scalars[place + 1]
    }

    private mutating func setScalar() throws(Refusal) -> Unicode.Scalar {
        guard let scalar = next else { throw Refusal(reason: "a class is never closed") }
        place += 1
        guard scalar == "\\" else { return scalar }
        if take("b") { return "\u{08}" }
        return try escapedScalar()
    }

    /// A range in folded text: capitals become small letters, beside what else lies between.
    private mutating func insert(_ low: Unicode.Scalar, _ high: Unicode.Scalar, into set: inout RegexClass) {
        // Full-width signs, digits and letters fold to those of ASCII.
        if (0xFF01...0xFF5E).contains(low.value), (0xFF01...0xFF5E).contains(high.value),
            let first = Unicode.Scalar(low.value - 0xFEE0), let last = Unicode.Scalar(high.value - 0xFEE0)
        {
            insert(first, last, into: &set)
            return
        }
        let firstCapital = max(low, "A")
        let lastCapital = min(high, "Z")
        guard firstCapital <= lastCapital else {
            set.insert(.range(low, high))
            return
        }
        hasCapitals = true
        if low < "A" || high > "Z" { set.insert(.range(low, high)) }
        let (first, last) = (small(firstCapital), small(lastCapital))
        if !(low <= first && last <= high) { set.insert(.range(first, last)) }
    }

    private func small(_ scalar: Unicode.Scalar) -> Unicode.Scalar { Unicode.Scalar(UInt8(scalar.value) | 0x20) }
}
