internal import ContentModel
internal import Yams

extension YAMLReader {
    mutating func notices(_ root: Node, folder: String) -> Guide {
        var guide = Guide(folder: folder, file: file)
        guard let notices = mapping(root, "a file of notices", keys: ["notices"])?["notices"] else { return guide }
        let kinds = Guide.NoticeKind.allCases.map(\.rawValue)
        for (name, node) in mapping(notices, "`notices`", keys: kinds) ?? [:] {
            if let kind = Guide.NoticeKind(rawValue: name) { guide.notices[kind] = localized(node, name) }
        }
        return guide
    }

    mutating func glossary(_ root: Node, folder: String) -> Guide {
        var guide = Guide(folder: folder, file: file)
        guard let glossary = mapping(root, "a glossary", keys: ["glossary"])?["glossary"] else { return guide }
        guard case .mapping(let terms) = glossary else {
            error(at: glossary, "`glossary` must be a mapping", hint: "`加微信: {en: add me on WeChat}`")
            return guide
        }
        for (key, value) in terms {
            guard let term = text(key, "a term") else { continue }
            guide.glossary[term] = localized(value, "a gloss")
        }
        return guide
    }
}
