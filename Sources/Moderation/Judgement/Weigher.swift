internal import ContentModel
internal import RuleBook

/// Turns rule findings into one market's scores and action.
struct Weigher {
    let ruleSet: RuleSet

    /// What a market makes of the findings, but for its notice.
    struct Weighed {
        var action = Action.allow
        var score = 0.0
        var categories: [CategoryScore] = []
        /// Places in the program's rules, those that counted.
        var rules: [Int] = []
        var limitTo: Reach?
        /// The rule that weighs most in the category that decided.
        var strongest: Int?
    }

    func weigh(_ findings: [RuleFinding], for market: Int) -> Weighed {
        var weighed = Weighed()
        // Every binding rule by category, strongest first; equal ones by name.
        var candidates: [(category: Int, rule: Int, finding: RuleFinding, confidence: Double)] = []
        for finding in findings {
            guard let binding = ruleSet.binding(of: finding.rule, in: market), !binding.isShadow else { continue }
            candidates.append((ruleSet.categoryOfRule[finding.rule], finding.rule, finding, binding.confidence))
        }
        guard !candidates.isEmpty else { return weighed }
        var decided = -1.0
        let categories = candidates.count == 1 ? [candidates[0].category] : Set(candidates.map(\.category)).sorted()
        for category in categories {
            let own =
                candidates.count == 1
                ? candidates
                : candidates.filter { $0.category == category }.sorted {
                    let left = $0.confidence * ($0.finding.findings.map(\.weight).max() ?? 0)
                    let right = $1.confidence * ($1.finding.findings.map(\.weight).max() ?? 0)
                    return left != right
                        ? left > right : ruleSet.program.rules[$0.rule].name < ruleSet.program.rules[$1.rule].name
                }
            var counted: [Finding] = []
            var clear = 1.0
            var first: Int?
            for candidate in own {
                // A place that a stronger rule of the category already counted says nothing new.
                let free = candidate.finding.findings.filter { place in
                    place.parts.isEmpty || !counted.contains { $0.overlaps(place) }
                }
                guard let weight = free.map(\.weight).max(), candidate.confidence > 0 else { continue }
                clear *= 1 - candidate.confidence * weight
                counted += free
                weighed.rules.append(candidate.rule)
                if first == nil { first = candidate.rule }
            }
            guard let first else { continue }
            let score = 1 - clear
            weighed.categories.append(CategoryScore(category: Category.all[category], score: score))
            weighed.score = max(weighed.score, score)
            let thresholds = ruleSet.thresholds(market: market, category: category)
            var action = thresholds.action(for: score)
            if own.contains(where: { ruleSet.program.rules[$0.rule].blocks && weighed.rules.contains($0.rule) }) {
                action = .block
            }
            if action > weighed.action || action == weighed.action && score > decided {
                weighed.limitTo = action == .limit ? thresholds.limitTo : nil
                weighed.action = action
                weighed.strongest = first
                decided = score
            }
        }
        weighed.categories.sort {
            $0.score != $1.score ? $0.score > $1.score : $0.category.rawValue < $1.category.rawValue
        }
        weighed.rules.sort { ruleSet.program.rules[$0].name < ruleSet.program.rules[$1].name }
        return weighed
    }
}
