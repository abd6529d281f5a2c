/// A short text of small ASCII letters in which a phrase may be found, though it be written in disguise: signs and
/// digits of a phrase stand for letters then, or for none. Errs to the side of finding.
struct HidingPlace {
    private let text: [UInt8]
    /// By letter: where it stands.
    private var letters: [UInt128] = []

    init(_ text: String) {
        self.text = Self.withoutRepeats(Array(text.lowercased().utf8))
        letters = (0x61...0x7A).map { letter in places { $0 == letter } }
    }

    func mayHide(_ phrase: String, boundary: Pattern.Boundary) -> Bool {
        var bytes: [UInt8] = []
        for scalar in phrase.unicodeScalars {
            switch scalar.value {
            case 0x3400...0x9FFF, 0xAC00...0xD7A3, 0x3040...0x30FF, 0x20000...0x3FFFF: return false
            case 0..<0x80:
                bytes.append(scalar.properties.isUppercase ? UInt8(scalar.value) | 0x20 : UInt8(scalar.value))
            default:
                // Letters of other kinds may be look-alikes of any.
                bytes.append(scalar.properties.isAlphabetic ? Self.anyLetter : Self.anySign)
            }
        }
        // A phrase of signs alone hides no word.
        guard bytes.contains(where: { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }) else { return false }
        guard text.count < 127 else { return true }
        return hides(Self.withoutRepeats(bytes), atWordEdges: boundary != .none)
    }

    /// What 0 to 9 stand for in disguised words.
    private static let lettersOfDigits = ["od", "ilt", "z", "e", "ah", "s", "gb", "tl", "b", "gqp"].map {
        Array($0.utf8)
    }

    private static let anyLetter: UInt8 = 1
    private static let anySign: UInt8 = 2

    private static func withoutRepeats(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for byte in bytes where byte != result.last { result.append(byte) }
        return result
    }

    /// Goes all ways through the text at once: a bit for each place that the pattern may have come to.
    private func hides(_ pattern: [UInt8], atWordEdges: Bool) -> Bool {
        let blanks = places { $0 == 0x20 }
        let all = (UInt128(1) << UInt128(text.count + 1)) - 1
        var reached = atWordEdges ? (blanks << 1) | 1 : all
        for byte in pattern {
            let isOptional = !(0x61...0x7A).contains(byte) && !(0x30...0x39).contains(byte) && byte != Self.anyLetter
            let fitting =
                switch byte {
                case 0x61...0x7A: letters[Int(byte) - 0x61]
                case 0x30...0x39: Self.lettersOfDigits[Int(byte) - 0x30].reduce(0) { $0 | letters[Int($1) - 0x61] }
                case 0x20: blanks
                default: ~blanks & (all >> 1)
                }
            // Signs may stand for nothing, blanks may set letters apart.
            // A letter that repeats in the phrase stands once in the text.
            let repeated = (0x61...0x7A).contains(byte) ? reached & (fitting << 1) : 0
            reached = (reached & fitting) << 1 | repeated | (isOptional ? reached : 0)
            if reached == 0 { return false }
        }
        return atWordEdges ? reached & (blanks | 1 << UInt128(text.count)) != 0 : true
    }

    /// Where the bytes stand that fit.
    private func places(_ fits: (UInt8) -> Bool) -> UInt128 {
        var result: UInt128 = 0
        for (index, byte) in text.enumerated().prefix(127) where fits(byte) { result |= 1 << UInt128(index) }
        return result
    }
}
