internal import ContentModel
internal import PatternMatching
internal import RuleBook
internal import TextViews
internal import UnicodeData

/// Finds the hits of one post, field by field: scan, then word edges, checksums and leftmost-longest in the host,
/// where the original text can be looked at.
struct Matcher: ~Copyable {
    private let program: Program
    private let databases: Databases
    private var scanner: PatternScanner
    /// The hits of the post so far, in the order in which they were found.
    private(set) var hits: [Hit] = []
    /// Matches that are no hits, and why; gathered only where ``explains`` says so.
    private(set) var rejections: [Rejection] = []
    var explains = false
    /// Why a field was not judged to its end.
    private(set) var failure: Verdict.Failure?

    init(program: Program, databases: Databases) throws(PatternError) {
        self.program = program
        self.databases = databases
        scanner = try PatternScanner(for: databases.all)
    }

    mutating func begin() {
        if !hits.isEmpty { hits.removeAll(keepingCapacity: true) }
        failure = nil
        if !rejections.isEmpty { rejections.removeAll() }
    }

    private mutating func reject(_ leaf: Int, _ span: TextSpan, _ view: View, _ field: Int, _ reason: String) {
        guard explains else { return }
        rejections.append(Rejection(leaf: leaf, field: field, view: view, span: span, reason: reason))
    }

    /// Adds the hits of one field.
    mutating func match(_ text: Span<UInt8>, seenAs views: borrowing TextViews, field: Int) {
        if let database = databases.folded {
            scan(views.folded.bytes, database)
            if scanner.matchCount > 0 { addLiterals(program.folded, text, views, field, .folded) }
        }
        if views.isDeobfuscated, let database = databases.deobfuscated {
            scan(views.deobfuscated.bytes, database)
            if scanner.matchCount > 0 { addLiterals(program.deobfuscated, text, views, field, .deobfuscated) }
        }
        if let database = databases.regexes {
            scan(views.folded.bytes, database)
            if scanner.matchCount > 0 { addRegexes(text, views, field) }
        }
    }

    private mutating func scan(_ text: Span<UInt8>, _ database: PatternDatabase) {
        switch scanner.scan(text, with: database) {
        case .complete: break
        case .tooManyMatches: failure = .tooManyMatches
        case .failed: failure = .engine
        }
    }

    /// Marks the post as not judged to its end.
    mutating func fail(_ reason: Verdict.Failure) { failure = reason }

    // MARK: - Literals

    private mutating func addLiterals(
        _ table: LiteralTable, _ text: Span<UInt8>, _ views: borrowing TextViews, _ field: Int, _ view: View
    ) {
        let firstNew = hits.count
        for index in 0..<scanner.matchCount {
            let match = scanner.matches[index]
            let literal = Int(match.pattern)
            let span = TextSpan(start: Int(match.end) - Int(table.lengths[literal]), end: Int(match.end))
            for place in Int(table.firstUse[literal])..<Int(table.firstUse[literal + 1]) {
                let use = table.uses[place]
                if let hit = hit(use, table, span, text, views, field, view) {
                    hits.append(hit)
                } else {
                    reject(Int(use.leaf), span, view, field, "its edge lies inside a word")
                }
            }
        }
        keepLeftmostLongest(from: firstNew)
    }

    private func hit(
        _ use: LiteralUse, _ table: LiteralTable, _ span: TextSpan, _ text: Span<UInt8>, _ views: borrowing TextViews,
        _ field: Int, _ view: View
    ) -> Hit? {
        let start = WordEdge(rawValue: use.startEdge) ?? .any
        let end = WordEdge(rawValue: use.endEdge) ?? .any
        var folded = span
        if view == .deobfuscated {
            for index in Int(use.firstRepeat)..<Int(use.firstRepeat) + Int(use.repeatCount) {
                guard views.deobfuscated.isRepeat(at: span.start + Int(table.repeats[index])) else { return nil }
            }
            // Inside "p u s h i t" the original has blanks at every edge; the joined word has not.
            let seen = views.deobfuscated.bytes
            guard start.allows(before: span.start, in: seen), end.allows(after: span.end, in: seen) else { return nil }
            folded = views.deobfuscated.source(of: span)
        }
        let original = views.original(of: span, in: view)
        guard start.allows(before: original.start, in: text), end.allows(after: original.end, in: text) else {
            return nil
        }
        return Hit(leaf: use.leaf, field: field, view: view, folded: folded, original: original)
    }

    // MARK: - Regexes

    private mutating func addRegexes(_ text: Span<UInt8>, _ views: borrowing TextViews, _ field: Int) {
        let firstNew = hits.count
        let folded = views.folded.bytes
        for index in 0..<scanner.matchCount {
            let match = scanner.matches[index]
            let regex = program.regexes[Int(match.pattern)]
            let span = TextSpan(start: Int(match.start), end: Int(match.end))
            guard span.count > 0, span.count <= Compiler.reach * 4,
                UTF8Scalar.count(folded, from: span.start, to: span.end) <= Compiler.reach
            else {
                reject(regex.leaf, span, .folded, field, "it is longer than the reach")
                continue
            }
            let original = views.original(of: span, in: .folded)
            if regex.boundary == WordEdge.Boundary.word.rawValue {
                guard WordEdge.any.allows(before: original.start, in: text),
                    WordEdge.any.allows(after: original.end, in: text)
                else {
                    reject(regex.leaf, span, .folded, field, "its edge lies inside a word")
                    continue
                }
            }
            if let validator = regex.validator.flatMap(Validator.init(rawValue:)),
                !validator.accepts(folded.extracting(span.start..<span.end))
            {
                reject(regex.leaf, span, .folded, field, "its checksum (\(validator.rawValue)) is wrong")
                continue
            }
            hits.append(
                Hit(leaf: UInt32(regex.leaf), field: field, view: .folded, folded: span, original: original))
        }
        keepLeftmostLongest(from: firstNew)
    }

    /// Of hits of one leaf that overlap, keeps the leftmost, and of those the longest.
    private mutating func keepLeftmostLongest(from first: Int) {
        guard hits.count - first > 1 else { return }
        hits[first...].sort {
            ($0.leaf, $0.folded.start, $1.folded.end) < ($1.leaf, $1.folded.start, $0.folded.end)
        }
        var kept = first
        for index in first + 1..<hits.count {
            let hit = hits[index]
            if hit.leaf == hits[kept].leaf, hit.folded.start < hits[kept].folded.end { continue }
            kept += 1
            hits[kept] = hit
        }
        hits.removeLast(hits.count - kept - 1)
    }
}
