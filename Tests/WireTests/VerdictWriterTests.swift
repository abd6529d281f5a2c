import ContentModel
import Foundation
import Testing
import Wire

@Suite struct VerdictWriterTests {
    @Test(arguments: [
        (0.0, "0"), (1.0, "1"), (0.56, "0.56"), (0.8075, "0.8075"), (0.05, "0.05"), (0.99996, "1"),
        (0.1234567, "0.1235"), (0.0001, "0.0001"),
    ])
    func fractions(_ value: Double, _ expected: String) {
        var json = JSONBytes()
        json.fraction(value)
        #expect(String(decoding: json.bytes, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        ("plain", #""plain""#), ("a\"b\\c", #""a\"b\\c""#), ("\u{0}\u{1B}\n", #""\u0000\u001b\n""#),
        ("\u{9B}31m\u{7F}", #""\u009b31m\u007f""#),
        ("a\u{202E}b\u{2066}\u{200F}", #""a\u202eb\u2066\u200f""#), ("é加🔥", "\"é加🔥\""),
    ])
    func escapes(_ text: String, _ expected: String) {
        var json = JSONBytes()
        json.string(text)
        #expect(String(decoding: json.bytes, as: UTF8.self) == expected)
    }

    @Test func writesWhatTheContractShows() throws {
        let cn = try #require(Market(rawValue: "cn"))
        let us = try #require(Market(rawValue: "us"))
        var verdict = Verdict()
        verdict.action = .review
        verdict.markets = [
            MarketVerdict(
                market: cn, action: .review, score: 0.56,
                categories: [CategoryScore(category: Category(rawValue: "fraud"), score: 0.56)],
                rules: [RuleName(rawValue: "global.fraud.x")], ruleSet: RuleSetName(rawValue: "cn@3f9a1c2b4d5e"),
                notice: "n"),
            MarketVerdict(market: us, ruleSet: RuleSetName(rawValue: "us@000000000000")),
        ]
        verdict.languages = [LanguageShare(tag: "zh-Hans", share: 0.71, confidence: 0.98)]
        verdict.evidence = [
            Evidence(
                rule: RuleName(rawValue: "global.fraud.x"), category: Category(rawValue: "fraud"), confidence: 0.56,
                place: .init(
                    field: FieldName(.tags, index: 2), span: TextSpan(start: 12, end: 23), text: "加 薇 信",
                    view: .phonetic))
        ]
        var json = JSONBytes()
        var writer = VerdictWriter(isBrief: true)
        let place = writer.write(
            verdict, of: Post(text: "x", id: "p1"), line: 1, caseID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", original: nil,
            to: &json)
        let line = String(decoding: json.bytes, as: UTF8.self)
        #expect(
            line
                == #"{"id":"p1","action":"review","markets":{"cn":{"action":"review","score":0.56,"categories":{"fraud":0.56},"rules":["global.fraud.x"],"rule_set":"cn@3f9a1c2b4d5e","notice":"n"}},"languages":[{"tag":"zh-Hans","share":0.71,"confidence":0.98}],"evidence":[{"rule":"global.fraud.x","category":"fraud","confidence":0.56,"field":"tags[2]","start":12,"end":23,"text":"加 薇 信","view":"phonetic"}],"case":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}"#
                + "\n")
        let start = try #require(place)
        #expect(Array(json.bytes[start..<start + 26]) == Array("01ARZ3NDEKTSV4RRFFQ69G5FAV".utf8))
    }

    /// Markets that differ from the one before in their score, their categories or their rules alone.
    @Test func eachMarketHasItsOwnScores() throws {
        func market(_ name: String, _ score: Double, _ category: String, _ rules: [String]) throws -> MarketVerdict {
            MarketVerdict(
                market: try #require(Market(rawValue: name)), action: .review, score: score,
                categories: [CategoryScore(category: Category(rawValue: category), score: score)],
                rules: rules.map(RuleName.init(rawValue:)), ruleSet: RuleSetName(rawValue: name + "@1"))
        }
        let markets = [
            try market("aa", 0.5, "fraud", ["r"]), try market("bb", 0.5, "fraud", ["r"]),
            try market("cc", 0.5, "fraud", ["s"]), try market("dd", 0.5, "spam", ["s"]),
            try market("ee", 0.6, "spam", ["s"]), try market("ff", 0.6, "spam", ["s"]),
        ]
        var json = JSONBytes()
        VerdictWriter.writeMarkets(markets, to: &json)
        let read = try JSONSerialization.jsonObject(with: Data(Array("{".utf8) + json.bytes + Array("}".utf8)))
        let written = try #require(read as? [String: [String: Any]])
        #expect(written.count == markets.count)
        for market in markets {
            let one = try #require(written[market.market.rawValue])
            #expect(one["score"] as? Double == market.score)
            #expect(one["categories"] as? [String: Double] == [market.categories[0].category.rawValue: market.score])
            #expect(one["rules"] as? [String] == market.rules.map(\.rawValue))
            #expect(one["rule_set"] as? String == market.ruleSet.rawValue)
        }
    }
}
