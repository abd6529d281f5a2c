internal import ContentModel
internal import Foundation
internal import ReviewQueue
internal import RuleBook
internal import RuleVersions
internal import TextViews

/// What people are told about rules: titles, notices, and what terms mean.
struct RuleGuide {
    private let book: RuleBook
    private let rules: [RuleName: Rule]
    private let packs: [String: Pack]

    /// The rules in force in a database, else those of the folder.
    init(_ database: DatabaseOptions, _ options: RulesOptions) throws {
        self.init(try Self.filesInForce(database, options))
    }

    /// The rules that judged a case, as far as the database still knows them, else those in force.
    init(_ database: DatabaseOptions, _ options: RulesOptions, of found: ReviewCase) throws {
        let store = try database.versions()
        let name = found.ruleSets.split(separator: ",").first.map(String.init) ?? ""
        let record = try store.ruleSets(named: name).first { $0.name == name }
        let versions = try record?.versions.compactMap { try store.version(named: $0) } ?? []
        self.init(try versions.isEmpty ? Self.filesInForce(database, options) : store.files(of: versions))
    }

    private static func filesInForce(_ database: DatabaseOptions, _ options: RulesOptions) throws -> RuleFiles {
        if options.rules == nil, let active = try database.versions().active() { return active.files }
        return try RuleFiles(folder: options.folder)
    }

    private init(_ files: RuleFiles) {
        book = (try? RuleBook.read(files).book) ?? RuleBook(policies: [], packs: [])
        var rules: [RuleName: Rule] = [:]
        var packs: [String: Pack] = [:]
        for pack in book.packs {
            packs[pack.folder + "." + pack.name] = pack
            for rule in pack.rules { rules[rule.name] = rule }
        }
        (self.rules, self.packs) = (rules, packs)
    }

    /// The rule whose evidence weighs most in a market.
    func strongestRule(of found: ReviewCase, in market: String) -> RuleName? {
        guard let content = found.content else { return nil }
        let verdict = (try? JSONSerialization.jsonObject(with: Data(content.verdict.utf8))) as? [String: Any]
        let markets = verdict?["markets"] as? [String: [String: Any]] ?? [:]
        let counted = Set(markets[market]?["rules"] as? [String] ?? [])
        return content.evidence.filter { counted.contains($0.rule.rawValue) && !$0.shadow }
            .max { $0.confidence < $1.confidence }?.rule
    }

    /// What the author is told for a rule.
    func notice(of rule: RuleName, _ languages: [LanguageTag]) -> String? {
        rules[rule].flatMap { LanguageChoice.text(of: $0.notice, for: languages) }
    }

    /// What the author is told about what was decided.
    func notice(_ kind: Guide.NoticeKind, market: String?, _ languages: [LanguageTag]) -> String? {
        let guide =
            book.guides.first { $0.folder == market && $0.notices[kind] != nil }
            ?? book.guides.first { $0.folder == RuleBook.globalFolder && $0.notices[kind] != nil }
        return guide?.notices[kind].flatMap { LanguageChoice.text(of: $0, for: languages) }
    }

    /// What the pack of a rule is about.
    func title(of rule: RuleName, _ languages: [LanguageTag]) -> String? {
        let pack = rule.rawValue.split(separator: ".").prefix(2).joined(separator: ".")
        return packs[pack].flatMap { LanguageChoice.text(of: $0.title, for: languages) }
    }

    // MARK: - Glosses

    /// What words that a rule found mean, for somebody who reads these languages: the term of the glossaries that is
    /// the longest of those in the words as some view sees them. Nil where there is none in such a language.
    func gloss(of words: String, views: inout TextViews, _ languages: [LanguageTag]) -> (term: String, text: String)? {
        let seen = Self.forms(of: words, &views)
        var best: (term: String, text: String)?
        for guide in book.guides {
            for (term, texts) in guide.glossary where term.utf8.count > best?.term.utf8.count ?? 0 {
                guard Self.forms(of: term, &views).contains(where: { form in seen.contains { $0.contains(form) } }),
                    let text = LanguageChoice.text(of: texts, for: languages)
                else { continue }
                best = (term, text)
            }
        }
        return best
    }

    private static func forms(of text: String, _ views: inout TextViews) -> Set<String> {
        guard views.see(Array(text.utf8).span) else { return [text] }
        var forms: Set<String> = []
        for view in [View.folded, .deobfuscated, .leet, .unmarked] where views.present.contains(view) {
            let bytes = views.bytes(of: view)
            forms.insert(String(decoding: unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }, as: UTF8.self))
        }
        return forms
    }
}
