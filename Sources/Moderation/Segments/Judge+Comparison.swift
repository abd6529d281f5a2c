internal import ContentModel
internal import TextViews
internal import UnicodeData

/// What is said of a text that goes on, held against what was said before.
extension Judge {
    /// Says what is new, what stands and what is gone, and keeps it for the next time.
    mutating func compare(
        _ found: [Segment.Report], _ segment: inout Segment, _ plan: GrowthPlan, isRevision: Bool,
        into reading: inout SegmentReading
    ) {
        let old = segment.reports
        var new: [Segment.Report] = []
        var reports = old.filter(\.isFinal)
        var pending: [Segment.Report] = []
        for report in found {
            if let known = reports.firstIndex(where: { $0.evidence.isSame(as: report.evidence) }) {
                // A revision moves what stands behind it.
                if isRevision {
                    let givenAt = reports[known].givenAt
                    reports[known] = report
                    reports[known].isFinal = true
                    reports[known].givenAt = givenAt
                }
                continue
            }
            if report.isFinal {
                pending.removeAll { $0.evidence.isSame(as: report.evidence) }
                var report = report
                report.givenAt = segment.at
                reports.append(report)
                new.append(report)
            } else if !pending.contains(where: { $0.evidence.isSame(as: report.evidence) }) {
                pending.append(report)
            }
        }
        // What is said already counts already; what a revision takes back does not.
        var earlier = old.filter(\.isFinal)
        var gone = old.filter { known in
            !known.isFinal && !found.contains { $0.evidence.isSame(as: known.evidence) }
        }
        if isRevision {
            let lost = reports.filter { known in
                isVisible(known, in: segment, plan) && !found.contains { $0.evidence.isSame(as: known.evidence) }
            }
            reports.removeAll { known in lost.contains { $0.evidence.isSame(as: known.evidence) } }
            if !lost.isEmpty {
                weigh(findings(of: lost, plan), segmentPost, into: &reading.withdrawnVerdict)
                reading.withdrawnSince = lost.map(\.givenAt).min() ?? segment.at
            }
            gone += lost
            earlier.removeAll { known in lost.contains { $0.evidence.isSame(as: known.evidence) } }
        }
        let counted = new.filter { report in
            !earlier.contains { known in
                known.evidence.evidence.category == report.evidence.evidence.category
                    && known.evidence.evidence.rule != report.evidence.evidence.rule
                    && known.hull.overlaps(report.hull)
            }
        }
        // A failure holds the text, whatever was found in it.
        if !counted.isEmpty || matcher.failure != nil {
            weigh(findings(of: counted, plan), segmentPost, into: &reading.verdict)
        }
        if !pending.isEmpty { weigh(findings(of: pending, plan), segmentPost, into: &reading.pendingVerdict) }
        reading.withdrawn = gone.map(\.evidence)
        reading.pending = pending.map(\.evidence)
        keepText(around: new, of: segment, into: &reading)
        list(new.map(\.evidence), into: &reading)
        segment.reports = reports + pending
    }

    /// Bytes of the text that are shown either side of evidence.
    private static let surroundings = 1024

    private func keepText(around new: [Segment.Report], of segment: Segment, into reading: inout SegmentReading) {
        let spans = new.compactMap(\.evidence.evidence.place?.span).filter { $0.start >= segment.start }
        guard let first = spans.map(\.start).min(), let last = spans.map(\.end).max() else { return }
        var start = max(0, first - segment.start - Self.surroundings)
        // Evidence may be spread over a long chunk: the first of it is what is shown.
        var end = min(segment.tail.count, min(last, first + 8 * Self.surroundings) - segment.start + Self.surroundings)
        while start > 0, segment.tail[start] & 0xC0 == 0x80 { start -= 1 }
        while end < segment.tail.count, segment.tail[end] & 0xC0 == 0x80 { end += 1 }
        reading.text = Array(segment.tail[start..<end])
        reading.textStart = segment.start + start
    }

    /// Whether a report lies where the tail would show it again.
    private func isVisible(_ report: Segment.Report, in segment: Segment, _ plan: GrowthPlan) -> Bool {
        guard !report.evidence.parts.isEmpty else { return false }
        if report.hull.end == .max { return !isRecollected(report.evidence.evidence.rule, in: segment, plan) }
        guard segment.start > 0 else { return true }
        let before = report.hull.start - segment.start
        guard before > 0 else { return false }
        let needed = plan.places[report.evidence.evidence.rule].map {
            plan.patternLength[$0] + plan.gap[$0] + plan.clearance[$0]
        }
        return UTF8Scalar.count(segment.tail.span, from: 0, to: before) >= TextViews.locality + (needed ?? 0)
    }

    /// Reports as findings that markets weigh.
    private func findings(of reports: [Segment.Report], _ plan: GrowthPlan) -> [RuleFinding] {
        var findings: [RuleFinding] = []
        for report in reports {
            guard let rule = plan.places[report.evidence.evidence.rule] else { continue }
            var finding = Finding.withoutWords
            finding.weight = report.weight
            if let span = report.evidence.evidence.place?.span {
                finding.parts = [
                    Hit(
                        leaf: 0, field: 0, view: report.evidence.evidence.place?.view ?? .folded, folded: span,
                        original: span)
                ]
            }
            if let known = findings.firstIndex(where: { $0.rule == rule }) {
                findings[known].findings.append(finding)
            } else {
                findings.append(RuleFinding(rule: rule, findings: [finding]))
            }
        }
        return findings
    }

    private func list(_ evidence: [LiveEvidence], into reading: inout SegmentReading) {
        var ofRule: [RuleName: Int] = [:]
        let ordered = evidence.sorted {
            let (left, right) = ($0.evidence, $1.evidence)
            let (a, b) = (
                left.place?.span ?? TextSpan(start: .max, end: 0), right.place?.span ?? TextSpan(start: .max, end: 0)
            )
            return (a.start, a.end, left.rule.rawValue) < (b.start, b.end, right.rule.rawValue)
        }
        for item in ordered {
            ofRule[item.evidence.rule, default: 0] += 1
            if ofRule[item.evidence.rule, default: 0] <= EvidenceReporter.mostOfRule,
                reading.evidence.count < EvidenceReporter.mostOfPost
            {
                reading.evidence.append(item)
            } else {
                reading.evidenceOmitted += 1
            }
        }
    }
}
