internal import ContentModel
internal import LiveModeration
internal import Moderation
internal import ReviewQueue
internal import Wire

/// Checks the streams of one thread: takes what arrives, writes what comes of it, and looks after the clock.
struct LiveWorker: ~Copyable {
    private let gate: LiveGate.Core
    private let inbox: LiveInbox
    private var checker: LiveChecker
    private var epoch: Int
    private var judge: Judge
    private var writer: LiveVerdictWriter
    private var outcomes: [LiveOutcome] = []
    private var outlets: [Int: Outlet] = [:]
    private var json = JSONBytes()
    private var random = SystemRandomNumberGenerator()
    private var summary = LiveSummary()
    private var lastEviction: Int64
    private var lastLook: Int64

    /// States that are written down after a batch: some two milliseconds' work, and more a second than chunks come.
    private static let mostStates = 1024

    init(_ gate: LiveGate.Core, _ inbox: LiveInbox) throws {
        let (epoch, moderator) = gate.rules.current
        let checker = try LiveChecker(
            moderator, markets: gate.settings.markets, keepsChanges: gate.keeper != nil)
        let judge = try moderator.makeJudge()
        self.gate = gate
        self.inbox = inbox
        self.epoch = epoch
        self.checker = checker
        self.judge = judge
        writer = LiveVerdictWriter(isBrief: gate.settings.isBrief)
        let now = gate.settings.now()
        (lastEviction, lastLook) = (now, now)
    }

    /// Works until the inbox is closed and empty, or the gate has failed.
    mutating func run() throws {
        while let arrivals = inbox.take(wait: 0.25) {
            guard !gate.isOver else { break }
            let now = gate.settings.now()
            for arrival in arrivals { try take(arrival, now) }
            write()
            lookAfter(now, isIdle: arrivals.isEmpty)
            gate.add(summary)
            summary = LiveSummary()
            if gate.settings.threads == 1 { gate.line?.drain() }
        }
        guard !gate.isOver else { return }
        checker.releaseAll(into: &outcomes)
        write()
        if gate.keeper == nil { store(checker.abandonAll()) }
        gate.line?.drain()
        // What could not be stored must not be told as known when it is fed again.
        guard !gate.isOver else { return }
        gate.keeper?.keep(checker.takeChanges(atMost: .max) { _ in true })
        gate.add(summary)
    }

    private mutating func take(_ arrival: LiveArrival, _ now: Int64) throws {
        if gate.rules.epoch != epoch {
            let (epoch, moderator) = gate.rules.current
            try checker.takeNewRules(moderator)
            judge = try moderator.makeJudge()
            self.epoch = epoch
        }
        if outlets[arrival.outlet.number] == nil { outlets[arrival.outlet.number] = arrival.outlet }
        let keeper = gate.keeper
        checker.take(arrival.chunk, ticket: arrival.outlet.number, now: now, into: &outcomes) {
            keeper?.state(of: $0)
        }
        // Nobody waits for a whole batch.
        if outcomes.count >= 64 { write() }
    }

    // MARK: - Output

    private mutating func write() {
        guard !outcomes.isEmpty else { return }
        var open: (outlet: Outlet, answers: Int)?
        for outcome in outcomes {
            // A producer that has gone takes no answer; its cases are stored all the same.
            let outlet = outlets[outcome.ticket] ?? gate.nowhere
            if let (before, answers) = open, before.number != outlet.number {
                before.write(json.bytes, answers: answers)
                json.bytes.removeAll(keepingCapacity: true)
                open = nil
            }
            let verdict = outcome.verdict
            summary.add(verdict)
            let moment = gate.line == nil ? nil : outcome.moment.flatMap { incoming($0) }
            if let line = gate.line, moment != nil || !line.isEmpty && line.holds(verdict.stream) {
                if let (before, answers) = open { before.write(json.bytes, answers: answers) }
                json.bytes.removeAll(keepingCapacity: true)
                open = nil
                let place = writer.write(verdict, caseID: moment?.candidateID, to: &json)
                if moment != nil { summary.cases += 1 }
                line.append(
                    .init(
                        stream: verdict.stream, output: json.bytes,
                        incoming: moment.flatMap { item in place.map { ($0, item) } }, outlet: outlet))
                json.bytes.removeAll(keepingCapacity: true)
            } else {
                writer.write(verdict, caseID: nil, to: &json)
                open = (outlet, (open?.answers ?? 0) + 1)
            }
        }
        if let (outlet, answers) = open { outlet.write(json.bytes, answers: answers) }
        json.bytes.removeAll(keepingCapacity: true)
        outcomes.removeAll(keepingCapacity: true)
    }

    /// Stores moments to which no record answers any more.
    private mutating func store(_ moments: [LiveCase]) {
        guard let line = gate.line else { return }
        for moment in moments {
            guard let item = incoming(moment) else { continue }
            summary.cases += 1
            line.append(.init(stream: moment.post.id ?? "", output: [], incoming: (0, item), outlet: nil))
        }
    }

    private mutating func incoming(_ moment: LiveCase) -> IncomingCase? {
        IncomingCase(
            id: CaseID.make(at: gate.settings.now(), using: &random), post: moment.post,
            postKey: "id:\(moment.post.id ?? "")", verdict: moment.verdict, original: moment.original,
            similarity: judge.similarity(of: moment.post), holds: moment.holds)
    }

    // MARK: - Clock

    /// What is due by the wall clock: states to keep, chunks that were waited for long enough, streams to forget.
    private mutating func lookAfter(_ now: Int64, isIdle: Bool) {
        if let keeper = gate.keeper {
            let line = gate.line
            // A little after every batch, all of it when nothing else is to be done.
            let most = isIdle ? Int.max : Self.mostStates
            keeper.keep(checker.takeChanges(atMost: most) { line?.holds($0) != true })
        }
        if now - lastLook >= 250 {
            lastLook = now
            checker.releaseOverdue(now: now, into: &outcomes)
            write()
            outlets = outlets.filter { !$0.value.isClosed }
        }
        let idle = gate.settings.idle
        if now - lastEviction >= max(1000, idle / 10) {
            lastEviction = now
            let evicted = checker.evict(
                untouchedSince: now - idle, endedSince: now - min(idle, 60_000), into: &outcomes)
            write()
            store(evicted.moments)
            gate.line?.drain()
            guard !gate.isOver else { return }
            gate.keeper?.keep(evicted.states)
            gate.keeper?.forget(evicted.ended)
        }
    }
}
