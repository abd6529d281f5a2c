internal import ContentModel

/// Other lists' names for harms, and ours.
enum ForeignCategories {
    /// The first row of which a word stands in the foreign name decides. Compared in lower case, at the start of a
    /// word where the script has spaces.
    private static let table: [(words: [String], category: String)] = [
        (["csam", "child", "minor", "underage", "儿童"], "child-safety"),
        (["self-harm", "self harm", "selfharm", "suicid", "自杀", "自残"], "self-harm"),
        (["threat", "violen", "terror", "暴恐", "暴力", "威胁"], "threats"),
        (["malware", "phish", "malicious", "virus link", "木马"], "malicious-links"),
        (["prostitut", "escort", "sexual service", "sex work", "招嫖", "卖淫"], "sexual-services"),
        (["scam", "fraud", "诈骗", "欺诈"], "fraud"),
        (["gambl", "casino", "betting", "赌"], "gambling"),
        (["drug", "narcotic", "毒品", "涉毒"], "drugs"),
        (["weapon", "gun", "firearm", "枪", "武器", "爆炸"], "weapons"),
        (["counterfeit", "replica", "假货", "假冒"], "counterfeits"),
        (["pii", "personal data", "personal info", "dox", "隐私"], "personal-data"),
        (["medical", "health claim", "医疗"], "medical"),
        (["advertis", "广告法"], "advertising"),
        (["spam", "广告", "垃圾"], "spam"),
        (["contact", "导流", "引流", "联系方式"], "contact"),
        (
            [
                "racial", "racis", "ethnic", "slur", "hate", "homophob", "transphob", "sexual orientation", "gender",
                "lgbt", "religio", "disabilit", "physical attribute", "insult", "harass", "bully", "abuse", "identity",
                "sexis", "misogyn", "辱骂", "歧视", "仇恨",
            ], "harassment"
        ),
        (
            [
                "profan", "foul", "obscen", "vulgar", "swear", "curse", "sexual", "porn", "nsfw", "adult", "bodily",
                "excrement",
                "animal reference", "general", "shock", "toxic", "脏话", "色情", "低俗",
            ], "profanity"
        ),
    ]

    /// Our category for a foreign name; nil when the table has none.
    static func category(named name: String) -> Category? {
        let lower = name.lowercased()
        let slug = String(lower.map { $0 == "_" || $0 == " " ? "-" : $0 })
        if let own = Category.all.first(where: { $0.rawValue == slug }) { return own }
        let row = table.first { row in row.words.contains { stands($0, in: lower) } }
        return row.map { Category(rawValue: $0.category) }
    }

    private static func stands(_ word: String, in name: String) -> Bool {
        guard word.utf8.allSatisfy({ $0 < 0x80 }) else { return name.contains(word) }
        return name.hasPrefix(word)
            || name.indices.contains { index in
                guard !name[index].isLetter, !name[index].isNumber else { return false }
                return name[name.index(after: index)...].hasPrefix(word)
            }
    }
}
