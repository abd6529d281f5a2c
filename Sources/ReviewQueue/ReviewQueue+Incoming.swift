internal import ContentModel
internal import Foundation
internal import GRDB
public import Storage

extension ReviewQueue {
    /// Cases after which a transaction ends when somebody waits for it.
    static let fewAtOnce = 100

    /// Keeps cases; they are on the disk when this returns. Where it throws, the first ones may be kept.
    ///
    /// A post that waits already keeps its case: judged again under other rules it is updated, with other content it is
    /// superseded by a new case. One that was decided keeps its decision.
    ///
    /// - Returns: For each case its id in the queue and what was decided about it, in the same order.
    public func enqueue(_ incoming: [IncomingCase]) throws(StorageError) -> [QueuedCase] {
        var queued: [QueuedCase] = []
        queued.reserveCapacity(incoming.count)
        while queued.count < incoming.count {
            let start = queued.count
            queued += try write { transaction in
                var some: [QueuedCase] = []
                for item in incoming[start...] {
                    some.append(try transaction.enqueue(item))
                    if some.count % Self.fewAtOnce == 0, file.isAwaited { break }
                }
                return some
            }
        }
        return queued
    }
}

extension QueueTransaction {
    mutating func enqueue(_ incoming: IncomingCase) throws -> QueuedCase {
        let find = try db.cachedStatement(sql: "SELECT number FROM cases WHERE post_key = ? AND state <> 'closed'")
        guard let number = try Int64.fetchOne(find, arguments: [incoming.postKey]), var row = try row(number) else {
            try insert(incoming)
            return QueuedCase(id: incoming.candidateID)
        }
        let known = try Row.fetchOne(
            db,
            sql: """
                SELECT content_hash, (SELECT text FROM names WHERE names.id = rule_sets) AS rule_sets
                FROM cases WHERE number = ?
                """, arguments: [number])
        if let hash: Data = known?["content_hash"], hash != incoming.columns.contentHash {
            row.life.close()
            try save(row, revises: true)
            try db.execute(
                sql: "UPDATE cases SET superseded_by = ? WHERE number = ?",
                arguments: [incoming.candidateID, row.number])
            try record("superseded", row.id, by: "moderate", [("by", incoming.candidateID)])
            try insert(incoming)
            return QueuedCase(id: incoming.candidateID)
        }
        // A first decision may still be taken back, or must not be known to the second reader.
        if let decision = try finalDecision(of: row) { return QueuedCase(id: row.id, decision: decision) }
        if row.life.state != .decided, row.life.appeal == nil, known?["rule_sets"] != incoming.ruleSets {
            try rejudge(row, incoming)
        }
        return QueuedCase(id: row.id)
    }

    /// The strictest decision that stands in some market and cannot be taken back.
    private func finalDecision(of row: CaseRow) throws -> Decision? {
        guard row.life.state == .decided || row.life.appeal != nil else { return nil }
        let statement = try db.cachedStatement(
            sql: "SELECT max(final_at) FROM outcomes WHERE case_number = ? AND undone = 0")
        let final = try Int64.fetchOne(statement, arguments: [row.number]) ?? 0
        guard final <= at || row.life.appeal != nil else { return nil }
        return Decision.allCases.last { row.life.decisions.values.contains($0) }
    }

    @discardableResult
    mutating func insert(_ incoming: IncomingCase) throws -> Int64 {
        let rank = CaseRank(
            created: at, severity: incoming.severity, score: incoming.score, reach: incoming.reach)
        let number = try nextNumber()
        let cluster = try cluster(of: incoming, number: number)
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO cases (number, id, post_key, author, content_hash, rule_sets, lane, severity, score, rank,
                    created, due, state, cluster)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)
                """)
        try statement.execute(arguments: [
            number, incoming.candidateID, incoming.postKey, incoming.author, incoming.columns.contentHash,
            names.number(of: incoming.ruleSets, db), names.number(of: incoming.columns.lane, db),
            incoming.severity.level,
            incoming.score, rank.value, at, rank.due, cluster,
        ])
        let contents = try db.cachedStatement(
            sql: "INSERT INTO contents (number, salt, post, rules, markets, verdict) VALUES (?, ?, ?, ?, ?, ?)")
        try contents.execute(
            arguments: [number, incoming.columns.salt, incoming.columns.post]
                + verdict(of: incoming, number: number))
        try record("queued", incoming.candidateID, by: "moderate", json: incoming.columns.event)
        return number
    }

    /// The columns of a verdict, its rules being noted for search.
    private func verdict(of incoming: IncomingCase, number: Int64) throws -> StatementArguments {
        let rules = try incoming.verdict.rules.map { try names.number(of: $0, db) }
        let note = try db.cachedStatement(sql: "INSERT OR IGNORE INTO case_rules (rule, number) VALUES (?, ?)")
        for rule in rules { try note.execute(arguments: [rule, number]) }
        return [
            "[" + rules.map(String.init).joined(separator: ",") + "]",
            try names.number(ofFragment: incoming.verdict.markets, hash: incoming.verdict.marketsHash, db),
            incoming.columns.verdict,
        ]
    }

    /// The first case that shares a similarity hash, or this one.
    private func cluster(of incoming: IncomingCase, number: Int64) throws -> Int64 {
        guard let similarity = incoming.similarity else { return number }
        let (first, second) = (similarity.first, similarity.second)
        let keep = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO cluster_keys (key, cluster) VALUES (?1, ?3), (?2, ?3)")
        try keep.execute(arguments: [first, second, number])
        guard db.changesCount < 2 else { return number }
        // A key that was there names the cluster; the other one, if it is new, shall name the same.
        let known = [try cluster(ofKey: first), try cluster(ofKey: second)].compactMap(\.self).first { $0 != number }
        guard let cluster = known else { return number }
        if db.changesCount == 1 {
            let move = try db.cachedStatement(
                sql: "UPDATE cluster_keys SET cluster = ?1 WHERE key IN (?2, ?3) AND cluster = ?4")
            try move.execute(arguments: [cluster, first, second, number])
        }
        return cluster
    }

    private func cluster(ofKey key: Int64) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT cluster FROM cluster_keys WHERE key = ?"), arguments: [key])
    }

    private mutating func rejudge(_ row: CaseRow, _ incoming: IncomingCase) throws {
        let rank = CaseRank(
            created: row.created, severity: incoming.severity, score: incoming.score, reach: incoming.reach)
        var row = row
        let severity = row.severity
        let before = row.lane
        row.lane = incoming.columns.lane
        row.severity = incoming.severity
        if !row.acts.isEmpty {
            // A first reader was told that a second one is asked: the case stays critical.
            row.severity = max(row.severity, severity)
            for category in before.categories
            where Category.sensitive.contains(Category(rawValue: category)) && !row.lane.categories.contains(category) {
                row.lane.categories.append(category)
            }
        }
        row.life = CaseLife(
            markets: row.lane.markets, needsTwo: row.lane.isCritical(row.severity), acts: row.life.acts,
            claim: row.life.claim)
        try save(row, revises: true)
        try db.execute(
            sql: "UPDATE cases SET rule_sets = ?, severity = ?, score = ?, rank = ?, due = ? WHERE number = ?",
            arguments: [
                names.number(of: incoming.ruleSets, db), row.severity.level, incoming.score, rank.value, rank.due,
                row.number,
            ])
        try db.execute(sql: "DELETE FROM case_rules WHERE number = ?", arguments: [row.number])
        try db.execute(
            sql: "UPDATE contents SET post = ?, rules = ?, markets = ?, verdict = ? WHERE number = ?",
            arguments: [incoming.columns.post] + verdict(of: incoming, number: row.number)
                + [row.number])
        let salt = try Data.fetchOne(db, sql: "SELECT salt FROM contents WHERE number = ?", arguments: [row.number])
        let digest = IncomingCase.digest(
            of: incoming.post, incoming.verdict.markets, incoming.verdict.own, severity: row.severity.level,
            salt: Array(salt ?? Data()))
        try record(
            "rejudged", row.id, by: "moderate",
            [("content", Data(digest).base64EncodedString()), ("rule_sets", incoming.ruleSets)])
    }
}
