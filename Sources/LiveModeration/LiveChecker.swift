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
    var moderator: Moderator
    var judge: Judge
    /// By place in the markets of the rules.
    var ladders: [MarketLadders] = []
    var places: [Market: Int] = [:]
    /// The markets of the run; nil means all.
    private let markets: [Market]?
    private(set) var streams: [String: LiveStream] = [:]
    /// What streams that nobody started are judged by.
    private(set) var unstarted: StreamContext
    var reading = SegmentReading()
    /// The rules at hand, counted.
    private(set) var epoch = 0
    /// The markets of streams against which nothing stands, as records show them.
    var passing: (of: [MarketVerdict], shown: [MarketEnforcement]) = ([], [])
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
                closeSegments(stream, into: &record) { _, _ in true }
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
        closeSegments(stream, into: &record) { _, _ in true }
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
    mutating func release(_ stream: LiveStream, into outcomes: inout [LiveOutcome]) {
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
        closeSegments(stream, into: &record) { _, _ in true }
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
}
