internal import ContentModel
internal import PatternMatching
internal import RuleBook
internal import TextViews
internal import UnicodeData

/// Finds the hits of one post, field by field, in two looks.
///
/// The first look asks which *candidates* there are: rules of which an anchor occurs, a word that they cannot do
/// without. Most posts have none and are done. The second look keeps the hits of candidates, all their words and
/// regexes, with word edges, checksums and leftmost-longest proven in the host, where the original text can be seen.
struct Matcher: ~Copyable {
    private let program: Program
    private let patternSets: [PatternSetIndex]
    private var scanner: PatternScanner
    /// Where anchors stand, of the post so far; and where other literals stand, of one field.
    private var anchorMatches: [LiteralMatch] = []
    private var otherMatches: [LiteralMatch] = []
    private var search = GramTable.Search()
    /// The hits of candidates so far, in the order in which they were found.
    private(set) var hits: [Hit] = []
    /// By leaf: whether an anchor occurs. Leaves that are no anchors are taken for granted.
    private var mayHaveHit: Marks
    /// By rule: whether an anchor occurs without which it cannot hold.
    private var isTouched: Marks
    /// By rule: whether it may hold, going by anchors.
    private var isCandidate: Marks
    /// By leaf: whether it has a hit; a regex that depends on other words is taken for granted, where a literal of its
    /// prefilter stands or it has none.
    private var hasHit: Marks
    /// By rule: whether it has a regex that confirms or clears other words, of whose prefilter a literal stands in the
    /// post or that has none.
    private var mayHaveDependentRegex: Marks
    /// By rule: whether it has such regexes that need a number.
    private let hasDependentNumberRegexes: [Bool]
    /// Whether a regex that needs no other words occurs in the post.
    private var hasIndependentRegex = false
    /// Whether a literal without which some regexes cannot match stands in the field: alone, and with a digit.
    private var hasRegexLiteral = false
    private var hasRegexLiteralWithDigit = false
    /// Whether a text of the post has a number, for the regexes that need one.
    private var postHasNumber = false
    /// The candidates with hits enough that their expression may hold.
    private(set) var promisingRules: [Int] = []
    /// Matches that are no hits, and why; gathered only where ``explains`` says so.
    private(set) var rejections: [Rejection] = []
    /// Whether every rule is a candidate, and reasons are kept.
    var explains = false
    /// By rule: whether a part of its expression is enough to look further, because the rest may have been said
    /// before. Empty where texts stand alone.
    var partSuffices: [Bool] = []
    /// Why a field was not judged to its end.
    private(set) var failure: Verdict.Failure?

    /// A literal in a view of a field; whether its edges hold is asked for each rule.
    private struct LiteralMatch {
        var patternSet: Int
        var literal: Int
        var span: TextSpan
        var view: View
        var accepted: ViewSet
        var field: Int
    }

    init(program: Program, patternSets: [PatternSetIndex]) throws(PatternError) {
        self.program = program
        self.patternSets = patternSets
        scanner = try PatternScanner(for: patternSets.flatMap(\.databases.all))
        let noRules = [Bool](repeating: false, count: program.rules.count)
        (isTouched, isCandidate) = (Marks(noRules), Marks(noRules))
        mayHaveHit = Marks(program.isGrantedAtFirst)
        let isGranted = program.isGrantedUntilRegexes
        hasHit = Marks(isGranted)
        mayHaveDependentRegex = Marks(program.rules(of: isGranted.indices.filter { isGranted[$0] }))
        hasDependentNumberRegexes = program.rules(
            of: program.patternSets.flatMap(\.regexes.dependentNumbers.leaves))
    }

    mutating func begin() {
        hasHit.clear()
        mayHaveHit.clear()
        isTouched.clear()
        if !candidates.isEmpty {
            isCandidate.clear()
            mayHaveDependentRegex.clear()
            promisingRules.removeAll(keepingCapacity: true)
            hits.removeAll(keepingCapacity: true)
        }
        if !anchorMatches.isEmpty { anchorMatches.removeAll(keepingCapacity: true) }
        failure = nil
        hasIndependentRegex = false
        postHasNumber = false
        if !rejections.isEmpty { rejections.removeAll() }
    }

    /// Marks the post as not judged to its end.
    mutating func fail(_ reason: Verdict.Failure) { failure = reason }

    // MARK: - First look

    /// Notes which anchors occur in one field.
    ///
    /// - Parameter isAlone: Whether nothing was seen before it, and nothing will be. Words that are looked for beside the
    ///   leading ones are then noted only for rules of which one of those occurs, which are few.
    mutating func findAnchors(_ text: Span<UInt8>, seenAs views: borrowing TextViews, field: Int, isAlone: Bool) {
        let isAlone = isAlone && partSuffices.isEmpty
        var matches: [LiteralMatch] = []
        swap(&matches, &anchorMatches)
        (hasRegexLiteral, hasRegexLiteralWithDigit) = (false, false)
        let firstNew = matches.count
        for patternSet in patternSets.indices {
            find(patternSets[patternSet].anchors, of: patternSet, seenAs: views, field, &matches)
        }
        noteAnchors(isAlone ? .leading : .all, matches, from: firstNew, text, views)
        findRegexes(in: .folded, views)
        if views.present.contains(.digits) { findRegexes(in: .digits, views) }
        if isAlone, !isTouched.list.isEmpty { noteAnchors(.besideTouched, matches, from: firstNew, text, views) }
        swap(&matches, &anchorMatches)
    }

    /// The leaves of which an anchor occurs.
    var notedAnchors: [Int] { mayHaveHit.list }

    /// Takes an anchor for granted that occurred in the text before this one.
    mutating func assumeAnchor(_ leaf: Int) { noteAnchor(leaf) }

    /// The rules that may hold, going by anchors.
    var candidates: [Int] { isCandidate.list }

    /// Finds ``candidates``, once every field's anchors are known.
    ///
    /// - Parameter isWhole: Whether what was looked at is all there is. A text that goes on may have had its number
    ///   before.
    mutating func findCandidates(isWhole: Bool) {
        let mayHaveNumber = postHasNumber || !isWhole
        for rule in explains ? Array(program.rules.indices) : isTouched.list
        where explains || program.mayHold(rule, mayHaveHit.flags, hasNumber: mayHaveNumber) || isPartEnough(rule) {
            isCandidate.mark(rule)
        }
    }

    /// The views whose literals count in a scan of one of them: that view, and from the first two on what has no text
    /// of its own here, because it equals them.
    private static func accepted(in view: View, _ present: ViewSet) -> ViewSet {
        guard view == .folded || view == .deobfuscated else { return ViewSet(view) }
        var accepted = unbound.subtracting(present)
        accepted.insert(view)
        // Pinyin stands in Latin letters, whatever the view of Han characters shows.
        accepted.insert(.phonetic)
        return accepted
    }

    /// The views that a text may lack, because it has nothing for them to change.
    private static let unbound: ViewSet = [.folded, .deobfuscated, .digits, .phonetic, .unmarked, .typo]

    /// Which leaves of a literal are noted.
    private enum Noted {
        case all
        /// Those without which their rules cannot hold.
        case leading
        /// Those beside them, of rules that are touched.
        case besideTouched
    }

    /// Notes the leaves of the matches from a place on.
    private mutating func noteAnchors(
        _ noted: Noted, _ matches: [LiteralMatch], from first: Int, _ text: Span<UInt8>, _ views: borrowing TextViews
    ) {
        for patternSet in patternSets.indices {
            let table = patternSets[patternSet].anchors.table
            for index in first..<matches.count where matches[index].patternSet == patternSet {
                noteAnchors(noted, matches[index], table, text, views)
            }
        }
    }

    @inline(__always)
    private mutating func noteAnchors(
        _ noted: Noted, _ match: LiteralMatch, _ table: LiteralTable, _ text: Span<UInt8>,
        _ views: borrowing TextViews
    ) {
        var edges = EdgeMemo()
        for place in Int(table.firstUse[match.literal])..<Int(table.firstUse[match.literal + 1]) {
            let use = table.uses[place]
            if use.isBeside {
                // They come last.
                if noted == .leading { return }
                if noted == .besideTouched, !isTouched[Int(program.ruleOfLeaf[Int(use.leaf)])] { continue }
            } else if noted == .besideTouched {
                continue
            }
            guard use.isHit else {
                if use.role == LiteralUse.Role.prefilter.rawValue {
                    hasRegexLiteral = true
                } else {
                    hasRegexLiteralWithDigit = true
                }
                continue
            }
            guard !mayHaveHit[Int(use.leaf)], !use.views.intersection(match.accepted).isEmpty,
                use.repeatCount == 0
                    || views.look(at: match.view, { hasRuns(use, table, at: match.span.start, $0) }),
                use.needsChange == 0 || views.look(at: match.view, { $0.hasChange(in: match.span) }),
                edges.allow(use, match.span, text, views, match.view)
            else { continue }
            noteAnchor(Int(use.leaf))
        }
    }

    private mutating func findRegexes(in view: View, _ views: borrowing TextViews) {
        let seen = views.bytes(of: view)
        let hasNumber = views.look(at: view) { RegexDigits.hasNumber($0) }
        postHasNumber = postHasNumber || hasNumber
        let mayMatch =
            hasRegexLiteral || hasRegexLiteralWithDigit && views.look(at: view) { RegexDigits.hasDigit($0) }
        for index in patternSets.indices {
            if let presence = patternSets[index].databases.regexPresence {
                scan(seen, presence)
                noteAnchors(patternSets[index].patternSet.regexes.plain)
            }
            if let presence = patternSets[index].databases.prefilteredRegexPresence, mayMatch {
                scan(seen, presence)
                noteAnchors(patternSets[index].patternSet.regexes.prefiltered)
            }
            if let numbers = patternSets[index].databases.numberRegexes, hasNumber {
                scan(seen, numbers)
                noteAnchors(patternSets[index].patternSet.regexes.numbers)
            }
        }
    }

    private mutating func noteAnchors(_ table: borrowing RegexTable) {
        for index in 0..<scanner.matchCount {
            hasIndependentRegex = true
            for use in table.patterns[Int(scanner[index].pattern)].uses {
                noteAnchor(use.leaf)
                // Taken for granted, as regexes that depend on other words are, until they are looked for.
                hasHit.mark(use.leaf)
            }
        }
    }

    private mutating func noteAnchor(_ leaf: Int) {
        guard mayHaveHit.mark(leaf) else { return }
        let rule = Int(program.ruleOfLeaf[leaf])
        if program.isLeading[leaf] != 0 || isPartEnough(rule) { isTouched.mark(rule) }
    }

    // MARK: - Second look

    /// Adds the hits of one field's literals, of candidates.
    mutating func collect(_ text: Span<UInt8>, seenAs views: borrowing TextViews, field: Int) {
        let firstNew = hits.count
        for index in anchorMatches.indices where anchorMatches[index].field == field {
            addHits(anchorMatches[index], patternSets[anchorMatches[index].patternSet].anchors.table, text, views)
        }
        var matches: [LiteralMatch] = []
        swap(&matches, &otherMatches)
        matches.removeAll(keepingCapacity: true)
        for patternSet in patternSets.indices {
            find(patternSets[patternSet].others, of: patternSet, seenAs: views, field, &matches)
        }
        swap(&matches, &otherMatches)
        for index in otherMatches.indices {
            addHits(otherMatches[index], patternSets[otherMatches[index].patternSet].others.table, text, views)
        }
        hits.keepLeftmostLongest(from: firstNew)
    }

    private mutating func addHits(
        _ match: LiteralMatch, _ table: LiteralTable, _ text: Span<UInt8>, _ views: borrowing TextViews
    ) {
        let (span, view, field) = (match.span, match.view, match.field)
        var edges = EdgeMemo()
        for place in Int(table.firstUse[match.literal])..<Int(table.firstUse[match.literal + 1]) {
            let use = table.uses[place]
            let rule = Int(program.ruleOfLeaf[Int(use.leaf)])
            guard isCandidate[rule] else { continue }
            guard use.isHit else {
                noteRegexLiteral(of: Int(use.leaf), rule)
                continue
            }
            guard let reported = use.views.intersection(match.accepted).surest else { continue }
            guard use.repeatCount == 0 || views.look(at: view, { hasRuns(use, table, at: span.start, $0) }) else {
                reject(Int(use.leaf), span, view, field, "the phrase's doubled letter is no run here")
                continue
            }
            guard use.needsChange == 0 || views.look(at: view, { $0.hasChange(in: span) }) else {
                reject(Int(use.leaf), span, view, field, "nothing of it is hidden")
                continue
            }
            guard edges.allow(use, span, text, views, view) else {
                reject(Int(use.leaf), span, view, field, "its edge lies inside a word")
                continue
            }
            let original = views.look(at: view) { $0.source(of: span) }
            let folded = view == .folded ? span : views.folded.result(of: original)
            guard view == .folded || isWithinReach(folded, views.folded.bytes) else {
                reject(Int(use.leaf), span, view, field, "it is longer than the reach")
                continue
            }
            hasHit.mark(Int(use.leaf))
            hits.append(Hit(leaf: use.leaf, field: field, view: reported, folded: folded, original: original))
        }
    }

    /// Notes that a leaf's regex may match, unless it was looked for at first, when it is known.
    private mutating func noteRegexLiteral(of leaf: Int, _ rule: Int) {
        if mayHaveHit[leaf], hasHit.mark(leaf) { mayHaveDependentRegex.mark(rule) }
    }

    private mutating func reject(_ leaf: Int, _ span: TextSpan, _ view: View, _ field: Int, _ reason: String) {
        guard explains else { return }
        rejections.append(Rejection(leaf: leaf, field: field, view: view, span: span, reason: reason))
    }

    /// Finds ``promisingRules``, once every field is collected.
    mutating func findPromisingRules() {
        for rule in candidates
        where explains || program.mayHold(rule, hasHit.flags, hasNumber: postHasNumber) || isPartEnough(rule) {
            promisingRules.append(rule)
        }
    }

    private func isPartEnough(_ rule: Int) -> Bool { !partSuffices.isEmpty && partSuffices[rule] }

    /// Whether a rule that may hold has regexes. Starts of matches are dear, and most regexes stand beside other words
    /// that the post lacks: nobody need know where they are.
    var wantsRegexes: Bool { hasIndependentRegex || wantsDependentRegexes(promisingRules) }

    /// The same before it is known which candidates may hold.
    var mayWantRegexes: Bool { hasIndependentRegex || wantsDependentRegexes(candidates) }

    private func wantsDependentRegexes(_ rules: [Int]) -> Bool {
        rules.contains { mayHaveDependentRegex[$0] || postHasNumber && hasDependentNumberRegexes[$0] }
    }

    /// Adds the hits of one field's regexes.
    mutating func collectRegexes(_ text: Span<UInt8>, seenAs views: borrowing TextViews, field: Int) {
        collectRegexes(in: .folded, text, views, field)
        if views.present.contains(.digits) { collectRegexes(in: .digits, text, views, field) }
    }

    private mutating func collectRegexes(
        in view: View, _ text: Span<UInt8>, _ views: borrowing TextViews, _ field: Int
    ) {
        let hasNumber = views.look(at: view) { RegexDigits.hasNumber($0) }
        let firstNew = hits.count
        let wantsDependentRegexes = candidates.contains { mayHaveDependentRegex[$0] }
        let wantsDependentNumberRegexes = hasNumber && candidates.contains { hasDependentNumberRegexes[$0] }
        for index in patternSets.indices {
            let (regexes, databases) = (patternSets[index].patternSet.regexes, patternSets[index].databases)
            if hasIndependentRegex {
                addRegexes(regexes.plain, databases.regexes, view, text, views, field)
                addRegexes(regexes.prefiltered, databases.prefilteredRegexes, view, text, views, field)
            }
            if hasIndependentRegex, hasNumber {
                addRegexes(regexes.numbers, databases.numberRegexes, view, text, views, field)
            }
            if wantsDependentRegexes {
                addRegexes(regexes.dependent, databases.dependentRegexes, view, text, views, field)
            }
            if wantsDependentNumberRegexes {
                addRegexes(regexes.dependentNumbers, databases.dependentNumberRegexes, view, text, views, field)
            }
        }
        hits.keepLeftmostLongest(from: firstNew)
    }

    private mutating func scan(_ text: Span<UInt8>, _ database: PatternDatabase) {
        switch scanner.scan(text, with: database) {
        case .complete: break
        case .tooManyMatches: failure = .tooManyMatches
        case .failed: failure = .engine
        }
    }

    // MARK: - Literals

    /// Appends where the literals of a table stand in the views of a field.
    private mutating func find(
        _ literals: LiteralIndex, of patternSet: Int, seenAs views: borrowing TextViews, _ field: Int,
        _ matches: inout [LiteralMatch]
    ) {
        for view in views.present { find(literals, of: patternSet, in: view, views, field, &matches) }
        for word in views.maskedWords {
            let view = views.present.contains(.deobfuscated) ? View.deobfuscated : .folded
            literals.table.masks.forEachLiteral(at: word, of: views.bytes(of: view), in: literals.table) {
                literal, span in
                matches.append(
                    LiteralMatch(
                        patternSet: patternSet, literal: literal, span: span, view: view, accepted: [.masked],
                        field: field))
            }
        }
    }

    private mutating func find(
        _ literals: LiteralIndex, of patternSet: Int, in view: View, _ views: borrowing TextViews, _ field: Int,
        _ matches: inout [LiteralMatch]
    ) {
        let accepted = Self.accepted(in: view, views.present)
        func note(_ literal: Int, _ span: TextSpan) {
            matches.append(
                LiteralMatch(
                    patternSet: patternSet, literal: literal, span: span, view: view, accepted: accepted, field: field))
        }
        views.look(at: view) { shown in
            let (text, isASCII, table) = (shown.bytes, shown.isASCII, literals.table)
            if let reading = LiteralIndex.reading(view) {
                literals.readingGrams[reading].forEachLiteral(
                    in: text, shown.blocks, isASCII: isASCII, of: table, by: &search, note)
                return
            }
            literals.grams.forEachLiteral(in: text, shown.blocks, isASCII: isASCII, of: table, by: &search, note)
            if shown.hasChangesOrRuns {
                literals.hiddenGrams.forEachLiteral(
                    in: text, shown.blocks, isASCII: isASCII, of: table, by: &search, note)
            }
        }
        guard let database = literals.database, !literals.databaseViews.intersection(accepted).isEmpty else { return }
        scan(views.bytes(of: view), database)
        for index in 0..<scanner.matchCount {
            let match = scanner[index]
            let (literal, end) = (Int(match.pattern), Int(match.end))
            note(literal, TextSpan(start: end - literals.table.length(of: literal), end: end))
        }
    }

    /// Whether the letters of a phrase that must stand for a run do so here.
    private func hasRuns(_ use: LiteralUse, _ table: LiteralTable, at start: Int, _ view: borrowing ViewText) -> Bool {
        for index in Int(use.firstRepeat)..<Int(use.firstRepeat) + Int(use.repeatCount) {
            guard view.isRun(at: start + Int(table.repeats[index])) else { return false }
        }
        return true
    }

    /// Whether a stretch of a folded view is no longer than the reach.
    private func isWithinReach(_ span: TextSpan, _ folded: Span<UInt8>) -> Bool {
        span.count <= Compiler.reach
            || span.count <= Compiler.reach * 4
                && UTF8Scalar.count(folded, from: span.start, to: span.end) <= Compiler.reach
    }

    // MARK: - Regexes

    /// Adds the hits of a table's regexes, where it has any.
    private mutating func addRegexes(
        _ table: borrowing RegexTable, _ database: PatternDatabase?, _ view: View, _ text: Span<UInt8>,
        _ views: borrowing TextViews, _ field: Int
    ) {
        guard let database else { return }
        let seen = views.bytes(of: view)
        scan(seen, database)
        var longMatches: [LongMatch] = []
        var patternsLeft: Set<UInt32> = []
        for index in 0..<scanner.matchCount {
            let match = scanner[index]
            let pattern = table.patterns[Int(match.pattern)]
            let span = TextSpan(start: Int(match.start), end: Int(match.end))
            if isWithinReach(span, seen) {
                add(pattern.uses, span, view, text, views, field)
            } else if longMatches.count < LongMatch.most {
                longMatches.append(LongMatch(pattern: match.pattern, source: pattern.source, span: span))
            } else {
                patternsLeft.insert(match.pattern)
            }
        }
        for match in longMatches {
            let uses = table.patterns[Int(match.pattern)].uses
            guard uses.contains(where: { isCandidate[Int(program.ruleOfLeaf[$0.leaf])] }) else { continue }
            if let span = match.shortened(in: seen, database, by: &scanner) {
                add(uses, span, view, text, views, field)
            } else {
                for use in uses { reject(use.leaf, match.span, view, field, "it is longer than the reach") }
            }
        }
        // What has no hit, and was not looked for to the end, may be there.
        for pattern in patternsLeft {
            let leaves = table.patterns[Int(pattern)].uses.map(\.leaf).filter {
                isCandidate[Int(program.ruleOfLeaf[$0])]
            }
            for leaf in leaves where !hits.contains(where: { $0.leaf == leaf && $0.field == field }) {
                failure = .tooManyMatches
            }
        }
    }

    /// Adds the hits of a regex's match.
    private mutating func add(
        _ uses: [CompiledRegex.Use], _ span: TextSpan, _ view: View, _ text: Span<UInt8>, _ views: borrowing TextViews,
        _ field: Int
    ) {
        guard span.count > 0 else { return }
        let seen = views.bytes(of: view)
        let original = views.look(at: view) { $0.source(of: span) }
        for use in uses {
            guard isCandidate[Int(program.ruleOfLeaf[use.leaf])], view == .folded || use.readsDigits else { continue }
            if let reason = refusal(of: use, seen.extracting(span.start..<span.end), original, text) {
                reject(use.leaf, span, view, field, reason)
            } else {
                hasHit.mark(use.leaf)
                let folded = view == .folded ? span : views.folded.result(of: original)
                hits.append(Hit(leaf: UInt32(use.leaf), field: field, view: view, folded: folded, original: original))
            }
        }
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
}
