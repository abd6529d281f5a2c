public import ContentModel
internal import Foundation
internal import Synchronization
internal import Yams

extension RuleBook {
    /// Reads a rules folder: `global/*.yaml` and one folder a market with `market.yaml` and packs.
    ///
    /// - Parameters:
    ///   - known: Files that were read before, and what they said: what stands in both is taken over, with the places
    ///     where it stood, and warned of no more.
    ///   - threads: How many files are read at the same time.
    /// - Returns: The book and its warnings.
    /// - Throws: ``RuleBookError`` with every diagnostic when one of them is an error.
    public static func read(
        _ files: RuleFiles, over known: (files: RuleFiles, book: RuleBook)? = nil, threads: Int = 1
    ) throws(RuleBookError) -> (book: RuleBook, warnings: [Diagnostic]) {
        var reader = RuleBookReader(files: files, known: known)
        reader.readAll(threads)
        guard !reader.diagnostics.contains(where: { $0.level == .error }) else {
            throw RuleBookError(diagnostics: reader.diagnostics)
        }
        let packs = reader.packs.sorted { ($0.folder, $0.name) < ($1.folder, $1.name) }
        let policies = reader.policies.sorted { $0.market < $1.market }
        let guides = reader.guides.sorted { $0.folder < $1.folder }
        return (RuleBook(policies: policies, packs: packs, guides: guides), reader.diagnostics)
    }
}

/// Reads the files each by itself, then checks what spans them.
private struct RuleBookReader {
    let files: RuleFiles
    let known: (files: RuleFiles, book: RuleBook)?
    /// The files that are the same in ``known``, by path: a pack's term lists count as parts of it.
    let unchanged: Set<String>
    var policies: [MarketPolicy] = []
    var packs: [Pack] = []
    var guides: [Guide] = []
    var diagnostics: [Diagnostic] = []

    init(files: RuleFiles, known: (files: RuleFiles, book: RuleBook)?) {
        self.files = files
        self.known = known
        let hashes = Dictionary(known?.files.files.map { ($0.path, $0.hash) } ?? []) { first, _ in first }
        let own = Dictionary(files.files.map { ($0.path, $0.hash) }) { first, _ in first }
        let differing = Set(hashes.keys).union(own.keys).filter { hashes[$0] != own[$0] }
        let regions = Set(differing.filter { $0.hasSuffix(".txt") }.map { $0.prefix { $0 != "/" } })
        unchanged = Set(own.keys.filter { !differing.contains($0) && !regions.contains($0.prefix { $0 != "/" }) })
    }

    mutating func readAll(_ threads: Int) {
        let pages = files.files.filter { $0.path.hasSuffix(".yaml") || $0.path.hasSuffix(".yml") }
        let readings = Mutex<(next: Int, done: [Int: PageReading])>((0, [:]))
        let reader = self
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            func next() -> Int? {
                readings.withLock { readings in
                    guard readings.next < pages.count else { return nil }
                    readings.next += 1
                    return readings.next - 1
                }
            }
            while let index = next() {
                let reading = reader.read(pages[index])
                readings.withLock { $0.done[index] = reading }
            }
        }
        let done = readings.withLock(\.done)
        for index in pages.indices {
            guard let reading = done[index] else { preconditionFailure("a file was left out") }
            policies += reading.policies
            packs += reading.packs
            guides += reading.guides
            diagnostics += reading.diagnostics
        }
        checkWhole()
    }

    /// What a file says.
    private struct PageReading {
        var policies: [MarketPolicy] = []
        var packs: [Pack] = []
        var guides: [Guide] = []
        var diagnostics: [Diagnostic] = []
    }

    private func read(_ file: RuleFiles.File) -> PageReading {
        let parts = file.path.split(separator: "/")
        let shown = files.folder + "/" + file.path
        var reading = PageReading()
        if let known, unchanged.contains(file.path) {
            // By the path alone: what is known may itself have been taken over from another folder.
            let stands = { (shown: String) in shown.hasSuffix("/" + file.path) }
            reading.policies = known.book.policies.filter { stands($0.location.file) }
            reading.packs = known.book.packs.filter { stands($0.location.file) }
            reading.guides = known.book.guides.filter { stands($0.file) }
        } else if parts.count != 2 {
            reading.diagnostics.append(
                Diagnostic(
                    .warning, at: SourceLocation(file: shown),
                    "this file stands in no market's folder and is not read",
                    hint: "packs live at global/<pack>.yaml or <market>/<pack>.yaml"))
        } else if let text = String(validating: file.bytes, as: UTF8.self) {
            read(text, folder: String(parts[0]), name: String(parts[1]), shown: shown, into: &reading)
        } else {
            reading.diagnostics.append(
                Diagnostic(
                    .error, at: SourceLocation(file: shown), "this file is not UTF-8", hint: "save it as UTF-8"))
        }
        return reading
    }

    private func read(_ text: String, folder: String, name: String, shown: String, into reading: inout PageReading) {
        var yaml = YAMLReader(file: shown)
        if let root = yaml.root(of: text) {
            if name == "market.yaml" || name == "market.yml" {
                if let policy = yaml.policy(root, folder: folder) { reading.policies.append(policy) }
            } else if name == "notices.yaml" {
                reading.guides.append(yaml.notices(root, folder: folder))
            } else if name == "glossary.yaml" {
                reading.guides.append(yaml.glossary(root, folder: folder))
            } else {
                let terms = { [files] (path: String) in files.files.first { $0.path == "\(folder)/\(path)" }?.bytes }
                if let pack = yaml.pack(root, folder: folder, terms: terms) { reading.packs.append(pack) }
            }
        }
        reading.diagnostics += yaml.diagnostics
    }

    /// Names are unique, folders have policies, overrides name rules that exist.
    private mutating func checkWhole() {
        let markets = Set(policies.map(\.market.rawValue))
        if policies.isEmpty, !diagnostics.contains(where: { $0.level == .error }) {
            diagnostics.append(
                Diagnostic(
                    .error, at: SourceLocation(file: files.folder), "no market has a policy here",
                    hint: "each market's folder holds a market.yaml"))
        }
        var seenPacks: [String: SourceLocation] = [:]
        var rules: [RuleName: SourceLocation] = [:]
        for pack in packs {
            if pack.folder != RuleBook.globalFolder, !markets.contains(pack.folder) {
                diagnostics.append(
                    Diagnostic(
                        .error, at: pack.location, "the folder `\(pack.folder)` has no policy",
                        hint: "add \(pack.folder)/market.yaml"))
            }
            let name = pack.folder + "." + pack.name
            if let first = seenPacks.updateValue(pack.location, forKey: name) {
                diagnostics.append(
                    Diagnostic(.error, at: pack.location, "the pack `\(name)` is also at \(first.file)"))
            }
            for rule in pack.rules {
                if let first = rules.updateValue(rule.location, forKey: rule.name) {
                    diagnostics.append(
                        Diagnostic(
                            .error, at: rule.location, "the rule `\(rule.name.rawValue)` stands twice",
                            hint: "the other one is at line \(first.line)"))
                }
            }
        }
        for policy in policies {
            for folder in policy.extends where folder != RuleBook.globalFolder && !markets.contains(folder) {
                diagnostics.append(
                    Diagnostic(.error, at: policy.location, "`extends` names `\(folder)`, which is no market here"))
            }
            for override in policy.overrides where rules[override.rule] == nil {
                diagnostics.append(
                    Diagnostic(
                        .error, at: override.location, "no rule is named `\(override.rule.rawValue)`",
                        hint: "the full name is <folder>.<pack>.<id>"))
            }
        }
    }
}
