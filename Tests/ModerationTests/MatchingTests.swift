import ContentModel
import Foundation
import Moderation
import TestSupport
import Testing

@Suite struct MatchingTests {
    /// The evidence is exactly what stands between ⟦ and ⟧.
    @Test(arguments: [
        ("weixin", "buy my ⟦weixin⟧ now"), ("weixin", "buy my ⟦WeiXin⟧ now"), ("weixin", "buy my ⟦ｗｅｉｘｉｎ⟧ now"),
        ("weixin", "buy my ⟦w e i x i n⟧ now"), ("weixin", "buy my ⟦w.e.i.x.i.n⟧!"), ("weixin", "⟦we\u{200B}ixin⟧"),
        ("weixin", "⟦weeeeixin⟧"), ("weixin", "⟦wеіxin⟧"), ("weixin", "加⟦weixin⟧领"), ("weixin", "weixins and myweixin"),
        ("weixin", "👩‍👩‍👧 ⟦weixin⟧ 🇲🇾\r\n⟦weixin⟧"), ("加微信", "快⟦加微信⟧领优惠"), ("加微信", "快 ⟦加 微 信⟧ 领优惠"), ("加微信", "⟦加.微.信⟧领优惠"),
        ("cool", "⟦cool⟧ and ⟦coooool⟧ but col"), ("ass", "⟦ass⟧ as ⟦asss⟧"), ("dm", "⟦DM⟧ me, ⟦dm⟧'s, dmx, dm2, adm"),
        ("é", "caf ⟦é⟧ ⟦e\u{301}⟧ e"),
        ("fi", "⟦ﬁ⟧"), ("도박", "⟦도박⟧으로 온라인도박"), ("大麻", "⟦大麻⟧烦"), ("100%", "⟦100%⟧ sure, 1100%"),
        ("18禁", "⟦18禁⟧ 118禁"), ("+18", "⟦+18⟧ +181 a⟦+18⟧"), ("f4f", "⟦f4f⟧ f4 4f f4f4"), ("_", "a⟦_⟧b"),
        ("妹", "姐⟦妹⟧们"),
        ("тг", "⟦тг⟧ тгв"), ("🔞", "x⟦🔞⟧y"),
    ])
    func phrases(_ phrase: String, _ marked: String) throws {
        let marked = MarkedText(marked)
        let moderator = try moderator(rule("a", "phrases: ['\(phrase)']"))
        let verdict = try moderator.judge(Post(text: marked.text))
        let found = spans(verdict)
        #expect(found == marked.spans)
        for evidence in verdict.evidence {
            let place = try #require(evidence.place)
            let slice = String(decoding: Array(marked.text.utf8)[place.span.start..<place.span.end], as: UTF8.self)
            #expect(slice == place.text)
        }
    }

    /// A run of letters is one whatever is left out of the text elsewhere.
    @Test(arguments: 0..<12)
    func runsAmongWhatIsLeftOut(_ count: Int) throws {
        let moderator = try moderator(rule("a", "phrases: [kkk]"))
        let hidden = String(repeating: " zero\u{AD}width", count: count)
        for text in ["ja kkkkkk" + hidden, hidden + " kkkkkk ja", hidden + " kkkkkk" + hidden] {
            let verdict = try moderator.judge(Post(text: text))
            #expect(verdict.evidence.compactMap(\.place?.text) == ["kkkkkk"], "\(text.debugDescription)")
        }
    }

    /// A word said often enough does not hide a regex's match behind one that is longer than the reach; the match is the
    /// longest within it, and begins where one can.
    @Test(arguments: [
        ("(free )+money", "free ", "money", 24), (#"\b(free )+money\b"#, "free ", "money", 24),
        ("[a-z]+x", "a", "x", 127), (#"\b[a-z]+x"#, "a", "x", nil), (#"\bgo[a-z ]+x"#, "go ", "x", 42),
        ("(好呀)+钱", "好呀", "钱", 63), ("^(go )+x", "go ", "x", nil), ("@[a-z0-9]+!", "@aa", "!", 1),
        ("[^y]+y", "a", "y", 127), ("^[^y]+y", "a", "y", nil), (#"\A[a-z]+y"#, "a", "y", nil),
        (#"\b[^y]+y"#, "a ", "y", 63),
    ])
    func whatIsSaidOftenHidesNothing(_ regex: String, _ often: String, _ last: String, _ most: Int?) throws {
        let moderator = try moderator(rule("a", "regex: '\(regex)'"))
        for count in [200, 201, 500] {
            let verdict = try moderator.judge(Post(text: String(repeating: often, count: count) + last + " ok"))
            let words = most.map { String(repeating: often, count: $0) + last }
            #expect(verdict.evidence.compactMap(\.place?.text) == (words.map { [$0] } ?? []), "\(count) times")
        }
    }

    /// More long matches than the matcher looks into are for a person, unless the regex has a hit anyway.
    @Test(arguments: [
        ("[a-z]{150,}", 200, Action.allow), ("[a-z]{150,}", 5000, .review), ("q[a-z]*", 200, .label),
        ("q[a-z]*", 5000, .label),
    ])
    func aTextOfLongMatchesIsForAPerson(_ regex: String, _ count: Int, _ action: Action) throws {
        let moderator = try moderator(
            rule("a", "regex: '\(regex)'"), policies: ["xx": "default: {label: 0.5, review: 0.9}"])
        let verdict = try moderator.judge(Post(text: "q " + "q" + String(repeating: "ab", count: count / 2)))
        #expect(verdict.action == action)
        #expect(verdict.evidence.isEmpty == (action != .label))
    }

    @Test(arguments: [
        ("regex: '\\bvx[:]\\s?[a-z0-9]{4,8}'", "my ⟦VX: abc123⟧ ok"), ("regex: 'a+b'", "x⟦aaab⟧ ⟦ab⟧"),
        ("regex: '\\b\\d{16}\\b', validate: luhn", "⟦4111111111111111⟧ 4111111111111112"),
        (
            "regex: '\\b[a-z]{2}\\d{2}[a-z0-9]{11,30}\\b', validate: iban",
            "⟦GB82WEST12345698765432⟧ GB83WEST12345698765432"
        ),
        (
            "regex: '\\b\\d{17}[0-9x]\\b', validate: cn-resident-id",
            "⟦11010519491231002X⟧ 110105194912310021 11010519491331002X"
        ),
        (
            "domains: [scam.test]",
            "see https://⟦scam.test⟧/x and www.⟦SCAM.test⟧ not my-scam.test nor scam.test.example"
        ),
        // At the end of a text, where code for wide registers looks away.
        (#"regex: '[0-9]a\b'"#, "3:youthyouthgoing to'ab ⟦3a⟧"), ("regex: '[0-9][ :]{2}'", "яè_微7xxgoing to⟦3  ⟧"),
        (#"regex: '@+[0-9]\b'"#, "信号  :@'youè  going to'⟦@3⟧"),
        ("phrases: [sale], boundary: none", "whole⟦sale⟧s"), ("phrases: [微信], boundary: word", "⟦微信⟧ 加微信"),
        ("phrases: [微信, 加微信]", "⟦加微信⟧ ⟦微信⟧"),
        ("all: [{phrases: [invest]}, {phrases: [sure]}], within: 10", "⟦invest⟧ now, ⟦sure⟧"),
        ("all: [{phrases: [invest]}, {phrases: [sure]}], within: 10", "invest and wait a long time to be sure"),
        ("all: [{phrases: [invest]}, {phrases: [sure]}]", "⟦invest⟧ and wait a long time to be ⟦sure⟧"),
        ("all: [{phrases: [a1]}, {phrases: [b1]}, {phrases: [c1]}], within: 3", "⟦c1⟧ x ⟦a1⟧ ⟦b1⟧ and a1"),
        ("any: [{phrases: [one]}, {all: [{phrases: [two]}, {regex: 'thre+'}]}]", "⟦one⟧ ⟦two⟧ ⟦three⟧"),
        ("any: [{phrases: [one]}, {all: [{phrases: [two]}, {regex: 'thre+'}]}]", "two only"),
        // A number beside a word: not looked for where the digits are too few.
        ("all: [{phrases: [nric]}, {regex: '[st][0-9]{7}[a-z]'}], within: 40", "⟦nric⟧ is ⟦S1234567D⟧"),
        ("all: [{phrases: [nric]}, {regex: '[st][0-9]{7}[a-z]'}], within: 40", "nric is S12345 and 67D"),
        ("all: [{phrases: [nric]}, {regex: '[st][0-9]{7}[a-z]'}], within: 40", "nric is S12"),
        ("all: [{phrases: [电话]}, {regex: '[0-9]{7}', readings: [digits]}], within: 20", "⟦电话⟧ ⟦一二三四五六七⟧"),
        ("any: [{phrases: [one]}, {all: [{phrases: [two]}, {regex: '[0-9]{6}'}]}]", "⟦one⟧ two 12345"),
        ("any: [{phrases: [one]}, {all: [{phrases: [two]}, {regex: '[0-9]{6}'}]}]", "⟦one⟧ ⟦two⟧ ⟦123456⟧"),
    ])
    func expressions(_ match: String, _ marked: String) throws {
        let marked = MarkedText(marked)
        let moderator = try moderator(rule("a", match))
        let found = spans(try moderator.judge(Post(text: marked.text)))
        #expect(found == marked.spans)
    }

    @Test(arguments: [
        ("unless: [{phrases: [加微信读书]}]", "我刚加微信读书会员，⟦加微信⟧"),
        ("unless: [{phrases: [ad], near: 5}]", "ad: 加微信 and far away ⟦加微信⟧"),
        ("unless: [{all: [{phrases: [beware]}, {phrases: [加微信]}], within: 20}]", "beware of 加微信"),
        ("unless: [{regex: '加微信[0-9]'}]", "加微信5 ⟦加微信⟧"), ("unless: [{regex: '[0-9]{6}加微信'}]", "123456加微信 ⟦加微信⟧"),
    ])
    func clearing(_ unless: String, _ marked: String) throws {
        let marked = MarkedText(marked)
        let moderator = try moderator(rule("a", "phrases: [加微信]", unless))
        let found = spans(try moderator.judge(Post(text: marked.text)))
        #expect(found == marked.spans)
    }

    @Test func nothingLongerThanTheReachIsAHit() throws {
        let moderator = try moderator(rule("a", "regex: 'x[a-w]{3,40}y[a-w]{3,40}z[a-w]{3,60}q'"))
        let near = "x" + String(repeating: "a", count: 30) + "y" + String(repeating: "a", count: 30) + "zaaaq"
        let far =
            "x" + String(repeating: "a", count: 40) + "y" + String(repeating: "a", count: 40) + "z"
            + String(repeating: "a", count: 60) + "q"
        #expect(spans(try moderator.judge(Post(text: near))).count == 1)
        #expect(spans(try moderator.judge(Post(text: far))).isEmpty)
    }

    @Test func everyFieldIsJudged() throws {
        let moderator = try moderator(rule("a", "any: [{phrases: [weixin]}, {regex: 'q[0-9]q'}]"))
        var post = Post(text: "harmless")
        post.append(FieldName(.title), "a weixin")
        post.append(FieldName(.tags, index: 0), "cats")
        post.append(FieldName(.tags, index: 1), "w e i x i n")
        post.append(FieldName(.ocr), "q7q")
        let verdict = try moderator.judge(post)
        #expect(verdict.evidence.compactMap { $0.place?.field.name } == ["title", "tags[1]", "ocr"])
        #expect(verdict.evidence.compactMap { $0.place?.text } == ["weixin", "w e i x i n", "q7q"])
    }

    @Test func wordsOfOneRuleMayStandInTwoFields() throws {
        let apart = try moderator(rule("a", "all: [{phrases: [invest]}, {regex: 'sur[e]'}]"))
        let near = try moderator(rule("a", "all: [{phrases: [invest]}, {phrases: [sure]}], within: 100"))
        let numbered = try moderator(rule("a", "all: [{phrases: [invest]}, {regex: '[0-9]{6}'}]"))
        var post = Post(text: "invest")
        post.append(FieldName(.title), "sure 123456")
        #expect(spans(try apart.judge(post)).count == 2)
        #expect(spans(try numbered.judge(post)).count == 2)
        #expect(spans(try near.judge(post)).isEmpty)
    }

    @Test func evidenceIsCapped() throws {
        let moderator = try moderator(rule("a", "phrases: [weixin]"))
        let verdict = try moderator.judge(Post(text: String(repeating: "weixin ", count: 40)))
        #expect(verdict.evidence.count == 16)
        #expect(verdict.evidenceOmitted == 24)
        let first = verdict.evidence.first?.place?.span.start
        #expect(first == 0)
    }

    @Test func aTextWithTooManyMatchesIsHeld() throws {
        let moderator = try moderator(rule("a", "phrases: ['~'], boundary: none"))
        let verdict = try moderator.judge(Post(text: String(repeating: "~", count: 300_000)))
        #expect(verdict.action >= .review)
        #expect(verdict.failure == .tooManyMatches)
    }

    /// A hundred thousand hits, each a place that two views show, cost what they should: four times the text at most
    /// eight times the time, where every hit against every other would be sixteen.
    @Test func manyHitsCostLinearTime() throws {
        let moderator = try moderator(rule("a", "phrases: [weixin]", "unless: [{phrases: [ok]}]"))
        var judge = try moderator.makeJudge()
        var verdict = Verdict()
        func time(_ count: Int) -> Duration {
            let post = Post(text: String(repeating: "weixin w.e.i.x.i.n ok ", count: count))
            return (0..<3).map { _ in ContinuousClock().measure { judge.judge(post, into: &verdict) } }.min()!
        }
        let few = time(12_000)
        let many = time(48_000)
        #expect(verdict.action == .review && verdict.evidenceOmitted > 0)
        #expect(many < few * 8)
    }

    /// The first look may pass over no rule that would hold: looking for every word of every rule gives the same.
    @Test func twoLooksFindWhatOneWould() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let moderator = try Moderator(rules: root.path + "/Rules", day: "2025-06-01")
        var judge = try moderator.makeJudge()
        var verdict = Verdict()
        var found = 0
        let corpora = root.appendingPathComponent("Corpora/posts")
        for file in try FileManager.default.contentsOfDirectory(at: corpora, includingPropertiesForKeys: nil) {
            for line in try Data(contentsOf: file).split(separator: 0x0A) {
                let object = try #require(JSONSerialization.jsonObject(with: line) as? [String: Any])
                guard let text = object["text"] as? String else { continue }
                judge.judge(Post(text: text), into: &verdict)
                let whole = try moderator.explain(Post(text: text)).verdict
                #expect(verdict == whole, "\(text)")
                if !verdict.evidence.isEmpty { found += 1 }
            }
        }
        #expect(found > 500)
    }

    /// The same of rules whose lists of words are rare or common, in expressions of any form, over posts of a field or
    /// two.
    @Test(arguments: 0..<6)
    func twoLooksFindWhatOneWould(_ seed: UInt64) throws {
        var random = SeededRandom(200 + seed)
        let words = [
            "you", "the", "dm", "hotel", "prices", "zzyzx", "微信", "加", "图里", "고객", "업데이트", "💊", "🔌", "чай", "ชา",
        ]
        func some(_ count: ClosedRange<Int>, of make: () -> String) -> String {
            (0..<Int.random(in: count, using: &random)).map { _ in make() }.joined(separator: ", ")
        }
        func expression(_ depth: Int) -> String {
            switch Int.random(in: 0..<(depth > 0 ? 6 : 3), using: &random) {
            case 0, 1: "phrases: [\(some(1...3) { words.randomElement(using: &random)! })]"
            case 2: "regex: '\(["qu+x", "微.信", "[0-9]{7}", "(dm|pm) me"].randomElement(using: &random)!)'"
            case 3: "any: [\(some(1...3) { "{\(expression(depth - 1))}" })]"
            case 4: "all: [\(some(1...3) { "{\(expression(depth - 1))}" })], within: 128"
            default: "all: [\(some(1...3) { "{\(expression(depth - 1))}" })]"
            }
        }
        let rules = (0..<60).map { rule("r\($0)", expression(3)) }
        let moderator = try moderator(rules.joined())
        var judge = try moderator.makeJudge()
        var found = 0
        for _ in 0..<150 {
            let pieces = words + ["quux", "微-信", "1234567", "pm me", "cat"]
            let text = some(1...6) { pieces.randomElement(using: &random)! }
            let title = Bool.random(using: &random) ? some(1...3) { pieces.randomElement(using: &random)! } : nil
            var post = Post(text: text)
            if let title { post.append(FieldName(.title), title) }
            var verdict = Verdict()
            judge.judge(post, into: &verdict)
            let whole = try moderator.explain(post).verdict
            #expect(verdict == whole, "\(text); \(title ?? "no title")")
            found += verdict.evidence.count
        }
        #expect(found > 1_000)
    }

    /// Phrases are found by pieces of them, by words or by a pattern database: as a search byte by byte finds them.
    @Test(arguments: 0..<6)
    func phrasesOfAllScriptsAreFoundWhereverTheyStand(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let alphabets = ["微信加大", "абвг", "กขคง", "かきくけ", "가나다라", "😀🍑🔌", "ابتث", "éèê", "ab1 $", "1_%#@!-", "微б가😀é a"]
        func text(_ length: Int) -> String {
            let alphabet = alphabets.randomElement(using: &random)!
            return String((0..<length).map { _ in alphabet.randomElement(using: &random)! })
        }
        let phrases = Set((0..<150).map { _ in text(.random(in: 1...6, using: &random)) }).sorted().filter {
            !$0.hasPrefix(" ") && !$0.hasSuffix(" ")
        }
        let rules = phrases.enumerated().map {
            rule("p\($0)", "phrases: ['\($1)'], boundary: none, views: [folded]")
        }
        let moderator = try moderator(rules.joined())
        for _ in 0..<300 {
            let post = (0..<4).map { _ in text(.random(in: 0...20, using: &random)) }.joined(separator: "-")
            let bytes = Array(post.utf8)
            let expected = phrases.indices.filter { index in
                let phrase = Array(phrases[index].utf8)
                return bytes.indices.contains { bytes[$0...].starts(with: phrase) }
            }.map { "global.p.p\($0)" }
            let verdict = try moderator.judge(Post(text: post))
            let found = Set(verdict.evidence.map(\.rule.rawValue))
            #expect(found == Set(expected), "\(post.debugDescription)")
        }
    }

    /// The same of phrases of words, which end where words do.
    @Test(arguments: 0..<6)
    func phrasesOfWordsAreFoundWhereverTheyStand(_ seed: UInt64) throws {
        var random = SeededRandom(100 + seed)
        let words = [
            "a", "b", "ab", "the", "to", "me", "abab", "everythings", "everythin", "x1", "1x", "5", "24h", "$",
        ]
        func text(_ length: Int, _ signs: [String]) -> String {
            (0..<length).map { _ in words.randomElement(using: &random)! + signs.randomElement(using: &random)! }
                .joined()
        }
        let phrases = Set(
            (0..<150).map { _ in
                String(text(.random(in: 1...4, using: &random), [" ", " ", ". "]).drop { $0 == " " }.dropLast())
            }
        ).sorted()
        let rules = phrases.enumerated().map { rule("p\($0)", "phrases: ['\($1)'], views: [folded]") }
        let moderator = try moderator(rules.joined())
        for _ in 0..<300 {
            let post = text(.random(in: 0...20, using: &random), [" ", " ", ". ", "中", ""])
            let expected = phrases.indices.filter { index in
                let phrase = phrases[index]
                var start = post.startIndex
                while let place = post.range(of: phrase, range: start..<post.endIndex) {
                    let before = place.lowerBound == post.startIndex ? " " : post[post.index(before: place.lowerBound)]
                    let after = place.upperBound == post.endIndex ? " " : post[place.upperBound]
                    let isFree = { (edge: Character, inside: Character) in
                        !(inside.isASCII && (inside.isLetter || inside.isNumber))
                            || !(edge.isASCII && (edge.isLetter || edge.isNumber))
                    }
                    if isFree(before, phrase.first!), isFree(after, phrase.last!) { return true }
                    start = post.index(after: place.lowerBound)
                }
                return false
            }
            let verdict = try moderator.judge(Post(text: post))
            let found = Set(verdict.evidence.map(\.rule.rawValue))
            #expect(found == Set(expected.map { "global.p.p\($0)" }), "\(post.debugDescription)")
        }
    }

    /// Spans slice the original at whole characters, whatever the text.
    @Test(arguments: hostileTexts)
    func hostile(_ text: String) throws {
        let moderator = try moderator(
            rule("a", "any: [{phrases: [a, s, 大, 微信, sale], boundary: none}, {regex: '[a-z]{2,4}'}]"))
        let verdict = try moderator.judge(Post(text: text))
        let bytes = Array(text.utf8)
        for evidence in verdict.evidence {
            let place = try #require(evidence.place)
            let words = Array(place.text.utf8)
            #expect(words == Array(bytes[place.span.start..<place.span.end]))
            let before = String(decoding: bytes[..<place.span.start], as: UTF8.self)
            let after = String(decoding: bytes[place.span.end...], as: UTF8.self)
            #expect(before.count + place.text.count + after.count == text.count, "a span cuts a grapheme")
        }
    }

    @Test func randomTextsKeepTheirSpans() throws {
        let moderator = try moderator(rule("a", "any: [{phrases: [sale, 加微信, 微信, 카톡, ws]}, {regex: '[a-z]{3}'}]"))
        var judge = try moderator.makeJudge()
        var verdict = Verdict()
        var random = SeededRandom(6)
        var found = 0
        for _ in 0..<3000 {
            let text = random.text(25)
            judge.judge(Post(text: text), into: &verdict)
            let bytes = Array(text.utf8)
            for place in verdict.evidence.compactMap(\.place) {
                found += 1
                let words = Array(place.text.utf8)
                #expect(words == Array(bytes[place.span.start..<place.span.end]))
            }
        }
        #expect(found > 200)
    }
}
