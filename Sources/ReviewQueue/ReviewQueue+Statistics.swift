internal import ContentModel
internal import Foundation
internal import GRDB
public import Storage

/// How the queue and its reviewers are doing.
public struct QueueStatistics: Sendable {
    /// What one reviewer did.
    public struct Person: Sendable {
        public var name: String
        public var decisions = 0
        public var escalations = 0
        public var skips = 0
        /// Milliseconds from claim to decision: the median and the 90th percentile; nil without single decisions.
        public var median: Int64?
        public var ninetieth: Int64?
        public var golden = 0
        public var goldenRight = 0
        /// Decisions that an appeal was made against and has ended, and those of them that were overturned.
        public var appealed = 0
        public var overturned = 0
    }

    public struct Group: Sendable {
        public var name: String
        public var waiting = 0
        /// Past their due time.
        public var overdue = 0
        public var decided = 0
        public var agreement = Agreement()
    }

    public var states: [(state: CaseState, count: Int)] = []
    public var overdue = 0
    /// Milliseconds since 1970, of the case that waits longest; nil when none waits.
    public var oldest: Int64?
    /// By name.
    public var people: [Person] = []
    public var categories: [Group] = []
    public var languages: [Group] = []
    /// Of readings of the same case by people who did not know of each other: critical and golden cases.
    public var agreement = Agreement()
    public var appeals = 0
    public var overturned = 0
}

/// What people thought of the cases that a rule found.
public struct RuleStatistics: Sendable {
    public enum Suggestion: String, Sendable {
        /// Fewer than ``RuleStatistics/least`` cases were decided.
        case wait
        /// Nearly all stood: its confidence may go up.
        case raise
        case keep
        /// Too many were approved: its confidence should go down.
        case lower
        /// Most were approved: record, and do not act.
        case shadow
    }

    public var rule: String
    public var category: String
    public var decided: Int
    /// Those in which something other than `approve` was decided in some market.
    public var confirmed: Int
    public static let least = 20

    public var precision: WilsonInterval { WilsonInterval(successes: confirmed, of: decided) }

    public var suggestion: Suggestion {
        guard decided >= Self.least else { return .wait }
        if precision.high < 0.5 { return .shadow }
        if precision.high < 0.8 { return .lower }
        return precision.low > 0.95 ? .raise : .keep
    }
}

extension ReviewQueue {
    /// - Parameter since: What people did before is left out; milliseconds since 1970.
    public func statistics(since: Int64 = 0) throws(StorageError) -> QueueStatistics {
        try read { transaction in
            var tally = StatisticsTally(transaction)
            try tally.countCases()
            try tally.countActs(since: since)
            return tally.result()
        }
    }

    /// The rules of decided cases, those first whose decisions speak most against them.
    public func ruleStatistics(since: Int64 = 0) throws(StorageError) -> [RuleStatistics] {
        try file.read { db in
            var outcomes: [Int64: Bool] = [:]
            let decided = try Row.fetchCursor(
                db,
                sql: "SELECT case_number, kind, decisions FROM outcomes WHERE undone = 0 AND at >= ? ORDER BY number",
                arguments: [since])
            while let row = try decided.next() {
                let decisions: String = row["decisions"]
                let isAgainst = Decision.allCases.contains {
                    $0 != .approve && decisions.contains("\"\($0.rawValue)\"")
                }
                // Markets decided one by one add up; an appeal's end stands for all.
                let number: Int64 = row["case_number"]
                let isWhole = row["kind"] != CaseLife.Publication.Kind.decided.rawValue
                outcomes[number] = isAgainst || !isWhole && outcomes[number] == true
            }
            var counts: [Int64: (decided: Int, confirmed: Int)] = [:]
            let found = try Row.fetchCursor(db, sql: "SELECT rule, number FROM case_rules")
            while let row = try found.next() {
                guard let isConfirmed = outcomes[row["number"]] else { continue }
                let rule: Int64 = row["rule"]
                counts[rule, default: (0, 0)].decided += 1
                if isConfirmed { counts[rule]!.confirmed += 1 }
            }
            return try counts.map { rule, count in
                let name = try String.fetchOne(db, sql: "SELECT text FROM names WHERE id = ?", arguments: [rule]) ?? ""
                let parts = name.split(separator: " ").map(String.init)
                return RuleStatistics(
                    rule: parts.first ?? "", category: parts.last ?? "", decided: count.decided,
                    confirmed: count.confirmed)
            }.sorted { ($0.precision.high, $0.rule) < ($1.precision.high, $1.rule) }
        }
    }

    /// What people decided about an author's posts.
    public func history(of author: String) throws(StorageError) -> AuthorHistory {
        try read { transaction in
            var history = AuthorHistory()
            let rows = try Row.fetchAll(
                transaction.db,
                sql: """
                    SELECT * FROM cases WHERE author = ? AND state IN ('decided', 'closed') AND golden IS NULL
                    ORDER BY number DESC LIMIT 1000
                    """,
                arguments: [author])
            for found in rows {
                let row = try transaction.row(found)
                history.cases += 1
                switch Decision.allCases.last(where: { row.life.decisions.values.contains($0) }) {
                case .approve: history.approved += 1
                case .reject: history.rejected += 1
                case .label, .limit: history.restricted += 1
                case .escalate, nil: break
                }
                if history.recent.count < 20 { history.recent.append(row.id) }
            }
            return history
        }
    }
}

/// An author's decided and closed cases, at most the latest thousand.
public struct AuthorHistory: Sendable {
    public var cases = 0
    public var approved = 0
    public var restricted = 0
    public var rejected = 0
    /// The ids of the latest twenty, the latest first.
    public var recent: [String] = []
}

/// Adds up what a look at the whole queue finds.
private struct StatisticsTally {
    private let transaction: QueueTransaction
    private var statistics = QueueStatistics()
    private var people: [String: QueueStatistics.Person] = [:]
    private var categories: [String: QueueStatistics.Group] = [:]
    private var languages: [String: QueueStatistics.Group] = [:]

    init(_ transaction: QueueTransaction) { self.transaction = transaction }

    private mutating func inGroups(_ lane: Lane, _ body: (inout QueueStatistics.Group) -> Void) {
        let category = lane.categories.first ?? "unjudged"
        body(&categories[category, default: .init(name: category)])
        for language in lane.languages.isEmpty ? ["und"] : lane.languages {
            body(&languages[language, default: .init(name: language)])
        }
    }

    mutating func countCases() throws {
        var states: [String: Int] = [:]
        let rows = try Row.fetchAll(
            transaction.db,
            sql: """
                SELECT state, lane, count(*) AS count, sum(due < ?) AS overdue, min(created) AS oldest
                FROM cases WHERE golden IS NULL GROUP BY state, lane
                """, arguments: [transaction.at])
        for row in rows {
            let (state, count): (String, Int) = (row["state"], row["count"])
            states[state, default: 0] += count
            let lane = try transaction.names.lane(row["lane"], transaction.db)
            if state == CaseState.decided.rawValue {
                inGroups(lane) { $0.decided += count }
            } else if state != CaseState.closed.rawValue {
                let overdue: Int = row["overdue"]
                statistics.overdue += overdue
                inGroups(lane) {
                    $0.waiting += count
                    $0.overdue += overdue
                }
                statistics.oldest = min(statistics.oldest ?? .max, row["oldest"])
            }
        }
        statistics.states = CaseState.allCases.map { ($0, states[$0.rawValue] ?? 0) }
    }

    mutating func countActs(since: Int64) throws {
        var times: [String: [Int64]] = [:]
        var current: [Row] = []
        let rows = try Row.fetchCursor(
            transaction.db,
            sql: """
                SELECT acts.case_number, acts.kind, acts.decision, acts.market, acts.actor, acts.took, cases.lane,
                    cases.severity, cases.golden, golden.decision AS golden_decision
                FROM acts JOIN cases ON cases.number = acts.case_number
                LEFT JOIN golden ON golden.number = cases.golden
                WHERE acts.undone = 0 AND acts.at >= ? ORDER BY acts.case_number, acts.number
                """, arguments: [since])
        var goldenAnswers: [Int64: (lane: Lane, values: [String])] = [:]
        while let row = try rows.next()?.copy() {
            if let first = current.first, (first["case_number"] as Int64) != row["case_number"] {
                try takeCase(current)
                current.removeAll(keepingCapacity: true)
            }
            current.append(row)
            let kind: String = row["kind"]
            guard kind != RecordedAct.Kind.appeal.rawValue else { continue }
            let actor: String = row["actor"]
            if kind == RecordedAct.Kind.escalate.rawValue {
                people[actor, default: .init(name: actor)].escalations += 1
            } else {
                people[actor, default: .init(name: actor)].decisions += 1
            }
            if let took: Int64 = row["took"] { times[actor, default: []].append(took) }
            // One that is golden no more, or whose original was erased, has no right answer.
            if let golden: Int64 = row["golden"], let decision: String = row["decision"],
                let right: String = row["golden_decision"]
            {
                people[actor]!.golden += 1
                if decision == right { people[actor]!.goldenRight += 1 }
                let lane = try transaction.names.lane(row["lane"], transaction.db)
                goldenAnswers[golden, default: (lane, [])].values.append(decision)
            }
        }
        if !current.isEmpty { try takeCase(current) }
        for answers in goldenAnswers.values { agree(answers.values, answers.lane) }
        for (actor, durations) in times {
            let sorted = durations.sorted()
            people[actor]?.median = sorted[sorted.count / 2]
            people[actor]?.ninetieth = sorted[min(sorted.count - 1, sorted.count * 9 / 10)]
        }
        let skips = try Row.fetchAll(
            transaction.db, sql: "SELECT reviewer, sum(times) AS times FROM skips WHERE at >= ? GROUP BY reviewer",
            arguments: [since])
        for row in skips {
            let reviewer: String = row["reviewer"]
            people[reviewer, default: .init(name: reviewer)].skips += row["times"] as Int
        }
    }

    private mutating func agree(_ values: [String], _ lane: Lane) {
        statistics.agreement.add(values)
        inGroups(lane) { $0.agreement.add(values) }
    }

    /// The acts of one case: the blind readings of its rounds, and what became of an appeal.
    private mutating func takeCase(_ rows: [Row]) throws {
        guard let first = rows.first, first["golden"] == nil else { return }
        let lane = try transaction.names.lane(first["lane"], transaction.db)
        var rounds = [Round()]
        for row in rows {
            let kind: String = row["kind"]
            if kind == RecordedAct.Kind.appeal.rawValue {
                rounds.append(Round())
            } else if kind == RecordedAct.Kind.escalate.rawValue {
                // Whoever comes next knows that somebody was unsure.
                rounds[rounds.count - 1].isBlind = false
            } else if let decision: String = row["decision"] {
                rounds[rounds.count - 1].add(decision, row["market"], by: row["actor"], markets: lane.markets)
            }
        }
        if lane.isCritical(Severity.allCases[min(max(first["severity"] as Int, 0), 3)]) {
            // The third reader knows of the first two.
            for round in rounds where round.readings.count > 1 && round.isBlind {
                agree(round.readings.prefix(2).map(\.text), lane)
            }
        }
        guard rounds.count > 1, let end = try appealsEnd(first["case_number"]) else { return }
        statistics.appeals += 1
        if end == .overturned { statistics.overturned += 1 }
        for actor in rounds[0].readings.map(\.actor) {
            people[actor, default: .init(name: actor)].appealed += 1
            if end == .overturned { people[actor]!.overturned += 1 }
        }
    }

    /// What each reader decided between two appeals.
    private struct Round {
        struct Reading {
            var actor: String
            var decisions: [String: String]
            var text: String {
                decisions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ",")
            }
        }
        var readings: [Reading] = []
        var isBlind = true

        mutating func add(_ decision: String, _ market: String?, by actor: String, markets: [String]) {
            if !readings.contains(where: { $0.actor == actor }) {
                readings.append(Reading(actor: actor, decisions: [:]))
            }
            let index = readings.firstIndex { $0.actor == actor }!
            for market in market.map({ [$0] }) ?? markets { readings[index].decisions[market] = decision }
        }
    }

    private func appealsEnd(_ number: Int64) throws -> CaseLife.Publication.Kind? {
        let statement = try transaction.db.cachedStatement(
            sql: """
                SELECT kind FROM outcomes WHERE case_number = ? AND undone = 0 AND kind <> 'decided'
                ORDER BY number DESC LIMIT 1
                """)
        return try String.fetchOne(statement, arguments: [number]).flatMap(CaseLife.Publication.Kind.init(rawValue:))
    }

    func result() -> QueueStatistics {
        var statistics = statistics
        statistics.people = people.values.sorted { $0.name < $1.name }
        statistics.categories = categories.values.sorted { $0.name < $1.name }
        statistics.languages = languages.values.sorted { $0.name < $1.name }
        return statistics
    }
}
