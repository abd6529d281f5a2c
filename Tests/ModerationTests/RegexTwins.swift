import ContentModel
import Moderation
import TestSupport

/// Where a regex as it is has evidence, and where the one that is not read has: with `(?i)` before it, which makes no
/// difference to folded text, it is looked for in every text.
struct RegexTwins: ~Copyable {
    private var judge: Judge

    init(_ regex: String) throws {
        judge = try moderator(rule("read", "regex: '\(regex)'") + rule("unread", "regex: '(?i)\(regex)'"))
            .makeJudge()
    }

    mutating func spans(in text: String) -> (read: [Range<Int>], unread: [Range<Int>]) {
        var verdict = Verdict()
        judge.judge(Post(text: text), into: &verdict)
        func spans(_ rule: String) -> [Range<Int>] {
            verdict.evidence.filter { $0.rule.rawValue.hasSuffix(".\(rule)") }.compactMap {
                $0.place.map { $0.span.start..<$0.span.end }
            }
        }
        return (spans("read"), spans("unread"))
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

    mutating func text() -> String {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in alphabet.pieces.randomElement(using: &random)! }.joined()
    }

    /// A regex, and strings that it may match; an edge may keep it from that.
    mutating func next() -> (regex: String, matches: [String]) {
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
