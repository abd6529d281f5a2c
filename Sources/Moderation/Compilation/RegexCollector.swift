internal import ContentModel
internal import PatternMatching

/// Gathers the regexes of all rules, each once a table with the leaves that it serves.
struct RegexCollector {
    private var sources: [(source: String, use: CompiledRegex.Use)] = []
    private var locations: [String: SourceLocation] = [:]

    mutating func add(_ source: String, _ use: CompiledRegex.Use, at location: SourceLocation) {
        sources.append((source, use))
        if locations[source] == nil { locations[source] = location }
    }

    /// What a leaf's regex cannot match without.
    typealias Prefilter = (leaf: Int, literals: Set<RegexLiterals.Literal>, needsDigit: Bool)

    /// The tables of a program, and the prefilters of regexes that have one.
    func tables(anchors: Anchors) -> (tables: RegexTables, prefilters: [Prefilter]) {
        var tables = RegexTables()
        var prefilters: [Prefilter] = []
        for (source, use) in sources {
            let syntax = RegexSyntax(source)
            let needsNumber = RegexDigits.needsNumber(syntax)
            let literals = needsNumber ? nil : RegexLiterals.literals(of: syntax)
            if let literals { prefilters.append((use.leaf, literals, RegexDigits.needsDigit(syntax))) }
            switch (anchors.contains(use.leaf), needsNumber) {
            case (true, false) where literals == nil: tables.plain.add(source, use)
            case (true, false): tables.prefiltered.add(source, use)
            case (true, true): tables.numbers.add(source, use)
            case (false, false): tables.dependent.add(source, use)
            case (false, true): tables.dependentNumbers.add(source, use)
            }
        }
        return (tables, prefilters)
    }

    /// Another way to write what is refused.
    private static func hint(for source: String, _ error: PatternError) -> String {
        if source.contains("(?=") || source.contains("(?!") || source.contains("(?<") {
            return "there is no look-around: what must not stand there goes into `unless`, what must into `all`"
        }
        if source.contains(/\\[1-9]/) { return "there are no back-references: write the words out as phrases" }
        if error.matchesEmptyText { return "ask for something once at the least: `+` for `*`" }
        if source.contains(/\{\d+(,\d*)?\}/) {
            return "a long counted repeat before other parts cannot be placed: for words some way apart "
                + "`all: [{phrases: […]}, {phrases: […]}]` with `within: 40`; for a run `+`, or a shorter count"
        }
        return "no look-around or back-references; for words some way apart use `all` with `within`"
    }

    /// The regexes that the matcher refuses, each by itself.
    func refusals() -> [Diagnostic] {
        locations.sorted { $0.key < $1.key }.compactMap { source, location in
            do throws(PatternError) {
                _ = try PatternDatabase.compile(.regexes([source]))
                return nil
            } catch {
                let reason = error.matchesEmptyText ? "it matches an empty text" : error.message
                return Diagnostic(
                    .error, at: location,
                    "the regex `\(source.prefix(60))\(source.count > 60 ? "…" : "")` is refused: \(reason)",
                    hint: Self.hint(for: source, error))
            }
        }
    }
}

extension RegexTable {
    fileprivate mutating func add(_ source: String, _ use: CompiledRegex.Use) {
        if let index = patterns.firstIndex(where: { $0.source == source }) {
            patterns[index].uses.append(use)
        } else {
            patterns.append(CompiledRegex(source: source, uses: [use]))
        }
    }
}

extension PatternError {
    /// Whether a regex may match nothing, for which Vectorscan has more than one name.
    fileprivate var matchesEmptyText: Bool { message.contains("empty buffer") }
}
