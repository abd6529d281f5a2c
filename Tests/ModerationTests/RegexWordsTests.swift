import ContentModel
import Moderation
import TestSupport
import Testing

/// A regex is looked for only where a word stands without which it cannot match. With `(?i)` before it, which makes no
/// difference to folded text, it is not read, and looked for in every text: both must find the same.
@Suite struct RegexWordsTests {
    /// Where the regex as it is has evidence, and where the one that is not read has.
    private struct Twins: ~Copyable {
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

    /// What a regex asks for may be part of a longer word, a sign, or stand beside what may be left out.
    @Test(arguments: [
        ("line ?[:=]", "my line: abc"), ("line ?[:=]", "myline=abc"), (#"\bwhatsapp\+?[0-9]{4}"#, "whatsapp1234"),
        (#"\btelegram[0-9]"#, "telegram5"), (#"\bskype[0-9]"#, "skype5"), ("@[a-z]{3}", "me@you or @them"),
        ("微信(号|id)?[0-9]", "加微信号7 微信8"), ("微[0-9]", "微7"), ("яблок[0-9]", "мояблок5"),
        ("(kill|murder) (you|u)", "skill you"),
        (#"[a-z]+ (x |[a-z]{3,9} )?(st|road)\b"#, "the old st"),
        (#"[a-z]+ (x |[a-z]{3,9} )?(st|road)\b"#, "the old first"),
        ("(ab){2,3}c", "abababc"), ("(ab|c){1,9}d", "abcd"), ("[[:digit:]]ab", "7ab"),
        ("x[^b]y", "xay"),
        (#"\bkill[ .]*(ed|er)"#, "killed"), (#"x[ .]*kill\b"#, "xkill"), (#"\bkill( *|,+)ed"#, "killed"),
        ("ab(c|)d", "abd"), ("(^| )ab( |$)", "ab"), ("[ab]-?cd", "acd b-cd"), (#"\$ ?[0-9]k"#, "$5k"),
        (#"\x{61}b"#, "ab"),
        (#"\Q(ab\E"#, "(ab"), ("v[._ -]c[._ -]s", "v.c.s v_c_s"), ("z ?4 ?p", "z4p z 4p"), ("_ab_", "_ab_"),
    ])
    func findsTheSame(_ regex: String, _ text: String) throws {
        var twins = try Twins(regex)
        let (read, unread) = twins.spans(in: text)
        #expect(read == unread)
    }

    /// The word that it needs stands in the reading of numerals alone.
    @Test func aWordOfDigitsMayBeWrittenOut() throws {
        let moderator = try moderator(rule("a", #"regex: '\b12 [a-z]{3}', readings: [digits]"#))
        #expect(spans(try moderator.judge(Post(text: "call 一二 abc"))).count == 1)
    }

    @Test(arguments: 0..<24)
    func findsTheSameAtRandom(_ seed: Int) throws {
        var random = RandomRegex(seed: UInt64(seed))
        var found = 0
        for _ in 0..<5 {
            let (regex, matches) = random.next()
            // What matches nothing at all is refused.
            guard var twins = try? Twins(regex) else { continue }
            for match in matches {
                let text = random.text() + match + random.text()
                let (read, unread) = twins.spans(in: text)
                #expect(read == unread, "\(regex) in \(text)")
                found += unread.count
            }
        }
        #expect(found > 10)
    }
}

/// Regexes over few characters, and texts with strings that they match or nearly match.
private struct RandomRegex {
    private var random: SeededRandom
    private static let pieces = [
        "a", "b", "1", "ab", "b1", "kill", "whatsapp", "telegram", "微", "微信", "信号", "я", "яб", "@", "$", "_", " ", "-",
        ":", "x",
    ]
    private static let classes: [(regex: String, members: [String])] = [
        ("[ab]", ["a", "b"]), ("[a-z]", ["a", "k", "z"]), ("[ :]", [" ", ":"]), ("[^a]", ["b", " ", "微"]),
        ("[0-9]", ["1", "7"]), ("\\d", ["1"]), ("\\s", [" "]), ("\\w", ["a", "_", "1"]), (".", ["a", " ", "я"]),
        ("[信@-]", ["信", "@", "-"]), ("[^\\s]", ["a", ":"]),
    ]

    init(seed: UInt64) { random = SeededRandom(seed) }

    mutating func text() -> String {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in Self.pieces.randomElement(using: &random)! }.joined()
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
            let piece = Self.pieces.randomElement(using: &random)!
            return (piece.replacing("$", with: "\\$"), { _ in piece })
        case 4, 5:
            let (regex, members) = Self.classes.randomElement(using: &random)!
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
