import ContentModel
import Evaluation
import Foundation
import Moderation
import RuleBook
import Testing

typealias Files = [(path: String, text: String)]

private func side(_ files: Files) throws -> Replay.Side {
    let files = RuleFiles(folder: "r", files: files)
    return Replay.Side(book: try RuleBook.read(files).book, moderator: try Moderator(files, day: "2025-06-01"))
}

private func policy(_ market: String, _ review: Double = 0.5, _ more: String = "") -> (path: String, text: String) {
    ("\(market)/market.yaml", "market: \(market)\nthresholds: {default: {review: \(review), block: 0.9}}\n\(more)")
}

private func pack(
    _ rules: [(id: String, phrase: String, confidence: Double)], folder: String = "global", more: String = ""
)
    -> (path: String, text: String)
{
    let lines = rules.map { rule in
        "  - {id: \(rule.id), category: fraud, confidence: \(rule.confidence), match: {phrases: [\(rule.phrase)]}\(more)}\n"
    }
    return ("\(folder)/p.yaml", "pack: p\nrules:\n" + lines.joined())
}

private let words = ["apple", "banana", "cherry", "date", "elder", "fig", "grape"]

private var posts: [String] {
    var posts: [String] = []
    for index in 0..<400 {
        let text = [index, index / 7, index / 49].map { words[$0 % words.count] }.joined(separator: " ")
        let market = index % 5 == 0 ? "aa" : index % 7 == 0 ? "cc" : nil
        let markets = market.map { ",\"markets\":[\"\($0)\"]" } ?? ""
        posts.append("{\"id\":\"p\(index)\",\"text\":\"\(text)\"\(markets)}")
    }
    return posts
}

/// A rule whose words stand in two members, both of which a post must have.
private func parts(_ members: String) -> (path: String, text: String) {
    let lists = members.dropFirst().dropLast().replacingOccurrences(of: "], [", with: "]}, {phrases: [")
    return (
        "global/q.yaml",
        "pack: q\nrules:\n  - {id: all, category: drugs, confidence: 0.7, match: {all: [{phrases: \(lists)}]}}\n"
    )
}

private let base: Files = [
    policy("aa"), policy("bb", 0.7), pack([("a", "apple", 0.6), ("b", "banana", 0.8), ("c", "cherry", 0.95)]),
    pack([("y", "fig", 0.8)], folder: "bb"), parts("[[elder, fig], [grape]]"),
]

/// Judges for the markets that a side has; `Moderator.judge` would refuse others.
private func judge(_ post: Post, _ side: Replay.Side) throws -> Verdict {
    var judge = try side.moderator.makeJudge()
    var verdict = Verdict()
    judge.judge(post, into: &verdict)
    return verdict
}

@Suite struct ReplayTests {
    /// Changes, by what they turn the base into.
    static let changes: [(name: String, files: Files)] = [
        ("nothing", base), ("a rule less", [base[0], base[1], pack([("a", "apple", 0.6), ("b", "banana", 0.8)])]),
        (
            "a rule more",
            [
                base[0], base[1],
                pack([("a", "apple", 0.6), ("b", "banana", 0.8), ("c", "cherry", 0.95), ("d", "fig", 0.75)]),
            ]
        ),
        ("other words", [base[0], base[1], pack([("a", "elder", 0.6), ("b", "banana", 0.8), ("c", "cherry", 0.95)])]),
        ("weaker", [base[0], base[1], pack([("a", "apple", 0.4), ("b", "banana", 0.6), ("c", "cherry", 0.95)])]),
        ("shadow", [base[0], base[1], pack([("a", "apple", 0.6), ("b", "banana", 0.8)], more: ", mode: shadow")]),
        ("thresholds", [policy("aa", 0.65), base[1], base[2]]),
        ("thresholds and words", [policy("aa", 0.65), base[1], pack([("a", "grape", 0.6), ("b", "banana", 0.8)])]),
        (
            "override",
            [policy("aa", 0.5, "overrides: [{rule: global.p.b, confidence: 0.2, reason: r}]\n"), base[1], base[2]]
        ), ("a market more", base + [policy("cc", 0.5)]), ("a market less", [base[0], base[2]]),
        ("extends", [policy("aa", 0.5, "extends: [bb]\n"), base[1], base[2], base[3]]),
        (
            "extends and a pack",
            [policy("aa", 0.5, "extends: [bb]\n"), base[1], base[2], pack([("z", "date", 0.8)], folder: "bb")]
        ),
        ("words moved", [base[0], base[1], base[2], base[3], parts("[[elder], [fig, grape]]")]),
        (
            "unless",
            [
                base[0], base[1],
                pack(
                    [("a", "apple", 0.6), ("b", "banana", 0.8), ("c", "cherry", 0.95)],
                    more: ", unless: [{phrases: [date]}]"), base[3],
            ]
        ),
        (
            "when",
            [
                base[0], base[1],
                pack(
                    [("a", "apple", 0.6), ("b", "banana", 0.8), ("c", "cherry", 0.95)], more: ", when: {reach: {gt: 5}}"
                ), base[3],
            ]
        ),
        (
            "ended",
            [
                base[0], base[1],
                pack(
                    [("a", "apple", 0.6), ("b", "banana", 0.8), ("c", "cherry", 0.95)],
                    more: ", effective: {until: 2025-01-01}"), base[3],
            ]
        ),
        (
            "languages",
            [
                base[0], base[1],
                pack([("a", "apple", 0.6), ("b", "banana", 0.8), ("c", "cherry", 0.95)], more: ", languages: [th]"),
                base[3],
            ]
        ),
    ]

    /// The sieve passes nothing over: judging every post by both gives the same flips.
    @Test(arguments: changes.indices)
    func findsWhatJudgingTwiceFinds(_ index: Int) throws {
        let (old, new) = (try side(base), try side(Self.changes[index].files))
        let lines = Array((posts.joined(separator: "\n") + "\nnot a post\n").utf8)
        let report = try Replay(from: old, to: new, examples: 1000, cache: nil).replay(lines, firstLine: 1, threads: 3)
        var flipped: Set<String> = []
        var moreReviews = 0
        for (number, line) in posts.enumerated() {
            var post = Post(text: String(line.split(separator: "\"")[7]))
            if number % 5 == 0 { post.markets = [Market(rawValue: "aa")!] }
            if number % 5 != 0, number % 7 == 0 { post.markets = [Market(rawValue: "cc")!] }
            let (before, after) = (try judge(post, old), try judge(post, new))
            let actions = { (verdict: Verdict) in
                Dictionary(uniqueKeysWithValues: verdict.markets.map { ($0.market.rawValue, $0.action) })
                    .filter { $0.value != .allow }
            }
            if actions(before) != actions(after) { flipped.insert("p\(number)") }
            let held = { (verdict: Verdict) in verdict.markets.contains { $0.action == .review } }
            if held(after), !held(before) { moreReviews += 1 }
        }
        #expect(report.posts == 400 && report.unreadable == 1)
        #expect(Set(report.examples.map(\.id)) == flipped, "\(Self.changes[index].name)")
        #expect(report.flipped == flipped.count)
        #expect(report.moreReviews == moreReviews)
        #expect(flipped.isEmpty == (Self.changes[index].name == "nothing"), "\(Self.changes[index].name)")
    }

    @Test func saysWhatAndWhere() throws {
        let old = try side(base)
        let new = try side([base[0], base[1], pack([("a", "apple", 0.6), ("b", "banana", 0.8), ("c", "cherry", 0.4)])])
        let lines = Array("{\"id\":\"x\",\"text\":\"cherry\"}\n{\"id\":\"y\",\"text\":\"date\"}\n".utf8)
        let report = try Replay(from: old, to: new, examples: 10, cache: nil).replay(lines, firstLine: 7, threads: 1)
        #expect(report.actions == ["aa": ["block → allow": 1], "bb": ["block → allow": 1]])
        #expect(report.markets["aa"] == Replay.Turn(stricter: 0, laxer: 1))
        #expect(report.categories["fraud"] == Replay.Turn(stricter: 0, laxer: 1))
        let example = try #require(report.examples.first)
        #expect(example.id == "x" && example.line == 7 && example.text == "cherry")
        #expect(example.flips.first?.rules == ["global.p.c"])
    }
}

@Suite struct RuleDifferenceTests {
    private func difference(_ old: String, _ new: String) throws -> RuleDifference {
        func book(_ rule: String) throws -> RuleBook {
            try RuleBook.read(
                RuleFiles(
                    folder: "r",
                    files: [
                        policy("aa"), ("global/p.yaml", "pack: p\nrules:\n  - {id: a, category: fraud, \(rule)}\n"),
                    ])
            ).book
        }
        return RuleDifference(from: try book(old), to: try book(new))
    }

    /// What a change is called.
    @Test(arguments: [
        ("confidence: 0.8, match: {phrases: [x]}", "confidence: 0.7, match: {phrases: [x]}", "confidence: 0.8 → 0.7"),
        ("confidence: 0.8, match: {phrases: [x]}", "confidence: 0.8, match: {phrases: [x, y]}", "match phrases: +`y`"),
        (
            "confidence: 0.8, match: {phrases: [x]}", "confidence: 0.8, match: {regex: xxx}",
            "match phrases: −`x`; match regex: +`xxx`"
        ),
        (
            "confidence: 0.8, match: {all: [{phrases: [x]}, {phrases: [y]}]}",
            "confidence: 0.8, match: {all: [{phrases: [x]}, {phrases: [y]}], within: 3}",
            "match: how its parts are joined"
        ),
        (
            "confidence: 0.8, match: {phrases: [x]}", "confidence: 0.8, match: {phrases: [x]}, mode: shadow",
            "mode: enforce → shadow"
        ),
        (
            "confidence: 0.8, match: {phrases: [x]}", "confidence: 0.8, match: {phrases: [x]}, severity: high",
            "severity: medium → high"
        ),
        (
            "confidence: 0.8, match: {phrases: [x]}", "confidence: 0.8, match: {phrases: [x]}, notice: {en: No}",
            "notice: en"
        ),
        (
            "confidence: 0.8, match: {phrases: [x]}", "confidence: 0.8, match: {phrases: [x]}, when: {reach: {gt: 5}}",
            "when:  → reach gt 5.0"
        ),
        (
            "confidence: 0.8, match: {phrases: [x]}",
            "confidence: 0.8, match: {phrases: [x]}, unless: [{phrases: [z]}]", "unless phrases: +`z`"
        ),
        (
            "confidence: 0.8, match: {phrases: [x]}",
            "confidence: 0.8, match: {phrases: [x]}, effective: {from: 2025-01-01}", "effective: … → 2025-01-01…"
        ),
    ])
    func namesWhatChanged(_ old: String, _ new: String, _ words: String) throws {
        let difference = try difference(old, new)
        #expect(difference.changed.first?.details.joined(separator: "; ") == words)
        #expect(difference.touchedRules == [RuleName(rawValue: "global.p.a")])
    }

    @Test func livePoliciesAreCompared() throws {
        func book(_ live: String) throws -> RuleBook {
            let policy = "market: aa\nthresholds: {default: {review: 0.5}}\n" + live
            return try RuleBook.read(RuleFiles(folder: "r", files: [("aa/market.yaml", policy)])).book
        }
        let difference = RuleDifference(
            from: try book(""), to: try book("live: {half_life: 2m, ladder: {cut: 3}, strikes: {cut: none}}\n"))
        #expect(
            difference.policies.first?.details == [
                "live half_life: 60000 ms → 120000 ms", "live ladder cut: 2.0 → 3.0", "live strikes cut: 4 → none",
            ])
        // Posts come out as before.
        #expect(!difference.changesPolicies)
        #expect(RuleDifference(from: try book("live: {half_life: 60s}\n"), to: try book("")).isEmpty)
    }

    /// Order, layout, comments and tests are nothing.
    @Test func ofLinesNothing() throws {
        let difference = try difference(
            "confidence: 0.8, match: {phrases: [x, y]}, severity: high",
            "severity: high, match: {phrases: [y, x]}, confidence: 0.80, tests: {match: [x]}")
        #expect(difference.isEmpty)
    }
}
