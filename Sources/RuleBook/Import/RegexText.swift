internal import Foundation

/// Text as a regex over folded text says it.
enum RegexText {
    /// What folded text has in the place of `text`: small letters, compatibility forms undone, nothing unseen.
    static func folded(_ text: String) -> String {
        let small = text.lowercased()
        guard !small.utf8.allSatisfy({ $0 < 0x80 }) else { return small }
        let scalars = small.precomposedStringWithCompatibilityMapping.lowercased().unicodeScalars.filter {
            !$0.properties.isDefaultIgnorableCodePoint
        }
        return String(String.UnicodeScalarView(scalars)).replacing("ß", with: "ss")
    }

    /// A regex that matches exactly the folded `text`.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in folded(text).unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                result.append(
                    contentsOf: "\\x\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))".unicodeScalars)
                continue
            }
            if isSpecial(scalar) { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\\", "^", "$", ".", "|", "?", "*", "+", "(", ")", "[", "]", "{", "}": true
        default: false
        }
    }

    /// Whether `\b` sees this as part of a word: ASCII letters, digits and the underscore.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_"
    }

    /// What a list's author may have taken for a regex: `(a|b)`, `\b`, `.*`, `s?)`.
    static func looksLikeRegex(_ text: String) -> Bool {
        ["\\b", "\\w", "\\d", "\\s", ".*", ".+", "(?:", "]+", ")?"].contains { text.contains($0) }
            || text.contains("(") && text.contains("|")
    }
}
