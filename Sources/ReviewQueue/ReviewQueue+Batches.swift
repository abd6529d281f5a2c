internal import ContentModel
internal import Foundation
internal import GRDB
public import Storage

/// One line of a file of decisions.
public struct BatchLine: Sendable {
    /// In the file, from 1.
    public var line: Int
    public var id: String
    /// Nil where the reviewer left it empty.
    public var decision: Decision?
    public var reason: String?
    /// Empty stands for every market that holds the post.
    public var markets: [String]
    /// What the case's revision was when it was exported; nil where the file does not say.
    public var revision: Int?

    public init(
        line: Int, id: String, decision: Decision?, reason: String? = nil, markets: [String] = [], revision: Int? = nil
    ) {
        self.line = line
        self.id = id
        self.decision = decision
        self.reason = reason
        self.markets = markets
        self.revision = revision
    }
}

/// What became of one line.
public enum BatchAnswer: Sendable, Equatable {
    /// Decided; the state that the case is in now.
    case applied(CaseState)
    /// The same reviewer has decided the same before.
    case appliedBefore
    /// No decision stood in the line.
    case left
    case refused(String)
}

/// What cases have in common and where they differ.
public struct CaseSpread: Sendable {
    public var count = 0
    public var authors = 0
    /// Each with the number of cases, most first.
    public var categories: [(name: String, count: Int)] = []
    public var languages: [(name: String, count: Int)] = []
    public var markets: [(name: String, count: Int)] = []
    public var severities: [(name: String, count: Int)] = []
    public var scores: ClosedRange<Double> = 0...0
    /// Milliseconds since 1970.
    public var created: ClosedRange<Int64> = 0...0
    /// The ids of some cases from all over the spread.
    public var samples: [String] = []

    public init() {}
}

extension ReviewQueue {
    // MARK: - Lists

    /// The ids of cases in the queue's order.
    ///
    /// - Parameters:
    ///   - filter: Nil for all. Where it does not name states, decided and closed cases are left out.
    ///   - limit: 0 for all.
    public func ids(_ filter: CaseFilter?, limit: Int) throws(StorageError) -> [String] {
        try read { try $0.select(filter, limit: limit, columns: "c.id").map { $0["id"] } }
    }

    /// Hands over cases, read a few hundred at a time: nothing is held open while the caller works.
    public func forEach(_ ids: [String], _ body: (ReviewCase) throws -> Void) throws {
        var rest = ids[...]
        while !rest.isEmpty {
            let some = rest.prefix(256)
            rest = rest.dropFirst(256)
            let found = try read { transaction in
                try some.compactMap { id in try transaction.row(id).map { try transaction.whole($0) } }
            }
            for item in found { try body(item) }
        }
    }

    /// What the cases of a filter have in common; those that a batch would take, and so no decided ones.
    public func spread(_ filter: CaseFilter) throws(StorageError) -> CaseSpread {
        try read { transaction in
            let columns = "c.id, c.author, c.score, c.created, c.severity, c.lane"
            return try transaction.spread(transaction.select(filter, limit: 0, columns: columns))
        }
    }

    // MARK: - Export

    /// Claims cases for a reviewer who decides them in a file. Cases of child safety are never among them.
    ///
    /// - Parameter lease: Milliseconds until those that are not decided come back.
    /// - Returns: The ids in the queue's order, and how many were left out for child safety; nil for a name that is not
    ///   set up.
    public func export(
        _ filter: CaseFilter?, limit: Int, by reviewer: String, lease: Int64
    ) throws(StorageError) -> (ids: [String], heldBack: Int)? {
        var heldBack = 0
        let found = try read { transaction in
            try transaction.reviewer(reviewer).map { person in
                try transaction.waiting(filter, limit: limit, for: person, heldBack: &heldBack)
            }
        }
        guard var numbers = found?[...] else { return nil }
        var ids: [String] = []
        var batch: Int64?
        while !numbers.isEmpty {
            // Others get their turn between two hundreds.
            numbers = try write { transaction in
                guard let person = try transaction.reviewer(reviewer) else { return [] }
                try transaction.releaseExpired()
                let own = try batch ?? transaction.nextBatch()
                batch = own
                let lease = CaseLife.Claim(
                    reviewer: reviewer, since: transaction.at, until: transaction.at + lease, batch: own)
                for (count, number) in numbers.enumerated() {
                    if count > 0, count % Self.fewAtOnce == 0, file.isAwaited { return numbers.dropFirst(count) }
                    // Somebody else may have been quicker.
                    guard var row = try transaction.row(number), row.life.claim == nil, person.mayTake(row.lane),
                        !row.lane.categories.contains(Category.childSafety.rawValue)
                    else { continue }
                    do throws(CaseLife.Refusal) { try row.life.take(lease, role: person.role) } catch { continue }
                    try transaction.save(row, revises: false)
                    try transaction.record("exported", row.id, by: reviewer, [("batch", "\(own)")])
                    ids.append(row.id)
                }
                return []
            }
        }
        return (ids, heldBack)
    }

    /// Gives back those of some cases that a reviewer holds.
    public func release(_ ids: [String], by reviewer: String) throws(StorageError) {
        try write { transaction in
            for id in ids {
                guard var row = try transaction.row(id), row.life.claim?.reviewer == reviewer else { continue }
                row.life.release(by: reviewer)
                try transaction.putBack(&row)
                try transaction.record("released", row.id, by: reviewer)
            }
        }
    }

    /// Gives back all that a reviewer holds in batches, or at all.
    ///
    /// - Returns: How many cases.
    public func releaseAll(by reviewer: String) throws(StorageError) -> Int {
        try write { try $0.releaseAll(of: reviewer, by: reviewer) }
    }

    // MARK: - Apply

    /// Decides by the lines of a file, all that hold in one transaction.
    ///
    /// - Parameter isTrial: Says what would become of each line and changes nothing.
    /// - Returns: An answer a line, in order; nil for a name that is not set up.
    public func apply(
        _ lines: [BatchLine], by reviewer: String, isTrial: Bool
    ) throws(StorageError) -> [BatchAnswer]? {
        try attempt(isTrial: isTrial) { transaction in
            guard let person = try transaction.reviewer(reviewer) else { return nil }
            // Lines of one case, for several markets, were all exported at one revision.
            var revised: Set<String> = []
            return try lines.map { try transaction.apply($0, by: person, revised: &revised) }
        }
    }

    /// Decides every waiting case of a filter alike, in one transaction. Critical cases are left: each wants two people
    /// who have read it.
    ///
    /// - Returns: What was decided (or would be), and why others were not, each reason with its number; nil for a name
    ///   that is not set up.
    public func decideAll(
        _ filter: CaseFilter, _ request: DecisionRequest, isTrial: Bool
    ) throws(StorageError) -> (decided: CaseSpread, refused: [(reason: String, count: Int)])? {
        try attempt(isTrial: isTrial) { transaction in
            guard let person = try transaction.reviewer(request.reviewer) else { return nil }
            try transaction.releaseExpired()
            let columns = "c.number, c.id, c.author, c.score, c.created, c.severity, c.lane"
            var decided: [Row] = []
            var refused: [String: Int] = [:]
            for found in try transaction.select(filter, limit: 0, columns: columns) {
                guard var row = try transaction.row(found["number"] as Int64) else { continue }
                if row.life.needsTwo {
                    refused["critical: decide them one by one", default: 0] += 1
                } else if !person.mayWork(row.lane) {
                    refused["not for \(person.name) to see", default: 0] += 1
                } else if let refusal = try transaction.decide(&row, request, role: person.role) {
                    refused[refusal.description, default: 0] += 1
                } else {
                    decided.append(found)
                }
            }
            return (
                try transaction.spread(decided),
                refused.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (reason: $0.key, count: $0.value) }
            )
        }
    }

    /// Runs `body` in a transaction that is committed, or only tried.
    private func attempt<Answer>(
        isTrial: Bool, _ body: (inout QueueTransaction) throws -> Answer
    ) throws(StorageError) -> Answer {
        guard isTrial else { return try write(body) }
        let at = time
        defer { names.forget() }
        return try file.tryOut { db in
            var transaction = QueueTransaction(db, at: at, of: self)
            return try body(&transaction)
        }
    }
}

extension CaseLife.Refusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .claimed(let reviewer): "\(reviewer) holds it"
        case .notClaimed: "you do not hold it"
        case .over(let state): "it is \(state.rawValue) already"
        case .anotherIsAsked: "somebody else must decide it now"
        case .seniorIsAsked: "only a senior may decide it"
        case .notHeld(let market, let held):
            "\(market) does not hold this post; \(held.joined(separator: ", ")) \(held.count == 1 ? "does" : "do")"
        case .marketDecided(let market): "\(market) is decided already"
        case .nothingToAppeal: "nothing was decided against the author"
        case .appealedBefore: "it was appealed before"
        case .cannotUndo: "the publisher was told, or somebody else has acted since"
        }
    }
}

extension QueueTransaction {
    /// Rows of cases in the queue's order; golden copies are never among them.
    func select(_ filter: CaseFilter?, limit: Int, columns: String) throws -> [Row] {
        var conditions = ["c.golden IS NULL"]
        var values: [DatabaseValue] = []
        if filter?.namesState != true { conditions.append("c.state IN ('open', 'claimed', 'appealed')") }
        if let sql = filter?.sql {
            conditions.append(sql.condition)
            values += sql.values
        }
        let sql = """
            SELECT \(columns) FROM cases AS c JOIN lanes AS l ON l.id = c.lane
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY c.rank, c.number LIMIT ?
            """
        values.append((limit > 0 ? limit : -1).databaseValue)
        return try Row.fetchAll(db, sql: sql, arguments: StatementArguments(values))
    }

    /// Cases that nobody holds and that this reviewer may take, in the queue's order.
    ///
    /// - Parameter keepsBack: Whether those of child safety are left out.
    func waiting(
        _ filter: CaseFilter?, limit: Int, for person: Reviewer, keepsBack: Bool = true, heldBack: inout Int
    ) throws -> [Int64] {
        var numbers: [Int64] = []
        let sql = filter?.sql ?? (condition: "1", values: [])
        let join =
            filter?.namesLane == true
            ? "lanes AS l CROSS JOIN cases AS c INDEXED BY cases_waiting ON c.lane = l.id"
            : "cases AS c JOIN lanes AS l ON l.id = c.lane"
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT c.number, c.lane FROM \(join) WHERE c.state IN ('open', 'appealed') AND \(sql.condition)
                ORDER BY c.rank, c.number
                """, arguments: StatementArguments(sql.values))
        for row in rows {
            let lane = try names.lane(row["lane"], db)
            guard person.mayTake(lane) else { continue }
            if keepsBack, lane.categories.contains(Category.childSafety.rawValue) {
                heldBack += 1
                continue
            }
            numbers.append(row["number"])
            if limit > 0, numbers.count == limit { break }
        }
        return numbers
    }

    fileprivate func nextBatch() throws -> Int64 {
        1 + (try Int64.fetchOne(db, sql: "SELECT max(claim_batch) FROM cases WHERE state = 'claimed'") ?? 0)
    }

    fileprivate mutating func apply(
        _ line: BatchLine, by person: Reviewer, revised: inout Set<String>
    ) throws -> BatchAnswer {
        guard let decision = line.decision else { return .left }
        guard var row = try row(line.id) else { return .refused("there is no case of this id") }
        guard person.mayWork(row.lane) else { return .refused("not for \(person.name) to see") }
        guard !row.lane.categories.contains(Category.childSafety.rawValue) else {
            return .refused("cases of child safety are decided one by one")
        }
        let isAll = line.markets.isEmpty || Set(line.markets) == Set(row.lane.markets)
        if let foreign = line.markets.first(where: { !row.lane.markets.contains($0) }) {
            return .refused(CaseLife.Refusal.notHeld(market: foreign, held: row.lane.markets).description)
        }
        let wanted: [String?] = isAll ? [nil] : line.markets
        let isBefore = wanted.allSatisfy { market in
            row.acts.contains { act in
                act.actor == person.name && (decision == .escalate ? act.kind == .escalate : act.decision == decision)
                    && (act.market == market || act.market == nil)
            }
        }
        if isBefore, row.life.claim?.reviewer != person.name, !revised.contains(line.id) { return .appliedBefore }
        if let revision = line.revision, revision != row.revision, !revised.contains(line.id) {
            return .refused("the case has changed since: its revision is \(row.revision), the line has \(revision)")
        }
        for market in wanted {
            let request = DecisionRequest(decision, by: person.name, reason: line.reason, market: market)
            if let refusal = try decide(&row, request, role: person.role) { return .refused(refusal.description) }
            revised.insert(line.id)
        }
        return .applied(row.life.state)
    }

    /// - Parameter rows: With id, author, score, created, severity and lane.
    fileprivate func spread(_ rows: [Row]) throws -> CaseSpread {
        var counts: [String: [String: Int]] = [:]
        func count(_ kind: String, _ name: String) { counts[kind, default: [:]][name, default: 0] += 1 }
        var spread = CaseSpread()
        var authors: Set<String> = []
        for (index, row) in rows.enumerated() {
            let lane = try names.lane(row["lane"], db)
            count("category", lane.categories.first ?? "unjudged")
            count("severity", Severity.allCases[min(max(row["severity"] as Int, 0), 3)].rawValue)
            for language in lane.languages.isEmpty ? ["und"] : lane.languages { count("language", language) }
            for market in lane.markets { count("market", market) }
            if let author: String = row["author"] { authors.insert(author) }
            let (score, created): (Double, Int64) = (row["score"], row["created"])
            spread.scores =
                index == 0 ? score...score : min(spread.scores.lowerBound, score)...max(spread.scores.upperBound, score)
            spread.created =
                index == 0
                ? created...created
                : min(spread.created.lowerBound, created)...max(spread.created.upperBound, created)
        }
        func sorted(_ kind: String) -> [(name: String, count: Int)] {
            (counts[kind] ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                (name: $0.key, count: $0.value)
            }
        }
        spread.count = rows.count
        spread.authors = authors.count
        (spread.categories, spread.languages) = (sorted("category"), sorted("language"))
        (spread.markets, spread.severities) = (sorted("market"), sorted("severity"))
        // The weakest, the strongest, and some between: where a decision for all would go wrong.
        let byScore = rows.sorted { ($0["score"] as Double) < ($1["score"] as Double) }
        let places = Set([0, rows.count / 4, rows.count / 2, rows.count * 3 / 4, rows.count - 1]).sorted()
        spread.samples = places.filter { byScore.indices.contains($0) }.map { byScore[$0]["id"] }
        return spread
    }
}
