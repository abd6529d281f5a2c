import ContentModel
import Foundation
import ReviewQueue

/// Cases as a run would hand them over: six markets, eleven languages, a dozen categories, texts of about 200 bytes of
/// which a third are near copies of others.
struct Cases {
    private var state: UInt64
    private var number: Int
    private static let languages = ["en", "zh-Hans", "zh-Hant", "ja", "ko", "es", "ms", "vi", "th", "ar", "id"]
    private static let categories = [
        "fraud", "contact", "gambling", "drugs", "counterfeits", "sexual-services", "threats", "harassment",
        "profanity", "spam", "advertising", "medical",
    ]
    private static let markets = ["cn", "eu", "jp", "kr", "my", "us"].compactMap(Market.init(rawValue:))
    private static let words = (0..<4000).map { index in
        var name = ""
        var rest = index &* 7919 &+ 13
        for _ in 0..<(3 + index % 5) {
            name.unicodeScalars.append(Unicode.Scalar(UInt8(97 + rest % 26)))
            rest = rest / 26 &+ index
        }
        return name
    }

    /// - Parameter seed: Also where post ids begin.
    init(seed: Int) {
        state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        number = seed * 100_000_000
    }

    private mutating func below(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(limit))
    }

    mutating func next() -> (incoming: IncomingCase, bytes: Int) {
        number += 1
        let copied = below(3) == 0 ? below(500) : nil
        var words: [String] = []
        var text = copied.map { "offer \($0) " } ?? ""
        while text.utf8.count < 150 {
            words.append(Self.words[copied.map { ($0 &* 31 &+ words.count &* 17) % 4000 } ?? below(4000)])
            text += words.last! + " "
        }
        let id = "p\(number)"
        let json = #"{"id":"\#(id)","text":"\#(text)","author":{"id":"u\#(below(50_000))"}}"#
        var post = Post(text: text, id: id)
        post.setAuthorID(Array("u\(below(50_000))".utf8).span)
        let language = LanguageTag(rawValue: Self.languages[below(Self.languages.count)])
        var verdict = Verdict()
        verdict.languages = [LanguageShare(tag: language, share: 1, confidence: 0.95)]
        verdict.severity = [.low, .medium, .medium, .high][below(4)]
        verdict.action = .review
        let category = Category(rawValue: Self.categories[below(Self.categories.count)])
        let rule = RuleName(rawValue: "global.\(category.rawValue).en-rule-\(below(20))")
        let confidence = [0.56, 0.6, 0.68, 0.8][below(4)]
        let held = 1 + below(6)
        for (index, market) in Self.markets.enumerated() {
            verdict.markets.append(
                MarketVerdict(
                    market: market, action: index < held ? .review : .allow, score: confidence,
                    categories: [CategoryScore(category: category, score: confidence)], rules: [rule],
                    ruleSet: RuleSetName(rawValue: "\(market.rawValue)@3f9a1c2b4d5e"),
                    notice: "Your post invites people to another app. Please take the contact out and post it again."))
        }
        for index in 0..<2 {
            let span = TextSpan(start: index * 20, end: index * 20 + 12)
            let words = String(decoding: Array(text.utf8)[span.start..<span.end], as: UTF8.self)
            verdict.evidence.append(
                Evidence(
                    rule: rule, category: category, confidence: confidence,
                    place: .init(field: FieldName(.text), span: span, text: words, view: .folded)))
        }
        let hash = Int64(bitPattern: UInt64(copied ?? number) &* 0x9E37_79B9_7F4A_7C15)
        var random = SystemRandomNumberGenerator()
        let incoming = IncomingCase(
            id: CaseID.make(at: now(), using: &random), post: post, postKey: "id:" + id, verdict: verdict,
            original: Array(json.utf8), similarity: SimilarityHash(first: hash, second: hash ^ 0x5555))!
        return (incoming, json.utf8.count)
    }
}
