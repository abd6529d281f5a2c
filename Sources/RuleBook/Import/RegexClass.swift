/// A regex's class in brackets.
struct RegexClass {
    enum Item: Hashable {
        case range(Unicode.Scalar, Unicode.Scalar)
        /// `\d`, `\W` and their like.
        case shorthand(Unicode.Scalar)
    }

    var isNegated: Bool
    /// Each once, in the order in which they were written.
    private(set) var items: [Item] = []
    private var seen: Set<Item> = []

    init(isNegated: Bool) { self.isNegated = isNegated }

    mutating func insert(_ item: Item) { if seen.insert(item).inserted { items.append(item) } }

    /// Its members, when they are named one by one.
    var members: [Unicode.Scalar]? {
        guard !isNegated else { return nil }
        var members: [Unicode.Scalar] = []
        for item in items {
            guard case .range(let low, let high) = item, low == high else { return nil }
            members.append(low)
        }
        return members
    }

    /// Some member.
    var first: Unicode.Scalar? {
        guard !isNegated else { return nil }
        return items.lazy.compactMap { if case .range(let low, _) = $0 { low } else { nil } }.first
    }

    /// What a match of it may be.
    var kinds: PythonRegex.EdgeKinds {
        guard !isNegated else { return .both }
        return items.reduce(into: []) { kinds, item in
            switch item {
            case .range(let low, let high):
                let isWord = RegexText.isWord(low) && RegexText.isWord(high) && high.value - low.value < 26
                kinds.formUnion(low == high ? PythonRegex.Node.kind(of: low) : isWord ? .word : .both)
            case .shorthand(let letter):
                kinds.formUnion(PythonRegex.Node.shorthand(letter).edge(isStart: true).kinds)
            }
        }
    }

    /// Whether it holds more than ASCII, which takes the matcher several bytes to tell.
    var isWide: Bool {
        isNegated
            || items.contains { item in
                switch item {
                case .range(_, let high): high.value >= 0x80
                case .shorthand(let letter): letter.properties.isUppercase
                }
            }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        isNegated
            != items.contains { item in
                switch item {
                case .range(let low, let high): low <= scalar && scalar <= high
                case .shorthand(let letter): Self.shorthand(letter, holds: scalar)
                }
            }
    }

    /// Whether `\d`, `\S` and their like match a scalar; all are of ASCII.
    static func shorthand(_ letter: Unicode.Scalar, holds scalar: Unicode.Scalar) -> Bool {
        switch letter {
        case "d": ("0"..."9").contains(scalar)
        case "D": !("0"..."9").contains(scalar)
        case "w": RegexText.isWord(scalar)
        case "W": !RegexText.isWord(scalar)
        case "s": scalar == " " || (0x09...0x0D).contains(scalar.value)
        default: !(scalar == " " || (0x09...0x0D).contains(scalar.value))
        }
    }

    var written: String {
        let body = items.map { item in
            switch item {
            case .range(let low, let high):
                low == high ? Self.escaped(low) : "\(Self.escaped(low))-\(Self.escaped(high))"
            case .shorthand(let letter): "\\\(letter)"
            }
        }
        return "[\(isNegated ? "^" : "")\(body.joined())]"
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\\", "]", "[", "^", "-": "\\\(scalar)"
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        default:
            scalar.value < 0x20 || scalar.value == 0x7F
                ? "\\x\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))" : String(scalar)
        }
    }
}
