internal import ContentModel

/// The markets that the post at hand is judged for, with a verdict that allows it in all of them.
///
/// Posts come in runs that name the same markets, so the last answer is kept.
struct MarketSelection {
    private let ruleSet: RuleSet
    private var requested: [Market]?
    /// Places in the rule set's markets.
    private(set) var markets: [Int]
    /// One entry a market, all allowing.
    private(set) var allowing: [MarketVerdict]

    init(_ ruleSet: RuleSet) {
        self.ruleSet = ruleSet
        markets = Array(ruleSet.markets.indices)
        allowing = ruleSet.markets.indices.map {
            MarketVerdict(market: ruleSet.markets[$0], ruleSet: ruleSet.names[$0])
        }
    }

    mutating func select(_ request: [Market]?) {
        guard request != requested else { return }
        requested = request
        markets = ruleSet.markets.indices.filter { request?.contains(ruleSet.markets[$0]) ?? true }
        allowing = markets.map { MarketVerdict(market: ruleSet.markets[$0], ruleSet: ruleSet.names[$0]) }
    }
}
