import CAllocationCount
import ContentModel
import Foundation
import Moderation
import TestSupport
import Testing

@Suite struct VerdictTests {
    private func score(_ rules: String, _ text: String) throws -> Double {
        try moderator(rules).judge(Post(text: text)).markets[0].score
    }

    @Test func scoresAddAsIndependentEvidence() throws {
        let rules = rule("a", "phrases: [one]") + rule("b", "phrases: [two]").replacing("0.8", with: "0.5")
        #expect(abs(try score(rules, "one") - 0.8) < 1e-9)
        #expect(abs(try score(rules, "one two") - 0.9) < 1e-9)
        // A rule counts once a post.
        #expect(abs(try score(rules, "one one one") - 0.8) < 1e-9)
    }

    @Test func ofOverlappingRulesTheStrongestCounts() throws {
        let rules = rule("a", "phrases: [two words]") + rule("b", "phrases: [words]").replacing("0.8", with: "0.5")
        #expect(abs(try score(rules, "two words") - 0.8) < 1e-9)
        // Elsewhere in the post the weaker one says something new.
        #expect(abs(try score(rules, "two words, other words") - 0.9) < 1e-9)
    }

    @Test func aGuessWeighsLess() throws {
        #expect(abs(try score(rule("a", "phrases: [weixin]"), "w.e.i.x.i.n") - 0.68) < 1e-9)
        // One place seen in both views counts at its best.
        #expect(abs(try score(rule("a", "phrases: [weixin]"), "weixin s.a.l.e") - 0.8) < 1e-9)
        // A longer guess does not take the place of what is plainly there.
        #expect(abs(try score(rule("a", "phrases: [微信, 加微信]"), "加 微信") - 0.8) < 1e-9)
    }

    @Test(arguments: [
        ("one", [Action.review, .limit, .allow]), ("one two", [.block, .review, .label]),
        ("none of it", [.allow, .allow, .allow]),
    ])
    func marketsDecideByTheirOwnThresholds(_ text: String, _ expected: [Action]) throws {
        let moderator = try moderator(
            rule("a", "phrases: [one]") + rule("b", "phrases: [two]"),
            policies: [
                "aa": "default: {review: 0.5, block: 0.9}",
                "bb": "default: {limit: 0.8, limit_to: adults, review: 0.95}",
                "cc": "default: {review: 0.5}\nfraud: {label: 0.96}",
            ])
        let verdict = try moderator.judge(Post(text: text))
        #expect(verdict.markets.map(\.action) == expected)
        #expect(verdict.action == expected.max())
        #expect(verdict.markets[1].limitTo == (expected[1] == .limit ? .adults : nil))
    }

    @Test func marketsAreBoundByTheirFoldersAndOverrides() throws {
        let local = "pack: local\nrules:\n" + rule("c", "phrases: [three]")
        let moderator = try Moderator(
            rules: [
                ("global/p.yaml", "pack: p\nrules:\n" + rule("a", "phrases: [one]")), ("aa/local.yaml", local),
                ("aa/market.yaml", "market: aa\nthresholds: {default: {review: 0.5}}\n"),
                ("bb/market.yaml", "market: bb\nextends: [aa]\nthresholds: {default: {review: 0.5}}\n"),
                (
                    "cc/market.yaml",
                    "market: cc\noverrides: [{rule: global.p.a, confidence: 0.2, reason: x}]\nthresholds: {default: {review: 0.5}}\n"
                ),
                (
                    "dd/market.yaml",
                    "market: dd\noverrides: [{rule: global.p.a, enabled: false, reason: x}]\nthresholds: {default: {review: 0.5}}\n"
                ),
            ], day: "2025-06-01")
        let global = try moderator.judge(Post(text: "one"))
        #expect(global.markets.map(\.action) == [.review, .review, .allow, .allow])
        #expect(abs(global.markets[2].score - 0.2) < 1e-9)
        #expect(global.markets[3].categories.isEmpty)
        #expect(try moderator.judge(Post(text: "three")).markets.map(\.action) == [.review, .review, .allow, .allow])
    }

    /// Evidence is of a shadow only where no market acts on it.
    @Test(arguments: [("shadow", "enforce", false), ("enforce", "shadow", false), ("shadow", "shadow", true)])
    func aRuleMayBeInShadowInOneMarket(_ first: String, _ second: String, _ isShadow: Bool) throws {
        func market(_ name: String, _ mode: String) -> (String, String) {
            let override = mode == "shadow" ? "overrides: [{rule: global.p.a, mode: shadow, reason: x}]\n" : ""
            return (
                "\(name)/market.yaml", "market: \(name)\n\(override)thresholds: {default: {review: 0.5}}\n"
            )
        }
        let moderator = try Moderator(
            rules: [
                ("global/p.yaml", "pack: p\nrules:\n" + rule("a", "phrases: [one]")), market("aa", first),
                market("bb", second),
            ], day: "2025-06-01")
        let verdict = try moderator.judge(Post(text: "one"))
        #expect(verdict.evidence.map(\.shadow) == [isShadow])
        #expect(verdict.markets.map(\.action) == [first, second].map { $0 == "shadow" ? .allow : .review })
    }

    @Test func theMarketsOfThePostAreJudged() throws {
        let moderator = try moderator(
            rule("a", "phrases: [one]"), policies: ["aa": "default: {review: 0.5}", "bb": "default: {review: 0.5}"])
        let bb = try #require(Market(rawValue: "bb"))
        #expect(try moderator.judge(Post(text: "one", markets: [bb])).markets.map(\.market) == [bb])
        let zz = try #require(Market(rawValue: "zz"))
        #expect(throws: UnknownMarketError.self) { try moderator.judge(Post(text: "one", markets: [zz])) }
    }

    @Test(arguments: [("2024-12-31", 0), ("2025-01-01", 1), ("2025-03-31", 1), ("2025-04-01", 0)])
    func rulesHoldBetweenTheirDates(_ day: String, _ count: Int) throws {
        let moderator = try moderator(
            rule("a", "phrases: [one]", "effective: {from: 2025-01-01, until: 2025-03-31}"), day: day)
        #expect(try moderator.judge(Post(text: "one")).evidence.count == count)
    }

    @Test func shadowRulesAreRecordedAndNeverActedOn() throws {
        let verdict = try moderator(rule("a", "phrases: [one]", "mode: shadow")).judge(Post(text: "one"))
        #expect(verdict.action == .allow)
        #expect(verdict.evidence.map(\.shadow) == [true])
    }

    @Test func criticalRulesMayBlockByThemselves() throws {
        let verdict = try moderator(rule("a", "phrases: [one]", "severity: critical, action: block")).judge(
            Post(text: "one"))
        #expect(verdict.action == .block)
        #expect(verdict.severity == .critical)
    }

    @Test func conditionsAskThePost() throws {
        let moderator = try moderator(
            rule(
                "a", "phrases: [one]",
                "when: {author.account_age_days: {lt: 30}, signals.toxicity: {gte: 0.4, missing: true}}"))
        func count(_ age: Double?, _ toxicity: Double?) throws -> Int {
            var post = Post(text: "one")
            post.author.accountAgeDays = age
            if let toxicity { post.signals = [("toxicity", toxicity)] }
            return try moderator.judge(post).evidence.count
        }
        #expect(try count(3, 0.5) == 1)
        #expect(try count(3, nil) == 1)
        #expect(try count(3, 0.1) == 0)
        #expect(try count(90, 0.5) == 0)
        #expect(try count(nil, 0.5) == 0)
    }

    @Test func aRuleMayAskForConditionsAlone() throws {
        let moderator = try moderator(
            "  - {id: a, category: spam, confidence: 0.7, when: {author.prior_violations: {gte: 5}}}\n")
        var post = Post(text: "anything")
        #expect(try moderator.judge(post).action == .allow)
        post.author.priorViolations = 9
        let verdict = try moderator.judge(post)
        #expect(verdict.action == .review)
        #expect(verdict.evidence.map(\.place) == [nil])
    }

    @Test func languagesAreSkippedOnlyWhenSure() throws {
        let moderator = try moderator(rule("a", "phrases: [gift]", "languages: [de]"))
        let english = "this is the best gift that you could have got me and i will not forget it"
        #expect(try moderator.judge(Post(text: english)).evidence.isEmpty)
        #expect(try moderator.judge(Post(text: "gift")).evidence.count == 1)
    }

    @Test(arguments: [("zh-CN", "甲"), ("zh-TW", "乙"), ("en-GB", "one"), ("ms", "one"), ("fr-CA", "un")])
    func noticesSpeakTheAuthorsLanguage(_ locale: String, _ expected: String) throws {
        let moderator = try moderator(rule("a", "phrases: [one]", "notice: {en: one, zh-Hans: 甲, zh-Hant: 乙, fr: un}"))
        var post = Post(text: "one")
        post.author.locale = LanguageTag(rawValue: locale)
        #expect(try moderator.judge(post).markets[0].notice == expected)
    }

    @Test func ruleSetNamesFollowWhatJudges() throws {
        func name(_ rules: String, day: String = "2025-06-01", thresholds: String = "default: {review: 0.5}") throws
            -> String
        {
            try moderator(rules, policies: ["xx": thresholds], day: day).judge(Post(text: "x")).markets[0].ruleSet
                .rawValue
        }
        let base = try name(rule("a", "phrases: [one]"))
        #expect(base.hasPrefix("xx@") && base.count == 15)
        #expect(try name(rule("a", "phrases: [one]")) == base)
        #expect(try name(rule("a", "phrases: [one]", "tests: {match: [one]}")) == base)
        #expect(try name(rule("a", "phrases: [two]")) != base)
        #expect(try name(rule("a", "phrases: [one]"), thresholds: "default: {review: 0.6}") != base)
        let dated = rule("b", "phrases: [x1]", "effective: {from: 2025-01-01}")
        #expect(try name(rule("a", "phrases: [one]") + dated, day: "2024-06-01") == base)
        #expect(try name(rule("a", "phrases: [one]") + dated) != base)
    }

    /// The promise of the hot path: nothing is allocated for a post in which nothing matched.
    @Test(arguments: [
        "hi i'm new here and this is my cat, please be nice to her because she is shy", "我是新来的，请问这个软件怎么用啊，谢谢大家，祝你们开心",
        "はじめまして、猫の写真を載せますのでよろしくお願いします", "this is so funny 我真的笑死了 and i can not stop 🔥 #cats",
    ])
    func nothingIsAllocatedWhereNothingMatched(_ text: String) throws {
        let moderator = try moderator(
            rule("a", "any: [{phrases: [weixin, 加微信, dm]}, {regex: 'q[0-9]q'}]")
                + rule("b", "all: [{phrases: [cat, 开心]}, {phrases: [zzz]}]"))
        var judge = try moderator.makeJudge()
        var verdict = Verdict()
        let post = Post(text: text)
        for _ in 0..<3 { judge.judge(post, into: &verdict) }
        #expect(verdict.evidence.isEmpty)
        let before = allocation_count()
        for _ in 0..<100 { judge.judge(post, into: &verdict) }
        #expect(allocation_count() == before)
    }

    @Test func theAllocationGateCanFail() {
        let before = allocation_count()
        let array = [Int](unsafeUninitializedCapacity: 1000) { _, count in count = 0 }
        #expect(allocation_count() > before)
        _ = array.count
    }

    @Test func compiledRulesComeBackFromTheCache() throws {
        let folder = try TemporaryFolder()
        let (rules, cache) = (folder.path + "/rules", folder.path + "/cache")
        for path in ["global", "xx"] {
            try FileManager.default.createDirectory(atPath: rules + "/" + path, withIntermediateDirectories: true)
        }
        func write(_ path: String, _ text: String) throws {
            try text.write(toFile: rules + "/" + path, atomically: true, encoding: .utf8)
        }
        try write("xx/market.yaml", "market: xx\nthresholds: {default: {review: 0.5}}\n")
        try write(
            "global/p.yaml",
            "pack: p\nrules:\n"
                + rule(
                    "a",
                    "any: [{phrases: [weixin, dm, 加微信]}, {regex: 'q[0-9]q'}, {all: [{phrases: [x1]}, {regex: 'y+1'}]}]",
                    "notice: {en: n}"))
        let post = Post(text: "weixin dm 加 微 信 q1q x1 yy1")
        let first = try Moderator(rules: rules, day: "2025-06-01", cache: cache).judge(post)
        #expect(first.evidence.count == 6)
        let files = try FileManager.default.contentsOfDirectory(atPath: cache)
        #expect(files.count >= 4)
        #expect(try Moderator(rules: rules, day: "2025-06-01", cache: cache).judge(post) == first)
        // Damaged files are made anew, not believed.
        for file in files { try Data("rubbish".utf8).write(to: URL(fileURLWithPath: cache + "/" + file)) }
        #expect(try Moderator(rules: rules, day: "2025-06-01", cache: cache).judge(post) == first)
    }
}
