internal import ContentModel
internal import Crypto
internal import Foundation
internal import LanguageID
internal import PatternMatching
internal import RuleBook
internal import TextViews
internal import UnicodeData

/// Makes a ``Program`` and its pattern databases of a rule book.
struct Compiler {
    private let book: RuleBook
    private let base: Program?
    /// By name: the rules in force of the base.
    private var ruleOfBase: [String: Int] = [:]
    private var firstNewRule = 0
    /// What the book's rules do, where a base asked.
    private var hashes: [RuleName: String] = [:]
    /// Phrases that the base lacks.
    private var newPhrases = 0
    /// Rules of the base that stay as they are.
    private var keptRules = 0

    /// Whether the base serves: little is new, and little of it is scanned for in vain.
    var isBaseWorthIt: Bool {
        guard let base else { return false }
        return newPhrases * 64 <= base.literalCount && keptRules * 8 >= base.rules.count * 7
    }
    private var marketIndex: [Market: Int] = [:]
    private var rules: [CompiledRule] = []
    private var notices: [LocalizedText] = []
    private var noticeIndex: [LocalizedText: Int] = [:]
    private var ruleOfLeaf: [UInt32] = []
    private var isLeading: [UInt8] = []
    private var literals = LiteralCollector()
    private var readings: ViewSet = []
    private var anchors = Anchors()
    private var regexes = RegexCollector()
    private(set) var diagnostics: [Diagnostic] = []

    /// Phrases of all rules together: each takes some hundred bytes in every view.
    static let mostPhrases = 1_000_000
    /// Phrases longer than the reach could never be hits.
    static let reach = 128

    /// - Parameter base: A program of nearly the same rules, whose patterns are taken over for the rules that it has;
    ///   only those that it lacks are compiled.
    init(_ book: RuleBook, over base: Program? = nil) {
        self.book = book
        self.base = base
        for (index, policy) in book.policies.enumerated() { marketIndex[policy.market] = index }
        guard let base else { return }
        rules = base.rules
        for (number, rule) in rules.enumerated() {
            if !rule.bindings.isEmpty { ruleOfBase[rule.name] = number }
            rules[number].bindings = []
        }
        notices = base.notices
        for (place, notice) in notices.enumerated() { noticeIndex[notice] = place }
        ruleOfLeaf = base.ruleOfLeaf
        isLeading = base.isLeading
        readings = base.readings
        firstNewRule = rules.count
        for rule in book.packs.flatMap(\.rules) where rule.isEnabled {
            let hash = RuleContent(rule).hash
            hashes[rule.name] = hash
            if ruleOfBase[rule.name.rawValue].map({ rules[$0].hash }) == hash {
                keptRules += 1
            } else {
                newPhrases += rule.phraseCount
            }
        }
    }

    /// - Throws: ``RuleBookError`` when a pattern cannot be compiled; `UnicodeDataError` when ICU cannot be opened.
    mutating func compile(cache: CacheFolder) throws -> (program: Program, databases: Databases) {
        let phrases = book.packs.flatMap(\.rules).reduce(0) { $0 + ($1.isEnabled ? $1.phraseCount : 0) }
        guard phrases <= Self.mostPhrases else {
            throw RuleBookError(diagnostics: [
                Diagnostic(
                    .error, at: firstLocation,
                    "the rules have \(phrases) phrases together, more than \(Self.mostPhrases)",
                    hint: "take out what shorter phrases cover; `moderate rules lint` names them")
            ])
        }
        var views = try TextViews(readings: [.digits, .phonetic, .unmarked])
        for pack in book.packs {
            let bound = book.markets(boundBy: pack.folder)
            for rule in pack.rules where rule.isEnabled { add(rule, boundTo: bound, views: &views) }
        }
        try throwErrors()
        anchors.choose(of: rules[firstNewRule...].compactMap(\.match))
        let anchors = anchors
        let (tables, prefilters) = regexes.tables(anchors: anchors)
        for (leaf, own, needsDigit) in prefilters {
            for literal in own { literals.add(literal, leaf: UInt32(leaf), needsDigit: needsDigit) }
        }
        isLeading += (isLeading.count..<ruleOfLeaf.count).map { anchors.isLeading($0) ? 1 : 0 }
        let (first, firstSource) = literals.table(of: anchors, areIncluded: true)
        let (second, secondSource) = literals.table(of: anchors, areIncluded: false)
        // What is no longer needed goes before the matcher asks for its memory.
        literals = LiteralCollector()
        let patternSet = PatternSet(anchors: first, others: second, regexes: tables)
        var program = Program(
            markets: book.policies.map(compiled), rules: rules, notices: notices, ruleOfLeaf: ruleOfLeaf,
            isLeading: isLeading, patternSets: (base?.patternSets ?? []) + [patternSet], readings: readings)
        program.writeMatchCode()
        var databases = Databases()
        func compile(_ source: PatternDatabase.Source?) throws(PatternError) -> PatternDatabase? {
            try source.map { source throws(PatternError) in try PatternDatabase.cached(source, in: cache) }
        }
        do throws(PatternError) {
            databases.anchors = try compile(firstSource)
            databases.others = try compile(secondSource)
            databases.regexes = try compile(patternSet.regexes.plain.source)
            databases.regexPresence = try compile(patternSet.regexes.plain.presence)
            databases.prefilteredRegexes = try compile(patternSet.regexes.prefiltered.source)
            databases.prefilteredRegexPresence = try compile(patternSet.regexes.prefiltered.presence)
            databases.numberRegexes = try compile(patternSet.regexes.numbers.source)
            databases.dependentRegexes = try compile(patternSet.regexes.dependent.source)
            databases.dependentNumberRegexes = try compile(patternSet.regexes.dependentNumbers.source)
        } catch {
            let refusals = PatternDatabase.fault == nil ? regexes.refusals() : []
            diagnostics += refusals
            if refusals.isEmpty {
                diagnostics.append(
                    Diagnostic(.error, at: firstLocation, "the rules' patterns cannot be compiled: \(error.message)"))
            }
            throw RuleBookError(diagnostics: diagnostics)
        }
        return (program, databases)
    }

    /// Where to say what is no single rule's fault.
    private var firstLocation: SourceLocation { book.packs.first?.location ?? SourceLocation(file: "") }

    private func throwErrors() throws(RuleBookError) {
        guard diagnostics.contains(where: { $0.level == .error }) else { return }
        throw RuleBookError(diagnostics: diagnostics)
    }

    private func compiled(_ policy: MarketPolicy) -> CompiledMarket {
        let thresholds = Dictionary(
            uniqueKeysWithValues: policy.thresholds.map { ($0.key.rawValue, CompiledThresholds($0.value)) })
        var market = CompiledMarket(
            name: policy.market.rawValue, languages: policy.languages.map(\.rawValue), thresholds: thresholds,
            defaultThresholds: CompiledThresholds(policy.defaultThresholds), onFailure: policy.onFailure.rawValue,
            live: policy.live, hash: "")
        market.hash = contentHash(market)
        return market
    }

    // MARK: - Rules

    private mutating func add(_ rule: Rule, boundTo markets: [Market], views: inout TextViews) {
        var bindings: [CompiledRule.Binding] = []
        for market in markets {
            guard let index = marketIndex[market] else { continue }
            var binding = CompiledRule.Binding(market: index, confidence: rule.confidence, isShadow: rule.isShadow)
            var isEnabled = true
            for override in book.policies[index].overrides where override.rule == rule.name {
                binding.confidence = override.confidence ?? binding.confidence
                binding.isShadow = override.isShadow ?? binding.isShadow
                isEnabled = override.isEnabled ?? isEnabled
            }
            if isEnabled { bindings.append(binding) }
        }
        guard !bindings.isEmpty else { return }
        let hash = hashes[rule.name] ?? RuleContent(rule).hash
        if let known = ruleOfBase[rule.name.rawValue], rules[known].hash == hash {
            rules[known].bindings = bindings
            (rules[known].from, rules[known].until) = (rule.effective.from, rule.effective.until)
            return
        }
        let number = UInt32(rules.count)
        let match = rule.match.map { leaves($0, rule: number, views: &views) }
        let unless = rule.unless.map {
            CompiledClearance(expression: leaves($0.expression, rule: number, views: &views), near: $0.near)
        }
        let conditions = rule.conditions.map { condition in
            let (number, text): (Double?, String?) =
                switch condition.operand {
                case .number(let number): (number, nil)
                case .text(let text): (nil, text)
                }
            return CompiledCondition(
                field: condition.field, comparison: condition.comparison.rawValue, number: number, text: text,
                holdsWhenMissing: condition.holdsWhenMissing)
        }
        rules.append(
            CompiledRule(
                name: rule.name.rawValue, category: rule.category.rawValue, severity: rule.severity.rawValue,
                confidence: rule.confidence, languages: rule.languages.map(\.rawValue), match: match, unless: unless,
                conditions: conditions, blocks: rule.blocks, notice: notice(rule.notice), bindings: bindings,
                from: rule.effective.from, until: rule.effective.until, hash: hash))
    }

    private mutating func notice(_ text: LocalizedText) -> Int? {
        guard !text.isEmpty else { return nil }
        if let index = noticeIndex[text] { return index }
        noticeIndex[text] = notices.count
        notices.append(text)
        return notices.count - 1
    }

    private mutating func leaves(_ expression: MatchExpression, rule: UInt32, views: inout TextViews) -> LeafExpression
    {
        switch expression {
        case .pattern(let pattern):
            let leaf = ruleOfLeaf.count
            ruleOfLeaf.append(rule)
            add(pattern, leaf: leaf, views: &views)
            return .leaf(leaf)
        case .any(let members):
            var list: [LeafExpression] = []
            for member in members { list.append(leaves(member, rule: rule, views: &views)) }
            return .any(list)
        case .all(let members, let within):
            var list: [LeafExpression] = []
            for member in members { list.append(leaves(member, rule: rule, views: &views)) }
            return .all(list, within: within)
        }
    }

    // MARK: - Patterns

    private mutating func add(_ pattern: Pattern, leaf: Int, views: inout TextViews) {
        switch pattern.kind {
        case .phrases(let phrases):
            let boundary = WordEdge.Boundary(rawValue: pattern.boundary.rawValue) ?? .auto
            for phrase in phrases { add(phrase, of: pattern, leaf: leaf, boundary: boundary, views: &views) }
        case .domains(let domains):
            for domain in domains { add(domain, of: pattern, leaf: leaf, boundary: nil, views: &views) }
        case .regex(let source):
            let regex = withoutCaseFlag(source)
            let folded = foldRegex(regex)
            guard RegexSyntax.isReadable(folded), case let measure = RegexMeasure(RegexSyntax(folded)),
                measure.places <= RegexMeasure.mostPlaces
            else {
                diagnostics.append(
                    Diagnostic(
                        .error, at: pattern.location,
                        "the regex is too large: `\(source.prefix(60))\(source.count > 60 ? "…" : "")`",
                        hint:
                            "repeats of repeats multiply; at most \(RegexMeasure.mostPlaces) characters once they are written out, \(RegexSyntax.deepest) groups deep"
                    ))
                return
            }
            if folded != regex {
                diagnostics.append(
                    Diagnostic(
                        .warning, at: pattern.location,
                        "the regex has capital or full-width letters, which folded text never has",
                        hint: "it is read as `\(folded)`"))
            }
            if pattern.views.contains(.digits) { readings.insert(.digits) }
            anchors.add(measure, leaf: leaf)
            regexes.add(
                folded,
                .init(
                    leaf: leaf, boundary: pattern.boundary.rawValue, validator: pattern.validator?.rawValue,
                    readsDigits: pattern.views.contains(.digits)),
                at: pattern.location)
        }
    }

    /// A phrase, or with no boundary a domain.
    private mutating func add(
        _ phrase: Phrase, of pattern: Pattern, leaf: Int, boundary: WordEdge.Boundary?, views: inout TextViews
    ) {
        let location = SourceLocation(file: pattern.location.file, line: phrase.line, column: phrase.column)
        guard views.see(Array(phrase.text.utf8).span), views.folded.count > 0 else {
            diagnostics.append(
                Diagnostic(
                    .error, at: location, "nothing is left of the phrase `\(phrase.text)` once it is folded",
                    hint: "it holds only characters that cannot be seen"))
            return
        }
        let folded = views.folded.array
        guard UTF8Scalar.count(folded.span, from: 0, to: folded.count) <= Self.reach else {
            diagnostics.append(
                Diagnostic(
                    .error, at: location, "the phrase is longer than the reach, \(Self.reach) code points",
                    hint: "a shorter part of it is as telling"))
            return
        }
        anchors.add(folded, leaf: leaf)
        // Edges are those of the phrase, in whatever form it is found.
        let edges = boundary.map { WordEdge.edges(of: folded.span, boundary: $0) } ?? (.hostStart, .hostEnd)
        for form in views.forms(for: ViewSet(pattern.views)) + (boundary == nil ? Self.broken(folded) : [])
        where form.view != .typo || !isOrdinary(form.literal, besides: folded) {
            if form.view == .masked, boundary == WordEdge.Boundary.none || boundary == nil { continue }
            literals.add(form, leaf: UInt32(leaf), edges: form.isWholeWord ? (.spaced, .spaced) : edges)
            if [.digits, .phonetic, .unmarked].contains(form.view) { readings.insert(form.view) }
        }
    }

    /// Ways to write the dots of a host name so that no link is made of it.
    private static let brokenDots = ["[.]", "(.)", "[dot]", "(dot)", " dot ", "。"].map { Array($0.utf8) }

    /// A domain's forms with broken dots.
    private static func broken(_ domain: [UInt8]) -> [PhraseForm] {
        guard domain.contains(0x2E) else { return [] }
        return brokenDots.map { dot in
            PhraseForm(literal: domain.flatMap { $0 == 0x2E ? dot : [$0] }, view: .deobfuscated)
        }
    }

    /// Whether a phrase with a typo has a common word that the phrase has not.
    private func isOrdinary(_ typo: [UInt8], besides phrase: [UInt8]) -> Bool {
        let words = Set(phrase.split(separator: 0x20).map(Array.init))
        return typo.split(separator: 0x20).contains { CommonWords.contains($0) && !words.contains(Array($0)) }
    }
}

/// The databases of a patternSet; nil where it has no such patterns.
struct Databases: Sendable {
    /// The literals of ``PatternSet/anchors`` without a gram.
    var anchors: PatternDatabase?
    /// The literals of ``PatternSet/others`` without a gram.
    var others: PatternDatabase?
    var regexes: PatternDatabase?
    /// Tells whether a scan with ``regexes`` is worth it.
    var regexPresence: PatternDatabase?
    var prefilteredRegexes: PatternDatabase?
    /// The same of ``prefilteredRegexes``.
    var prefilteredRegexPresence: PatternDatabase?
    var numberRegexes: PatternDatabase?
    var dependentRegexes: PatternDatabase?
    var dependentNumberRegexes: PatternDatabase?

    var all: [PatternDatabase] {
        [
            anchors, others, regexes, regexPresence, prefilteredRegexes, prefilteredRegexPresence, numberRegexes,
            dependentRegexes, dependentNumberRegexes,
        ].compactMap(\.self)
    }
}

/// A regex without the `(?i)` that it begins with: folded text has no capitals, and a flag keeps from reading what the
/// regex asks for.
private func withoutCaseFlag(_ source: String) -> String {
    source.hasPrefix("(?i)") ? String(source.dropFirst(4)) : source
}

/// Capitals and full-width letters of a regex made small; what follows a backslash stays (`\S` is not `\s`).
private func foldRegex(_ source: String) -> String {
    var result = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in source.unicodeScalars {
        if isEscaped {
            result.append(scalar)
            isEscaped = false
        } else if scalar == "\\" {
            result.append(scalar)
            isEscaped = true
        } else if (0xFF21...0xFF5A).contains(scalar.value), scalar.properties.isAlphabetic {
            let letter = Unicode.Scalar(scalar.value - 0xFF21 + 0x41) ?? scalar
            result.append(contentsOf: String(letter).lowercased().unicodeScalars)
        } else if scalar.properties.isUppercase {
            result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        } else {
            result.append(scalar)
        }
    }
    return String(result)
}

extension Rule {
    fileprivate var phraseCount: Int {
        ((match.map { [$0] } ?? []) + unless.map(\.expression)).flatMap(\.patterns).reduce(0) { count, pattern in
            switch pattern.kind {
            case .phrases(let phrases), .domains(let phrases): count + phrases.count
            case .regex: count + 1
            }
        }
    }
}

private func contentHash(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = (try? encoder.encode(value)) ?? Data()
    return hexadecimal(SHA256.hash(data: data))
}
