internal import ContentModel
internal import Evaluation
internal import Foundation
internal import Moderation
internal import RuleBook
internal import RuleVersions

/// A change of the rules in force that is not made yet: what would be in force, and whether it holds.
struct RuleChange {
    /// Everything that would be in force.
    let files: RuleFiles
    /// The regions that change.
    let regions: [String]
    /// What authors call the files that they brought, by path in ``files``.
    private var shown: [String: String] = [:]

    /// Some regions' files instead of those in force.
    init(_ base: RuleFiles, replacing regions: [String], by files: [RuleFiles.File]) {
        self.files = RuleFiles(
            folder: base.folder, files: base.files.filter { !regions.contains($0.region) } + files)
        self.regions = regions
    }

    /// A pack or a policy as one file, and its term lists, added to a region or in the place of its namesake.
    ///
    /// - Throws: ``RuleBookError`` when the file is none; `ExitCode` after saying what cannot be read.
    init(_ base: RuleFiles, loading path: String, into region: String) throws {
        let bytes = try Self.read(path)
        let header = try PackHeader(bytes, shown: path)
        let folder = (path as NSString).deletingLastPathComponent
        let name: String
        switch header.kind {
        case .policy: name = "market.yaml"
        case .guide(let file): name = file
        case .pack(let pack):
            // A pack keeps the file that it has.
            let namesake = base.files(of: region).first { file in
                guard file.path.hasSuffix(".yaml") || file.path.hasSuffix(".yml") else { return false }
                return (try? PackHeader(file.bytes, shown: file.path))?.kind == .pack(pack)
            }
            name = namesake.map { String($0.path.dropFirst(region.count + 1)) } ?? pack + ".yaml"
        }
        var brought = [RuleFiles.File(path: region + "/" + name, bytes: bytes)]
        shown = [region + "/" + name: path]
        for terms in header.termFiles {
            let source = folder.isEmpty ? terms : folder + "/" + terms
            // One that is missing here may be there already; reading the pack will tell.
            guard let bytes = try? Self.read(source, isQuiet: true) else { continue }
            brought.append(RuleFiles.File(path: region + "/" + terms, bytes: bytes))
            shown[region + "/" + terms] = source
        }
        let kept = base.files.filter { file in !brought.contains { $0.path == file.path } }
        files = RuleFiles(folder: base.folder, files: kept + brought)
        regions = [region]
    }

    private static func read(_ path: String, isQuiet: Bool = false) throws -> [UInt8] {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else {
            if !isQuiet { Console.error("\(Console.harmless(path)): there is no such file, or it cannot be read") }
            throw Failure.inputMissing.exitCode
        }
        if let refusal = RuleFiles.refusal(of: path, bytes: data.count, shown: path) { throw refusal }
        return [UInt8](data)
    }

    /// Reads, compiles and tests what would be in force.
    ///
    /// - Throws: ``RuleBookError`` with every error, failed tests of the changed regions among them.
    ///
    /// - Parameter patches: Whether a small change of large rules may compile over the base, which warns of nothing
    ///   that did not change.
    func check(_ options: RulesOptions, patches: Bool) throws -> Checked {
        do {
            let (book, readWarnings) = try RuleBook.read(files)
            let moderator = try Moderator(files, book: book, day: options.day, cache: options.cache, patches: patches)
            let own = book.packs.filter { regions.contains($0.folder) && isBrought($0) }
            let policies = book.policies.filter { regions.contains($0.market.rawValue) && isBrought($0.location) }
            let report = try RuleTester.run(own, policies, with: moderator)
            let failures = report.diagnostics
            guard failures.isEmpty else { throw RuleBookError(diagnostics: failures) }
            let warnings = named(Array(Set(readWarnings + moderator.warnings)))
            return Checked(book: book, moderator: moderator, warnings: warnings, testsPassed: report.passed)
        } catch let error as RuleBookError {
            throw RuleBookError(diagnostics: named(error.diagnostics))
        }
    }

    struct Checked {
        var book: RuleBook
        var moderator: Moderator
        var warnings: [Diagnostic]
        var testsPassed: Int
    }

    private func isBrought(_ pack: Pack) -> Bool { isBrought(pack.location) }

    /// With a single file, only what stands in it is the author's business; with a folder all of it is.
    private func isBrought(_ location: SourceLocation) -> Bool {
        shown.isEmpty || shown.keys.contains { location.file == files.folder + "/" + $0 }
    }

    /// Diagnostics by the names that the author knows the files by.
    func named(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        diagnostics.filter { $0.level == .error || isBrought($0.location) }.map { diagnostic in
            var diagnostic = diagnostic
            for (path, name) in shown where diagnostic.location.file == files.folder + "/" + path {
                diagnostic.location.file = name
            }
            return diagnostic
        }
        .sorted { $0.location < $1.location }
    }
}
