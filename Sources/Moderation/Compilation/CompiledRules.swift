internal import ContentModel
internal import PatternMatching
internal import RuleBook

/// What a rules folder compiles to, from the cache where it holds the same files.
struct CompiledRules {
    var program: Program
    /// By patternSet.
    var databases: [Databases]
    var warnings: [Diagnostic]

    /// - Parameters:
    ///   - book: What the files say, where it was read already.
    ///   - patches: Whether patterns of nearly the same rules may be taken over from the cache. What judges is the same,
    ///     a little slower; of warnings there are only those of what is new.
    static func load(_ files: RuleFiles, book: RuleBook?, cache: CacheFolder, patches: Bool) throws -> CompiledRules {
        let name = fileName(of: files.hash)
        if let kept = read(name, in: cache), patches || kept.program.patternSets.count == 1 {
            return CompiledRules(
                program: kept.program, databases: kept.databases,
                warnings: kept.warnings.map { $0.inside(files.folder) })
        }
        let (book, warnings) = try book.map { ($0, []) } ?? RuleBook.read(files)
        var compiled = try (patches ? patch(book, cache: cache) : nil) ?? CompiledRules(book, cache: cache)
        compiled.warnings = warnings + compiled.warnings
        let shown = compiled.warnings.map { $0.relative(to: files.folder) }
        if let bytes = ProgramFile.bytes(of: compiled.program, shown) {
            cache.write(name, bytes)
            if compiled.program.patternSets.count == 1, compiled.program.literalCount >= leastBase {
                cache.write(baseName, Array(files.hash.utf8))
            }
        }
        return compiled
    }

    private static func fileName(of hash: String) -> String { "\(hash)-\(engineSemantics).rules" }

    /// The file that names the rules compiled last from the beginning.
    private static let baseName = "base-\(engineSemantics)"
    /// Literals from which on taking a base over is worth it.
    private static let leastBase = 20_000

    private static func read(
        _ name: String, in cache: CacheFolder
    ) -> (program: Program, databases: [Databases], warnings: [Diagnostic])? {
        guard let bytes = cache.read(name), let (program, warnings) = ProgramFile.program(from: bytes) else {
            return nil
        }
        let databases = program.patternSets.compactMap { Databases(of: $0, in: cache) }
        return databases.count == program.patternSets.count ? (program, databases, warnings) : nil
    }

    /// The book compiled over the base in the cache; nil where there is none, or too little of it would be left.
    private static func patch(_ book: RuleBook, cache: CacheFolder) throws -> CompiledRules? {
        guard let hash = cache.read(baseName).map({ String(decoding: $0, as: UTF8.self) }),
            let base = read(fileName(of: hash), in: cache), base.program.patternSets.count == 1
        else { return nil }
        var compiler = Compiler(book, over: base.program)
        guard compiler.isBaseWorthIt else { return nil }
        let (program, databases) = try compiler.compile(cache: cache)
        return CompiledRules(
            program: program, databases: base.databases + [databases], warnings: compiler.diagnostics)
    }
}

extension CompiledRules {
    init(_ book: RuleBook, cache: CacheFolder) throws {
        var compiler = Compiler(book)
        let databases: Databases
        (program, databases) = try compiler.compile(cache: cache)
        self.databases = [databases]
        warnings = compiler.diagnostics
    }
}

extension Diagnostic {
    /// With the file's place in a folder, or back again: equal files may stand anywhere.
    fileprivate func relative(to folder: String) -> Diagnostic {
        var diagnostic = self
        if location.file.hasPrefix(folder + "/") {
            diagnostic.location.file = String(location.file.dropFirst(folder.count + 1))
        }
        return diagnostic
    }

    fileprivate func inside(_ folder: String) -> Diagnostic {
        var diagnostic = self
        diagnostic.location.file = folder + "/" + location.file
        return diagnostic
    }
}

extension Databases {
    /// The databases of a patternSet from the cache; nil when one is missing, damaged or another machine's.
    init?(of patternSet: PatternSet, in cache: CacheFolder) {
        func read(_ key: String) -> PatternDatabase?? {
            guard !key.isEmpty else { return .some(nil) }
            return PatternDatabase(cachedAs: key + ".hsdb", in: cache).map { .some($0) }
        }
        guard let anchors = read(patternSet.anchors.databaseKey), let others = read(patternSet.others.databaseKey),
            let regexes = read(patternSet.regexes.plain.source?.key ?? ""),
            let presence = read(patternSet.regexes.plain.presence?.key ?? ""),
            let prefilteredRegexes = read(patternSet.regexes.prefiltered.source?.key ?? ""),
            let prefilteredPresence = read(patternSet.regexes.prefiltered.presence?.key ?? ""),
            let numberRegexes = read(patternSet.regexes.numbers.source?.key ?? ""),
            let dependentRegexes = read(patternSet.regexes.dependent.source?.key ?? ""),
            let dependentNumberRegexes = read(patternSet.regexes.dependentNumbers.source?.key ?? "")
        else { return nil }
        self.init(
            anchors: anchors, others: others, regexes: regexes, regexPresence: presence,
            prefilteredRegexes: prefilteredRegexes, prefilteredRegexPresence: prefilteredPresence,
            numberRegexes: numberRegexes,
            dependentRegexes: dependentRegexes, dependentNumberRegexes: dependentNumberRegexes)
    }
}

extension Program {
    /// Literals of all patternSets.
    var literalCount: Int { patternSets.reduce(0) { $0 + $1.anchors.count + $1.others.count } }
}
