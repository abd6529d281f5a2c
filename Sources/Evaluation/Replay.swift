public import ContentModel
internal import Foundation
public import Moderation
public import RuleBook
internal import Synchronization
internal import Wire

/// What a change of rules would have done to posts that came in: each judged by the rules before and after.
///
/// Most posts are not touched by a change. So a post is first judged by the rules that matter to it alone, old and new
/// together: those that changed, or where a policy did, all. Only where one of them finds something do both whole rule
/// sets judge.
public final class Replay: Sendable {
    /// One of the two rule sets.
    public struct Side: Sendable {
        public var book: RuleBook
        public var moderator: Moderator

        public init(book: RuleBook, moderator: Moderator) {
            self.book = book
            self.moderator = moderator
        }
    }

    /// A market's action on a post that would be another.
    public struct Flip: Sendable {
        public var market: Market
        public var before: Action
        public var after: Action
        /// Categories whose score differs there.
        public var categories: [ContentModel.Category]
        /// Rules that changed and count there, or that count on one side only.
        public var rules: [String]
    }

    /// A post that would come out otherwise.
    public struct Example: Sendable {
        public var id: String
        /// From 1.
        public var line: Int
        /// The first judged field.
        public var text: String
        public var flips: [Flip]
    }

    /// How often actions became stricter and laxer.
    public struct Turn: Sendable, Equatable {
        public var stricter: Int
        public var laxer: Int

        public init(stricter: Int = 0, laxer: Int = 0) { (self.stricter, self.laxer) = (stricter, laxer) }
    }

    /// What came of a replay.
    public struct Report: Sendable {
        public var posts = 0
        /// Lines of the input, blank ones too.
        public var lines = 0
        /// Lines that are no posts.
        public var unreadable = 0
        /// Posts with another action in at least one market.
        public var flipped = 0
        /// By market, and then `allow → review`.
        public var actions: [String: [String: Int]] = [:]
        /// By market; by the post's first language; by category.
        public var markets: [String: Turn] = [:]
        public var languages: [String: Turn] = [:]
        public var categories: [String: Turn] = [:]
        /// Posts that some market holds for a person only after the change, and only before it.
        public var moreReviews = 0
        public var fewerReviews = 0
        public var examples: [Example] = []

        public init() {}

        /// Adds what came of the posts that follow.
        public mutating func merge(_ other: Report, mostExamples: Int) {
            posts += other.posts
            lines += other.lines
            unreadable += other.unreadable
            flipped += other.flipped
            moreReviews += other.moreReviews
            fewerReviews += other.fewerReviews
            actions.merge(other.actions) { $0.merging($1, uniquingKeysWith: +) }
            func add(_ left: Turn, _ right: Turn) -> Turn {
                Turn(stricter: left.stricter + right.stricter, laxer: left.laxer + right.laxer)
            }
            markets.merge(other.markets, uniquingKeysWith: add)
            languages.merge(other.languages, uniquingKeysWith: add)
            categories.merge(other.categories, uniquingKeysWith: add)
            examples += other.examples.prefix(max(0, mostExamples - examples.count))
        }
    }

    private let old: Side
    private let new: Side
    /// The rules without which no verdict differs; nil where nothing does.
    private let sieve: Moderator?
    private let touchedRules: Set<String>
    /// Whether thresholds alone differ: where the old rules find nothing, neither do the new ones.
    private let onlyThresholdsDiffer: Bool
    private let mostExamples: Int

    /// - Parameters:
    ///   - examples: The most posts that are kept as examples.
    ///   - cache: A folder for compiled patterns.
    /// - Throws: What compiling the changed rules by themselves throws.
    public init(from old: Side, to new: Side, examples: Int, cache: String?) throws {
        self.old = old
        self.new = new
        mostExamples = examples
        let difference = RuleDifference(from: old.book, to: new.book)
        let touched = difference.touchedRules.union(Self.inEffect(old).symmetricDifference(Self.inEffect(new)))
        touchedRules = Set(touched.map(\.rawValue))
        let bindings = { (book: RuleBook) in book.policies.map { [$0.market.rawValue] + $0.extends } }
        onlyThresholdsDiffer =
            difference.changesPolicies && touched.isEmpty && bindings(old.book) == bindings(new.book)
        guard !onlyThresholdsDiffer else {
            sieve = nil
            return
        }
        let book = Self.sieve(touched, difference.changesPolicies, old.book, new.book)
        sieve = book.packs.isEmpty ? nil : try Moderator(book, day: new.moderator.day, cache: cache)
    }

    /// The rules of a side that are in effect on its day and not suspended.
    private static func inEffect(_ side: Side) -> Set<RuleName> {
        Set(
            side.book.packs.flatMap(\.rules).filter { rule in
                rule.isEnabled && rule.effective.contains(side.moderator.day)
                    && !side.moderator.suspended.contains(rule.name)
            }.map(\.name))
    }

    /// The rules of both books that matter, in one and under names of their own; every market of either takes them.
    private static func sieve(
        _ names: Set<RuleName>, _ changesPolicies: Bool, _ old: RuleBook, _ new: RuleBook
    ) -> RuleBook {
        var packs: [Pack] = []
        for (book, mark) in [(old, "old"), (new, "new")] {
            for pack in book.packs {
                let rules = pack.rules.filter { rule in
                    // An unchanged rule stands in both books.
                    rule.isEnabled && (names.contains(rule.name) || changesPolicies && mark == "old")
                }.map { rule in
                    var rule = rule
                    rule.name = RuleName(rawValue: "\(rule.name.rawValue)~\(mark)")
                    rule.isShadow = false
                    rule.effective = DateRange()
                    return rule
                }
                if !rules.isEmpty {
                    packs.append(
                        Pack(
                            folder: pack.folder, name: "\(pack.name)~\(mark)", rules: rules, location: pack.location))
                }
            }
        }
        var policies = new.policies + old.policies.filter { one in !new.policies.contains { $0.market == one.market } }
        for index in policies.indices {
            policies[index].overrides = []
            let before = old.policies.first { $0.market == policies[index].market }?.extends ?? []
            policies[index].extends += before.filter { !policies[index].extends.contains($0) }
        }
        return RuleBook(policies: policies, packs: packs)
    }

    // MARK: - Replaying

    /// Replays lines of posts, as `moderate` takes them: several threads a call, in the order of the input.
    ///
    /// - Parameter lines: Whole lines of NDJSON, each ended by a line feed.
    public func replay(_ lines: [UInt8], firstLine: Int, threads: Int) throws -> Report {
        let parts = Self.parts(of: lines, threads)
        let reports = Mutex<[Int: Result<Report, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: parts.count) { part in
            let result = Result { () throws -> Report in
                var worker = try Worker(self)
                let buffer = Array(lines[parts[part].range]) + [UInt8](repeating: 0, count: PostReader.padding)
                return try worker.replay(
                    buffer, count: parts[part].range.count, firstLine: firstLine + parts[part].linesBefore)
            }
            reports.withLock { $0[part] = result }
        }
        var total = Report()
        for part in parts.indices {
            if let report = try reports.withLock({ $0[part] })?.get() {
                total.merge(report, mostExamples: mostExamples)
            }
        }
        return total
    }

    /// Stretches of whole lines, about equally long.
    private static func parts(of lines: [UInt8], _ count: Int) -> [(range: Range<Int>, linesBefore: Int)] {
        var parts: [(range: Range<Int>, linesBefore: Int)] = []
        var start = 0
        var before = 0
        for part in 0..<count where start < lines.count {
            var end = part + 1 == count ? lines.count : max(start, lines.count / count * (part + 1))
            while end < lines.count, lines[end - 1] != 0x0A { end += 1 }
            guard end > start else { continue }
            parts.append((start..<end, before))
            before += lineFeeds(in: lines[start..<end])
            start = end
        }
        return parts
    }

    private static func lineFeeds(in bytes: ArraySlice<UInt8>) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            var count = 0
            var offset = 0
            while offset < bytes.count,
                let feed = unsafe memchr(bytes.baseAddress! + offset, 0x0A, bytes.count - offset)
            {
                count += 1
                offset = unsafe UnsafeRawPointer(feed) - bytes.baseAddress! + 1
            }
            return count
        }
    }

    /// Judges and compares, one thread at a time.
    private struct Worker: ~Copyable {
        private let replay: Replay
        private var old: Judge
        private var new: Judge
        private var sieve: Judge?
        private var reader = PostReader()
        private var post = Post()
        private var (before, after, found) = (Verdict(), Verdict(), Verdict())

        init(_ replay: Replay) throws {
            let old = try replay.old.moderator.makeJudge()
            let new = try replay.new.moderator.makeJudge()
            let sieve = try replay.sieve.map { try $0.makeJudge() }
            self.replay = replay
            self.old = old
            self.new = new
            self.sieve = sieve
        }

        mutating func replay(_ buffer: [UInt8], count: Int, firstLine: Int) throws -> Report {
            var report = Report()
            var start = 0
            var line = firstLine
            while start < count {
                var end = Self.lineEnd(buffer, from: start, count)
                let next = end + 1
                if end > start, buffer[end - 1] == 0x0D { end -= 1 }
                if end > start {
                    if reader.read(start..<end, of: buffer.span, into: &post) == nil {
                        report.posts += 1
                        compare(line, &report)
                    } else {
                        report.unreadable += 1
                    }
                }
                start = next
                line += 1
            }
            report.lines = line - firstLine
            return report
        }

        /// The place of the next line feed, or the end.
        private static func lineEnd(_ buffer: [UInt8], from start: Int, _ count: Int) -> Int {
            unsafe buffer.withUnsafeBytes { bytes in
                guard let feed = unsafe memchr(bytes.baseAddress! + start, 0x0A, count - start) else { return count }
                return unsafe UnsafeRawPointer(feed) - bytes.baseAddress!
            }
        }

        private mutating func compare(_ line: Int, _ report: inout Report) {
            guard mayDiffer() else { return }
            if !replay.onlyThresholdsDiffer { old.judge(post, into: &before) }
            new.judge(post, into: &after)
            guard before.markets != after.markets else { return }
            let flips = self.flips()
            guard !flips.isEmpty else { return }
            report.flipped += 1
            let language = after.languages.first?.tag.rawValue ?? "und"
            var (isStricter, isLaxer) = (false, false)
            var touched: [String: (stricter: Bool, laxer: Bool)] = [:]
            for flip in flips {
                let market = flip.market.rawValue
                report.actions[market, default: [:]]["\(flip.before.name) → \(flip.after.name)", default: 0] += 1
                let goesUp = flip.after > flip.before
                report.markets[market, default: Turn()].add(goesUp)
                isStricter = isStricter || goesUp
                isLaxer = isLaxer || !goesUp
                for category in flip.categories {
                    touched[category.rawValue, default: (false, false)].stricter =
                        touched[category.rawValue]?.stricter ?? false || goesUp
                    touched[category.rawValue, default: (false, false)].laxer =
                        touched[category.rawValue]?.laxer ?? false || !goesUp
                }
            }
            if isStricter { report.languages[language, default: Turn()].stricter += 1 }
            if isLaxer { report.languages[language, default: Turn()].laxer += 1 }
            for (category, turn) in touched {
                if turn.stricter { report.categories[category, default: Turn()].stricter += 1 }
                if turn.laxer { report.categories[category, default: Turn()].laxer += 1 }
            }
            let wasHeld = before.markets.contains { $0.action == .review }
            let isHeld = after.markets.contains { $0.action == .review }
            if isHeld, !wasHeld { report.moreReviews += 1 }
            if wasHeld, !isHeld { report.fewerReviews += 1 }
            if report.examples.count < replay.mostExamples {
                let field = post.fields.first?.range ?? 0..<0
                report.examples.append(
                    Example(id: post.id ?? "line-\(line)", line: line, text: post.string(field), flips: flips))
            }
        }

        /// Whether the change can have touched the post at hand. Where thresholds alone differ, ``before`` is made.
        private mutating func mayDiffer() -> Bool {
            if replay.onlyThresholdsDiffer {
                old.judge(post, into: &before)
                return !before.evidence.isEmpty || before.failure != nil
            }
            guard sieve != nil else { return false }
            sieve!.judge(post, into: &found)
            return !found.evidence.isEmpty || found.failure != nil
        }

        /// The markets in which the two verdicts differ in their action; one that a side lacks allows.
        private func flips() -> [Flip] {
            var flips: [Flip] = []
            for market in Set(before.markets.map(\.market) + after.markets.map(\.market)).sorted() {
                let left = before.markets.first { $0.market == market }
                let right = after.markets.first { $0.market == market }
                let (first, second) = (left?.action ?? .allow, right?.action ?? .allow)
                guard first != second else { continue }
                let scores = Set((left?.categories ?? []).map { "\($0.category.rawValue) \($0.score)" })
                let others = Set((right?.categories ?? []).map { "\($0.category.rawValue) \($0.score)" })
                let moved = scores.symmetricDifference(others)
                var categories = ContentModel.Category.all.filter { category in
                    moved.contains { $0.hasPrefix(category.rawValue + " ") }
                }
                // Only thresholds differ.
                if categories.isEmpty { categories = ((right ?? left)?.categories ?? []).map(\.category) }
                let (counted, counts) = (
                    Set((left?.rules ?? []).map(\.rawValue)), Set((right?.rules ?? []).map(\.rawValue))
                )
                let rules = counted.symmetricDifference(counts).union(
                    counted.union(counts).intersection(replay.touchedRules))
                flips.append(
                    Flip(
                        market: market, before: first, after: second, categories: categories, rules: rules.sorted()))
            }
            return flips
        }
    }
}

extension Replay.Turn {
    fileprivate mutating func add(_ isStricter: Bool) {
        if isStricter { stricter += 1 } else { laxer += 1 }
    }
}
