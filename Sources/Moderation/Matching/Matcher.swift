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
    /// By leaf, and as a list: whether it occurs; a regex may turn out not to.
    private var hasHit: [Bool]
    private var touchedLeaves: [Int] = []
    /// By rule: whether it has regexes that confirm or clear other words.
    private var hasDependentRegexes: [Bool]
    /// Whether a regex that needs no other words occurs in the post.
    private var hasIndependentRegex = false
    /// The rules with hits enough that their expression may hold. Most posts have a few words of some rules; few have
    /// all words of one.
    private(set) var promisingRules: [Int] = []
    private var isPromising: [Bool]
    /// Whether places are kept, or only what occurs.
    private var isCollecting = false
    private let foldedWords: WordTable
    private let deobfuscatedWords: WordTable
    /// By rule, and as a list: whether a leaf of it has a hit.
    private var isTouched: [Bool]
    private var touchedRules: [Int] = []
    /// Matches that are no hits, and why; gathered only where ``explains`` says so.
    private(set) var rejections: [Rejection] = []
    var explains = false
    /// Why a field was not judged to its end.
    private(set) var failure: Verdict.Failure?

    init(program: Program, databases: Databases) throws(PatternError) {
        self.program = program
        self.databases = databases
        scanner = try PatternScanner(for: databases.all)
        foldedWords = WordTable(program.folded)
        deobfuscatedWords = WordTable(program.deobfuscated)
        hasHit = [Bool](repeating: false, count: program.ruleOfLeaf.count)
        hasDependentRegexes = [Bool](repeating: false, count: program.rules.count)
        // Taken for granted until a rule that may hold asks for them.
        for use in program.dependentRegexes.patterns.flatMap(\.uses) {
            hasHit[use.leaf] = true
            hasDependentRegexes[Int(program.ruleOfLeaf[use.leaf])] = true
        }
        isPromising = [Bool](repeating: false, count: program.rules.count)
        isTouched = [Bool](repeating: false, count: program.rules.count)
    }

    mutating func begin() {
        if !touchedLeaves.isEmpty {
            for rule in touchedRules { isTouched[rule] = false }
            for leaf in touchedLeaves { hasHit[leaf] = false }
            touchedLeaves.removeAll(keepingCapacity: true)
            touchedRules.removeAll(keepingCapacity: true)
            for rule in promisingRules { isPromising[rule] = false }
            promisingRules.removeAll(keepingCapacity: true)
            hits.removeAll(keepingCapacity: true)
        }
        failure = nil
        hasIndependentRegex = false
        if !rejections.isEmpty { rejections.removeAll() }
    }

    private mutating func note(leaf: Int) {
        guard !hasHit[leaf] else { return }
        hasHit[leaf] = true
        touchedLeaves.append(leaf)
        let rule = Int(program.ruleOfLeaf[leaf])
        if !isTouched[rule] {
            isTouched[rule] = true
            touchedRules.append(rule)
        }
    }

    /// Finds ``promisingRules`` anew.
    mutating func findPromisingRules() {
        for rule in promisingRules { isPromising[rule] = false }
        promisingRules.removeAll(keepingCapacity: true)
        for rule in touchedRules where explains || program.mayHold(rule, hasHit.span) {
            promisingRules.append(rule)
            isPromising[rule] = true
        }
    }

    private mutating func reject(_ leaf: Int, _ span: TextSpan, _ view: View, _ field: Int, _ reason: String) {
        guard explains, isCollecting else { return }
        rejections.append(Rejection(leaf: leaf, field: field, view: view, span: span, reason: reason))
    }

    /// Notes which leaves occur in one field. Most posts have a few words of some rules and all words of none; only
    /// where ``findPromisingRules()`` finds one, ``collect(_:seenAs:field:)`` looks again and keeps places.
    mutating func note(_ text: Span<UInt8>, seenAs views: borrowing TextViews, field: Int) {
        matchLiterals(text, seenAs: views, field: field)
        let folded = views.folded.bytes
        if let presence = databases.regexPresence {
            scan(folded, presence)
            noteRegexes(program.regexes)
        }
        if let digits = databases.digitRegexes, hasDigits(folded) {
            scan(folded, digits)
            noteRegexes(program.digitRegexes)
        }
    }

    /// Adds the hits of one field, of the rules that may hold.
    mutating func collect(_ text: Span<UInt8>, seenAs views: borrowing TextViews, field: Int) {
        isCollecting = true
        matchLiterals(text, seenAs: views, field: field)
        isCollecting = false
    }

    private mutating func matchLiterals(_ text: Span<UInt8>, seenAs views: borrowing TextViews, field: Int) {
        matchLiterals(program.folded, foldedWords, databases.folded, text, views, field, .folded)
        if views.isDeobfuscated {
            matchLiterals(
                program.deobfuscated, deobfuscatedWords, databases.deobfuscated, text, views, field, .deobfuscated)
        }
    }

    /// Whether a rule that may hold has regexes. Starts of matches are dear, and most regexes stand beside other words
    /// that the post lacks: nobody need know where they are.
    var wantsRegexes: Bool { hasIndependentRegex || promisingRules.contains { hasDependentRegexes[$0] } }

    /// Adds the hits of one field's regexes.
    mutating func matchRegexes(_ text: Span<UInt8>, seenAs views: borrowing TextViews, field: Int) {
        let folded = views.folded.bytes
        if hasIndependentRegex, let database = databases.regexes {
            scan(folded, database)
            if scanner.matchCount > 0 { addRegexes(program.regexes, text, views, field) }
        }
        if hasIndependentRegex, let database = databases.digitRegexes, hasDigits(folded) {
            scan(folded, database)
            if scanner.matchCount > 0 { addRegexes(program.digitRegexes, text, views, field) }
        }
        if let database = databases.dependentRegexes {
            scan(folded, database)
            if scanner.matchCount > 0 { addRegexes(program.dependentRegexes, text, views, field) }
        }
    }

    private mutating func noteRegexes(_ table: borrowing RegexTable) {
        guard scanner.matchCount > 0 else { return }
        hasIndependentRegex = true
        let matches = scanner.matches
        for match in matches {
            for use in table.patterns[Int(match.pattern)].uses { note(leaf: use.leaf) }
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

    private mutating func matchLiterals(
        _ table: borrowing LiteralTable, _ words: borrowing WordTable, _ database: PatternDatabase?,
        _ text: Span<UInt8>, _ views: borrowing TextViews, _ field: Int, _ view: View
    ) {
        let firstNew = hits.count
        let seen = view == .folded ? views.folded.bytes : views.deobfuscated.bytes
        words.forEachWord(in: seen) { literal, end in addLiteral(literal, end, table, text, views, field, view) }
        if let database {
            scan(seen, database)
            if scanner.matchCount > 0 {
                let matches = scanner.matches
                for match in matches {
                    addLiteral(Int(match.pattern), Int(match.end), table, text, views, field, view)
                }
            }
        }
        if isCollecting { keepLeftmostLongest(from: firstNew) }
    }

    private mutating func addLiteral(
        _ literal: Int, _ end: Int, _ table: borrowing LiteralTable, _ text: Span<UInt8>,
        _ views: borrowing TextViews, _ field: Int, _ view: View
    ) {
        let span = TextSpan(start: end - Int(table.lengths[literal]), end: end)
        let original = views.original(of: span, in: view)
        // Many rules may share a word; its edges are looked at once for each demand.
        var edges = EdgeMemo()
        for place in Int(table.firstUse[literal])..<Int(table.firstUse[literal + 1]) {
            let use = table.uses[place]
            guard view == .folded || hasRepeats(use, table, at: span.start, views.deobfuscated),
                edges.allow(use, span, original, text, views, view)
            else {
                reject(Int(use.leaf), span, view, field, "its edge lies inside a word")
                continue
            }
            guard isCollecting else {
                note(leaf: Int(use.leaf))
                continue
            }
            guard isPromising[Int(program.ruleOfLeaf[Int(use.leaf)])] else { continue }
            let folded = view == .folded ? span : views.deobfuscated.source(of: span)
            hits.append(Hit(leaf: use.leaf, field: field, view: view, folded: folded, original: original))
        }
    }

    /// Whether the letters of a phrase that must stand for a run do so here.
    private func hasRepeats(_ use: LiteralUse, _ table: borrowing LiteralTable, at start: Int, _ view: ViewText) -> Bool
    {
        for index in Int(use.firstRepeat)..<Int(use.firstRepeat) + Int(use.repeatCount) {
            guard view.isRepeat(at: start + Int(table.repeats[index])) else { return false }
        }
        return true
    }

    /// Whether a match's edges meet a use's demands, remembered from use to use.
    private struct EdgeMemo {
        private var lastStart: UInt8?
        private var lastEnd: UInt8?
        private var isAllowed = false

        mutating func allow(
            _ use: LiteralUse, _ span: TextSpan, _ original: TextSpan, _ text: Span<UInt8>,
            _ views: borrowing TextViews, _ view: View
        ) -> Bool {
            if use.startEdge == lastStart, use.endEdge == lastEnd { return isAllowed }
            (lastStart, lastEnd) = (use.startEdge, use.endEdge)
            let start = WordEdge(rawValue: use.startEdge) ?? .any
            let end = WordEdge(rawValue: use.endEdge) ?? .any
            isAllowed = start.allows(before: original.start, in: text) && end.allows(after: original.end, in: text)
            if isAllowed, view == .deobfuscated {
                // Inside "p u s h i t" the original has blanks at every edge; the joined word has not.
                let seen = views.deobfuscated.bytes
                isAllowed = start.allows(before: span.start, in: seen) && end.allows(after: span.end, in: seen)
            }
            return isAllowed
        }
    }

    // MARK: - Regexes

    /// Whether a text has digits enough for the regexes that need them.
    private func hasDigits(_ text: Span<UInt8>) -> Bool {
        var digits = 0
        for index in 0..<text.count {
            if text[index] &- 0x30 < 10 { digits += 1 }
        }
        return digits >= Program.leastDigits
    }

    private mutating func addRegexes(
        _ table: borrowing RegexTable, _ text: Span<UInt8>, _ views: borrowing TextViews, _ field: Int
    ) {
        let firstNew = hits.count
        let folded = views.folded.bytes
        let matches = scanner.matches
        for match in matches {
            let span = TextSpan(start: Int(match.start), end: Int(match.end))
            let isWithinReach =
                span.count > 0 && span.count <= Compiler.reach * 4
                && UTF8Scalar.count(folded, from: span.start, to: span.end) <= Compiler.reach
            let original = views.original(of: span, in: .folded)
            for use in table.patterns[Int(match.pattern)].uses {
                if let reason = isWithinReach
                    ? refusal(of: use, folded.extracting(span.start..<span.end), original, text)
                    : "it is longer than the reach"
                {
                    reject(use.leaf, span, .folded, field, reason)
                } else {
                    hits.append(
                        Hit(leaf: UInt32(use.leaf), field: field, view: .folded, folded: span, original: original))
                }
            }
        }
        keepLeftmostLongest(from: firstNew)
    }

    /// Why a regex's match does not count for a leaf; nil when it does.
    private func refusal(
        of use: CompiledRegex.Use, _ match: Span<UInt8>, _ original: TextSpan, _ text: Span<UInt8>
    ) -> String? {
        if use.boundary == WordEdge.Boundary.word.rawValue {
            guard WordEdge.any.allows(before: original.start, in: text),
                WordEdge.any.allows(after: original.end, in: text)
            else { return "its edge lies inside a word" }
        }
        if let validator = use.validator.flatMap(Validator.init(rawValue:)), !validator.accepts(match) {
            return "its checksum (\(validator.rawValue)) is wrong"
        }
        return nil
    }

    /// Whether two of the hits are of one leaf and overlap; for a few hits, where looking is cheaper than sorting.
    private func overlaps(from first: Int) -> Bool {
        for index in first + 1..<hits.count {
            for other in first..<index
            where hits[other].leaf == hits[index].leaf && hits[other].folded.overlaps(hits[index].folded) {
                return true
            }
        }
        return false
    }

    /// Of hits of one leaf that overlap, keeps the leftmost, and of those the longest.
    private mutating func keepLeftmostLongest(from first: Int) {
        guard hits.count - first > 1, hits.count - first > 64 || overlaps(from: first) else { return }
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

extension WordTable {
    fileprivate init(_ table: LiteralTable) {
        self.init(words: table.words, first: table.lengths.count - table.words.count)
    }
}
