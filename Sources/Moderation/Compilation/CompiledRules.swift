internal import ContentModel
internal import PatternMatching
internal import RuleBook

/// What a rules folder compiles to, from the cache where it holds the same files.
struct CompiledRules {
    var program: Program
    var databases: Databases
    var warnings: [Diagnostic]

    static func load(_ files: RuleFiles, cache: CacheFolder) throws -> CompiledRules {
        let name = "\(files.hash)-\(engineSemantics).rules"
        if let bytes = cache.read(name), let (program, warnings) = ProgramFile.program(from: bytes),
            let databases = Databases(of: program, in: cache)
        {
            return CompiledRules(
                program: program, databases: databases, warnings: warnings.map { $0.inside(files.folder) })
        }
        let (book, warnings) = try RuleBook.read(files)
        var compiled = try CompiledRules(book, cache: cache)
        compiled.warnings = warnings + compiled.warnings
        if let bytes = ProgramFile.bytes(of: compiled.program, compiled.warnings.map { $0.relative(to: files.folder) })
        {
            cache.write(name, bytes)
        }
        return compiled
    }
}

extension CompiledRules {
    init(_ book: RuleBook, cache: CacheFolder) throws {
        var compiler = Compiler(book)
        (program, databases) = try compiler.compile(cache: cache)
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
    /// The databases of a program from the cache; nil when one is missing, damaged or another machine's.
    init?(of program: Program, in cache: CacheFolder) {
        func read(_ key: String) -> PatternDatabase?? {
            guard !key.isEmpty else { return .some(nil) }
            return PatternDatabase(cachedAs: key + ".hsdb", in: cache).map { .some($0) }
        }
        guard let anchors = read(program.anchors.databaseKey), let others = read(program.others.databaseKey),
            let asciiAnchors = read(program.anchors.asciiDatabaseKey),
            let asciiOthers = read(program.others.asciiDatabaseKey),
            let regexes = read(program.regexes.source?.key ?? ""),
            let presence = read(program.regexes.presence?.key ?? ""),
            let digitRegexes = read(program.digitRegexes.source?.key ?? ""),
            let dependentRegexes = read(program.dependentRegexes.source?.key ?? "")
        else { return nil }
        self.init(
            anchors: .init(all: anchors, ascii: asciiAnchors), others: .init(all: others, ascii: asciiOthers),
            regexes: regexes, regexPresence: presence,
            digitRegexes: digitRegexes, dependentRegexes: dependentRegexes)
    }
}
