import ContentModel
import LiveModeration
import Moderation
import Wire

/// A live checker that plays scripts, a record a line: `SEQ KIND SPEAKER TIME TEXT|`, and `start TIME` or `end TIME`.
///
/// Times are seconds of the sender's clock, `-` for none. `~N ` before a text puts it in the place of chunk N, and `||`
/// behind it ends the segment. `other>` before a line names a stream other than `s`.
final class Player {
    private var checker: LiveChecker
    /// The wall clock, ms.
    var now: Int64 = 0
    /// What streams that are not in memory are restored from.
    var kept: [String: [UInt8]] = [:]

    /// 2025-01-15T00:00:00Z.
    static let midnight: Int64 = 1_736_899_200_000

    static let pack = """
        pack: p
        rules:
          - {id: a, category: fraud, confidence: 0.6, match: {phrases: [weixin, 加薇信]}}
          - {id: b, category: spam, confidence: 0.4, match: {phrases: [discount]}}
          - {id: c, category: threats, confidence: 0.96, severity: critical, match: {phrases: [killthem]}}

        """

    /// A market whose live policy differs from the standard one in some keys.
    static func market(_ name: String, _ live: String = "") -> (path: String, text: String) {
        var text = "market: \(name)\nthresholds:\n  default: {label: 0.3, review: 0.5, block: 0.95}\n"
        if !live.isEmpty { text += "live:\n  \(live.replacing("\n", with: "\n  "))\n" }
        return ("\(name)/market.yaml", text)
    }

    static func moderator(
        _ pack: String = Player.pack, markets: [(path: String, text: String)] = [Player.market("xx")]
    ) throws -> Moderator {
        var files: [(path: String, text: String)] = [("global/p.yaml", pack)]
        files += markets
        return try Moderator(rules: files, day: "2025-06-01")
    }

    init(_ moderator: Moderator, markets: [Market]? = nil) throws {
        checker = try LiveChecker(moderator, markets: markets, keepsChanges: true)
    }

    convenience init() throws { try self.init(Player.moderator()) }

    // MARK: - Records

    /// Feeds the records of a script.
    @discardableResult
    func outcomes(_ script: String) -> [LiveOutcome] {
        var outcomes: [LiveOutcome] = []
        for (index, line) in script.split(separator: "\n").enumerated() {
            take(Self.chunk(String(line)), ticket: index, into: &outcomes)
        }
        return outcomes
    }

    /// Feeds the records of a script and gives what came of them, a line each.
    @discardableResult
    func play(_ script: String) -> [String] { outcomes(script).map(Self.line) }

    func verdicts(_ script: String) -> [LiveVerdict] { outcomes(script).map(\.verdict) }

    func take(_ chunk: Chunk, ticket: Int = 0, into outcomes: inout [LiveOutcome]) {
        let kept = kept
        checker.take(chunk, ticket: ticket, now: now, into: &outcomes) { kept[$0] }
    }

    func release(at time: Int64) -> [String] {
        var outcomes: [LiveOutcome] = []
        checker.releaseOverdue(now: time, into: &outcomes)
        return outcomes.map(Self.line)
    }

    func releaseAll() -> [String] {
        var outcomes: [LiveOutcome] = []
        checker.releaseAll(into: &outcomes)
        return outcomes.map(Self.line)
    }

    func takeNewRules(_ moderator: Moderator) throws { try checker.takeNewRules(moderator) }

    var streamCount: Int { checker.streamCount }

    /// The states of streams that changed since this was asked last.
    func takeChanges(atMost most: Int = .max, where isReady: (String) -> Bool = { _ in true }) -> [String: [UInt8]] {
        Dictionary(uniqueKeysWithValues: checker.takeChanges(atMost: most, where: isReady).map { ($0.id, $0.state) })
    }

    /// Forgets streams, and gives the states of those that have not ended with what came of what waited in them.
    func evict(untouchedSince time: Int64, endedSince endTime: Int64? = nil) -> (
        states: [String: [UInt8]], lines: [String]
    ) {
        var outcomes: [LiveOutcome] = []
        let states = checker.evict(untouchedSince: time, endedSince: endTime ?? time, into: &outcomes).states
        return (Dictionary(uniqueKeysWithValues: states.map { ($0.id, $0.state) }), outcomes.map(Self.line))
    }

    // MARK: - Script

    static func chunk(_ line: String) -> Chunk {
        var chunk = Chunk()
        chunk.stream = "s"
        var rest = line[...]
        if let end = rest.firstIndex(of: ">"), rest[..<end].allSatisfy(\.isLetter) {
            chunk.stream = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
        }
        let words = rest.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        if words[0] == "start" || words[0] == "end" {
            chunk.event = words[0] == "start" ? .start : .end
            if words.count > 1 { chunk.at = time(words[1]) }
            if chunk.event == .start { chunk.context = Post() }
            return chunk
        }
        precondition(words.count == 5, "a line of a script is SEQ KIND SPEAKER TIME TEXT|")
        chunk.seq = Int(words[0])!
        chunk.kind = Chunk.Kind(name: String(words[1]))!
        chunk.speaker = String(words[2])
        chunk.at = time(words[3])
        var text = words[4]
        if text.hasPrefix("~"), let end = text.firstIndex(of: " ") {
            chunk.replaces = Int(text[text.index(after: text.startIndex)..<end])
            text = text[text.index(after: end)...]
        }
        chunk.isBreak = text.hasSuffix("||")
        chunk.text = Array(text.utf8.dropLast(chunk.isBreak ? 2 : 1))
        return chunk
    }

    private static func time(_ word: Substring) -> Int64? {
        word == "-" ? nil : midnight + Int64((Double(word)! * 1000).rounded())
    }

    // MARK: - Answers

    /// `SEQ ACTION`, then `+` new, `?` pending and `-` withdrawn evidence with its parts, `#` notes, and `*` for a case.
    static func line(_ outcome: LiveOutcome) -> String {
        let verdict = outcome.verdict
        let name =
            switch verdict.event {
            case .start: "start"
            case .end: "end"
            case .text: String(verdict.seq)
            }
        var words = [name, verdict.action.name]
        words += verdict.evidence.map { "+" + shown($0) }
        words += verdict.pending.map { "?" + shown($0) }
        words += verdict.withdrawn.map { "-" + shown($0) }
        words += verdict.notes.map { "#" + $0.name }
        if outcome.moment != nil { words.append("*") }
        return words.joined(separator: " ")
    }

    /// `weixin[1:7-10,2:0-3]`, with `&` behind what is joined and `@a,b` behind what several authors say.
    private static func shown(_ item: LiveEvidence) -> String {
        let parts = item.parts.map { "\($0.seq):\($0.span.start)-\($0.span.end)" }.joined(separator: ",")
        let speakers = item.speakers.isEmpty ? "" : "@" + item.speakers.joined(separator: ",")
        return "\(item.evidence.place?.text ?? "")[\(parts)]\(item.isJoined ? "&" : "")\(speakers)"
    }
}
