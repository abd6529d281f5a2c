/// What every match of a regex has at the least; an underestimate where the regex is not plain.
struct RegexLeast {
    /// ASCII digits.
    private(set) var digits = 0
    /// Characters that stand in the regex as themselves, digits among them.
    private(set) var literals = 0

    init(_ regex: String) {
        var counter = Counter(Array(regex.unicodeScalars))
        self = counter.alternatives()
    }

    private init(digits: Int = 0, literals: Int = 0) { (self.digits, self.literals) = (digits, literals) }

    /// Counts by recursive descent: the least of some alternatives, the sum of a sequence, the product with a repeat.
    private struct Counter {
        private let scalars: [Unicode.Scalar]
        private var place = 0

        init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

        private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

        mutating func alternatives() -> RegexLeast {
            var least = sequence()
            while next == "|" {
                place += 1
                let other = sequence()
                least.digits = min(least.digits, other.digits)
                least.literals = min(least.literals, other.literals)
            }
            return least
        }

        private mutating func sequence() -> RegexLeast {
            var sum = RegexLeast()
            while let scalar = next, scalar != "|", scalar != ")" {
                let atom = atom()
                let times = leastRepeat()
                sum.digits += atom.digits * times
                sum.literals += atom.literals * times
            }
            return sum
        }

        private mutating func atom() -> RegexLeast {
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
                if escaped == "d" { return RegexLeast(digits: 1) }
                return RegexLeast(literals: escaped?.properties.isAlphabetic == true ? 0 : 1)
            case ".", "^", "$":
                place += 1
                return RegexLeast()
            case let scalar?:
                place += 1
                return RegexLeast(digits: ("0"..."9").contains(scalar) ? 1 : 0, literals: 1)
            case nil: return RegexLeast()
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
        private mutating func characterClass() -> RegexLeast {
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
            return RegexLeast(digits: isDigits ? 1 : 0)
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
}
