/// A regex read as far as the compiler needs: to measure it (``RegexMeasure``) and to learn what it cannot match without
/// (``RegexLiterals``, ``RegexDigits``). Only Vectorscan knows whether it is a regex at all.
indirect enum RegexSyntax {
    /// A character that stands for itself.
    case scalar(Unicode.Scalar)
    case characters(Characters)
    /// Between characters: `\b`, `^`, `$`.
    case boundary
    case sequence([RegexSyntax])
    case alternatives([RegexSyntax])
    /// So many times, without an upper limit where `most` is nil.
    case repeated(RegexSyntax, least: Int, most: Int?)
    /// What is not understood: flags, look-around, references. A part of it may be.
    case unread(RegexSyntax)

    /// One of some characters.
    struct Characters {
        /// All of them; nil where they are many or not known.
        var members: [Unicode.Scalar]?
        /// Whether none of them is a small ASCII letter or a digit.
        var isOutsideWords = false
        /// Whether all of them are ASCII digits.
        var isDigits = false
    }

    /// Characters of the longest regex that is read, and how deep its groups may nest.
    static let longest = 8192
    static let deepest = 32

    /// Whether a regex is short and flat enough to be read.
    static func isReadable(_ regex: String) -> Bool {
        var (depth, deepest) = (0, 0)
        for byte in regex.utf8 {
            if byte == 0x28 { depth += 1 }
            if byte == 0x29 { depth -= 1 }
            deepest = max(deepest, depth)
        }
        return regex.utf8.count <= longest && deepest <= Self.deepest
    }

    init(_ regex: String) {
        var reader = Reader(Array(regex.unicodeScalars))
        self = reader.alternatives()
        if !reader.isAtEnd { self = .unread(self) }
    }

    /// Whether nothing of it is ``unread(_:)``.
    var isRead: Bool {
        switch self {
        case .scalar, .characters, .boundary: true
        case .sequence(let parts), .alternatives(let parts): parts.allSatisfy(\.isRead)
        case .repeated(let part, _, _): part.isRead
        case .unread: false
        }
    }

    /// Reads by recursive descent.
    private struct Reader {
        private let scalars: [Unicode.Scalar]
        private var place = 0

        init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

        var isAtEnd: Bool { place == scalars.count }
        private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

        mutating func alternatives() -> RegexSyntax {
            var list = [sequence()]
            while next == "|" {
                place += 1
                list.append(sequence())
            }
            return list.count == 1 ? list[0] : .alternatives(list)
        }

        private mutating func sequence() -> RegexSyntax {
            var list: [RegexSyntax] = []
            while let scalar = next, scalar != "|", scalar != ")" {
                let atom = atom(scalar)
                list.append(repeats(of: atom) ?? atom)
            }
            return list.count == 1 ? list[0] : .sequence(list)
        }

        private mutating func atom(_ scalar: Unicode.Scalar) -> RegexSyntax {
            place += 1
            switch scalar {
            case "(": return group()
            case "[": return characterClass()
            case "\\": return escape()
            case ".": return .characters(Characters())
            case "^", "$": return .boundary
            default: return .scalar(scalar)
            }
        }

        /// "(?:" is a group; anything else behind "?" is refused by the matcher, or sets flags.
        private mutating func group() -> RegexSyntax {
            var isUnread = false
            if next == "?" {
                place += 1
                isUnread = next != ":"
                while next == ":" || next == "?" { place += 1 }
            }
            let inner = alternatives()
            if next == ")" { place += 1 }
            return isUnread ? .unread(inner) : inner
        }

        private mutating func escape() -> RegexSyntax {
            guard let escaped = next else { return .unread(.scalar("\\")) }
            place += 1
            switch escaped {
            case "b": return .boundary
            case "d": return .characters(Characters(isDigits: true))
            case "s", "W": return .characters(Characters(isOutsideWords: true))
            case "w", "D", "S": return .characters(Characters())
            case "x":
                skipHexadecimal()
                return .characters(Characters())
            default:
                let isLetter = escaped.properties.isAlphabetic || ("0"..."9").contains(escaped)
                return isLetter ? .unread(.characters(Characters())) : .scalar(escaped)
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
            place = min(place, scalars.count)
        }

        private mutating func characterClass() -> RegexSyntax {
            var members: [Unicode.Scalar]? = []
            var isOutsideWords = true
            var isDigits = true
            var isUnread = false
            if next == "^" {
                place += 1
                (members, isOutsideWords, isDigits) = (nil, false, false)
            }
            var isFirst = true
            while let scalar = next, scalar != "]" || isFirst {
                isFirst = false
                place += 1
                var low = scalar
                if scalar == "\\", let escaped = next {
                    place += 1
                    low = escaped
                    if escaped.properties.isAlphabetic {
                        members = nil
                        isOutsideWords = isOutsideWords && escaped == "s"
                        isDigits = isDigits && escaped == "d"
                        continue
                    }
                } else if scalar == "[" {
                    // A class by name, or a plain bracket.
                    isUnread = true
                }
                var high = low
                if next == "-", place + 1 < scalars.count, scalars[place + 1] != "]", scalars[place + 1] != "\\" {
                    high = scalars[place + 1]
                    place += 2
                    members = nil
                } else {
                    members?.append(low)
                }
                isDigits = isDigits && ("0"..."9").contains(low) && ("0"..."9").contains(high)
                isOutsideWords =
                    isOutsideWords && !(low <= "z" && high >= "a") && !(low <= "9" && high >= "0")
            }
            place = min(place + 1, scalars.count)
            let characters = Characters(members: members, isOutsideWords: isOutsideWords, isDigits: isDigits)
            return isUnread ? .unread(.characters(characters)) : .characters(characters)
        }

        /// What the repeat that comes next, if one does, makes of an atom.
        private mutating func repeats(of atom: RegexSyntax) -> RegexSyntax? {
            var (least, most): (Int, Int?)
            switch next {
            case "?":
                place += 1
                (least, most) = (0, 1)
            case "*":
                place += 1
                (least, most) = (0, nil)
            case "+":
                place += 1
                (least, most) = (1, nil)
            case "{":
                let bounds = scalars[(place + 1)...].prefix { $0 != "}" }.split(
                    separator: ",", maxSplits: 1, omittingEmptySubsequences: false
                ).map { Int(String(String.UnicodeScalarView($0))) }
                least = bounds.first.flatMap(\.self) ?? 0
                most = bounds.count > 1 ? bounds[1] : least
                while let scalar = next, scalar != "}" { place += 1 }
                place = min(place + 1, scalars.count)
            default: return nil
            }
            // A lazy or possessive repeat.
            if next == "?" || next == "+" { place += 1 }
            return .repeated(atom, least: least, most: most)
        }
    }
}
