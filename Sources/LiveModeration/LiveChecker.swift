public import ContentModel
public import Moderation
internal import RuleBook
public import Wire

/// What became of one record.
public struct LiveOutcome: Sendable {
    /// What the caller gave with the record, to know it by.
    public var ticket: Int
    public var verdict: LiveVerdict
    /// What a person must look at; it is to be stored before the answer is given.
    public var moment: LiveCase?
}

/// Checks live streams, chunk by chunk: one state machine a stream over the last of its text.
///
/// Pure but for the judge that it owns: time comes with the records, and what is to be done comes out of it. Chunks of
/// one stream go to one checker; each thread has one of its own.
public struct LiveChecker: ~Copyable {
    private var moderator: Moderator
    private var judge: Judge
    /// By place in the markets of the rules.
    private var ladders: [MarketLadders] = []
    private var places: [Market: Int] = [:]
    /// The markets of the run; nil means all.
    private let markets: [Market]?
    private(set) var streams: [String: LiveStream] = [:]
    /// What streams that nobody started are judged by.
    private(set) var unstarted: StreamContext
    private var reading = SegmentReading()
    /// The rules at hand, counted.
    private(set) var epoch = 0
    /// The markets of streams against which nothing stands, as records show them.
    private var passing: (of: [MarketVerdict], shown: [MarketEnforcement]) = ([], [])
    /// Streams of which some chunk waits for an earlier one.
    private var waiting: Set<String> = []
    /// Streams that changed since they were last asked for.
    var changed: Set<String> = []
    /// The same in the order in which they changed first.
    var changes: [String] = []
    private let keepsChanges: Bool

    /// - Parameters:
    ///   - markets: The markets of the run; nil means all that the rules have.
    ///   - keepsChanges: Whether ``takeChanges()`` will be asked.
    public init(_ moderator: Moderator, markets: [Market]?, keepsChanges: Bool = false) throws {
        moderator.prepareForStreams()
        let judge = try moderator.makeJudge()
        self.moderator = moderator
        self.markets = markets
        self.keepsChanges = keepsChanges
        self.judge = judge
        unstarted = StreamContext(Post(), joinWindow: 0)
        takePolicies()
    }

    /// The number of streams in memory, with those that ended lately.
    public var streamCount: Int { streams.count }

    /// Judges by other rules from the next chunk on.
    public mutating func takeNewRules(_ moderator: Moderator) throws {
        judge = try moderator.makeJudge()
        let before = places
        self.moderator = moderator
        epoch += 1
        takePolicies()
        let moved = marketNames.map { before[$0] }
        guard moved != Array(moved.indices) || before.count != moved.count else { return }
        for stream in streams.values where !stream.standings.isEmpty { stream.standings.rearrange(moved) }
    }

    private mutating func takePolicies() {
        ladders = marketNames.map { MarketLadders(moderator.livePolicy(of: $0) ?? .standard) }
        places = Dictionary(uniqueKeysWithValues: marketNames.enumerated().map { ($1, $0) })
        var post = Post()
        post.markets = markets
        unstarted = context(of: post)
    }

    /// The markets of the rules, in whose order standings are kept.
    var marketNames: [Market] { moderator.markets }

    func context(of post: Post) -> StreamContext {
        let windows = (post.markets ?? moderator.markets).compactMap { places[$0].map { ladders[$0].joinWindow } }
        return StreamContext(post, joinWindow: windows.max() ?? LivePolicy.standard.joinWindow)
    }

    // MARK: - Records

    /// Takes a record and appends what became of it and of those that waited for it.
    ///
    /// - Parameters:
    ///   - now: The wall clock, ms; decides what is waited for and evicted, never a verdict.
    ///   - restore: The state of a stream that is not in memory, if it was kept.
    public mutating func take(
        _ chunk: Chunk, ticket: Int, now: Int64, into outcomes: inout [LiveOutcome],
        restore: (String) -> [UInt8]? = { _ in nil }
    ) {
        let (stream, isNew) = open(chunk.stream, restore)
        stream.touched = now
        if keepsChanges, changed.insert(chunk.stream).inserted { changes.append(chunk.stream) }
        if stream.epoch != epoch { takeRules(stream) }
        switch chunk.event {
        case .start: start(stream, chunk, ticket, into: &outcomes)
        case .end: end(stream, chunk, ticket, into: &outcomes)
        case .text: takeText(stream, chunk, ticket, now, isNew: isNew, into: &outcomes)
        }
    }

    /// Why a stream cannot be started: it names a market that the rules do not know, or none that is judged.
    ///
    /// - Parameters:
    ///   - known: The markets of the rules.
    ///   - markets: The markets of the run; nil means all.
    public static func refusal(of chunk: Chunk, known: [Market], markets: [Market]?) -> RecordError? {
        guard let named = chunk.context?.markets else { return nil }
        if let unknown = named.first(where: { !known.contains($0) }) {
            let all = known.map(\.rawValue).joined(separator: ", ")
            return RecordError(.unknownMarket, "no market is named \"\(unknown.rawValue)\"; there are \(all)")
        }
        if let markets, !named.contains(where: markets.contains) {
            return RecordError(.noMarketLeft, "none of the stream's markets is judged in this run")
        }
        return named.isEmpty ? RecordError(.noMarketLeft, "the stream is for no market") : nil
    }

    private mutating func open(_ id: String, _ restore: (String) -> [UInt8]?) -> (LiveStream, isNew: Bool) {
        if let stream = streams[id] { return (stream, false) }
        if let bytes = restore(id), let stream = stream(id, from: bytes) {
            streams[id] = stream
            return (stream, false)
        }
        let stream = LiveStream(id: id, context: unstarted)
        stream.epoch = epoch
        streams[id] = stream
        return (stream, true)
    }

    private mutating func takeRules(_ stream: LiveStream) {
        stream.epoch = epoch
        stream.context = stream.isStarted ? context(of: stream.context.speech) : unstarted
        for index in stream.segments.indices { stream.segments[index].segment.takeNewRules() }
    }

    private mutating func start(
        _ stream: LiveStream, _ chunk: Chunk, _ ticket: Int, into outcomes: inout [LiveOutcome]
    ) {
        var record = Record(LiveVerdict(stream: stream.id, event: .start, seq: 0))
        let isKnown = stream.isStarted && (chunk.at == nil || chunk.at == stream.startedAt)
        if isKnown || !stream.isStarted && stream.order.next != nil && !stream.isEnded && chunk.at ?? 0 <= stream.at {
            // Fed again, or overtaken by its first chunks: those go on.
            if isKnown { record.verdict.notes.append(.duplicate) }
        } else {
            if stream.isStarted || stream.isEnded || stream.order.next != nil {
                release(stream, into: &outcomes)
                closeSegments(stream, into: &record) { _ in true }
                stream.close()
                stream.isEnded = false
                stream.order.restart()
            }
            stream.at = chunk.at ?? stream.at
        }
        if !isKnown {
            var post = chunk.context ?? Post()
            if let markets { post.markets = post.markets?.filter(markets.contains) ?? markets }
            stream.context = context(of: post)
            stream.isStarted = true
            stream.startedAt = chunk.at
        }
        finish(record, stream, speaker: "", ticket, into: &outcomes)
    }

    private mutating func end(
        _ stream: LiveStream, _ chunk: Chunk, _ ticket: Int, into outcomes: inout [LiveOutcome]
    ) {
        release(stream, into: &outcomes)
        var record = Record(LiveVerdict(stream: stream.id, event: .end, seq: (stream.order.next ?? 1) - 1))
        if stream.isEnded { record.verdict.notes.append(.duplicate) }
        stream.at = max(stream.at, chunk.at ?? stream.at)
        closeSegments(stream, into: &record) { _ in true }
        finish(record, stream, speaker: "", ticket, into: &outcomes)
        stream.close()
    }

    private mutating func takeText(
        _ stream: LiveStream, _ chunk: Chunk, _ ticket: Int, _ now: Int64, isNew: Bool,
        into outcomes: inout [LiveOutcome]
    ) {
        var notes: [LiveVerdict.Note] = []
        if stream.isEnded, stream.order.next.map({ chunk.seq >= $0 }) ?? true {
            stream.isEnded = false
            stream.isStarted = false
            stream.startedAt = nil
            stream.context = unstarted
            notes.append(.afterEnd)
        } else if isNew {
            notes.append(.implicitStart)
        }
        let place = stream.order.place(
            of: chunk, notes, ticket: ticket, now: now, isStarted: stream.isStarted)
        switch place {
        case .next:
            judge(chunk, of: stream, notes, ticket, into: &outcomes)
            while let next = stream.order.takeWaiting() {
                judge(next.chunk, of: stream, next.notes, next.ticket, into: &outcomes)
            }
        case .waits: waiting.insert(stream.id)
        case .late: judgeAlone(chunk, of: stream, ticket, into: &outcomes)
        case .duplicate:
            var record = Record(LiveVerdict(stream: stream.id, event: .text, seq: chunk.seq))
            record.verdict.notes.append(.duplicate)
            finish(record, stream, speaker: chunk.speaker, ticket, into: &outcomes)
        }
        if stream.order.isOverdue(now: now) { release(stream, into: &outcomes) }
    }

    /// Judges all that waits, with a note of what did not come.
    private mutating func release(_ stream: LiveStream, into outcomes: inout [LiveOutcome]) {
        while let gap = stream.order.skip() {
            var notes: [LiveVerdict.Note] = [.gap(gap)]
            while let next = stream.order.takeWaiting() {
                judge(next.chunk, of: stream, notes + next.notes, next.ticket, into: &outcomes)
                notes = []
            }
        }
    }

    // MARK: - Wall clock

    /// Goes on without chunks that were waited for long enough.
    public mutating func releaseOverdue(now: Int64, into outcomes: inout [LiveOutcome]) {
        guard !waiting.isEmpty else { return }
        for id in waiting.sorted() {
            guard let stream = streams[id], !stream.order.waiting.isEmpty else {
                waiting.remove(id)
                continue
            }
            if stream.order.isOverdue(now: now) { release(stream, into: &outcomes) }
        }
    }

    /// Goes on without anything that is waited for: no more records come.
    public mutating func releaseAll(into outcomes: inout [LiveOutcome]) {
        for id in waiting.sorted() {
            if let stream = streams[id] { release(stream, into: &outcomes) }
        }
        waiting = []
    }

    /// Ends streams of which nothing more comes and that nobody keeps.
    ///
    /// - Returns: What a person must look at of what was still pending in them.
    public mutating func abandonAll() -> [LiveCase] {
        streams.values.sorted { $0.id < $1.id }.compactMap { abandon($0) }
    }

    private mutating func abandon(_ stream: LiveStream) -> LiveCase? {
        guard stream.segments.contains(where: \.segment.hasPending) else { return nil }
        var outcomes: [LiveOutcome] = []
        var record = Record(LiveVerdict(stream: stream.id, event: .end, seq: (stream.order.next ?? 1) - 1))
        closeSegments(stream, into: &record) { _ in true }
        finish(record, stream, speaker: "", 0, into: &outcomes)
        return outcomes.first?.moment
    }

    /// Forgets streams of which nothing came since a time of the wall clock, ms.
    ///
    /// - Returns: Those that have not ended, with their state or, where states are not kept, what of them a person must
    ///   look at; and those that have ended.
    public mutating func evict(
        untouchedSince time: Int64, endedSince endTime: Int64, into outcomes: inout [LiveOutcome]
    ) -> Evicted {
        var evicted = Evicted()
        for stream in streams.values where stream.touched < (stream.isEnded ? endTime : time) {
            if stream.isEnded {
                evicted.ended.append(stream.id)
            } else {
                release(stream, into: &outcomes)
                if keepsChanges {
                    evicted.states.append((stream.id, state(of: stream)))
                } else if let moment = abandon(stream) {
                    evicted.moments.append(moment)
                }
            }
            streams.removeValue(forKey: stream.id)
            changed.remove(stream.id)
        }
        return evicted
    }

    /// Streams that were forgotten.
    public struct Evicted: Sendable {
        public var states: [(id: String, state: [UInt8])] = []
        public var moments: [LiveCase] = []
        public var ended: [String] = []
    }

    // MARK: - Judging

    /// A record in the making.
    private struct Record {
        var verdict: LiveVerdict
        /// By place in `markets`: what new evidence scores, what pending evidence would.
        var markets: [MarketVerdict] = []
        var pending: [Double] = []
        /// What was read that a person must look at, and for which actions.
        var moments: [LiveCase.Moment] = []
        var holds: Set<Action> = []
        /// Whose words were read besides those of the record's own speaker.
        var speakers: Set<String> = []

        init(_ verdict: LiveVerdict) { self.verdict = verdict }
    }

    private mutating func judge(
        _ chunk: Chunk, of stream: LiveStream, _ notes: [LiveVerdict.Note], _ ticket: Int,
        into outcomes: inout [LiveOutcome]
    ) {
        var record = Record(LiveVerdict(stream: stream.id, event: .text, seq: chunk.seq))
        record.verdict.notes = notes
        let at = time(of: chunk, in: stream)
        let window = stream.context.joinWindow
        // A speaker's own clock ends a segment; those of others run beside it, so they end one later.
        closeSegments(stream, into: &record) { open in
            let isOwn = open.kind == chunk.kind && open.speaker == chunk.speaker
            return Self.gap(open.at, at) > window + (isOwn ? 0 : Self.skew)
        }
        if chunk.kind == .chat {
            judgeMessage(chunk, at, of: stream, into: &record)
        } else {
            judgeSpeech(chunk, at, of: stream, into: &record)
        }
        finish(record, stream, speaker: chunk.speaker, ticket, into: &outcomes)
    }

    /// The chunk's time; a clock that goes back takes the standings with it.
    private func time(of chunk: Chunk, in stream: LiveStream) -> Int64 {
        let at = chunk.at ?? stream.at
        if at < stream.at { stream.standings.rebase(to: at) }
        stream.at = at
        return at
    }

    private mutating func judgeSpeech(_ chunk: Chunk, _ at: Int64, of stream: LiveStream, into record: inout Record) {
        let place = openSegment(for: chunk, at, of: stream)
        let context = stream.context.speech
        var isRevised = false
        if let replaced = chunk.replaces {
            isRevised = judge.revise(
                &stream.segments[place].segment, replaced, to: chunk.text.span, seq: chunk.seq,
                isLast: chunk.isBreak, context: context, into: &reading)
            if !isRevised { record.verdict.notes.append(.revisionLost) }
        }
        if !isRevised {
            judge.extend(
                &stream.segments[place].segment, by: chunk.text.span, seq: chunk.seq, isLast: chunk.isBreak,
                context: context, into: &reading)
        }
        apply(stream, chunk.speaker, isChat: false, into: &record)
        if chunk.isBreak { stream.segments.remove(at: place) }
    }

    /// How much later than its own speaker's clock another's ends a segment, ms.
    private static let skew: Int64 = 10_000

    /// Milliseconds from one time to another, whatever senders write.
    private static func gap(_ start: Int64, _ end: Int64) -> Int64 {
        let (gap, overflow) = end.subtractingReportingOverflow(start)
        return overflow ? .max : gap
    }

    /// The place of the segment that a chunk goes on with: the last one.
    private func openSegment(for chunk: Chunk, _ at: Int64, of stream: LiveStream) -> Int {
        if let place = stream.segments.firstIndex(where: { $0.kind == chunk.kind && $0.speaker == chunk.speaker }) {
            if place != stream.segments.count - 1 { stream.segments.append(stream.segments.remove(at: place)) }
            stream.segments[stream.segments.count - 1].at = at
        } else {
            stream.segments.append(
                LiveStream.OpenSegment(kind: chunk.kind, speaker: chunk.speaker, at: at, segment: Segment()))
        }
        return stream.segments.count - 1
    }

    /// Speakers of one stream whose segments are open at the same time; one more closes the one that was silent longest.
    private static let mostSegments = 32

    /// Ends segments, and says what becomes of what was pending in them.
    private mutating func closeSegments(
        _ stream: LiveStream, into record: inout Record, where isOver: (LiveStream.OpenSegment) -> Bool
    ) {
        guard !stream.segments.isEmpty else { return }
        // Those who spoke least lately come first.
        let excess = stream.segments.count - Self.mostSegments
        for index in stream.segments.indices.reversed()
        where isOver(stream.segments[index]) || index < excess {
            var open = stream.segments.remove(at: index)
            guard open.segment.hasPending else { continue }
            judge.extend(
                &open.segment, by: [UInt8]().span, seq: record.verdict.seq, isLast: true,
                context: stream.context.speech, into: &reading)
            apply(stream, open.speaker, isChat: false, into: &record)
        }
    }

    /// A chunk that comes after its turn is a text of its own.
    private mutating func judgeAlone(
        _ chunk: Chunk, of stream: LiveStream, _ ticket: Int, into outcomes: inout [LiveOutcome]
    ) {
        var record = Record(LiveVerdict(stream: stream.id, event: .text, seq: chunk.seq))
        record.verdict.notes.append(.late)
        judgeText(chunk, of: stream, into: &record)
        finish(record, stream, speaker: chunk.speaker, ticket, into: &outcomes)
    }

    private mutating func judgeText(_ chunk: Chunk, of stream: LiveStream, into record: inout Record) {
        var segment = Segment()
        let isChat = chunk.kind == .chat
        judge.extend(
            &segment, by: chunk.text.span, seq: chunk.seq, isLast: true,
            context: isChat ? stream.context.chat : stream.context.speech, into: &reading)
        apply(stream, chunk.speaker, isChat: isChat, into: &record)
    }

    // MARK: - Chat

    /// What evidence weighs that only joined messages show: of one author, and of several.
    static let joinWeight = 0.8
    static let crowdWeight = 0.7
    /// Messages that newer ones may join, and bytes of each.
    private static let mostMessages = 24
    private static let longestMessage = 512
    /// Bytes of a message that may be a part of what several authors spell.
    private static let longestLetter = 16

    private mutating func judgeMessage(_ chunk: Chunk, _ at: Int64, of stream: LiveStream, into record: inout Record) {
        // A message is what its author sent; one that is edited is a message more.
        if chunk.replaces != nil { record.verdict.notes.append(.revisionLost) }
        judgeText(chunk, of: stream, into: &record)
        let window = stream.context.joinWindow
        stream.chat.removeAll { Self.gap($0.at, at) > window }
        if stream.chat.count >= Self.mostMessages { stream.chat.removeFirst() }
        let end = Self.end(of: chunk.text)
        stream.chat.append(
            .init(
                seq: chunk.seq, speaker: chunk.speaker, dropped: chunk.text.count - end.count, text: end, at: at))
        guard stream.chat.count > 1 else { return }
        let own = stream.chat.filter { $0.speaker == chunk.speaker }
        if own.count > 1, !join(own, weight: Self.joinWeight, of: stream, chunk.speaker, into: &record) {
            _ = join(own, separator: [0x20], weight: Self.joinWeight, of: stream, chunk.speaker, into: &record)
        }
        guard chunk.text.count <= Self.longestLetter else { return }
        let letters = stream.chat.reversed().prefix { $0.text.count <= Self.longestLetter }.reversed()
        guard letters.count > 1, letters.contains(where: { $0.speaker != chunk.speaker }) else { return }
        _ = join(Array(letters), weight: Self.crowdWeight, of: stream, chunk.speaker, into: &record)
    }

    /// The end of a message, whole code points.
    private static func end(of text: [UInt8]) -> [UInt8] {
        guard text.count > longestMessage else { return text }
        return Array(text.suffix(longestMessage).drop { $0 & 0xC0 == 0x80 })
    }

    /// Judges messages as one text.
    ///
    /// - Returns: Whether they say something together.
    private mutating func join(
        _ messages: [LiveStream.ChatMessage], separator: [UInt8] = [], weight: Double, of stream: LiveStream,
        _ speaker: String, into record: inout Record
    ) -> Bool {
        judge.judgeJoined(
            messages.map { ($0.seq, $0.speaker, $0.text) }, separator: separator, weight: weight,
            context: stream.context.chat,
            into: &reading)
        guard !reading.evidence.isEmpty else { return false }
        for index in reading.evidence.indices {
            for part in reading.evidence[index].parts.indices {
                let seq = reading.evidence[index].parts[part].seq
                let dropped = messages.first { $0.seq == seq }?.dropped ?? 0
                reading.evidence[index].parts[part].span.start += dropped
                reading.evidence[index].parts[part].span.end += dropped
            }
        }
        let speakers = messages.map(\.speaker)
        if speakers.contains(where: { $0 != speaker }) {
            for index in reading.evidence.indices {
                let parts = Set(reading.evidence[index].parts.map(\.seq))
                var named: [String] = []
                for message in messages where parts.contains(message.seq) && !named.contains(message.speaker) {
                    named.append(message.speaker)
                }
                if named.count > 1 { reading.evidence[index].speakers = named }
            }
        }
        apply(stream, speaker, isChat: true, isCrowd: speakers.contains { $0 != speaker }, into: &record)
        return true
    }

    // MARK: - Enforcement

    /// Takes what was read into the standings and the record.
    private mutating func apply(
        _ stream: LiveStream, _ speaker: String, isChat: Bool, isCrowd: Bool = false, into record: inout Record
    ) {
        let verdict = reading.verdict
        if record.markets.isEmpty { record.markets = verdict.markets }
        if let failure = verdict.failure { record.verdict.failure = failure }
        guard
            !reading.evidence.isEmpty || !reading.pending.isEmpty || !reading.withdrawn.isEmpty
                || verdict.failure != nil
        else { return }
        record.speakers.insert(speaker)
        record.verdict.evidence += reading.evidence
        record.verdict.evidenceOmitted += reading.evidenceOmitted
        record.verdict.pending += reading.pending
        record.verdict.withdrawn += reading.withdrawn
        if record.pending.isEmpty { record.pending = Array(repeating: 0, count: verdict.markets.count) }
        let isNew = !reading.evidence.isEmpty
        var isRaised = false
        for index in verdict.markets.indices {
            guard let market = places[verdict.markets[index].market] else { continue }
            let ladders = ladders[market]
            func score(_ verdict: Verdict) -> Double {
                index < verdict.markets.count
                    ? ladders.score(of: verdict.markets[index], severity: verdict.severity, isChat: isChat) : 0
            }
            record.pending[index] += score(reading.pendingVerdict)
            if !reading.withdrawn.isEmpty {
                withdraw(score(reading.withdrawnVerdict), stream, market, speaker, isChat, ladders)
            }
            guard isNew else { continue }
            let new = score(verdict)
            merge(verdict.markets[index], into: &record.markets[index])
            if new > 0, add(new, stream, market, isCrowd ? nil : speaker, isChat, ladders) { isRaised = true }
        }
        let isAmbiguous = isNew && verdict.markets.contains { $0.action == .review } || verdict.failure != nil
        guard isAmbiguous || isRaised else { return }
        record.moments.append(
            LiveCase.Moment(
                speaker: speaker, text: reading.text, start: reading.textStart, evidence: reading.evidence,
                verdict: verdict))
        record.holds.formUnion(isRaised ? [.label, .limit, .review, .block] : [.review, .block])
    }

    /// What a record says of a market, of several readings: all rules and categories, at their highest.
    private func merge(_ verdict: MarketVerdict, into market: inout MarketVerdict) {
        guard market != verdict else { return }
        market.action = max(market.action, verdict.action)
        market.score = max(market.score, verdict.score)
        for category in verdict.categories {
            if let known = market.categories.firstIndex(where: { $0.category == category.category }) {
                market.categories[known].score = max(market.categories[known].score, category.score)
            } else {
                market.categories.append(category)
            }
        }
        market.categories.sort {
            $0.score != $1.score ? $0.score > $1.score : $0.category.rawValue < $1.category.rawValue
        }
        market.rules = Set(market.rules + verdict.rules).sorted()
        market.notice = market.notice ?? verdict.notice
    }

    /// - Parameter speaker: Who said it; nil where several spelled it, of whom none said it all.
    /// - Returns: Whether the stream came to be held or cut by it.
    private func add(
        _ score: Double, _ stream: LiveStream, _ market: Int, _ speaker: String?, _ isChat: Bool,
        _ ladders: MarketLadders
    ) -> Bool {
        let at = stream.at
        let count = self.ladders.count
        if let speaker {
            stream.standings.change(.speaker(speaker), in: market, of: count) {
                ladders.speaker.add(score, to: &$0, at: at)
            }
        }
        var isRaised = false
        let ladder = isChat ? ladders.crowd : ladders.stream
        stream.standings.change(isChat ? .crowd : .stream, in: market, of: count) { standing in
            let before = ladder.decayed(standing, at: at).level
            isRaised = ladder.add(isChat ? min(score, 1) : score, to: &standing, at: at) > before
        }
        return isRaised
    }

    private func withdraw(
        _ score: Double, _ stream: LiveStream, _ market: Int, _ speaker: String, _ isChat: Bool,
        _ ladders: MarketLadders
    ) {
        guard score > 0 else { return }
        let at = stream.at
        let count = self.ladders.count
        stream.standings.change(.speaker(speaker), in: market, of: count) {
            ladders.speaker.withdraw(score, givenAt: at, from: &$0, at: at)
        }
        let ladder = isChat ? ladders.crowd : ladders.stream
        stream.standings.change(isChat ? .crowd : .stream, in: market, of: count) {
            ladder.withdraw(score, givenAt: at, from: &$0, at: at)
        }
    }

    /// What every market does, given how all stand.
    private mutating func finish(
        _ record: Record, _ stream: LiveStream, speaker: String, _ ticket: Int, into outcomes: inout [LiveOutcome]
    ) {
        var record = record
        if record.markets.isEmpty { record.markets = judge.allowing(stream.context.speech.markets) }
        var verdict = record.verdict
        if stream.standings.isEmpty, record.pending.allSatisfy({ $0 == 0 }), verdict.failure == nil {
            verdict.markets = shown(record.markets)
        } else {
            let stand = Stand(
                stream: stream.standings[.stream], crowd: stream.standings[.crowd],
                speakers: record.speakers.union([speaker]).compactMap { stream.standings[.speaker($0)] })
            verdict.markets = record.markets.indices.map { index in
                enforcement(
                    record.markets[index], pending: record.pending.isEmpty ? 0 : record.pending[index], stand,
                    at: stream.at, isFailure: verdict.failure != nil)
            }
            verdict.action = verdict.markets.map(\.action).max() ?? .pass
        }
        let moment =
            record.moments.isEmpty
            ? nil
            : LiveCase(
                stream: stream.id, startedAt: stream.startedAt, record: verdict, context: stream.context.speech,
                record.moments,
                markets: record.markets, holds: record.holds)
        outcomes.append(LiveOutcome(ticket: ticket, verdict: verdict, moment: moment))
    }

    /// How all stand whom a record is about, market by market; nil against whom nothing does.
    private struct Stand {
        var stream: [Standing]?
        var crowd: [Standing]?
        var speakers: [[Standing]]
    }

    /// The markets of a record of which nothing is to be said.
    private mutating func shown(_ markets: [MarketVerdict]) -> [MarketEnforcement] {
        if passing.of != markets {
            passing = (
                markets,
                markets.map {
                    MarketEnforcement(
                        market: $0.market, categories: $0.categories, rules: $0.rules, ruleSet: $0.ruleSet)
                }
            )
        }
        return passing.shown
    }

    private func enforcement(
        _ verdict: MarketVerdict, pending: Double, _ stand: Stand, at time: Int64, isFailure: Bool
    ) -> MarketEnforcement {
        var shown = MarketEnforcement(
            market: verdict.market, categories: verdict.categories, rules: verdict.rules, ruleSet: verdict.ruleSet)
        guard let market = places[verdict.market] else { return shown }
        let ladders = ladders[market]
        func take(_ ladder: Ladder, _ standing: Standing?, pending: Double) {
            guard pending > 0 || standing.map({ $0.score > 0 || $0.level > .pass }) == true else { return }
            let standing = standing ?? Standing()
            shown.action = max(shown.action, ladder.level(with: pending, standing, at: time))
            shown.score = max(shown.score, ladder.decayed(standing, at: time).score)
        }
        take(ladders.stream, stand.stream?[market], pending: pending)
        take(ladders.crowd, stand.crowd?[market], pending: 0)
        if stand.speakers.isEmpty { take(ladders.speaker, nil, pending: pending) }
        for speaker in stand.speakers { take(ladders.speaker, speaker[market], pending: pending) }
        // What could not be judged is not let through.
        if isFailure { shown.action = max(shown.action, .hold) }
        if shown.action > .pass { shown.notice = verdict.notice }
        return shown
    }
}
