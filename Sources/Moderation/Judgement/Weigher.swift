internal import ContentModel
internal import RuleBook

/// Turns rule findings into scores, and scores into a market's action.
///
/// Markets differ in their thresholds more often than in what they make of a rule: those that give all rules of a post
/// the same confidence share its scores.
struct Weigher {
    let ruleSet: RuleSet

    /// What findings weigh where their rules have certain confidences.
    struct Scores {
        /// The categories with a rule that counted, in the order of `Category.all`.
        fileprivate(set) var categories: [Scored] = []
        /// The same, highest first.
        fileprivate(set) var listed: [CategoryScore] = []
        /// Those that counted, by name.
        fileprivate(set) var rules: [RuleName] = []
        fileprivate(set) var severity = Severity.low
    }

    /// A category's score.
    struct Scored {
        var category: Int
        var score: Double
        /// The rule that weighs most.
        var strongest: Int
        /// Whether a rule that counted blocks whatever the score.
        var blocks: Bool
    }

    /// What a market does.
    struct Decision {
        var action = Action.allow
        /// The highest category's.
        var score = 0.0
        var limitTo: Reach?
        /// The rule that weighs most in the category that decided.
        var strongest: Int?
    }

    /// The scores of findings in a market; those of shadow rules and of rules that do not bind it do not count.
    func score(_ findings: [RuleFinding], in market: Int) -> Scores {
        var scores = Scores()
        var candidates: [Candidate] = []
        for finding in findings {
            let confidence = ruleSet.confidence(of: finding.rule, in: market)
            guard confidence >= 0, let weight = finding.findings.map(\.weight).max() else { continue }
            candidates.append(
                Candidate(
                    category: ruleSet.categoryOfRule[finding.rule], weight: confidence * weight, confidence: confidence,
                    finding: finding))
        }
        // By category, and there the strongest first; equal ones by name.
        candidates.sort {
            ($0.category, -$0.weight) != ($1.category, -$1.weight)
                ? ($0.category, -$0.weight) < ($1.category, -$1.weight)
                : ruleSet.program.rules[$0.finding.rule].name < ruleSet.program.rules[$1.finding.rule].name
        }
        var first = 0
        while first < candidates.count {
            let category = candidates[first].category
            let end = candidates[first...].firstIndex { $0.category != category } ?? candidates.count
            add(candidates[first..<end], of: category, to: &scores)
            first = end
        }
        scores.listed.sort {
            $0.score != $1.score ? $0.score > $1.score : $0.category.rawValue < $1.category.rawValue
        }
        scores.rules.sort()
        return scores
    }

    /// A finding whose rule binds the market.
    private struct Candidate {
        var category: Int
        /// The confidence times the weight of its best finding.
        var weight: Double
        var confidence: Double
        var finding: RuleFinding
    }

    /// Adds what the candidates of a category, strongest first, weigh together.
    private func add(_ candidates: ArraySlice<Candidate>, of category: Int, to scores: inout Scores) {
        var counted: [Finding] = []
        var clear = 1.0
        var strongest: Int?
        var blocks = false
        for candidate in candidates {
            // A place that a stronger rule of the category already counted says nothing new.
            let free = candidate.finding.findings.filter { place in
                place.parts.isEmpty || !counted.contains { $0.overlaps(place) }
            }
            guard let weight = free.map(\.weight).max(), candidate.confidence > 0 else { continue }
            clear *= 1 - candidate.confidence * weight
            counted += free
            let rule = candidate.finding.rule
            scores.rules.append(RuleName(rawValue: ruleSet.program.rules[rule].name))
            scores.severity = max(scores.severity, ruleSet.severityOfRule[rule])
            strongest = strongest ?? rule
            blocks = blocks || ruleSet.program.rules[rule].blocks
        }
        guard let strongest else { return }
        scores.categories.append(
            Scored(category: category, score: 1 - clear, strongest: strongest, blocks: blocks))
        scores.listed.append(CategoryScore(category: Category.all[category], score: 1 - clear))
    }

    /// What a market does about scores: the strictest of what its thresholds say of each category.
    func decide(_ scores: Scores, in market: Int) -> Decision {
        var decision = Decision()
        var decided = -1.0
        for scored in scores.categories {
            decision.score = max(decision.score, scored.score)
            let thresholds = ruleSet.thresholds(market: market, category: scored.category)
            let action = scored.blocks ? .block : thresholds.action(for: scored.score)
            if action > decision.action || action == decision.action && scored.score > decided {
                decision.limitTo = action == .limit ? thresholds.limitTo : nil
                decision.action = action
                decision.strongest = scored.strongest
                decided = scored.score
            }
        }
        return decision
    }
}
