internal import ContentModel

/// Terms by the category and the strength that their list gives them; each group becomes a rule.
struct TermGroups {
    private struct Group: Hashable {
        var name: String
        var band: SeverityBand
    }

    private var order: [Group] = []
    private var terms: [Group: [String]] = [:]
    private var seen = TermSet()

    /// A term of the source; counted, and left out with a note where it can be none.
    mutating func add(
        _ raw: String, category name: String, band: SeverityBand, at place: SourceLocation,
        into draft: inout ImportDraft
    ) {
        guard let term = draft.term(raw, at: place) else { return }
        guard seen.insert(term) else {
            draft.counts.duplicates += 1
            return
        }
        draft.counts.entriesCarried += 1
        let group = Group(name: name.lowercased(), band: band)
        if terms[group] == nil {
            order.append(group)
            if draft.category == nil, !name.isEmpty, ForeignCategories.category(named: name) == nil {
                draft.noteOnce(
                    place, name, "no category of ours is called `\(group.name)`; its terms become profanity")
            }
        }
        terms[group, default: []].append(term)
    }

    /// One rule for each group, in the order of their first terms.
    func write(into draft: inout ImportDraft) {
        for group in order {
            let category = draft.category ?? ForeignCategories.category(named: group.name)
            let name = group.name.isEmpty ? "terms" : group.name
            draft.rules.append(
                DraftRule(
                    id: draft.id(from: "\(name)-\(group.band.name)", else: "terms-\(group.band.name)"),
                    category: category ?? Category(rawValue: "profanity"), severity: group.band.severity,
                    confidence: group.band.confidence, match: .phrases(terms[group] ?? [], boundary: .auto)))
        }
    }
}
