internal import ContentModel
internal import Foundation
internal import Moderation
internal import ReviewQueue
internal import Wire

/// What a batch became: the output, and the cases that must be stored before it is written.
struct FinishedBatch: Sendable {
    var sequence: Int
    var output: [UInt8]
    /// Each with the place of its id in ``output``.
    var cases: [(place: Int, incoming: IncomingCase)]
    var summary: Summary

    /// Bytes of output and of the posts of cases.
    var size: Int { cases.reduce(output.count) { $0 + $1.incoming.post.count } }
}

/// Turns batches into output, in storage of its own: one worker a thread.
struct Worker: ~Copyable {
    private let settings: Gate.Settings
    private let rules: RulesInForce
    private var epoch: Int
    private var moderator: Moderator
    private let runID: String
    private var judge: Judge
    private var reader = PostReader()
    private var renderer: any VerdictRendering
    private var post = Post()
    private var verdict = Verdict()
    private var json = JSONBytes()
    private var random = SystemRandomNumberGenerator()
    private var cases: [(place: Int, incoming: IncomingCase)] = []
    private var summary = Summary()

    init(rules: RulesInForce, settings: Gate.Settings, runID: String) throws {
        let (epoch, moderator) = rules.current
        let judge = try moderator.makeJudge()
        self.rules = rules
        self.epoch = epoch
        self.moderator = moderator
        self.settings = settings
        self.runID = runID
        self.judge = judge
        renderer = settings.makeRenderer()
    }

    /// Names of fields that hold text and are not judged.
    var unjudgedFields: [String: Int] { reader.unjudgedFields }

    mutating func finish(_ batch: borrowing Batch) throws -> FinishedBatch {
        // As much as the last batch took, so that the output need not move as it grows.
        let room = json.bytes.count + json.bytes.count / 4
        json.bytes = []
        json.bytes.reserveCapacity(max(room, batch.count * 2) + 1024)
        cases = []
        summary = Summary()
        if batch.isOverlong {
            refuse(
                RecordError(.lineTooLong, "the line is longer than \(settings.longestLine) bytes (--max-line)"),
                line: batch.firstLine)
        } else {
            try finishLines(batch)
        }
        return FinishedBatch(sequence: batch.sequence, output: json.bytes, cases: cases, summary: summary)
    }

    private mutating func finishLines(_ batch: borrowing Batch) throws {
        let bytes = batch.bytes.span
        var line = batch.firstLine
        var start = 0
        while start < batch.count {
            var end = bytes.extracting(..<batch.count).lineEnd(from: start)
            let next = end + 1
            if end > start, bytes[end - 1] == 0x0D { end -= 1 }
            if rules.epoch != epoch { try takeNewRules() }
            take(start..<end, of: bytes, isText: batch.isText, line: line)
            start = next
            line += 1
        }
    }

    private mutating func takeNewRules() throws {
        (epoch, moderator) = rules.current
        judge = try moderator.makeJudge()
    }

    private mutating func take(_ range: Range<Int>, of bytes: Span<UInt8>, isText: Bool, line: Int) {
        guard range.count <= settings.longestLine else {
            let message = "the line is longer than \(settings.longestLine) bytes (--max-line)"
            return refuse(RecordError(.lineTooLong, message), line: line)
        }
        if !isText, bytes.extracting(range).isBlank { return }
        let error = isText ? readText(bytes.extracting(range)) : reader.read(range, of: bytes, into: &post)
        if let error { return refuse(error, line: line) }
        if let error = chooseMarkets() { return refuse(error, line: line) }
        judge.judge(post, into: &verdict)
        summary.posts += 1
        summary.actions[Int(verdict.action.rawValue)] += 1
        render(line: line, bytes.extracting(range), isText: isText)
    }

    private mutating func readText(_ line: Span<UInt8>) -> RecordError? {
        post.removeAll()
        guard isValidUTF8(line) else { return RecordError(.invalidUTF8, "the line is not valid UTF-8") }
        post.append(FieldName(.text), line)
        return nil
    }

    /// Narrows the post's markets to those of the run.
    private mutating func chooseMarkets() -> RecordError? {
        guard let named = post.markets else {
            post.markets = settings.markets
            return nil
        }
        if let unknown = named.first(where: { !moderator.markets.contains($0) }) {
            return RecordError(
                .unknownMarket,
                "no market is named \"\(unknown.rawValue)\"; there are \(moderator.markets.map(\.rawValue).joined(separator: ", "))"
            )
        }
        if let selected = settings.markets, !named.allSatisfy(selected.contains) {
            post.markets = named.filter(selected.contains)
        }
        guard post.markets?.isEmpty == false else {
            return RecordError(.noMarketLeft, "none of the post's markets is judged in this run")
        }
        return nil
    }

    private mutating func refuse(_ error: RecordError, line: Int) {
        summary.errors += 1
        renderer.write(error, line: line, to: &json)
    }

    // MARK: - Output

    private mutating func render(line: Int, _ original: Span<UInt8>, isText: Bool) {
        let isHeld = settings.queue != nil && verdict.markets.contains { $0.action == .review }
        guard isHeld || settings.passesThrough && isText else {
            let passed = settings.passesThrough ? original : nil
            _ = renderer.write(verdict, of: post, line: line, caseID: nil, original: passed, to: &json)
            return
        }
        var originalJSON = JSONBytes()
        if isText {
            originalJSON.raw("{\"text\":")
            originalJSON.string(original)
            originalJSON.raw("}")
        } else {
            originalJSON.raw(original)
        }
        let incoming = isHeld ? incomingCase(line: line, original: originalJSON.bytes) : nil
        let place =
            settings.passesThrough
            ? renderer.write(
                verdict, of: post, line: line, caseID: incoming?.candidateID, original: originalJSON.bytes.span,
                to: &json)
            : renderer.write(
                verdict, of: post, line: line, caseID: incoming?.candidateID, original: nil, to: &json)
        if let place, let incoming { cases.append((place, incoming)) }
    }

    private mutating func incomingCase(line: Int, original: [UInt8]) -> IncomingCase? {
        guard let queue = settings.queue else { return nil }
        let key =
            post.id.map { "id:\($0)" } ?? settings.source.map { "source:\($0):\(line)" } ?? "run:\(runID):\(line)"
        return IncomingCase(
            id: CaseID.make(at: queue.time, using: &random), post: post, postKey: key, verdict: verdict,
            original: original, similarity: judge.similarity(of: post))
    }
}
