internal import ContentModel
public import ReviewQueue
internal import Storage

/// One reviewer at the terminal: draws the screen, hands it keys, and does what it wishes.
public struct ReviewSession {
    /// Milliseconds for which a decision may be taken back.
    public static let grace: Int64 = 10_000
    private static let longestList = 200

    private let queue: ReviewQueue
    private let reviewer: String
    private let hasColour: Bool
    private let guide: (ReviewCase) -> CaseGuide
    private let explain: (ReviewCase) -> [String]
    private let isStopped: () -> Bool

    /// - Parameters:
    ///   - guide: What is told about a case.
    ///   - explain: What every stage saw of it.
    ///   - isStopped: Whether a signal asked for the end.
    public init(
        queue: ReviewQueue, reviewer: String, hasColour: Bool, guide: @escaping (ReviewCase) -> CaseGuide,
        explain: @escaping (ReviewCase) -> [String], isStopped: @escaping () -> Bool
    ) {
        self.queue = queue
        self.reviewer = reviewer
        self.hasColour = hasColour
        self.guide = guide
        self.explain = explain
        self.isStopped = isStopped
    }

    /// Works until the reviewer quits.
    ///
    /// - Returns: False where there is no terminal that can be drawn on.
    public func run() -> Bool {
        guard let terminal = Terminal(hasColour: hasColour) else { return false }
        var screen = ReviewScreen(reviewer: reviewer, grace: Self.grace, now: queue.time)
        var open = carry(out: [.list(nil)], on: &screen)
        var isStale = true
        while open {
            if isStale {
                let (rows, columns) = terminal.size
                terminal.show(
                    screen.lines(rows: rows, columns: columns), cursor: screen.cursor(rows: rows, columns: columns))
            }
            let key = isStopped() ? Key.gone : terminal.key(within: 500)
            // Nobody types, and nothing counts down: the screen shows what it would show again.
            isStale = key != nil || screen.isCounting
            let wishes = key.map { screen.press($0, at: queue.time) } ?? screen.tick(at: queue.time)
            isStale = isStale || !wishes.isEmpty || screen.isCounting
            open = carry(out: wishes, on: &screen)
        }
        return true
    }

    /// - Returns: Whether to go on.
    func carry(out effects: [ReviewScreen.Effect], on screen: inout ReviewScreen) -> Bool {
        var open = effects
        while !open.isEmpty {
            let effect = open.removeFirst()
            if case .quit = effect { return false }
            guard let answer = answer(to: effect) else { continue }
            open += screen.take(answer, at: queue.time)
        }
        return true
    }

    private func answer(to effect: ReviewScreen.Effect) -> ReviewScreen.Answer? {
        do {
            return try attempt(effect)
        } catch {
            return .failed("\(error)")
        }
    }

    private func attempt(_ effect: ReviewScreen.Effect) throws -> ReviewScreen.Answer? {
        switch effect {
        case .list(let filter): return .listed(try list(filter))
        case .next:
            let outcome = try queue.next(for: reviewer)
            if case .unknown = outcome { return .nothing }
            return opened(outcome)
        case .open(let id): return opened(try queue.claim(id, by: reviewer))
        case .decide(let id, let decision, let reason, let note, let market):
            let request = DecisionRequest(
                decision, by: reviewer, reason: reason, note: note, market: market, grace: Self.grace)
            let outcome = try queue.decide(id, request)
            guard case .done(let found) = outcome else { return refusal(outcome) }
            // Markets that are left stay on the screen.
            return found.life.state == .claimed ? .opened(found, guide(found)) : .decided(found, decision)
        case .decideCluster(let id, let decision, let reason):
            let request = DecisionRequest(decision, by: reviewer, reason: reason)
            let done = try queue.decideAll(CaseFilter(cluster: id), request, isTrial: false)
            return done.map { .decidedCluster($0.decided.count, decision) } ?? .failed("no such reviewer")
        case .undo(let id): return opened(try queue.undo(id, by: reviewer))
        case .skip(let id):
            _ = try queue.release(id, by: reviewer, isSkipped: true)
            return nil
        case .release(let id):
            _ = try queue.release(id, by: reviewer, isSkipped: false)
            return nil
        case .renew(let id):
            return try queue.renew(id, by: reviewer) ? nil : .failed("your claim has run out: open the case again")
        case .explain(let found): return .page(title: "what every stage saw", lines: explain(found))
        case .relate(let found):
            return .page(title: "the author's and nearly the same cases", lines: try related(found))
        case .spread(let found):
            let spread = try queue.spread(CaseFilter(cluster: found.id))
            var samples: [String] = []
            try queue.forEach(spread.samples) { samples.append(Self.text($0)) }
            return .spread(spread, samples: samples)
        case .quit: return nil
        }
    }

    private func opened(_ outcome: ReviewQueue.Outcome) -> ReviewScreen.Answer {
        guard case .done(let found) = outcome else { return refusal(outcome) }
        return .opened(found, guide(found))
    }

    private func refusal(_ outcome: ReviewQueue.Outcome) -> ReviewScreen.Answer {
        switch outcome {
        case .refused(let refusal): .failed("\(refusal)")
        case .unknown: .failed("the case is not there any more")
        case .unknownReviewer: .failed("\(reviewer) is not among the reviewers who are set up")
        case .notForReviewer: .failed("a case of a market or a category that you do not see")
        case .done: .failed("")
        }
    }

    private func list(_ filter: CaseFilter?) throws -> [ReviewCase] {
        var cases: [ReviewCase] = []
        let ids = try queue.waiting(for: reviewer, filter, limit: Self.longestList)
        try queue.forEach(ids) { cases.append($0) }
        return cases
    }

    private func related(_ found: ReviewCase) throws -> [String] {
        var lines: [String] = []
        func add(_ title: String, _ ids: [String]) throws {
            let others = ids.filter { $0 != found.id }.prefix(Self.longestList / 4)
            lines.append("\(title): \(others.count)")
            try queue.forEach(Array(others)) { lines.append("  " + Self.summary($0)) }
            lines.append("")
        }
        if let author = found.author {
            try add("decided, of \(author)", try queue.history(of: author).recent)
            let waiting = try? CaseFilter("author=\"\(author.replacing("\"", with: ""))\"")
            try add("waiting, of \(author)", try waiting.map { try queue.ids($0, limit: 50) } ?? [])
        }
        if found.cluster.count > 1 {
            try add("nearly this text", try queue.ids(CaseFilter(cluster: found.id), limit: 50))
        }
        return lines
    }

    private static func summary(_ found: ReviewCase) -> String {
        let decision = Decision.allCases.last { found.life.decisions.values.contains($0) }
        return
            "\(found.id) \(decision?.rawValue ?? found.life.state.rawValue) \(found.category.rawValue)  \(text(found).prefix(80))"
    }

    /// What a case says, where it does not hurt.
    private static func text(_ found: ReviewCase) -> String {
        let isHidden = found.categories.contains { Category.sensitive.contains($0) }
        return isHidden ? "(hidden)" : found.content?.fields.first?.text ?? "(erased)"
    }
}
