internal import ContentModel
internal import RuleBook

/// What of a program's rules is not in its literal tables, as ``ProgramFile`` keeps it: read at every start, where a
/// decoder of JSON would take longer than all the rest.
struct CodedRules {
    let rules: [CompiledRule]
    let notices: [LocalizedText]
    let readings: ViewSet
    /// By pattern set.
    let regexes: [Regexes]

    /// What of a pattern set is not in its literal tables: its regexes, and the keys of its literals' databases.
    struct Regexes {
        let tables: RegexTables
        let anchorKey: String
        let otherKey: String
    }

    /// - Returns: nil when the bytes do not hold.
    init?(_ bytes: [UInt8]) {
        var reader = BinaryReader(bytes)
        rules = reader.list { CompiledRule(from: &$0) }
        notices = reader.list { reader in
            Dictionary(reader.list { ($0.text(), $0.text()) }) { first, _ in first }
        }
        readings = ViewSet(rawValue: UInt16(truncatingIfNeeded: reader.integer()))
        regexes = reader.list { reader in
            Regexes(tables: RegexTables(from: &reader), anchorKey: reader.text(), otherKey: reader.text())
        }
        guard !reader.isDamaged, reader.isAtEnd else { return nil }
    }
}

extension Program {
    /// Writes what ``CodedRules`` reads.
    func writeRules(to writer: inout BinaryWriter) {
        writer.list(rules) { $0.write(to: &$1) }
        writer.list(notices) { notice, writer in
            writer.list(notice.sorted { $0.key < $1.key }) { text, writer in
                writer.text(text.key)
                writer.text(text.value)
            }
        }
        writer.integer(Int(readings.rawValue))
        writer.list(patternSets) { patternSet, writer in
            patternSet.regexes.write(to: &writer)
            writer.text(patternSet.anchors.databaseKey)
            writer.text(patternSet.others.databaseKey)
        }
    }
}

extension CompiledRule {
    fileprivate init(from reader: inout BinaryReader) {
        name = reader.text()
        category = reader.text()
        severity = reader.text()
        confidence = reader.real()
        languages = reader.list { $0.text() }
        match = reader.optional { LeafExpression(from: &$0) }
        unless = reader.list { CompiledClearance(expression: LeafExpression(from: &$0), near: $0.integer()) }
        conditions = reader.list { CompiledCondition(from: &$0) }
        blocks = reader.boolean()
        notice = reader.optional { $0.integer() }
        bindings = reader.list {
            Binding(market: $0.integer(), confidence: $0.real(), isShadow: $0.boolean())
        }
        from = reader.optional { $0.text() }
        until = reader.optional { $0.text() }
        hash = reader.text()
    }

    fileprivate func write(to writer: inout BinaryWriter) {
        writer.text(name)
        writer.text(category)
        writer.text(severity)
        writer.real(confidence)
        writer.list(languages) { $1.text($0) }
        writer.optional(match) { $0.write(to: &$1) }
        writer.list(unless) { clearance, writer in
            clearance.expression.write(to: &writer)
            writer.integer(clearance.near)
        }
        writer.list(conditions) { $0.write(to: &$1) }
        writer.boolean(blocks)
        writer.optional(notice) { $1.integer($0) }
        writer.list(bindings) { binding, writer in
            writer.integer(binding.market)
            writer.real(binding.confidence)
            writer.boolean(binding.isShadow)
        }
        writer.optional(from) { $1.text($0) }
        writer.optional(until) { $1.text($0) }
        writer.text(hash)
    }
}

extension LeafExpression {
    /// What stands before the members of `any` and of `all`; other numbers are leaves.
    private static let codeOfAny = -1
    private static let codeOfAll = -2

    fileprivate init(from reader: inout BinaryReader) {
        let kind = reader.integer()
        switch kind {
        case Self.codeOfAny: self = .any(reader.list { LeafExpression(from: &$0) })
        case Self.codeOfAll:
            let within = reader.optional { $0.integer() }
            self = .all(reader.list { LeafExpression(from: &$0) }, within: within)
        default: self = .leaf(kind)
        }
    }

    fileprivate func write(to writer: inout BinaryWriter) {
        switch self {
        case .leaf(let leaf): writer.integer(leaf)
        case .any(let members):
            writer.integer(Self.codeOfAny)
            writer.list(members) { $0.write(to: &$1) }
        case .all(let members, let within):
            writer.integer(Self.codeOfAll)
            writer.optional(within) { $1.integer($0) }
            writer.list(members) { $0.write(to: &$1) }
        }
    }
}

extension CompiledCondition {
    fileprivate init(from reader: inout BinaryReader) {
        field = reader.text()
        comparison = reader.text()
        number = reader.optional { $0.real() }
        text = reader.optional { $0.text() }
        holdsWhenMissing = reader.boolean()
    }

    fileprivate func write(to writer: inout BinaryWriter) {
        writer.text(field)
        writer.text(comparison)
        writer.optional(number) { $1.real($0) }
        writer.optional(text) { $1.text($0) }
        writer.boolean(holdsWhenMissing)
    }
}

extension RegexTables {
    fileprivate init(from reader: inout BinaryReader) {
        plain = RegexTable(from: &reader)
        prefiltered = RegexTable(from: &reader)
        numbers = RegexTable(from: &reader)
        dependent = RegexTable(from: &reader)
        dependentNumbers = RegexTable(from: &reader)
    }

    fileprivate func write(to writer: inout BinaryWriter) {
        for table in [plain, prefiltered, numbers, dependent, dependentNumbers] { table.write(to: &writer) }
    }
}

extension RegexTable {
    fileprivate init(from reader: inout BinaryReader) {
        patterns = reader.list { reader in
            CompiledRegex(
                source: reader.text(),
                uses: reader.list {
                    .init(
                        leaf: $0.integer(), boundary: $0.text(), validator: $0.optional { $0.text() },
                        readsDigits: $0.boolean())
                })
        }
    }

    fileprivate func write(to writer: inout BinaryWriter) {
        writer.list(patterns) { pattern, writer in
            writer.text(pattern.source)
            writer.list(pattern.uses) { use, writer in
                writer.integer(use.leaf)
                writer.text(use.boundary)
                writer.optional(use.validator) { $1.text($0) }
                writer.boolean(use.readsDigits)
            }
        }
    }
}
