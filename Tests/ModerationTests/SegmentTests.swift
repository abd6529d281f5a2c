import ContentModel
import Foundation
import Moderation
import TestSupport
import Testing

/// The law of live checking: what the readings of a segment say together is what the whole text is found to hold.
@Suite struct SegmentTests {
    /// A place as both ways name it.
    struct Found: Hashable, Comparable, CustomStringConvertible {
        var rule: String
        var start: Int
        var end: Int
        var text: String

        static func < (left: Found, right: Found) -> Bool {
            (left.start, left.end, left.rule) < (right.start, right.end, right.rule)
        }
        var description: String { "\(rule)@\(start)..<\(end)“\(text)”" }

        init(_ evidence: Evidence) {
            rule = evidence.rule.rawValue
            start = evidence.place?.span.start ?? -1
            end = evidence.place?.span.end ?? -1
            text = evidence.place?.text ?? ""
        }
    }

    /// Texts cut at random places, said chunk by chunk.
    struct Speaker: ~Copyable {
        var judge: Judge
        var reading = SegmentReading()

        /// The evidence of all readings, and a complaint where readings contradict each other.
        mutating func say(_ text: [UInt8], cutAt cuts: [Int]) -> (found: [Found], complaint: String?) {
            var segment = Segment()
            var found: [Found] = []
            var standing: Set<Found> = []
            var complaint: String?
            let bounds = [0] + cuts + [text.count]
            for (index, (start, end)) in zip(bounds, bounds.dropFirst()).enumerated() {
                judge.extend(
                    &segment, by: text.span.extracting(start..<end), seq: index + 1, isLast: end == text.count,
                    context: Post(), into: &reading)
                let new = reading.evidence.map { Found($0.evidence) }
                let pending = Set(reading.pending.map { Found($0.evidence) })
                let withdrawn = Set(reading.withdrawn.map { Found($0.evidence) })
                for gone in standing where !pending.contains(gone) && !new.contains(gone) && !withdrawn.contains(gone) {
                    complaint = "\(gone) was pending and nothing came of it"
                }
                for evidence in reading.evidence where !evidence.parts.isEmpty {
                    let words = evidence.parts.map { part in
                        let first = bounds[part.seq - 1]
                        return String(
                            decoding: text[first + part.span.start..<first + part.span.end], as: UTF8.self)
                    }
                    let joined = evidence.parts.flatMap { part in
                        Array(text[bounds[part.seq - 1] + part.span.start..<bounds[part.seq - 1] + part.span.end])
                    }
                    if joined != Array((evidence.evidence.place?.text ?? "").utf8) {
                        complaint = "the parts \(words) are not the words \(evidence.evidence.place?.text ?? "")"
                    }
                }
                standing = pending
                found += new
            }
            if !standing.isEmpty { complaint = "\(standing) still pends at the end" }
            return (found.sorted(), complaint)
        }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every rule of every market, with cues of several words, clearances, regexes and all views; but none asks for
    /// languages, which are outside the law.
    static let shipped = Result {
        let folder = root.path + "/Rules"
        var files: [(path: String, text: String)] = []
        let all = FileManager.default.enumerator(atPath: folder)
        while let path = all?.nextObject() as? String {
            guard path.hasSuffix(".yaml") || path.hasSuffix(".txt") else { continue }
            var text = try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
            if !path.hasSuffix("market.yaml") {
                text = text.replacing(#/languages: \[[^\]]*\](, )?/#, with: "")
            }
            files.append((path, text))
        }
        return try Moderator(rules: files.sorted { $0.path < $1.path }, day: "2025-06-01")
    }

    static func corpus() throws -> [String] {
        let folder = root.appendingPathComponent("Corpora/posts")
        var texts: [String] = []
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted(by: { $0.path < $1.path })
        {
            for line in try Data(contentsOf: file).split(separator: 0x0A) {
                let object = try JSONSerialization.jsonObject(with: line) as? [String: Any]
                if let text = object?["text"] as? String { texts.append(text) }
            }
        }
        return texts
    }

    /// Places between code points at which a text is cut.
    static func cuts(_ text: [UInt8], _ random: inout SeededRandom) -> [Int] {
        let places = text.indices.dropFirst().filter { text[$0] & 0xC0 != 0x80 }
        guard !places.isEmpty else { return [] }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return [places.randomElement(using: &random)!]
        case 1: return places.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
        case 2: return Array(places)
        default:
            let length = Int.random(in: 20...80, using: &random)
            return places.filter { _ in Int.random(in: 0..<length, using: &random) == 0 }
        }
    }

    /// `MODERATE_CUTS=100000` asks for more of them.
    @Test func cutsChangeNothing() throws {
        let wanted = ProcessInfo.processInfo.environment["MODERATE_CUTS"].flatMap(Int.init) ?? 2000
        let moderator = try Self.shipped.get()
        var judge = try moderator.makeJudge()
        var speaker = Speaker(judge: try moderator.makeJudge())
        var random = SeededRandom(UInt64(wanted))
        let texts = try Self.corpus()
        var verdict = Verdict()
        var (withEvidence, failures) = (0, 0)
        for _ in 0..<wanted {
            var text = texts.randomElement(using: &random)!
            while Int.random(in: 0..<3, using: &random) > 0 {
                text +=
                    [" ", "", "\n", "。", ". "].randomElement(using: &random)! + texts.randomElement(using: &random)!
            }
            if Int.random(in: 0..<3, using: &random) == 0, let trick = Trick.allCases.randomElement(using: &random) {
                text = disguise(text, by: trick, &random)
            }
            let bytes = Array(text.utf8)
            judge.judge(Post(text: text), into: &verdict)
            guard verdict.evidenceOmitted == 0 else { continue }
            let whole = verdict.evidence.map(Found.init).sorted()
            let cuts = Self.cuts(bytes, &random)
            let (found, complaint) = speaker.say(bytes, cutAt: cuts)
            if !whole.isEmpty { withEvidence += 1 }
            if found != whole || complaint != nil {
                failures += 1
                if failures <= 5 {
                    let (missing, extra) = (Set(whole).subtracting(found), Set(found).subtracting(whole))
                    Issue.record(
                        "cut at \(cuts.prefix(40)) of \(bytes.count): missing \(missing), extra \(extra), \(complaint ?? "") in \(text.debugDescription)"
                    )
                }
            }
        }
        #expect(failures == 0)
        #expect(withEvidence > wanted / 4)
    }

    /// Hides a stretch of a text.
    private func disguise(_ text: String, by trick: Trick, _ random: inout SeededRandom) -> String {
        let characters = Array(text)
        guard characters.count > 12 else { return text }
        let start = Int.random(in: 0..<characters.count - 10, using: &random)
        let end = min(characters.count, start + Int.random(in: 4...20, using: &random))
        guard let hidden = trick.hide(String(characters[start..<end]), &random) else { return text }
        return String(characters[..<start]) + hidden + String(characters[end...])
    }

    // MARK: - Chunk by chunk

    /// What each chunk brings: `-words` withdrawn, `+words` evidence, `?words` pending. A bar cuts the text; the last
    /// chunk ends it.
    static let stories: [(match: String, more: String, text: String, readings: [String])] = [
        // The edge of a word.
        ("phrases: [sale]", "", "it is a sale|sman who came| in", ["?sale", "-sale", ""]),
        ("phrases: [sale]", "", "it is a sale| now and then", ["?sale", "+sale"]),
        ("phrases: [sale]", "", "it is a sale", ["+sale"]),
        // A longer word of the same list, and one that clears.
        ("phrases: [微信, 微信号]", "", "加微信|号了吗你们大家都|好", ["?微信", "-微信 +微信号", ""]),
        ("phrases: [大麻]", "unless: [{phrases: [大麻烦]}]", "出了大麻|烦了你们看", ["?大麻", "-大麻"]),
        ("phrases: [大麻]", "unless: [{phrases: [大麻烦]}]", "这里有大麻|吗你们大家看看", ["?大麻", "+大麻"]),
        // What clears it turns out to be another word.
        (
            "phrases: [weixin]", "unless: [{phrases: [weixin shop]}]", "my weixin shop|s are open for all of you",
            ["", "+weixin"]
        ),
        // Parts anywhere, the last of them at the end.
        (
            "all: [{phrases: [invest]}, {phrases: [sure]}]", "", "sure profit and invest|",
            ["?invest ?sure", "+sure +invest"]
        ),
        // Words in two chunks, and far apart.
        ("phrases: [加微信]", "", "快加微|信领优惠券了大家", ["", "+加微信"]),
        ("phrases: [weixin]", "", "my wei|xin is here", ["", "+weixin"]),
        ("phrases: [weixin]", "", "my w e i| x i n| is here for you", ["", "?w e i x i n", "+w e i x i n"]),
        (
            "all: [{phrases: [invest]}, {phrases: [sure]}], within: 20", "", "invest| now it is| sure as ever you know",
            ["", "", "+invest +sure"]
        ),
        (
            "all: [{phrases: [invest]}, {phrases: [sure]}], within: 20", "",
            "invest| now and in the years that come| sure as ever", ["", "", ""]
        ),
        // A number was said before the word that makes it one, or behind it, or in two chunks.
        (
            "all: [{phrases: [nric]}, {regex: '[0-9]{7}'}], within: 30", "",
            "1234567 is the number here| of my nric says|",
            ["", "?nric ?1234567", "+1234567 +nric"]
        ),
        (
            "all: [{phrases: [nric]}, {regex: '[0-9]{7}'}], within: 30", "", "the nric is| 1234|567 as|",
            ["", "", "?nric ?1234567", "+nric +1234567"]
        ),
        // A word that could still stand nearer.
        (
            "all: [{phrases: [invest]}, {phrases: [sure]}], within: 30", "",
            "invest and it is sure| to go on like that for years to come|", ["?invest ?sure", "+invest +sure", ""]
        ),
    ]

    @Test(arguments: stories.indices)
    func readings(_ number: Int) throws {
        let story = Self.stories[number]
        let moderator = try moderator(rule("a", story.match, story.more))
        var judge = try moderator.makeJudge()
        var segment = Segment()
        var reading = SegmentReading()
        var readings: [String] = []
        let chunks = story.text.split(separator: "|", omittingEmptySubsequences: false)
        for (index, chunk) in chunks.enumerated() {
            judge.extend(
                &segment, by: Array(chunk.utf8).span, seq: index + 1, isLast: index + 1 == chunks.count,
                context: Post(), into: &reading)
            let said =
                reading.withdrawn.map { "-" + ($0.evidence.place?.text ?? "") }
                + reading.evidence.map { "+" + ($0.evidence.place?.text ?? "") }
                + reading.pending.map { "?" + ($0.evidence.place?.text ?? "") }
            readings.append(said.joined(separator: " "))
        }
        #expect(readings == story.readings)
    }

    /// A rule whose words may stand anywhere finds them however much is said between.
    @Test func wordsFarApartComeTogether() throws {
        let moderator = try moderator(rule("a", "all: [{phrases: [invest]}, {phrases: [sure]}]"))
        var judge = try moderator.makeJudge()
        var segment = Segment()
        var reading = SegmentReading()
        func say(_ text: String, _ seq: Int, isLast: Bool = false) -> [String] {
            judge.extend(
                &segment, by: Array(text.utf8).span, seq: seq, isLast: isLast, context: Post(), into: &reading)
            return reading.evidence.compactMap { $0.evidence.place?.text }
        }
        let filler = "the weather is fine and so are we "
        var all = say("we invest in it. ", 1)
        for seq in 2..<200 { all += say(filler, seq) }
        #expect(all.isEmpty)
        all += say("it is sure. ", 200)
        for seq in 201..<210 { all += say(filler + "sure ", seq) }
        all += say("", 210, isLast: true)
        #expect(all == ["invest", "sure"])
        #expect(reading.pending.isEmpty)
    }

    /// Words that came before count at the beginning of a text that goes on for long.
    @Test(arguments: [0, 40, 2_000])
    func whatALongTextBeginsWithCompletesWhatCameBefore(_ more: Int) throws {
        let moderator = try moderator(rule("a", "all: [{phrases: [invest]}, {phrases: [sure]}], within: 60"))
        var speaker = Speaker(judge: try moderator.makeJudge())
        let text = Array(("we invest in many good things for sure " + String(repeating: "so ", count: more)).utf8)
        let (found, complaint) = speaker.say(text, cutAt: [30])
        #expect(found.map(\.text) == ["invest", "sure"])
        #expect(complaint == nil)
    }

    /// Speech recognition revises: what is gone is withdrawn, what is new is said, what stands is not said again.
    @Test func revisions() throws {
        let moderator = try moderator(rule("a", "phrases: [weixin, sale]"))
        var judge = try moderator.makeJudge()
        var segment = Segment()
        var reading = SegmentReading()
        for (seq, text) in [(1, "a big sale today "), (2, "add my way shin "), (3, "and a sale again ")] {
            judge.extend(
                &segment, by: Array(text.utf8).span, seq: seq, isLast: false, context: Post(), into: &reading)
        }
        var isKnown = judge.revise(
            &segment, 2, to: Array("add my weixin ".utf8).span, seq: 4, isLast: false, context: Post(), into: &reading)
        #expect(isKnown && reading.evidence.map { $0.evidence.place?.text } == ["weixin"])
        #expect(reading.evidence.first?.parts.map(\.seq) == [4] && reading.withdrawn.isEmpty)
        isKnown = judge.revise(
            &segment, 1, to: Array("a big whale today ".utf8).span, seq: 5, isLast: false, context: Post(),
            into: &reading)
        #expect(isKnown && reading.withdrawn.map { $0.evidence.place?.text } == ["sale"] && reading.evidence.isEmpty)
        #expect(reading.withdrawnVerdict.markets.allSatisfy { $0.score > 0 })
        isKnown = judge.revise(
            &segment, 99, to: Array("x".utf8).span, seq: 6, isLast: false, context: Post(), into: &reading)
        #expect(!isKnown)
    }

    /// A word whose first half was said under other rules is found by the new ones.
    @Test func newRulesSeeWhatWasSaid() throws {
        var judge = try moderator(rule("a", "phrases: [sale]")).makeJudge()
        var segment = Segment()
        var reading = SegmentReading()
        judge.extend(
            &segment, by: Array("a sale here, my wei".utf8).span, seq: 1, isLast: false, context: Post(),
            into: &reading)
        #expect(reading.evidence.count == 1)
        judge = try moderator(rule("b", "phrases: [weixin]") + rule("a", "phrases: [sale]")).makeJudge()
        segment.takeNewRules()
        judge.extend(
            &segment, by: Array("xin is new".utf8).span, seq: 2, isLast: true, context: Post(), into: &reading)
        #expect(reading.evidence.map { $0.evidence.place?.text } == ["weixin"])
        #expect(reading.evidence.first?.parts.map(\.seq) == [1, 2])
    }

    /// However long a speaker goes on, what is kept of it stays small, and a hostile text is no exception.
    @Test(arguments: ["the weather is fine ", "今天天气很好我们去公园", "\u{200B}\u{200B}", "sale ", "e\u{301}\u{302}"])
    func memoryIsBounded(_ text: String) throws {
        let moderator = try Self.shipped.get()
        var judge = try moderator.makeJudge()
        var segment = Segment()
        var reading = SegmentReading()
        let chunk = Array(String(repeating: text, count: 20).utf8)
        var largest = 0
        for seq in 1...400 {
            judge.extend(&segment, by: chunk.span, seq: seq, isLast: false, context: Post(), into: &reading)
            var state = BinaryWriter()
            segment.write(to: &state)
            largest = max(largest, state.bytes.count)
        }
        #expect(segment.length == 400 * chunk.count && largest < 24_000)
    }
}
