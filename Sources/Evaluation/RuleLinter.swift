public import ContentModel
internal import Foundation
internal import Moderation
public import RuleBook

/// Says of rules that hold what their authors will want to know: what can never fire, is covered by something else,
/// matches almost everything, or leaves an author without a word. Every finding is a warning.
public struct RuleLinter {
    private let book: RuleBook
    private let day: String
    private var warnings: [Diagnostic] = []
    /// By market and category: the product of 1 − c over all rules, which the highest possible score leaves to 1.
    private var doubts: [Market: [ContentModel.Category: Double]] = [:]

    /// - Parameters:
    ///   - book: Rules that compile.
    ///   - day: `YYYY-MM-DD`, the day on which rules are in effect or not.
    ///   - cache: A folder for compiled patterns.
    /// - Returns: Warnings by place.
    /// - Throws: What compiling the regexes by themselves throws.
    public static func lint(_ book: RuleBook, day: String, cache: String?) throws -> [Diagnostic] {
        var linter = RuleLinter(book: book, day: day)
        for pack in book.packs {
            linter.lintNotices(of: pack)
            for rule in pack.rules where rule.isEnabled { linter.lint(rule, of: pack) }
        }
        for policy in book.policies { linter.lintLive(policy) }
        linter.findShadowedRules()
        try linter.findGreedyRegexes(cache: cache)
        return linter.warnings.sorted { $0.location < $1.location }
    }

    private init(book: RuleBook, day: String) {
        self.book = book
        self.day = day
        for policy in book.policies {
            for pack in book.packs {
                for rule in pack.rules where rule.isEnabled && !rule.isShadow {
                    guard let confidence = confidence(of: rule, in: pack.folder, policy) else { continue }
                    doubts[policy.market, default: [:]][rule.category, default: 1] *=
                        1 - confidence * bestWeight(of: rule)
                }
            }
        }
    }

    private mutating func warn(_ location: SourceLocation, _ message: String, hint: String? = nil) {
        warnings.append(Diagnostic(.warning, at: location, message, hint: hint))
    }

    // MARK: - One rule

    private mutating func lint(_ rule: Rule, of pack: Pack) {
        if let until = rule.effective.until, until < day {
            warn(rule.location, "the rule ended on \(until) and never fires", hint: "take it out, or mend `effective`")
        }
        for language in rule.languages where !Self.isLanguage(language) {
            warn(
                rule.location, "`\(language.rawValue)` is no language that a post could be in",
                hint: "a BCP 47 prefix such as zh, zh-Hant or en")
        }
        lintWeight(of: rule, pack)
        lintConditions(of: rule)
        lintPhrases(of: rule)
        if rule.tests.match.isEmpty || rule.tests.pass.isEmpty {
            warn(
                rule.location, "`\(rule.name.rawValue)` lacks a match or a pass test",
                hint: "tests: {match: [\"…\"], pass: [\"an innocent text that comes near\"]}")
        }
    }

    private static func isLanguage(_ tag: LanguageTag) -> Bool {
        let primary = String(tag.rawValue.prefix { $0 != "-" })
        return primary == "und" || primary == "yue" || Locale.LanguageCode(primary).isISOLanguage
    }

    /// Whether the rule's evidence can make some market act, alone or with all other rules of its category.
    private mutating func lintWeight(of rule: Rule, _ pack: Pack) {
        var isBound = false
        var least: Double?
        for policy in book.policies {
            guard let confidence = confidence(of: rule, in: pack.folder, policy) else { continue }
            isBound = true
            let thresholds = policy.thresholds(for: rule.category)
            let first = [thresholds.label, thresholds.limit, thresholds.review, thresholds.block].compactMap(\.self)
                .min()
            guard let first else { continue }
            if rule.blocks || confidence * bestWeight(of: rule) + 1e-6 >= first { return }
            if confidence > 0, 1 - (doubts[policy.market]?[rule.category] ?? 1) + 1e-6 >= first { return }
            least = min(least ?? first, first)
        }
        guard isBound else {
            return warn(
                rule.location, "the rule binds no market and never fires",
                hint: "every market that could take it turns it off")
        }
        if rule.isShadow { return }
        let weight = Int((rule.confidence * bestWeight(of: rule) * 100).rounded())
        if let least {
            warn(
                rule.location,
                "its evidence weighs at most 0.\(weight < 10 ? "0" : "")\(weight), and no market acts on \(rule.category.rawValue) below \(least)",
                hint:
                    "it changes nothing, even with all others of its category: raise `confidence`, or say `mode: shadow`"
            )
        }
    }

    /// A rule's confidence in a market; nil where it does not bind it.
    private func confidence(of rule: Rule, in folder: String, _ policy: MarketPolicy) -> Double? {
        guard binds(folder, policy) else { return nil }
        let overrides = policy.overrides.filter { $0.rule == rule.name }
        guard overrides.last(where: { $0.isEnabled != nil })?.isEnabled ?? true else { return nil }
        return overrides.last { $0.confidence != nil }?.confidence ?? rule.confidence
    }

    private func binds(_ folder: String, _ policy: MarketPolicy) -> Bool {
        folder == RuleBook.globalFolder || folder == policy.market.rawValue || policy.extends.contains(folder)
    }

    /// The weight of the surest view that the rule looks in.
    private func bestWeight(of rule: Rule) -> Double {
        rule.match?.patterns.flatMap(\.views).map(\.weight).max() ?? 1
    }

    /// Demands on one number that exclude each other.
    private mutating func lintConditions(of rule: Rule) {
        for (field, demands) in Dictionary(grouping: rule.conditions, by: \.field) {
            var (low, high) = (-Double.infinity, Double.infinity)
            var isOpen = false
            for demand in demands {
                guard case .number(let number) = demand.operand else { continue }
                switch demand.comparison {
                case .gt, .gte:
                    if number >= low { (low, isOpen) = (number, demand.comparison == .gt || number == high && isOpen) }
                case .lt, .lte:
                    if number <= high { (high, isOpen) = (number, demand.comparison == .lt || number == low && isOpen) }
                case .eq:
                    low = max(low, number)
                    high = min(high, number)
                case .ne: break
                }
            }
            if low > high || low == high && isOpen {
                warn(rule.location, "the conditions on `\(field)` can never hold together", hint: nil)
            }
        }
    }

    // MARK: - Phrases

    /// Phrases that the same list has twice, that a shorter one of it covers, and that the rule's own `unless` clears.
    private mutating func lintPhrases(of rule: Rule) {
        let clearing = Set(
            rule.unless.compactMap { clearance -> [Phrase]? in
                guard case .pattern(let pattern) = clearance.expression else { return nil }
                return pattern.phrases
            }.flatMap(\.self).map { Self.key($0.text) })
        for pattern in rule.match?.patterns ?? [] {
            guard let phrases = pattern.phrases else { continue }
            var seen: Set<String> = []
            let keys = phrases.map { Self.key($0.text) }
            let all = Set(keys)
            // A boundary of its own may make the longer phrase match where the shorter one cannot.
            let isPlain = pattern.boundary != .none
            for (phrase, key) in zip(phrases, keys) {
                let location = SourceLocation(
                    file: pattern.location.file, line: phrase.line, column: phrase.column)
                let shown = Self.shown(phrase.text)
                if !seen.insert(key).inserted {
                    warn(location, "the phrase `\(shown)` stands twice in the list")
                } else if isPlain, let shorter = Self.part(of: key, in: all) {
                    warn(
                        location, "the phrase `\(shown)` is covered by `\(Self.shown(shorter))` in the same list",
                        hint: "take the longer one out: wherever it stands, the shorter one is found")
                }
                if clearing.contains(key) || Self.part(of: key, in: clearing) != nil {
                    warn(
                        location, "the phrase `\(shown)` is always cleared by the rule's own `unless`",
                        hint: "it can never be a hit")
                }
            }
        }
    }

    private static func key(_ phrase: String) -> String {
        phrase.precomposedStringWithCompatibilityMapping.lowercased()
    }

    /// A phrase of `all` that stands inside `key` at edges that it would be found at: whole words, or anywhere in a
    /// script without spaces.
    private static func part(of key: String, in all: Set<String>) -> String? {
        let words = key.split(separator: " ", omittingEmptySubsequences: false)
        if words.count > 1, words.count <= 12 {
            for start in words.indices {
                for end in start..<words.count where end - start + 1 < words.count {
                    let part = words[start...end].joined(separator: " ")
                    if all.contains(part) { return part }
                }
            }
        }
        let characters = Array(key)
        guard characters.count > 1, characters.count <= 24, characters.allSatisfy(isUnspaced) else { return nil }
        for start in characters.indices {
            for end in start..<characters.count where end - start + 1 < characters.count {
                let part = String(characters[start...end])
                if all.contains(part) { return part }
            }
        }
        return nil
    }

    /// Han, kana.
    private static func isUnspaced(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first else { return false }
        return (0x3400...0x9FFF).contains(scalar.value) || (0x3040...0x30FF).contains(scalar.value)
    }

    /// At most 40 characters.
    private static func shown(_ text: String) -> String {
        text.count <= 40 ? text : String(text.prefix(39)) + "…"
    }

    // MARK: - Rules beside others

    /// Rules all of whose phrases another rule of the category has too, with no less confidence and no demand of its
    /// own: of rules that overlap the highest counts, so that the first never does.
    private mutating func findShadowedRules() {
        struct Plain {
            var rule: Rule
            var phrases: Set<String>
        }
        let plain: [Plain] = book.packs.flatMap(\.rules).compactMap { rule in
            guard rule.isEnabled, !rule.isShadow, rule.effective == DateRange(), rule.conditions.isEmpty,
                case .pattern(let pattern)? = rule.match, let phrases = pattern.phrases, pattern.boundary == .auto
            else { return nil }
            return Plain(rule: rule, phrases: Set(phrases.map { Self.key($0.text) }))
        }
        var owners: [String: [Int]] = [:]
        for (index, one) in plain.enumerated() where one.rule.unless.isEmpty && one.rule.languages.isEmpty {
            for phrase in one.phrases { owners[phrase, default: []].append(index) }
        }
        for (index, one) in plain.enumerated() {
            guard let first = one.phrases.first, let candidates = owners[first] else { continue }
            let other = candidates.first { other in
                other != index && plain[other].rule.category == one.rule.category
                    && plain[other].rule.confidence >= one.rule.confidence
                    && folder(of: plain[other].rule) == folder(of: one.rule)
                    && one.phrases.isSubset(of: plain[other].phrases)
                    && (plain[other].rule.confidence > one.rule.confidence || plain[other].phrases != one.phrases
                        || other < index)
            }
            if let other {
                warn(
                    one.rule.location, "the rule is shadowed by `\(plain[other].rule.name.rawValue)` and never counts",
                    hint: "that one has all its phrases and no less confidence")
            }
        }
    }

    private func folder(of rule: Rule) -> Substring { rule.name.rawValue.prefix { $0 != "." } }

    // MARK: - Live policies

    /// One moment may be misheard: ending a stream takes more.
    private mutating func lintLive(_ policy: MarketPolicy) {
        guard Ladder.run([LiveTest.Moment(at: 0, score: 1)], by: policy.live).level == .cut else { return }
        warn(
            policy.location, "`live`: one moment cuts the stream",
            hint: "a moment's score is at most 1: put `cut` of `ladder` above it, and ask for more than one strike")
    }

    // MARK: - Notices

    /// What the authors of a market's posts cannot read. Told once a pack.
    private mutating func lintNotices(of pack: Pack) {
        let rules = pack.rules.filter { $0.isEnabled && !$0.isShadow }
        guard !rules.isEmpty else { return }
        let silent = rules.filter(\.notice.isEmpty)
        if silent.count == rules.count {
            return warn(
                pack.location, "the pack has no `notice`: authors are told nothing",
                hint: "notice: {en: \"what is wrong, and what to change\"}")
        }
        for rule in silent { warn(rule.location, "the rule has no `notice`: authors are told nothing") }
        var missing: [String: Set<String>] = [:]
        for policy in book.policies where binds(pack.folder, policy) {
            for language in policy.languages {
                for rule in rules where !rule.notice.isEmpty && !Self.has(rule.notice, language.rawValue) {
                    missing[language.rawValue, default: []].insert(policy.market.rawValue)
                }
            }
        }
        for (language, markets) in missing.sorted(by: { $0.key < $1.key }) {
            warn(
                pack.location,
                "the notice lacks \(language), which is read in \(markets.sorted().joined(separator: ", "))",
                hint: "notice: {\(language): \"…\"}")
        }
    }

    /// Whether a notice has a language, by prefix either way: `pt` serves `pt-BR`.
    private static func has(_ notice: LocalizedText, _ language: String) -> Bool {
        notice.keys.contains { $0 == language || $0.hasPrefix(language + "-") || language.hasPrefix($0 + "-") }
    }

    // MARK: - Regexes

    /// Of innocent texts, the share that a regex may match before its author is told.
    private static let greedyShare = 0.2

    /// Tries every regex by itself on innocent texts: those of this module, and those that rules must pass.
    private mutating func findGreedyRegexes(cache: String?) throws {
        var rules: [Rule] = []
        var locations: [RuleName: SourceLocation] = [:]
        for rule in book.packs.flatMap(\.rules) where rule.isEnabled {
            for (place, pattern) in (rule.match?.patterns ?? []).enumerated() {
                guard case .regex = pattern.kind else { continue }
                var alone = rule
                alone.name = RuleName(rawValue: "\(rule.name.rawValue)~\(place)")
                alone.match = .pattern(pattern)
                (alone.unless, alone.conditions, alone.languages, alone.isShadow) = ([], [], [], false)
                (alone.effective, alone.confidence) = (DateRange(), 1)
                rules.append(alone)
                locations[alone.name] = pattern.location
            }
        }
        guard !rules.isEmpty, let policy = book.policies.first else { return }
        let pack = Pack(
            folder: RuleBook.globalFolder, name: "lint", rules: rules.sorted { $0.name.rawValue < $1.name.rawValue },
            location: SourceLocation(file: ""))
        var market = policy
        (market.extends, market.overrides) = ([], [])
        let moderator = try Moderator(RuleBook(policies: [market], packs: [pack]), day: day, cache: cache)
        var judge = try moderator.makeJudge()
        var verdict = Verdict()
        let texts = BenignText.sentences + book.packs.flatMap(\.rules).flatMap(\.tests.pass).map(\.text).prefix(2000)
        var counts: [RuleName: Int] = [:]
        for text in texts {
            judge.judge(Post(text: text), into: &verdict)
            for name in Set(verdict.evidence.map(\.rule)) { counts[name, default: 0] += 1 }
        }
        for (name, count) in counts where Double(count) > Self.greedyShare * Double(texts.count) {
            guard let location = locations[name] else { continue }
            warn(
                location, "the regex matches \(count) of \(texts.count) innocent texts",
                hint: "ask for more: letters of its own, word edges `\\b`, or other words beside it with `all`")
        }
    }
}

extension Pattern {
    /// The phrases of a pattern that has some.
    fileprivate var phrases: [Phrase]? {
        if case .phrases(let phrases) = kind { return phrases }
        return nil
    }
}
