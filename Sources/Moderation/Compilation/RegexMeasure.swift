/// What every match of a regex has at the least, an underestimate where the regex is not plain; and how large the
/// regex is.
struct RegexMeasure {
    /// Characters of the longest regex that is looked at, and how deep its groups may nest.
    static let longest = 8192
    static let deepest = 32
    /// The most places that a regex may have once its repeats are written out: what the matcher compiles in about a
    /// second and 100 MB at the worst.
    static let mostPlaces = 30_000

    /// ASCII digits.
    private(set) var digits = 0
    /// Characters that stand in the regex as themselves, digits among them.
    private(set) var literals = 0
    /// Characters and classes once repeats are written out.
    private(set) var places = 0

    /// Whether a regex is short and flat enough to be measured.
    static func isMeasurable(_ regex: String) -> Bool {
        var (depth, deepest) = (0, 0)
        for byte in regex.utf8 {
            if byte == 0x28 { depth += 1 }
            if byte == 0x29 { depth -= 1 }
            deepest = max(deepest, depth)
        }
        return regex.utf8.count <= longest && deepest <= Self.deepest
    }

    init(_ regex: String) {
        var counter = Counter(Array(regex.unicodeScalars))
        self = counter.alternatives()
    }

    private init(digits: Int = 0, literals: Int = 0) {
        (self.digits, self.literals, places) = (digits, literals, 1)
    }

    /// Nothing at all.
    private static var empty: RegexMeasure {
        var measure = RegexMeasure(digits: 0)
        measure.places = 0
        return measure
    }

    /// Sums and products of what authors write may be large.
    private static func limited(_ value: (partialValue: Int, overflow: Bool)) -> Int {
        value.overflow ? 1 << 30 : min(value.partialValue, 1 << 30)
    }

    /// Counts by recursive descent: the least of some alternatives, the sum of a sequence, the product with a repeat.
    private struct Counter {
        private let scalars: [Unicode.Scalar]
        private var place = 0

        init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

        private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

        mutating func alternatives() -> RegexMeasure {
            var least = sequence()
            while next == "|" {
                place += 1
                let other = sequence()
                least.digits = min(least.digits, other.digits)
                least.literals = min(least.literals, other.literals)
                least.places = RegexMeasure.limited(least.places.addingReportingOverflow(other.places))
            }
            return least
        }

        private mutating func sequence() -> RegexMeasure {
            var sum = RegexMeasure.empty
            while let scalar = next, scalar != "|", scalar != ")" {
                let atom = atom()
                let (least, most) = repeats()
                func add(_ sum: Int, _ value: Int, _ times: Int) -> Int {
                    let product = RegexMeasure.limited(value.multipliedReportingOverflow(by: times))
                    return RegexMeasure.limited(sum.addingReportingOverflow(product))
                }
                sum.digits = add(sum.digits, atom.digits, least)
                sum.literals = add(sum.literals, atom.literals, least)
                sum.places = add(sum.places, atom.places, most)
            }
            return sum
        }

        private mutating func atom() -> RegexMeasure {
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
                if escaped == "d" { return RegexMeasure(digits: 1) }
                return RegexMeasure(literals: escaped?.properties.isAlphabetic == true ? 0 : 1)
            case ".", "^", "$":
                place += 1
                return RegexMeasure()
            case let scalar?:
                place += 1
                return RegexMeasure(digits: ("0"..."9").contains(scalar) ? 1 : 0, literals: 1)
            case nil: return RegexMeasure()
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

        /// A digit for a class of digits alone.
        private mutating func characterClass() -> RegexMeasure {
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
            return RegexMeasure(digits: isDigits ? 1 : 0)
        }

        /// The least number of times that what stands before must occur, and how often it is written out.
        private mutating func repeats() -> (least: Int, most: Int) {
            var (least, most) = (1, 1)
            switch next {
            case "?", "*":
                place += 1
                least = 0
            case "+": place += 1
            case "{":
                let bounds = scalars[(place + 1)...].prefix { $0 != "}" }.split(
                    separator: ",", maxSplits: 1, omittingEmptySubsequences: false
                ).map { Int(String(String.UnicodeScalarView($0))) }
                least = bounds.first.flatMap(\.self) ?? 0
                most = max(1, bounds.last.flatMap(\.self) ?? least)
                while let scalar = next, scalar != "}" { place += 1 }
                place += 1
            default: return (1, 1)
            }
            // A lazy or possessive repeat.
            if next == "?" || next == "+" { place += 1 }
            return (least, most)
        }
    }
}
