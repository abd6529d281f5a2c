public import ContentModel
internal import Foundation
public import Moderation
public import RuleVersions

/// Looks for rules that come into force while a run goes on: compiles them beside, then swaps. Rules that cannot be
/// compiled are told once, and the old ones stay.
///
/// `@unchecked Sendable because` what changes is touched only by the watcher's one thread, or by the caller of
/// ``look()`` where no thread was started.
public final class RuleWatcher: @unchecked Sendable {
    private let store: VersionStore
    private let rules: RulesInForce
    /// Markets that the run was asked for, which new rules must know.
    private let markets: [Market]
    private let compile:
        @Sendable (ActiveRules, _ day: String, _ suspended: Set<RuleName>, _ patches: Bool) throws -> Moderator
    /// Keeps what rule sets are made of, before they judge.
    private let record: @Sendable (Moderator, [RuleVersion]) throws -> Void
    /// `YYYY-MM-DD`.
    private let day: @Sendable () -> String
    private let note: @Sendable (String) -> Void

    /// What judges now, and the last generation that was looked into, whatever came of it.
    private var versions: [RuleVersion]
    private var generation: Int64
    private var lastTold = ""
    private let condition = NSCondition()
    private var isRunning = false
    private var isEnding = false

    /// - Parameters:
    ///   - active: The rules that judge now.
    ///   - markets: Markets that new rules must know.
    ///   - day: The day on which rules are in effect: a fixed one, or today.
    ///   - note: Told of swaps, and of rules that cannot be taken.
    ///   - record: Keeps what rule sets are made of; called before they judge.
    ///   - compile: Makes a moderator of other rules; may take seconds, less so where it may patch.
    public init(
        _ rules: RulesInForce, in store: VersionStore, active: (versions: [RuleVersion], generation: Int64),
        markets: [Market], day: @escaping @Sendable () -> String, note: @escaping @Sendable (String) -> Void,
        record: @escaping @Sendable (Moderator, [RuleVersion]) throws -> Void,
        compile: @escaping @Sendable (ActiveRules, String, Set<RuleName>, Bool) throws -> Moderator
    ) {
        self.store = store
        self.rules = rules
        (versions, generation) = active
        self.markets = markets
        self.day = day
        self.note = note
        self.record = record
        self.compile = compile
    }

    /// Looks four times a second, on a thread of its own, until ``end()``.
    public func start() {
        isRunning = true
        let thread = Thread { [self] in
            condition.lock()
            while !isEnding {
                guard !condition.wait(until: Date(timeIntervalSinceNow: 0.25)) else { continue }
                condition.unlock()
                look()
                condition.lock()
            }
            isRunning = false
            condition.broadcast()
            condition.unlock()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Ends looking; a compilation in hand is waited for.
    public func end() {
        condition.withLock {
            isEnding = true
            condition.broadcast()
            while isRunning { condition.wait() }
        }
    }

    /// Looks once, and swaps where other rules are in force.
    public func look() {
        do {
            let state = try store.state()
            let (suspended, day) = (Set(state.suspended), day())
            let judging = rules.current.moderator
            if state.generation != generation {
                guard let active = try store.active() else { return }
                try take(active, day, suspended)
            } else if judging.day != day || judging.suspended != suspended {
                let next = judging.on(day: day, suspended: suspended)
                try record(next, versions)
                rules.swap(to: next)
                note(change(from: judging, to: next))
            }
            lastTold = ""
        } catch {
            // A locked database is looked at again; rules that do not hold will not do so the next time.
            tell("the rules that came into force cannot be taken, the old ones go on judging: \(error)")
        }
    }

    private func take(_ active: ActiveRules, _ day: String, _ suspended: Set<RuleName>) throws {
        let moderator: Moderator
        do {
            moderator = try compile(active, day, suspended, true)
            if let missing = markets.first(where: { !moderator.markets.contains($0) }) {
                throw GateError.setup("they have no market \(missing.rawValue)")
            }
        } catch {
            generation = active.generation
            throw error
        }
        try record(moderator, active.versions)
        rules.swap(to: moderator)
        (versions, generation) = (active.versions, active.generation)
        note("took \(active.versions.map(\.name).joined(separator: ", "))")
        guard moderator.isPatched else { return }
        // The whole is made beside while the patched rules judge; they are the same rules.
        do {
            rules.swap(to: try compile(active, day, suspended, false))
        } catch {
            tell("the rules that judge could not be compiled as a whole, and judge a little slower: \(error)")
        }
    }

    private func tell(_ message: String) {
        if message != lastTold { note(message) }
        lastTold = message
    }

    private func change(from old: Moderator, to new: Moderator) -> String {
        if old.day != new.day { return "the rules of \(new.day) judge from here on" }
        return new.suspended.isEmpty
            ? "no rule is suspended any more"
            : "suspended: \(new.suspended.map(\.rawValue).sorted().joined(separator: ", "))"
    }
}
