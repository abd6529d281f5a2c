import TestSupport
import Testing

/// Regexes over few characters, and texts with strings that they match or nearly match.
struct RandomRegex {
    private var random: SeededRandom
    private let alphabet: Alphabet
    /// Code points of the longest texts: the definition takes its time.
    private let longestText = 400

    init(_ alphabet: Alphabet, seed: UInt64) {
        self.alphabet = alphabet
        random = SeededRandom(seed)
    }

    /// What regexes are made of.
    struct Alphabet {
        var pieces: [String]
        var classes: [PlainRegex.CharacterClass]

        static let words = Alphabet(
            pieces: [
                "a", "b", "1", "ab", "b1", "kill", "whatsapp", "telegram", "微", "微信", "信号", "я", "яб", "@", "$", "_",
                " ", "-", ":", "x",
            ],
            classes: [
                .init("[ab]", ["a", "b"]) { $0 == "a" || $0 == "b" },
                .init("[a-z]", ["a", "k", "z"]) { "a"..."z" ~= $0 },
                .init("[ :]", [" ", ":"]) { $0 == " " || $0 == ":" }, .init("[^a]", ["b", " ", "微"]) { $0 != "a" },
                .init("[0-9]", ["1", "7"]) { "0"..."9" ~= $0 }, .init("\\d", ["1"]) { "0"..."9" ~= $0 },
                .init("\\s", [" "]) { $0 == " " }, .init("\\w", ["a", "_", "1"]) { $0.isASCIIWord },
                .init(".", ["a", " ", "я"]) { _ in true },
                .init("[信@-]", ["信", "@", "-"]) { $0 == "信" || $0 == "@" || $0 == "-" },
                .init("[^\\s]", ["a", ":"]) { $0 != " " },
            ])

        static let digits = Alphabet(
            pieces: ["1", "23", "456", "7890", " ", "-", "–", "a", "no", "号"],
            classes: [
                .init("[0-9]", ["1", "7"]) { "0"..."9" ~= $0 }, .init("\\d", ["1"]) { "0"..."9" ~= $0 },
                .init("[13]", ["1", "3"]) { $0 == "1" || $0 == "3" },
                .init("[ -]", [" ", "-"]) { $0 == " " || $0 == "-" },
                .init("[号–]", ["号", "–"]) { $0 == "号" || $0 == "–" },
                .init("[0-9x]", ["1", "x"]) { "0"..."9" ~= $0 || $0 == "x" }, .init(".", ["1", "号"]) { _ in true },
                .init("[a-z]", ["a"]) { "a"..."z" ~= $0 }, .init("\\s", [" "]) { $0 == " " },
            ])
    }

    /// Expects so many regexes to find what they match by definition, among other pieces: up to the end of the text, and
    /// in texts of all lengths that registers have.
    ///
    /// - Returns: In how many texts there was a match.
    mutating func expectMatches(regexes: Int) throws -> Int {
        var found = 0
        for _ in 0..<regexes {
            let regex = sequence(depth: 3)
            // What matches nothing at all is refused.
            guard var rules = try? RegexRules(regex.source) else { continue }
            for _ in 0..<30 {
                let text = text() + regex.sample(&random) + (Bool.random(using: &random) ? text() : "")
                guard text.unicodeScalars.count < longestText else { continue }
                let matches = regex.matches(in: text)
                let spans = rules.spans(in: text)
                #expect(spans.isEmpty == matches.isEmpty, "\(regex.source) in \(text)")
                #expect(spans.allSatisfy(matches.contains), "\(regex.source) in \(text)")
                for (text, holds) in rules.holdsBesideWord(in: text) {
                    #expect(holds == !regex.matches(in: text).isEmpty, "\(regex.source) in \(text)")
                }
                found += matches.isEmpty ? 0 : 1
            }
        }
        return found
    }

    private mutating func text() -> String {
        (0..<Int.random(in: 0...Int.random(in: 0...16, using: &random), using: &random)).map { _ in
            alphabet.pieces.randomElement(using: &random)!
        }.joined()
    }

    private mutating func sequence(depth: Int) -> PlainRegex {
        .sequence((0..<Int.random(in: 1...4, using: &random)).map { _ in repeated(depth: depth) })
    }

    private mutating func repeated(depth: Int) -> PlainRegex {
        let repeats: [(least: Int, most: Int?)] = [
            (1, 1), (1, 1), (1, 1), (0, 1), (1, nil), (0, nil), (0, 2), (1, 2), (2, 5), (2, 2),
        ]
        let atom = atom(depth: depth)
        let (least, most) = repeats.randomElement(using: &random)!
        if case .edge = atom { return atom }
        return most == 1 && least == 1 ? atom : .repeated(atom, least: least, most: most)
    }

    private mutating func atom(depth: Int) -> PlainRegex {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &random) {
        case 0..<4: .text(alphabet.pieces.randomElement(using: &random)!)
        case 4, 5: .oneOf(alphabet.classes.randomElement(using: &random)!)
        case 6: .edge
        default:
            .alternatives(
                (0..<Int.random(in: 1...3, using: &random)).map { _ in sequence(depth: depth - 1) })
        }
    }
}
