internal import ContentModel
internal import Crypto
internal import RuleBook
internal import Synchronization

/// A program on one day: which rules are in effect, and what each market calls the whole.
///
/// A class, so that handing it on costs one reference count and not one for each of its tables.
final class RuleSet: Sendable {
    let program: Program
    let markets: [Market]
    /// What each market's verdicts name.
    let names: [RuleSetName]
    /// Place in `Category.all`, by rule.
    let categoryOfRule: [Int]
    let severityOfRule: [Severity]
    let languagesOfRule: [[LanguageTag]]
    let isInEffect: [Bool]
    /// Rules in effect that look at conditions alone, so that every post is asked.
    let rulesWithoutMatch: [Int]
    private let bindings: [[CompiledRule.Binding]]
    private let thresholds: [[Thresholds]]
    /// By rule and market; below 0 where a rule does not bind, or is a shadow. Of rules out of effect too: on a stream,
    /// what they scored while they held may be taken back.
    private let confidences: [Double]
    private let growthPlan = Mutex<GrowthPlan?>(nil)

    /// - Parameters:
    ///   - day: `YYYY-MM-DD`, the day on which rules are in effect or not.
    ///   - suspended: Rules that are out of force, whatever the day.
    init(_ program: Program, day: String, suspended: Set<RuleName> = []) {
        self.program = program
        let markets = program.markets.compactMap { Market(rawValue: $0.name) }
        self.markets = markets
        categoryOfRule = program.rules.map { rule in
            Category.all.firstIndex { $0.rawValue == rule.category } ?? 0
        }
        severityOfRule = program.rules.map { Severity(rawValue: $0.severity) ?? .medium }
        languagesOfRule = program.rules.map { $0.languages.map(LanguageTag.init(rawValue:)) }
        let inEffect = program.rules.map {
            !$0.bindings.isEmpty && $0.effective.contains(day) && !suspended.contains(RuleName(rawValue: $0.name))
        }
        isInEffect = inEffect
        rulesWithoutMatch = program.rules.indices.filter { inEffect[$0] && program.rules[$0].match == nil }
        bindings = program.rules.map(\.bindings)
        var confidences = [Double](repeating: -1, count: program.rules.count * program.markets.count)
        for (rule, bindings) in bindings.enumerated() {
            for binding in bindings where !binding.isShadow {
                confidences[rule * program.markets.count + binding.market] = binding.confidence
            }
        }
        self.confidences = confidences
        thresholds = program.markets.map { market in
            Category.all.map { (market.thresholds[$0.rawValue] ?? market.defaultThresholds).thresholds }
        }
        var names: [RuleSetName] = []
        // By name, because a rule's number depends on what was compiled before it.
        let order = program.rules.indices.filter { inEffect[$0] }.sorted {
            program.rules[$0].name < program.rules[$1].name
        }
        var numerals: [Double: String] = [:]
        for (index, market) in program.markets.enumerated() {
            var content = Array("\(engineSemantics) \(market.hash)".utf8)
            for place in order {
                let rule = program.rules[place]
                guard let binding = rule.bindings.first(where: { $0.market == index }) else { continue }
                let confidence = numerals[binding.confidence] ?? "\(binding.confidence)"
                numerals[binding.confidence] = confidence
                for part in [rule.name, " ", rule.hash, " ", confidence, binding.isShadow ? " true\n" : " false\n"] {
                    content.append(contentsOf: part.utf8)
                }
            }
            names.append(RuleSetName(rawValue: market.name + "@" + hexadecimal(SHA256.hash(data: content).prefix(6))))
        }
        self.names = names
    }

    /// How far the rules look; made when a text that goes on is first judged.
    var growth: GrowthPlan {
        growthPlan.withLock { known in
            let plan = known ?? GrowthPlan(program)
            known = plan
            return plan
        }
    }

    func binding(of rule: Int, in market: Int) -> CompiledRule.Binding? {
        bindings[rule].first { $0.market == market }
    }

    /// Whether a rule is only watched in all of some markets that it binds; nil where it binds none of them.
    func isShadow(_ rule: Int, in markets: [Int]) -> Bool? {
        var isShadow: Bool?
        for index in bindings[rule].indices where markets.contains(bindings[rule][index].market) {
            guard bindings[rule][index].isShadow else { return false }
            isShadow = true
        }
        return isShadow
    }

    /// A rule's confidence where it binds a market and acts there; below 0 elsewhere.
    func confidence(of rule: Int, in market: Int) -> Double { confidences[rule * program.markets.count + market] }

    /// Whether two markets give the rules of findings the same confidences.
    func weighsAlike(_ findings: [RuleFinding], in market: Int, _ other: Int) -> Bool {
        findings.allSatisfy { confidence(of: $0.rule, in: market) == confidence(of: $0.rule, in: other) }
    }

    func thresholds(market: Int, category: Int) -> Thresholds { thresholds[market][category] }

    func livePolicy(of market: Int) -> LivePolicy { program.markets[market].live }
}
