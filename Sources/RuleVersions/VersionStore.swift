public import ContentModel
internal import Foundation
internal import GRDB
public import RuleBook
public import Storage

/// Versions of rules in the database file: loaded, put in force, taken back, never changed.
///
/// Every change is one transaction. What is in force has a *generation*, which whoever prepared a change names when it
/// is made: two people who load at once do not overwrite each other.
public final class VersionStore: Sendable {
    private let file: DatabaseFile
    /// Milliseconds since 1970.
    private let now: @Sendable () -> Int64

    /// - Parameter now: The time, in milliseconds since 1970.
    public init(file: DatabaseFile, now: @escaping @Sendable () -> Int64) {
        self.file = file
        self.now = now
    }

    // MARK: - In force

    /// The generation of what is in force, 0 before anything is; and the rules suspended now. Cheap enough to ask for
    /// many times a second.
    public func state() throws(StorageError) -> (generation: Int64, suspended: [RuleName]) {
        let at = now()
        return try file.read { db in
            (try Self.generation(db), try Self.suspensions(db, at: at).map(\.rule))
        }
    }

    /// The rules in force; nil before any version was activated.
    public func active() throws(StorageError) -> ActiveRules? {
        try file.read { db in
            let versions = try Self.activeVersions(db)
            guard !versions.isEmpty else { return nil }
            return ActiveRules(
                generation: try Self.generation(db), versions: versions,
                files: RuleFiles(folder: "in force", files: try versions.flatMap { try Self.files(of: $0, db) }))
        }
    }

    /// The files of some versions together, as they would stand in a rules folder.
    public func files(of versions: [RuleVersion]) throws(StorageError) -> RuleFiles {
        try file.read { db in
            RuleFiles(folder: "in force", files: try versions.flatMap { try Self.files(of: $0, db) })
        }
    }

    // MARK: - History

    /// Every version, by region and number, and whether it is in force.
    public func versions() throws(StorageError) -> [(version: RuleVersion, isActive: Bool)] {
        try file.read { db in
            let active = Set(try Self.activeVersions(db).map(\.name))
            return try Row.fetchAll(db, sql: "SELECT * FROM rule_versions ORDER BY region, number")
                .map(Self.version).map { ($0, active.contains($0.name)) }
        }
    }

    /// A version by its name (`cn#12`).
    public func version(named name: String) throws(StorageError) -> RuleVersion? {
        let parts = name.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[1]) else { return nil }
        return try file.read { db in try Self.version(String(parts[0]), number, db) }.flatMap {
            $0.name == name ? $0 : nil
        }
    }

    /// Which versions a region got when, oldest first.
    public func history(of region: String) throws(StorageError) -> [Activation] {
        try file.read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT * FROM rule_activations WHERE region = ? ORDER BY number", arguments: [region])
            return rows.map { row in
                Activation(
                    region: row["region"], version: row["version"],
                    kind: Activation.Kind(rawValue: row["kind"]) ?? .activate, author: row["author"],
                    note: row["note"], at: row["at"])
            }
        }
    }

    // MARK: - Changes

    /// Keeps the files of some regions as versions; a region whose latest equal version is kept already gets that one.
    ///
    /// - Parameters:
    ///   - activates: Whether they come into force, all in the same transaction.
    ///   - generation: The generation that the change was prepared for; nil where nothing is activated.
    /// - Throws: ``RuleVersionError/changedMeanwhile``, `StorageError`; then nothing is changed.
    @discardableResult
    public func commit(
        _ files: RuleFiles, regions: [String], activates: Bool, over generation: Int64?, author: String, note: String
    ) throws -> [RuleVersion] {
        let at = now()
        // Nothing was changed where it fails, so that there is nothing to roll back.
        let outcome: Result<[RuleVersion], RuleVersionError> = try file.write { db in
            if activates, try Self.generation(db) != generation { return .failure(.changedMeanwhile) }
            let versions = try regions.map { region in
                let version = try keep(files.files(of: region), region: region, author: author, note: note, at: at, db)
                if activates, try Self.activation(of: region, db)?.version != version.number {
                    try activate(version, kind: .activate, author: author, note: note, at: at, db)
                }
                return version
            }
            return .success(versions)
        }
        return try outcome.get()
    }

    /// Puts versions that are kept into force, all in one transaction; those that are already stay as they are.
    public func activate(
        _ versions: [RuleVersion], kind: Activation.Kind, over generation: Int64, author: String, note: String
    ) throws {
        let at = now()
        let outcome: Result<Void, RuleVersionError> = try file.write { db in
            guard try Self.generation(db) == generation else { return .failure(.changedMeanwhile) }
            for version in versions where try Self.activation(of: version.region, db)?.version != version.number {
                try activate(version, kind: kind, author: author, note: note, at: at, db)
            }
            return .success(())
        }
        try outcome.get()
    }

    /// The version that stood before the one in force, which a rollback goes back to.
    public func predecessor(of region: String) throws -> RuleVersion {
        let outcome: Result<RuleVersion, RuleVersionError> = try file.read { db in
            guard let current = try Self.activation(of: region, db) else {
                return .failure(.noSuchRegion(region, known: try Self.activeVersions(db).map(\.region)))
            }
            guard let previous = current.previous,
                let number = try Int.fetchOne(
                    db, sql: "SELECT version FROM rule_activations WHERE number = ?", arguments: [previous]),
                let version = try Self.version(region, number, db)
            else { return .failure(.nothingBefore(region: region)) }
            return .success(version)
        }
        return try outcome.get()
    }

    /// Puts a rule out of force until a time (milliseconds since 1970); a time that has passed ends an earlier
    /// suspension.
    public func suspend(_ suspension: Suspension) throws(StorageError) {
        let at = now()
        try file.write { db in
            try db.execute(
                sql: "INSERT INTO rule_suspensions (rule, until, reason, author, at) VALUES (?, ?, ?, ?, ?)",
                arguments: [suspension.rule.rawValue, suspension.until, suspension.reason, suspension.author, at])
        }
    }

    /// The suspensions that hold now.
    public func suspensions() throws(StorageError) -> [Suspension] {
        let at = now()
        return try file.read { db in try Self.suspensions(db, at: at) }
    }

    // MARK: - Rule sets

    /// Keeps what rule sets are made of before they judge; those that are kept already stay.
    public func record(_ sets: [RuleSetRecord]) throws(StorageError) {
        let at = now()
        let encoder = JSONEncoder()
        try file.write { db in
            for set in sets {
                try db.execute(
                    sql: "INSERT OR IGNORE INTO rule_sets VALUES (?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        set.name, set.market, String(decoding: try encoder.encode(set.versions), as: UTF8.self),
                        set.day, String(decoding: try encoder.encode(set.suspended), as: UTF8.self), set.engine, at,
                    ])
            }
        }
    }

    /// The rule sets whose name begins so (`cn@3f9a`).
    public func ruleSets(named prefix: String) throws(StorageError) -> [RuleSetRecord] {
        let decoder = JSONDecoder()
        return try file.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM rule_sets WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name",
                arguments: [prefix]
            ).map { row in
                func list(_ column: String) throws -> [String] {
                    let json: String = row[column]
                    return try decoder.decode([String].self, from: Data(json.utf8))
                }
                return RuleSetRecord(
                    name: row["name"], market: row["market"], versions: try list("versions"), day: row["day"],
                    suspended: try list("suspended"), engine: row["engine"])
            }
        }
    }

    // MARK: - Rows

    private func keep(
        _ files: [RuleFiles.File], region: String, author: String, note: String, at: Int64, _ db: Database
    ) throws -> RuleVersion {
        let hash = RuleFiles.hash(of: files)
        if let row = try Row.fetchOne(
            db, sql: "SELECT * FROM rule_versions WHERE region = ? AND hash = ? ORDER BY number DESC LIMIT 1",
            arguments: [region, hash])
        {
            return Self.version(row)
        }
        var manifest: [String: String] = [:]
        for file in files {
            manifest[String(file.path.dropFirst(region.count + 1))] = file.hash
            try db.execute(
                sql: "INSERT OR IGNORE INTO rule_files VALUES (?, ?)", arguments: [file.hash, Data(file.bytes)])
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let last = try Int.fetchOne(
            db, sql: "SELECT max(number) FROM rule_versions WHERE region = ?", arguments: [region])
        let version = RuleVersion(
            region: region, number: (last ?? 0) + 1, hash: hash, author: author, note: note, created: at)
        try db.execute(
            sql: "INSERT INTO rule_versions VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                region, version.number, hash, String(decoding: try encoder.encode(manifest), as: UTF8.self), author,
                note, at,
            ])
        return version
    }

    private func activate(
        _ version: RuleVersion, kind: Activation.Kind, author: String, note: String, at: Int64, _ db: Database
    ) throws {
        let current = try Self.activation(of: version.region, db)
        // A rollback goes on from what stood before the one it goes back to, so that a second one goes further back.
        let previous =
            kind == .rollback
            ? try current?.previous.flatMap {
                try Int64.fetchOne(
                    db, sql: "SELECT previous FROM rule_activations WHERE number = ?", arguments: [$0])
            } : current?.number
        try db.execute(
            sql: """
                INSERT INTO rule_activations (region, version, previous, kind, author, note, at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [version.region, version.number, previous, kind.rawValue, author, note, at])
    }

    private static func generation(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT max(number) FROM rule_activations") ?? 0
    }

    private static func activation(
        of region: String, _ db: Database
    ) throws -> (number: Int64, version: Int, previous: Int64?)? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM rule_activations WHERE region = ? ORDER BY number DESC LIMIT 1",
            arguments: [region]
        ).map { ($0["number"], $0["version"], $0["previous"]) }
    }

    private static func activeVersions(_ db: Database) throws -> [RuleVersion] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT rule_versions.* FROM rule_versions JOIN rule_activations AS last
                    ON last.region = rule_versions.region AND last.version = rule_versions.number
                WHERE last.number = (SELECT max(number) FROM rule_activations WHERE region = last.region)
                ORDER BY rule_versions.region
                """
        ).map(version)
    }

    private static func version(_ region: String, _ number: Int, _ db: Database) throws -> RuleVersion? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM rule_versions WHERE region = ? AND number = ?", arguments: [region, number]
        ).map(version)
    }

    private static func version(_ row: Row) -> RuleVersion {
        RuleVersion(
            region: row["region"], number: row["number"], hash: row["hash"], author: row["author"], note: row["note"],
            created: row["created"])
    }

    private static func files(of version: RuleVersion, _ db: Database) throws -> [RuleFiles.File] {
        let json =
            try String.fetchOne(
                db, sql: "SELECT files FROM rule_versions WHERE region = ? AND number = ?",
                arguments: [version.region, version.number]) ?? "{}"
        let manifest = try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
        return try manifest.map { path, hash in
            let content = try Data.fetchOne(
                db, sql: "SELECT content FROM rule_files WHERE hash = ?", arguments: [hash])
            let file = RuleFiles.File(path: version.region + "/" + path, bytes: [UInt8](content ?? Data()))
            guard file.hash == hash else {
                throw StorageError(
                    .notOurs, "the file \(path) of the rules \(version.name) is damaged in the database")
            }
            return file
        }
    }

    private static func suspensions(_ db: Database, at: Int64) throws -> [Suspension] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM rule_suspensions AS last
                WHERE until > ? AND number = (SELECT max(number) FROM rule_suspensions WHERE rule = last.rule)
                ORDER BY rule
                """, arguments: [at]
        ).map {
            Suspension(
                rule: RuleName(rawValue: $0["rule"]), until: $0["until"], reason: $0["reason"], author: $0["author"])
        }
    }
}
