/// Writes text as a YAML scalar that reads back as the same text, in a flow list too.
enum YAMLScalar {
    /// Plain where nothing could be taken for YAML, in single quotes where everything can be seen, else in double
    /// quotes with escapes.
    static func written(_ text: String) -> String {
        var isPlain = true
        var isVisible = true
        var isLettered = false
        var isFirst = true
        var last: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x61...0x7A, 0x41...0x5A: isLettered = true
            case 0x30...0x39: break
            case 0x20, 0x2D, 0x2E, 0x2F, 0x5F, 0x27: if isFirst { isPlain = false }
            case 0x21...0x7E: isPlain = false
            case 0x4E00...0x9FFF, 0xAC00...0xD7A3: isLettered = true
            default:
                let kind = scalar.properties.generalCategory
                switch kind {
                case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
                    isLettered = true
                case .nonspacingMark, .spacingMark: if isFirst { isPlain = false }
                case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                    isVisible = false
                case .spaceSeparator: isVisible = false
                default: isPlain = false
                }
                if scalar.properties.isDefaultIgnorableCodePoint, kind != .nonspacingMark { isVisible = false }
            }
            isFirst = false
            last = scalar
        }
        if text.unicodeScalars.first == " " || last == " " || last == "-" { isPlain = false }
        guard isVisible else { return inDoubleQuotes(text) }
        guard isPlain, isLettered, !reserved.contains(text.lowercased()) else { return inSingleQuotes(text) }
        // `.inf`, `1e3` and `0x10` read as text here, and as numbers elsewhere.
        return text.first?.isNumber == true && Double(text) != nil || text.hasPrefix("0x") ? inSingleQuotes(text) : text
    }

    /// In double quotes, as sentences are written.
    static func sentence(_ text: String) -> String { inDoubleQuotes(text) }

    private static let reserved: Set<String> = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan", "infinity",
    ]

    private static func inSingleQuotes(_ text: String) -> String {
        "'" + text.replacing("'", with: "''") + "'"
    }

    private static func inDoubleQuotes(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        result.append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                result.append("\\")
                result.append(scalar)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\t": result.append(contentsOf: "\\t".unicodeScalars)
            default:
                if isSeen(scalar) {
                    result.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    let width = scalar.value > 0xFFFF ? 8 : 4
                    let zeros = String(repeating: "0", count: width - digits.utf8.count)
                    result.append(contentsOf: "\\\(width == 8 ? "U" : "u")\(zeros)\(digits)".unicodeScalars)
                }
            }
        }
        result.append("\"")
        return String(result)
    }

    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar != " " else { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default:
            return !scalar.properties.isDefaultIgnorableCodePoint
                || scalar.properties.generalCategory == .nonspacingMark
        }
    }
}
