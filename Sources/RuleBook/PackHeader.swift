internal import ContentModel
internal import Yams

/// What a single rule file says of itself, before it stands in a folder: a pack, a policy or words for people, and its
/// term lists.
public struct PackHeader: Sendable {
    public enum Kind: Sendable, Equatable {
        case pack(String)
        case policy(market: String)
        /// Words for people, under the one name that such a file may have.
        case guide(file: String)
    }

    public var kind: Kind
    /// The paths that `phrases_from` names, relative to the file's folder.
    public var termFiles: [String]

    /// - Parameter shown: What diagnostics call the file.
    /// - Throws: ``RuleBookError`` when it is no YAML, or neither a pack nor a policy.
    public init(_ bytes: [UInt8], shown: String) throws(RuleBookError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw RuleBookError(diagnostics: [
                Diagnostic(.error, at: SourceLocation(file: shown), "this file is not UTF-8", hint: "save it as UTF-8")
            ])
        }
        var yaml = YAMLReader(file: shown)
        guard let root = yaml.root(of: text) else { throw RuleBookError(diagnostics: yaml.diagnostics) }
        func named(_ key: String) -> String? {
            guard case .mapping(let mapping) = root, case .scalar(let scalar)? = mapping[key] else { return nil }
            return scalar.string
        }
        if let pack = named("pack") {
            kind = .pack(pack)
        } else if let market = named("market") {
            kind = .policy(market: market)
        } else if let guide = ["notices", "glossary"].first(where: { root.mapping?[Node($0)] != nil }) {
            kind = .guide(file: guide + ".yaml")
        } else {
            yaml.error(
                at: root, "this is neither a pack nor a policy",
                hint: "a pack begins with `pack: <name>`, a policy with `market: <name>`")
            throw RuleBookError(diagnostics: yaml.diagnostics)
        }
        termFiles = Self.termFiles(in: root)
    }

    /// Whether a path stays in the folder that it begins in.
    static func isInside(_ path: String) -> Bool {
        !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
    }

    private static func termFiles(in root: Node) -> [String] {
        var paths: [String] = []
        // A list instead of recursion: nesting is the author's.
        var open = [root]
        while let node = open.popLast() {
            // Behind anchors one node stands for a million; reading the pack refuses them.
            guard node.anchor == nil else { continue }
            switch node {
            case .mapping(let mapping):
                for (key, value) in mapping {
                    if key.scalar?.string == "phrases_from", case .scalar(let path) = value {
                        if isInside(path.string) { paths.append(path.string) }
                    } else {
                        open.append(value)
                    }
                }
            case .sequence(let sequence): open.append(contentsOf: sequence)
            case .scalar, .alias: break
            }
        }
        return Set(paths).sorted()
    }
}
