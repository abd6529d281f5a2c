internal import ContentModel
internal import Foundation
internal import GRDB
internal import Wire

/// What changes and is searched of a case.
struct CaseRow {
    var number: Int64
    var id: String
    var postKey: String
    var lane: Lane
    var severity: Severity
    var rank: Double
    var created: Int64
    var due: Int64
    var score: Double
    var life: CaseLife
    var revision: Int
    var cluster: Int64
    /// The case that this one is a copy of, to try a reviewer.
    var golden: Int64?
    var acts: [RecordedAct]
}

/// One transaction on the queue: its rows, its events and its time.
struct QueueTransaction {
    let db: Database
    /// Milliseconds since 1970.
    let at: Int64
    let names: NameTable
    private let reader: ContentReader
    private var chain: EventChain?
    private var lastNumber: Int64?

    init(_ db: Database, at: Int64, of queue: ReviewQueue) {
        self.db = db
        self.at = at
        names = queue.names
        reader = queue.reader
    }

    mutating func record(_ kind: String, _ caseID: String, by actor: String, _ detail: [(String, String)] = []) throws {
        var json = JSONBytes()
        json.bytes.reserveCapacity(128)
        json.raw("{")
        for (index, member) in detail.enumerated() {
            if index > 0 { json.raw(",") }
            json.name(member.0)
            json.raw(":")
            json.string(member.1)
        }
        json.raw("}")
        try record(kind, caseID, by: actor, json: String(decoding: json.bytes, as: UTF8.self))
    }

    /// - Parameter json: The event's detail, an object.
    mutating func record(_ kind: String, _ caseID: String, by actor: String, json: String) throws {
        var chain = try self.chain ?? EventChain(db)
        try chain.append(
            db, CaseEvent(number: 0, at: at, caseID: caseID, kind: kind, actor: actor, detail: json))
        self.chain = chain
    }

    /// Salted SHA-256 of a text that may have to be erased, base 64; empty without one.
    func digest(_ text: String?, of number: Int64) throws -> String {
        guard let text, !text.isEmpty else { return "" }
        let statement = try db.cachedStatement(sql: "SELECT salt FROM contents WHERE number = ?")
        let salt = try Data.fetchOne(statement, arguments: [number]) ?? Data()
        return Data(IncomingCase.digest(of: text.utf8, salt: Array(salt))).base64EncodedString()
    }

    // MARK: - Rows

    /// A number for a new case.
    mutating func nextNumber() throws -> Int64 {
        let last = try lastNumber ?? Int64.fetchOne(db, sql: "SELECT max(number) FROM cases") ?? 0
        lastNumber = last + 1
        return last + 1
    }

    func row(_ id: String) throws -> CaseRow? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM cases WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map { try row($0) }
    }

    func row(_ number: Int64) throws -> CaseRow? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM cases WHERE number = ?")
        return try Row.fetchOne(statement, arguments: [number]).map { try row($0) }
    }

    func row(_ row: Row) throws -> CaseRow {
        let number: Int64 = row["number"]
        let lane = try names.lane(row["lane"], db)
        let acts = try acts(of: number)
        var claim: CaseLife.Claim?
        if let reviewer: String = row["claim_reviewer"], let until: Int64 = row["claim_until"] {
            claim = CaseLife.Claim(
                reviewer: reviewer, since: row["claim_since"] ?? until, until: until, batch: row["claim_batch"])
        }
        let severity = Severity.allCases[min(max(row["severity"] as Int, 0), 3)]
        let state: String = row["state"]
        let life = CaseLife(
            markets: lane.markets, needsTwo: lane.isCritical(severity) && row["golden"] == nil,
            acts: acts.compactMap(\.act), claim: claim, isClosed: state == CaseState.closed.rawValue)
        // Before two were asked for, one person's decision was enough.
        let isOfOne = state == CaseState.decided.rawValue && life.state == .open && life.readings == 1
        return CaseRow(
            number: number, id: row["id"], postKey: row["post_key"], lane: lane, severity: severity, rank: row["rank"],
            created: row["created"], due: row["due"], score: row["score"],
            life: isOfOne ? CaseLife(markets: lane.markets, acts: acts.compactMap(\.act)) : life,
            revision: row["revision"], cluster: row["cluster"], golden: row["golden"], acts: acts)
    }

    private func acts(of number: Int64) throws -> [RecordedAct] {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM acts WHERE case_number = ? AND undone = 0 ORDER BY number")
        return try Row.fetchAll(statement, arguments: [number]).map { row in
            RecordedAct(
                number: row["number"], kind: RecordedAct.Kind(rawValue: row["kind"]) ?? .decide,
                decision: (row["decision"] as String?).flatMap(Decision.init(rawValue:)), market: row["market"],
                actor: row["actor"], reason: row["reason"], note: row["note"], at: row["at"])
        }
    }

    /// Keeps what became of a case.
    ///
    /// - Parameter revises: Whether what is known of the case has changed, so that a decision prepared before is stale;
    ///   a claim does not.
    func save(_ row: CaseRow, revises: Bool) throws {
        var lane = row.lane
        (lane.role, lane.barred) = (row.life.role, row.life.barred)
        let claim = row.life.claim
        let statement = try db.cachedStatement(
            sql: """
                UPDATE cases SET state = ?, claim_reviewer = ?, claim_since = ?, claim_until = ?, claim_batch = ?,
                    lane = ?, revision = ? WHERE number = ?
                """)
        try statement.execute(arguments: [
            row.life.state.rawValue, claim?.reviewer, claim?.since, claim?.until, claim?.batch,
            names.number(of: lane, db), row.revision + (revises ? 1 : 0), row.number,
        ])
    }

    /// The whole of a case, for a person.
    func whole(_ row: CaseRow) throws -> ReviewCase {
        // A copy looks like what it is a copy of.
        let key = try row.golden.flatMap { try self.row($0)?.postKey } ?? row.postKey
        let isNamed = key.hasPrefix("id:")
        let name = String(key.dropFirst(3))
        let line = key.split(separator: ":").last.map { "line-\($0)" } ?? ""
        // And goes the way that it would have gone.
        let life =
            row.golden == nil
            ? row.life
            : CaseLife(
                markets: row.lane.markets, needsTwo: row.lane.isCritical(row.severity),
                acts: row.acts.compactMap(\.act),
                claim: row.life.claim)
        let content = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT post, rules, markets, verdict FROM contents WHERE number = ?"),
            arguments: [row.number]
        ).map { found in
            let rules = (found["rules"] as String).split { !$0.isNumber }.compactMap { Int64($0) }
            let stored = StoredVerdict(
                markets: try (found["markets"] as Int64?).map { try names.fragment($0, db) } ?? [],
                rules: try rules.map { try names.name($0, db) }, own: Array((found["verdict"] as String).utf8))
            return CaseContent(post: found["post"], verdict: stored, name: isNamed ? name : line, reader: reader)
        }
        let statement = try db.cachedStatement(
            sql: """
                SELECT author, (SELECT text FROM names WHERE names.id = rule_sets) AS rule_sets,
                    (SELECT id FROM cases AS first WHERE first.number = cases.cluster) AS cluster_id,
                    1 + (SELECT count(*) FROM (SELECT 1 FROM cases AS other WHERE other.cluster = cases.cluster
                        AND other.cluster <> other.number LIMIT \(ReviewCase.mostCounted - 1))) AS cluster_count,
                    (SELECT sum(times) FROM skips WHERE skips.number = cases.number) AS skips,
                    EXISTS (SELECT 1 FROM outcomes WHERE case_number = cases.number AND undone = 0
                        AND final_at > ?2 AND final_at <= ?2 + \(ReviewQueue.longestGrace)) AS in_grace
                FROM cases WHERE number = ?1
                """)
        let rest = try Row.fetchOne(statement, arguments: [row.number, at])
        return ReviewCase(
            number: row.number, id: row.id, postID: isNamed ? name : nil, author: rest?["author"], content: content,
            categories: row.lane.categories.map(Category.init(rawValue:)), severity: row.severity, score: row.score,
            languages: row.lane.languages, markets: row.lane.markets, rank: row.rank, created: row.created,
            due: row.due, life: life, revision: row.revision, ruleSets: rest?["rule_sets"] ?? "", acts: row.acts,
            cluster: (rest?["cluster_id"] ?? row.id, rest?["cluster_count"] ?? 1), skips: rest?["skips"] ?? 0,
            isInGrace: rest?["in_grace"] ?? false)
    }
}
