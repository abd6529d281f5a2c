internal import ContentModel
internal import GRDB
public import Storage

extension ReviewQueue {
    /// Sets a reviewer up, or changes what they may do. From the first one on, only those who are set up decide.
    public func keep(_ reviewer: Reviewer, by actor: String) throws(StorageError) {
        try write { transaction in
            try transaction.db.execute(
                sql: """
                    INSERT OR REPLACE INTO reviewers (name, role, languages, markets, categories, sensitive)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    reviewer.name, reviewer.role.rawValue, Lane.list(reviewer.languages.map(\.rawValue)),
                    Lane.list(reviewer.markets), Lane.list(reviewer.categories.map(\.rawValue)),
                    Lane.list(reviewer.sensitive.map(\.rawValue)),
                ])
            try transaction.record(
                "reviewer-kept", "", by: actor,
                [
                    ("name", reviewer.name), ("role", reviewer.role.rawValue),
                    ("languages", reviewer.languages.map(\.rawValue).joined(separator: ",")),
                    ("markets", reviewer.markets.joined(separator: ",")),
                    ("categories", reviewer.categories.map(\.rawValue).joined(separator: ",")),
                    ("sensitive", reviewer.sensitive.map(\.rawValue).joined(separator: ",")),
                ])
        }
    }

    /// Takes a reviewer off; what they hold comes back at once.
    ///
    /// - Returns: Whether there was one of that name.
    public func removeReviewer(_ name: String, by actor: String) throws(StorageError) -> Bool {
        try write { transaction in
            try transaction.db.execute(sql: "DELETE FROM reviewers WHERE name = ?", arguments: [name])
            guard transaction.db.changesCount > 0 else { return false }
            _ = try transaction.releaseAll(of: name, by: actor)
            try transaction.record("reviewer-removed", "", by: actor, [("name", name)])
            return true
        }
    }

    /// Those who are set up, by name.
    public func reviewers() throws(StorageError) -> [Reviewer] {
        try file.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM reviewers ORDER BY name").map(QueueTransaction.reviewer)
        }
    }

    /// Whether somebody may see what a case says. Ordinary cases are shown to whoever has the file; sensitive ones, once
    /// reviewers are set up, to those of them who see such cases.
    public func maySee(_ found: ReviewCase, _ name: String?) throws(StorageError) -> Bool {
        guard found.categories.contains(where: { Category.sensitive.contains($0) }) else { return true }
        guard let name else { return try reviewers().isEmpty }
        let lane = Lane(
            languages: [], categories: found.categories.map(\.rawValue), markets: found.markets, role: .reviewer,
            barred: [])
        return try reviewer(name)?.mayWork(lane) ?? false
    }

    /// A reviewer by name: anybody at a file where none are set up.
    ///
    /// - Returns: Nil for a name that is not set up where others are.
    public func reviewer(_ name: String) throws(StorageError) -> Reviewer? { try read { try $0.reviewer(name) } }
}

extension QueueTransaction {
    func reviewer(_ name: String) throws -> Reviewer? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM reviewers WHERE name = ?")
        if let row = try Row.fetchOne(statement, arguments: [name]) { return Self.reviewer(row) }
        let isAnySetUp = try Bool.fetchOne(db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM reviewers)")) ?? false
        return isAnySetUp ? nil : Reviewer.anybody(name)
    }

    static func reviewer(_ row: Row) -> Reviewer {
        Reviewer(
            name: row["name"], role: Role(rawValue: row["role"]) ?? .reviewer,
            languages: Lane.members(row["languages"]).map(LanguageTag.init(rawValue:)),
            markets: Lane.members(row["markets"]),
            categories: Lane.members(row["categories"]).map(Category.init(rawValue:)),
            sensitive: Lane.members(row["sensitive"]).map(Category.init(rawValue:)))
    }
}
