/// What is taken for granted of a post while it has not been looked for.
extension Program {
    /// By leaf: whether the first look looks for nothing of it.
    var isGrantedAtFirst: [Bool] {
        var isGranted = [Bool](repeating: true, count: ruleOfLeaf.count)
        for patternSet in patternSets {
            for use in patternSet.anchors.uses where use.isHit { isGranted[Int(use.leaf)] = false }
            let regexes = patternSet.regexes
            for leaf in regexes.plain.leaves + regexes.prefiltered.leaves + regexes.numbers.leaves {
                isGranted[leaf] = false
            }
        }
        return isGranted
    }

    /// By leaf: whether it is a regex beside other words that has no prefilter: nothing is known of it until the regexes
    /// are looked for.
    var isGrantedUntilRegexes: [Bool] {
        var isGranted = [Bool](repeating: false, count: ruleOfLeaf.count)
        for patternSet in patternSets {
            for leaf in patternSet.regexes.dependent.leaves { isGranted[leaf] = true }
            for use in patternSet.others.uses where !use.isHit { isGranted[Int(use.leaf)] = false }
        }
        return isGranted
    }

    /// By rule: whether one of some leaves is its.
    func rules(of leaves: [Int]) -> [Bool] {
        leaves.reduce(into: [Bool](repeating: false, count: rules.count)) { $0[Int(ruleOfLeaf[$1])] = true }
    }
}
