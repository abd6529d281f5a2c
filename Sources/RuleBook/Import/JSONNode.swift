/// A JSON value and where it stands, so that notes can name the place.
struct JSONNode {
    indirect enum Value {
        case null
        case boolean(Bool)
        case number(Double)
        case text(String)
        case array([JSONNode])
        case object([(key: String, value: JSONNode)])
    }

    var value: Value
    var line: Int
    /// From 1, in code points.
    var column: Int

    var text: String? { if case .text(let text) = value { text } else { nil } }
    var array: [JSONNode]? { if case .array(let array) = value { array } else { nil } }
    var number: Double? { if case .number(let number) = value { number } else { nil } }

    /// A member of an object, whatever the case of its key; the last one of that name.
    subscript(_ key: String) -> JSONNode? {
        guard case .object(let members) = value else { return nil }
        return members.last { $0.key.lowercased() == key }?.value
    }
}
