internal import ContentModel
internal import RuleBook

extension CompiledCondition {
    /// Whether a post meets the condition; one that lacks the field does so only where the rule says `missing: true`.
    func holds(for post: Post) -> Bool {
        switch field {
        case "author.account_age_days": compare(post.author.accountAgeDays)
        case "author.prior_violations": compare(post.author.priorViolations)
        case "reach": compare(post.reach)
        case "author.locale": compare(post.author.locale?.rawValue)
        case "author.ip_country": compare(post.author.ipCountry)
        case "lang": compare(post.declaredLanguage?.rawValue)
        default: compare(post.signals.first { "signals." + $0.name == field }?.value)
        }
    }

    private func compare(_ value: Double?) -> Bool {
        guard let value, let number else { return holdsWhenMissing }
        return switch Condition.Comparison(rawValue: comparison) ?? .eq {
        case .lt: value < number
        case .lte: value <= number
        case .gt: value > number
        case .gte: value >= number
        case .eq: value == number
        case .ne: value != number
        }
    }

    private func compare(_ value: String?) -> Bool {
        guard let value, let text else { return holdsWhenMissing }
        return (value == text) == (comparison == Condition.Comparison.eq.rawValue)
    }
}
