internal import ContentModel
internal import Yams

extension YAMLReader {
    /// The policy of `market.yaml`, or nil with diagnostics.
    mutating func policy(_ root: Node, folder: String) -> MarketPolicy? {
        let keys = ["market", "title", "languages", "extends", "overrides", "thresholds", "on_failure", "live"]
        guard let entries = mapping(root, "a policy", keys: keys) else { return nil }
        guard let name = entries["market"].flatMap({ text($0, "market") }) else {
            error(at: root, "a policy names its market", hint: "begin with `market: \(folder)`")
            return nil
        }
        guard let market = Market(rawValue: name), name == folder, name != RuleBook.globalFolder else {
            error(
                at: entries["market"], "the market `\(name)` does not fit its folder `\(folder)`",
                hint: "1 to 15 of a-z, 0-9 and -, and the same name as the folder")
            return nil
        }
        var policy = MarketPolicy(
            market: market, title: [:], languages: [], extends: [], overrides: [], defaultThresholds: Thresholds(),
            thresholds: [:], onFailure: .review, location: location(root))
        if let title = entries["title"] { policy.title = localized(title, "title") }
        if let languages = entries["languages"] {
            policy.languages = (texts(languages, "languages") ?? []).map { LanguageTag(rawValue: $0.text) }
        }
        if let extends = entries["extends"] { policy.extends = (texts(extends, "extends") ?? []).map(\.text) }
        if let overrides = entries["overrides"] {
            policy.overrides = (sequence(overrides, "overrides") ?? []).compactMap { self.override($0) }
        }
        guard let thresholds = entries["thresholds"] else {
            error(at: root, "a policy needs thresholds", hint: "`thresholds: {default: {review: 0.5, block: 0.9}}`")
            return nil
        }
        read(thresholds, into: &policy)
        if let failure = entries["on_failure"] {
            policy.onFailure =
                choice(failure, "on_failure", [("review", Action.review), ("block", .block)]) ?? .review
        }
        if let live = entries["live"] { (policy.live, policy.liveTests) = self.live(live) }
        return policy
    }

    private mutating func read(_ node: Node, into policy: inout MarketPolicy) {
        guard let entries = mapping(node, "thresholds", keys: ["default"] + Category.all.map(\.rawValue)) else {
            return
        }
        guard let standard = entries["default"] else {
            error(at: node, "thresholds need a `default`", hint: "`default: {review: 0.5, block: 0.9}`")
            return
        }
        policy.defaultThresholds = self.thresholds(standard)
        for (name, value) in entries where name != "default" {
            policy.thresholds[Category(rawValue: name)] = self.thresholds(value)
        }
    }

    private mutating func thresholds(_ node: Node) -> Thresholds {
        var thresholds = Thresholds()
        let keys = ["label", "limit", "limit_to", "review", "block"]
        guard let entries = mapping(node, "thresholds", keys: keys) else { return thresholds }
        func score(_ key: String, _ reader: inout YAMLReader) -> Double? {
            entries[key].flatMap { reader.number($0, key, in: 0...1) }
        }
        thresholds.label = score("label", &self)
        thresholds.limit = score("limit", &self)
        thresholds.review = score("review", &self)
        thresholds.block = score("block", &self)
        if let limitTo = entries["limit_to"] {
            thresholds.limitTo = choice(limitTo, "limit_to", Reach.allCases.map { ($0.rawValue, $0) })
            if thresholds.limit == nil { error(at: limitTo, "limit_to without limit", hint: "add `limit: 0.8`") }
        }
        let steps = [thresholds.label, thresholds.limit, thresholds.review, thresholds.block].compactMap(\.self)
        if zip(steps, steps.dropFirst()).contains(where: { $0 > $1 }) {
            error(
                at: node, "thresholds fall as actions get stricter",
                hint: "label ≤ limit ≤ review ≤ block: a stricter action asks for a higher score")
        }
        if steps.contains(0) { error(at: node, "a threshold of 0 would act on every post") }
        return thresholds
    }

    private mutating func override(_ node: Node) -> Override? {
        let keys = ["rule", "confidence", "enabled", "mode", "reason"]
        guard let entries = mapping(node, "an override", keys: keys) else { return nil }
        guard let rule = entries["rule"].flatMap({ text($0, "rule") }),
            let reason = entries["reason"].flatMap({ text($0, "reason") }), !reason.isEmpty
        else {
            error(
                at: node, "an override names its rule and its reason",
                hint: "`{rule: …, confidence: 0.3, reason: \"…\"}`")
            return nil
        }
        var override = Override(rule: RuleName(rawValue: rule), reason: reason, location: location(node))
        if let confidence = entries["confidence"] {
            override.confidence = number(confidence, "confidence", in: 0...1)
        }
        if let enabled = entries["enabled"] { override.isEnabled = boolean(enabled, "enabled") }
        if let mode = entries["mode"] {
            override.isShadow = choice(mode, "mode", [("enforce", false), ("shadow", true)])
        }
        return override
    }
}
