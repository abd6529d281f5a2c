internal import ContentModel
internal import Foundation
internal import Gate
internal import Moderation
internal import RuleBook
internal import RuleVersions
internal import Storage

/// The rules that a run judges by: a folder that was named, else what is in force in the database, else what shipped.
struct RulesOfRun {
    let moderator: Moderator
    /// Where versions are kept; nil in a run without a database.
    let store: VersionStore?
    /// What is in force; nil where a folder judges, which nothing replaces.
    let active: ActiveRules?

    /// - Parameters:
    ///   - options: Whether a folder is named, and as of when rules are in effect.
    ///   - database: Where the database is.
    ///   - keeps: Whether a database that is missing is made, and a named folder kept there as versions.
    static func choose(
        _ options: RulesOptions, _ database: DatabaseOptions, keeps: Bool
    ) throws -> (rules: RulesOfRun, file: DatabaseFile?) {
        // A folder is compiled before a database is made: rules that do not hold leave nothing behind.
        let isThere = FileManager.default.fileExists(atPath: database.path)
        let named = options.rules
        var compiled: (files: RuleFiles, moderator: Moderator)?
        if named != nil || !isThere { compiled = try compile(RuleFiles(folder: options.folder), options) }
        if !keeps, let compiled {
            return (RulesOfRun(moderator: compiled.moderator, store: nil, active: nil), nil)
        }
        let file = try database.file(creates: keeps)
        let store = VersionStore(file: file, now: milliseconds)
        if named != nil, let (files, moderator) = compiled {
            let versions = try store.commit(
                files, regions: files.regions, activates: false, over: nil, author: userName(),
                note: "judged by --rules \(options.folder)")
            try store.record(records(of: moderator, versions))
            return (RulesOfRun(moderator: moderator, store: store, active: nil), file)
        }
        if let active = try store.active() {
            return (try RulesOfRun(active, store, options), file)
        }
        let (files, _) = try compiled ?? compile(RuleFiles(folder: options.folder), options)
        return (try RulesOfRun(takeShipped(files, into: store), store, options), file)
    }

    /// What versions of shipped rules are noted as, by which an upgrade knows them.
    static let shippedNote = "shipped rules"

    /// Puts the shipped rules in force in a database that has none.
    static func takeShipped(_ files: RuleFiles, into store: VersionStore) throws -> ActiveRules {
        do {
            let versions = try store.commit(
                files, regions: files.regions, activates: true, over: 0, author: userName(), note: shippedNote)
            Console.note("moderate: took the shipped rules (\(files.folder)) as version 1 of \(versions.count) regions")
        } catch RuleVersionError.changedMeanwhile {
            // Another run began at the same moment and did it.
        }
        guard let active = try store.active() else { throw RuleVersionError.changedMeanwhile }
        return active
    }

    private init(moderator: Moderator, store: VersionStore?, active: ActiveRules?) {
        self.moderator = moderator
        self.store = store
        self.active = active
    }

    private init(_ active: ActiveRules, _ store: VersionStore, _ options: RulesOptions) throws {
        moderator = try Moderator(
            active.files, day: options.day, suspended: Set(store.state().suspended), cache: options.cache)
        try store.record(Self.records(of: moderator, active.versions))
        self.store = store
        self.active = active
    }

    /// Watches for rules that come into force, and swaps them in; nil where a folder judges.
    ///
    /// - Parameter prepare: What is done to new rules before they judge.
    func watcher(
        _ rules: RulesInForce, _ options: RulesOptions, markets: [Market]?,
        prepare: @escaping @Sendable (Moderator) -> Void = { _ in }, note: @escaping @Sendable (String) -> Void
    ) -> RuleWatcher? {
        guard let store, let active else { return nil }
        let (fixedDay, cache) = (options.day, options.cache)
        return RuleWatcher(
            rules, in: store, active: (active.versions, active.generation), markets: markets ?? [],
            day: { fixedDay ?? Moderator.today() }, note: note,
            record: { moderator, versions in try store.record(Self.records(of: moderator, versions)) },
            compile: { active, day, suspended, patches in
                let moderator = try Moderator(
                    active.files, day: day, suspended: suspended, cache: cache, patches: patches)
                prepare(moderator)
                return moderator
            })
    }

    private static func compile(
        _ files: RuleFiles, _ options: RulesOptions
    ) throws -> (files: RuleFiles, moderator: Moderator) {
        (files, try Moderator(files, day: options.day, cache: options.cache))
    }

    private static func records(of moderator: Moderator, _ versions: [RuleVersion]) -> [RuleSetRecord] {
        moderator.markets.compactMap { market in
            moderator.ruleSetName(of: market).map { name in
                RuleSetRecord(
                    name: name.rawValue, market: market.rawValue, versions: versions.map(\.name), day: moderator.day,
                    suspended: moderator.suspended.map(\.rawValue).sorted(), engine: Moderator.engine)
            }
        }
    }
}

/// Milliseconds since 1970.
@Sendable func milliseconds() -> Int64 { Int64(Date.now.timeIntervalSince1970 * 1000) }

/// Who works at this machine: the login name.
func userName() -> String {
    let environment = ProcessInfo.processInfo.environment
    if let name = environment["USER"] ?? environment["LOGNAME"], !name.isEmpty { return name }
    return NSUserName()
}
