internal import ContentModel
public import ReviewQueue

/// What a person types.
public enum Key: Sendable, Equatable {
    case character(Character)
    case up, down, pageUp, pageDown, home, end, backspace, enter, escape
    case resize
    /// The terminal is gone.
    case gone
}

/// What is told about a case besides what its row says, in the reviewer's language.
public struct CaseGuide: Sendable {
    /// Why each rule holds it.
    public var reasons: [String]
    /// Words of the text, and what they mean.
    public var glosses: [(words: String, meaning: String)]
    public var history: AuthorHistory?

    public init(reasons: [String] = [], glosses: [(words: String, meaning: String)] = [], history: AuthorHistory? = nil)
    {
        self.reasons = reasons
        self.glosses = glosses
        self.history = history
    }
}

/// The review terminal as a pure state machine: keys and answers in, wishes out, and ``lines(rows:columns:)`` to show.
public struct ReviewScreen: Sendable {
    /// What the screen wishes to be done.
    public enum Effect: Sendable {
        case list(CaseFilter?)
        case next
        case open(String)
        case decide(String, Decision, reason: String?, note: String?, market: String?)
        case decideCluster(String, Decision, reason: String?)
        case undo(String)
        case skip(String)
        case release(String)
        case renew(String)
        /// What every stage saw.
        case explain(ReviewCase)
        /// The same author's and nearly the same cases.
        case relate(ReviewCase)
        case spread(ReviewCase)
        case quit
    }

    /// What came of it.
    public enum Answer: Sendable {
        case listed([ReviewCase])
        case opened(ReviewCase, CaseGuide)
        /// No case waits for this reviewer.
        case nothing
        case decided(ReviewCase, Decision)
        case decidedCluster(Int, Decision)
        case page(title: String, lines: [String])
        case spread(CaseSpread, samples: [String])
        case failed(String)
    }

    enum Page {
        case list
        case work
        /// Lines about the case, over it.
        case lines(title: String, [String])
        case help
    }

    /// What is being typed, and what for.
    struct Prompt {
        enum Purpose { case filter, search, reason, note, market }
        var purpose: Purpose
        var text: String
    }

    let reviewer: String
    /// Milliseconds for which a decision may be taken back.
    let grace: Int64
    private(set) var page = Page.list
    private(set) var prompt: Prompt?
    private(set) var cases: [ReviewCase] = []
    private(set) var selected = 0
    private(set) var search = ""
    private(set) var filterText = ""
    private var filter: CaseFilter?
    private(set) var current: ReviewCase?
    private(set) var guide = CaseGuide()
    private(set) var isRevealed = false
    private(set) var scroll = 0
    private(set) var reason = ""
    private(set) var note = ""
    private(set) var market: String?
    private(set) var message = ""
    private(set) var isAlarm = false
    private(set) var decided = 0
    /// The last decision, which may be taken back until then.
    private(set) var last: (id: String, decision: Decision, until: Int64)?
    /// A decision for a whole cluster that waits for its confirmation.
    private(set) var spread: (decision: Decision?, spread: CaseSpread, samples: [String])?
    private let started: Int64
    private(set) var now: Int64
    private var renewed: Int64 = 0
    private var reminded: Int64
    private static let renewal: Int64 = 60_000
    /// Milliseconds of work after which a break is due: 50 minutes.
    static let stretch: Int64 = 50 * 60_000

    /// - Parameters:
    ///   - grace: Milliseconds for which a decision may be taken back.
    ///   - now: Milliseconds since 1970.
    public init(reviewer: String, grace: Int64, now: Int64) {
        self.reviewer = reviewer
        self.grace = grace
        self.now = now
        started = now
        reminded = now
    }

    /// The cases of the list that hold what is searched for.
    var shown: [ReviewCase] {
        guard !search.isEmpty else { return cases }
        let wanted = search.lowercased()
        return cases.filter { item in
            item.id.lowercased().contains(wanted) || item.category.rawValue.contains(wanted)
                || (item.author ?? "").lowercased().contains(wanted)
                || item.content?.fields.contains { $0.text.lowercased().contains(wanted) } ?? false
        }
    }

    /// Whether something on the screen changes with time: seconds to take a decision back, or a reminder just due.
    var isCounting: Bool { last != nil || reminded == now }

    // MARK: - Time

    /// Some time has passed.
    public mutating func tick(at now: Int64) -> [Effect] {
        self.now = now
        if let last, now >= last.until { self.last = nil }
        if now - reminded >= Self.stretch {
            reminded = now
            say("\((now - started) / 60_000) minutes at this, \(decided) decided: time for a break")
        }
        guard let current, current.life.claim?.reviewer == reviewer, now - renewed >= Self.renewal else { return [] }
        renewed = now
        return [.renew(current.id)]
    }

    // MARK: - Answers

    public mutating func take(_ answer: Answer, at now: Int64) -> [Effect] {
        self.now = now
        switch answer {
        case .listed(let found):
            cases = found
            selected = min(selected, max(0, shown.count - 1))
        case .opened(let found, let guide):
            let left = current.map(\.id)
            open(found, guide)
            // What was taken back comes instead of what was on the screen.
            if let left, left != found.id { return [.release(left)] }
        case .nothing:
            close()
            say("no case waits that you can take")
            return [.list(filter)]
        case .decided(let found, let decision):
            decided += 1
            last = (found.id, decision, now + grace)
            say("")
            close()
            return [.next]
        case .decidedCluster(let count, let decision):
            decided += count
            say("\(decision.rawValue) for \(count) cases")
            close()
            return [.next]
        case .page(let title, let lines):
            page = .lines(title: title, lines)
            scroll = 0
        case .spread(let spread, let samples):
            self.spread = (nil, spread, samples)
        case .failed(let why):
            say(why, isAlarm: true)
        }
        return []
    }

    private mutating func open(_ found: ReviewCase, _ guide: CaseGuide) {
        current = found
        self.guide = guide
        page = .work
        isRevealed = !found.categories.contains { Category.sensitive.contains($0) }
        (scroll, reason, note, market, spread) = (0, "", "", nil, nil)
        renewed = now
    }

    private mutating func close() {
        current = nil
        spread = nil
        page = .list
        scroll = 0
    }

    private mutating func say(_ text: String, isAlarm: Bool = false) {
        message = text
        self.isAlarm = isAlarm
    }

    // MARK: - Keys

    public mutating func press(_ key: Key, at now: Int64) -> [Effect] {
        self.now = now
        switch key {
        case .gone: return quit()
        case .resize: return []
        default: break
        }
        if prompt != nil { return type(key) }
        if spread != nil { return confirm(key) }
        if isAlarm { say("") }
        switch page {
        case .list: return pressInList(key)
        case .work: return pressInCase(key)
        case .lines, .help:
            if scrollBy(key) { return [] }
            page = current == nil ? .list : .work
            scroll = 0
            return []
        }
    }

    private mutating func quit() -> [Effect] { current.map { [.release($0.id), .quit] } ?? [.quit] }

    private mutating func scrollBy(_ key: Key) -> Bool {
        switch key {
        case .down: scroll += 1
        case .up: scroll = max(0, scroll - 1)
        case .pageDown: scroll += 10
        case .pageUp: scroll = max(0, scroll - 10)
        case .home: scroll = 0
        default: return false
        }
        return true
    }

    private mutating func pressInList(_ key: Key) -> [Effect] {
        let count = shown.count
        switch key {
        case .up, .character("k"): selected = max(0, selected - 1)
        case .down, .character("j"): selected = min(max(0, count - 1), selected + 1)
        case .pageUp: selected = max(0, selected - 10)
        case .pageDown: selected = min(max(0, count - 1), selected + 10)
        case .home: selected = 0
        case .end: selected = max(0, count - 1)
        case .enter: return shown.indices.contains(selected) ? [.open(shown[selected].id)] : []
        case .character("n"): return [.next]
        case .character("r"): return [.list(filter)]
        case .character("f"): prompt = Prompt(purpose: .filter, text: filterText)
        case .character("/"): prompt = Prompt(purpose: .search, text: search)
        case .character("u"): return undo()
        case .character("?"): page = .help
        case .character("q"): return [.quit]
        default: break
        }
        return []
    }

    private mutating func pressInCase(_ key: Key) -> [Effect] {
        guard let current else { return [] }
        if scrollBy(key) { return [] }
        switch key {
        case .character("a"): return decide(.approve)
        case .character("x"): return decide(.reject)
        case .character("l"): return decide(.label)
        case .character("m"): return decide(.limit)
        case .character("e"): return decide(.escalate)
        case .character("s"): return leave(.skip(current.id))
        case .character("u"): return undo()
        case .character("t"): prompt = Prompt(purpose: .reason, text: reason)
        case .character("o"): prompt = Prompt(purpose: .note, text: note)
        case .character("g"): prompt = Prompt(purpose: .market, text: market ?? "")
        case .character("v"): return isRevealed ? [.explain(current)] : []
        case .character("h"): return [.relate(current)]
        case .character("c"): return current.cluster.count > 1 ? [.spread(current)] : []
        case .character(" "): isRevealed = true
        case .character("?"): page = .help
        case .character("q"), .escape: return leave(.release(current.id))
        default: break
        }
        return []
    }

    private mutating func leave(_ effect: Effect) -> [Effect] {
        close()
        if case .skip = effect { return [effect, .next] }
        return [effect, .list(filter)]
    }

    private mutating func decide(_ decision: Decision) -> [Effect] {
        guard let current else { return [] }
        guard isRevealed else {
            say("press the space bar and look at it first", isAlarm: true)
            return []
        }
        return [
            .decide(
                current.id, decision, reason: reason.isEmpty ? nil : reason, note: note.isEmpty ? nil : note,
                market: market)
        ]
    }

    private mutating func undo() -> [Effect] {
        guard let last, now < last.until else {
            say("nothing can be taken back any more", isAlarm: true)
            return []
        }
        self.last = nil
        decided -= 1
        say("")
        return [.undo(last.id)]
    }

    // MARK: - Clusters

    private mutating func confirm(_ key: Key) -> [Effect] {
        guard let current, let spread else { return [] }
        if let decision = spread.decision {
            self.spread = nil
            guard key == .character("y") else { return [] }
            return [.decideCluster(current.id, decision, reason: reason.isEmpty ? nil : reason)]
        }
        switch key {
        case .character("a"): self.spread?.decision = .approve
        case .character("x"): self.spread?.decision = .reject
        case .character("l"): self.spread?.decision = .label
        case .character("m"): self.spread?.decision = .limit
        default: self.spread = nil
        }
        return []
    }

    // MARK: - Typing

    private mutating func type(_ key: Key) -> [Effect] {
        switch key {
        case .character(let character):
            if prompt!.text.count < 500 { prompt!.text.append(character) }
        case .backspace: _ = prompt!.text.popLast()
        case .escape: prompt = nil
        case .enter: return entered()
        default: break
        }
        return []
    }

    private mutating func entered() -> [Effect] {
        guard let typed = prompt else { return [] }
        prompt = nil
        switch typed.purpose {
        case .search:
            search = typed.text
            selected = 0
        case .reason: reason = typed.text
        case .note: note = typed.text
        case .market:
            let held = current?.markets ?? []
            guard typed.text.isEmpty || held.contains(typed.text) else {
                say("\(typed.text) does not hold this post; \(held.joined(separator: ", ")) do", isAlarm: true)
                return []
            }
            market = typed.text.isEmpty ? nil : typed.text
        case .filter:
            guard !typed.text.isEmpty else {
                (filter, filterText) = (nil, "")
                return [.list(nil)]
            }
            do throws(CaseFilter.Failure) {
                filter = try CaseFilter(typed.text)
                filterText = typed.text
                selected = 0
                return [.list(filter)]
            } catch {
                say("column \(error.offset + 1): \(error.message)", isAlarm: true)
                prompt = Prompt(purpose: .filter, text: typed.text)
            }
        }
        return []
    }
}
