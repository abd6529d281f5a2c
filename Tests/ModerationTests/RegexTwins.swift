import ContentModel
import Moderation
import TestSupport
import Testing

/// Where matches of a regex end, as it is and with `(?i)` before it: that makes no difference to folded text, and it is
/// not read but looked for in every text. Both alone, and both beside a word before the text or behind it, where a regex
/// is looked for at the second look. Where matches begin, Vectorscan says differently of the two now and then.
struct RegexTwins: ~Copyable {
    private var asRead: Judge
    private var unread: Judge

    init(_ regex: String) throws {
        func judge(_ regex: String) throws -> Judge {
            try moderator(
                rule("alone", "regex: '\(regex)'")
                    + rule("beside", "all: [{phrases: [zqxjk]}, {regex: '\(regex)'}], within: 128")
            ).makeJudge()
        }
        let asRead = try judge(regex)
        let unread = try judge("(?i)\(regex)")
        self.asRead = asRead
        self.unread = unread
    }

    mutating func ends(in text: String) -> (read: [Int], unread: [Int]) {
        (Self.ends(in: text, by: &asRead), Self.ends(in: text, by: &unread))
    }

    private static func ends(in text: String, by judge: inout Judge) -> [Int] {
        var ends: [Int] = []
        for text in [text, "zqxjk \(text)", "\(text) zqxjk"] {
            var verdict = Verdict()
            judge.judge(Post(text: text), into: &verdict)
            ends += verdict.evidence.compactMap(\.place?.span.end)
        }
        return ends
    }
}

/// Regexes over few characters, and texts with strings that they match or nearly match.
struct RandomRegex {
    private var random: SeededRandom
    private let alphabet: Alphabet

    init(_ alphabet: Alphabet, seed: UInt64) {
        self.alphabet = alphabet
        random = SeededRandom(seed)
    }

    /// What regexes are made of.
    struct Alphabet {
        var pieces: [String]
        var classes: [(regex: String, members: [String])]

        static let words = Alphabet(
            pieces: [
                "a", "b", "1", "ab", "b1", "kill", "whatsapp", "telegram", "微", "微信", "信号", "я", "яб", "@", "$", "_",
                " ", "-", ":", "x",
            ],
            classes: [
                ("[ab]", ["a", "b"]), ("[a-z]", ["a", "k", "z"]), ("[ :]", [" ", ":"]), ("[^a]", ["b", " ", "微"]),
                ("[0-9]", ["1", "7"]), ("\\d", ["1"]), ("\\s", [" "]), ("\\w", ["a", "_", "1"]),
                (".", ["a", " ", "я"]),
                ("[信@-]", ["信", "@", "-"]), ("[^\\s]", ["a", ":"]),
            ])

        static let digits = Alphabet(
            pieces: ["1", "23", "456", "7890", " ", "-", "–", "a", "no", "号"],
            classes: [
                ("[0-9]", ["1", "7"]), ("\\d", ["1"]), ("[13]", ["1", "3"]), ("[ -]", [" ", "-"]),
                ("[号–]", ["号", "–"]),
                ("[0-9x]", ["1", "x"]), (".", ["1", "号"]), ("[a-z]", ["a"]), ("\\s", [" "]),
            ])
    }

    private mutating func text() -> String {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in alphabet.pieces.randomElement(using: &random)! }.joined()
    }

    /// Expects so many regexes to find what they find unread, among other pieces.
    ///
    /// - Returns: How much they found.
    mutating func expectTheSame(regexes: Int) throws -> Int {
        var found = 0
        for _ in 0..<regexes {
            let (regex, matches) = next()
            // What matches nothing at all is refused.
            guard var twins = try? RegexTwins(regex) else { continue }
            for match in matches {
                let text = text() + match + text()
                let (read, unread) = twins.ends(in: text)
                #expect(read == unread, "\(regex) in \(text)")
                found += unread.count
            }
        }
        return found
    }

    /// A regex, and strings that it may match; an edge may keep it from that.
    private mutating func next() -> (regex: String, matches: [String]) {
        let node = sequence(depth: 3)
        return (node.regex, (0..<30).map { _ in node.sample(&random) })
    }

    private typealias Node = (regex: String, sample: (inout SeededRandom) -> String)

    private mutating func sequence(depth: Int) -> Node {
        let parts = (0..<Int.random(in: 1...4, using: &random)).map { _ in repeated(depth: depth) }
        return (
            parts.map(\.regex).joined(),
            { random in
                var text = ""
                for part in parts { text += part.sample(&random) }
                return text
            }
        )
    }

    private mutating func repeated(depth: Int) -> Node {
        let atom = atom(depth: depth)
        let repeats: [(regex: String, counts: ClosedRange<Int>)] = [
            ("", 1...1), ("", 1...1), ("", 1...1), ("?", 0...1), ("+", 1...3), ("*", 0...3), ("{0,2}", 0...2),
            ("{1,2}", 1...2),
            ("{2,5}", 2...5), ("{2}", 2...2),
        ]
        let (regex, counts) = repeats.randomElement(using: &random)!
        guard !regex.isEmpty, atom.regex != "\\b" else { return atom }
        return (
            "(\(atom.regex))\(regex)",
            { random in
                var text = ""
                for _ in 0..<Int.random(in: counts, using: &random) { text += atom.sample(&random) }
                return text
            }
        )
    }

    private mutating func atom(depth: Int) -> Node {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &random) {
        case 0..<4:
            let piece = alphabet.pieces.randomElement(using: &random)!
            return (piece.replacing("$", with: "\\$"), { _ in piece })
        case 4, 5:
            let (regex, members) = alphabet.classes.randomElement(using: &random)!
            return (regex, { random in members.randomElement(using: &random)! })
        case 6:
            return ("\\b", { _ in "" })
        default:
            let list = (0..<Int.random(in: 1...3, using: &random)).map { _ in sequence(depth: depth - 1) }
            return (
                "(\(list.map(\.regex).joined(separator: "|")))",
                { random in list.randomElement(using: &random)!.sample(&random) }
            )
        }
    }
}
