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
    /// `YYYY-MM-DD`.
    private let day: @Sendable () -> String
    private let note: @Sendable (String) -> Void

    private var generation: Int64
    private var lastTold = ""
    private let condition = NSCondition()
    private var isRunning = false
    private var isEnding = false

    /// - Parameters:
    ///   - generation: Of the rules that judge now.
    ///   - markets: Markets that new rules must know.
    ///   - day: The day on which rules are in effect: a fixed one, or today.
    ///   - note: Told of swaps, and of rules that cannot be taken.
    ///   - compile: Makes a moderator of other rules; may take seconds, less so where it may patch.
    public init(
        _ rules: RulesInForce, in store: VersionStore, generation: Int64, markets: [Market],
        day: @escaping @Sendable () -> String, note: @escaping @Sendable (String) -> Void,
        compile: @escaping @Sendable (ActiveRules, String, Set<RuleName>, Bool) throws -> Moderator
    ) {
        self.store = store
        self.rules = rules
        self.generation = generation
        self.markets = markets
        self.day = day
        self.note = note
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
                // Told once, whatever comes of it.
                generation = state.generation
                guard let active = try store.active() else { return }
                generation = active.generation
                let moderator = try compile(active, day, suspended, true)
                try take(moderator, active)
                // The whole is made beside while the patched rules judge.
                if moderator.isPatched { rules.swap(to: try compile(active, day, suspended, false)) }
            } else if judging.day != day || judging.suspended != suspended {
                rules.swap(to: judging.on(day: day, suspended: suspended))
                note(
                    judging.day != day
                        ? "the rules of \(day) judge from here on"
                        : suspended.isEmpty
                            ? "no rule is suspended any more"
                            : "suspended: \(suspended.map(\.rawValue).sorted().joined(separator: ", "))")
            }
            lastTold = ""
        } catch {
            let message = "the rules that came into force cannot be taken, the old ones go on judging: \(error)"
            if message != lastTold { note(message) }
            lastTold = message
        }
    }

    private func take(_ moderator: Moderator, _ active: ActiveRules) throws {
        if let missing = markets.first(where: { !moderator.markets.contains($0) }) {
            throw GateError.setup("they have no market \(missing.rawValue)")
        }
        rules.swap(to: moderator)
        note("took \(active.versions.map(\.name).joined(separator: ", "))")
    }
}
