internal import ContentModel

/// Evaluates rules' expressions over the hits of one post. Runs only for rules that have a hit.
struct ExpressionEvaluator {
    /// The hits of one rule, by leaf and place.
    let hits: ArraySlice<Hit>
    /// The number of code points of a field's folded view between two byte offsets of it.
    let distance: (_ field: Int, _ start: Int, _ end: Int) -> Int

    /// Findings of an expression that one rule keeps; a text with more says nothing new.
    static let mostFindings = 64

    /// The hits of a leaf. One that overlaps another of a surer view says the same again and is left out.
    private func hits(of leaf: Int, cleared: [Clearing]) -> [Hit] {
        let all = hits.filter { hit in
            hit.leaf == leaf && !cleared.contains { $0.field == hit.field && $0.span.overlaps(hit.folded) }
        }
        guard all.contains(where: { $0.view != .folded }) else { return Array(all.prefix(Self.mostFindings)) }
        let folded = all.filter { $0.view == .folded }
        var surer = folded
        var guesses: [Hit] = []
        for view in View.allCases where view != .folded {
            let new = Self.apart(all.filter { $0.view == view }, from: surer)
            guard !new.isEmpty else { continue }
            guesses += new
            surer = (surer + new).sorted { ($0.field, $0.folded.start) < ($1.field, $1.folded.start) }
        }
        return Array(folded.prefix(Self.mostFindings)) + guesses.prefix(Self.mostFindings)
    }

    /// The hits that overlap none of others, both in the order of their places. Each list is walked once, because a
    /// hostile text has a hundred thousand hits.
    private static func apart(_ hits: [Hit], from others: [Hit]) -> [Hit] {
        var next = 0
        return hits.filter { hit in
            while next < others.count,
                (others[next].field, others[next].folded.end) <= (hit.field, hit.folded.start)
            {
                next += 1
            }
            return next == others.count || others[next].field != hit.field || !others[next].folded.overlaps(hit.folded)
        }
    }

    /// A stretch of a field's folded view whose hits do not count.
    struct Clearing {
        var field: Int
        var span: TextSpan
        /// Where the last word that clears begins in the original, UTF-8 bytes.
        var last = 0
    }

    /// Every place that confirms `expression`.
    func findings(of expression: LeafExpression, cleared: [Clearing] = []) -> [Finding] {
        switch expression {
        case .leaf(let leaf): return hits(of: leaf, cleared: cleared).map(Finding.init)
        case .any(let members): return members.flatMap { findings(of: $0, cleared: cleared) }
        case .all(let members, within: nil): return together(members.map { findings(of: $0, cleared: cleared) })
        case .all(let members, within: let gap?):
            return neighbours(members.map { findings(of: $0, cleared: cleared) }, within: gap)
        }
    }

    /// One finding of each member, anywhere in the post: the first, which no later text takes away, at the weight of
    /// the member's best.
    private func together(_ members: [[Finding]]) -> [Finding] {
        let parts = members.compactMap(Self.first)
        guard var result = parts.first, parts.count == members.count else { return [] }
        for part in parts.dropFirst() { result.join(part) }
        return [result]
    }

    /// The first finding of a member, at the weight of the best.
    static func first(of findings: [Finding]) -> Finding? {
        guard
            var first = findings.min(by: {
                ($0.field, $0.hull.start, $0.hull.end) < ($1.field, $1.hull.start, $1.hull.end)
            })
        else { return nil }
        first.weight = findings.reduce(0) { max($0, $1.weight) }
        return first
    }

    /// Groups of one finding of each member in one field, every one at most `gap` code points from the group before
    /// it joined. Grown from each finding of the first member by the nearest finding of a member that is missing.
    private func neighbours(_ members: [[Finding]], within gap: Int) -> [Finding] {
        guard let first = members.first, members.allSatisfy({ !$0.isEmpty }) else { return [] }
        var results: [Finding] = []
        for anchor in first.prefix(Self.mostFindings) {
            var group = anchor
            var missing = Array(members.indices.dropFirst())
            while !missing.isEmpty {
                var best: (member: Int, finding: Finding, distance: Int)?
                for (place, member) in missing.enumerated() {
                    for finding in members[member] where finding.field == group.field {
                        let apart = distance(between: group, and: finding)
                        if apart <= gap, apart < best?.distance ?? .max { best = (place, finding, apart) }
                    }
                }
                guard let best else { break }
                group.join(best.finding)
                group.lookahead = max(group.lookahead, best.distance + 1)
                missing.remove(at: best.member)
            }
            if missing.isEmpty { results.append(group) }
        }
        return results
    }

    private func distance(between left: Finding, and right: Finding) -> Int {
        if left.hull.end <= right.hull.start { return distance(left.field, left.hull.end, right.hull.start) }
        if right.hull.end <= left.hull.start { return distance(left.field, right.hull.end, left.hull.start) }
        return 0
    }
}
