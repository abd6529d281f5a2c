public import Storage

/// Why a run ended before its input did. Every verdict printed so far stands, and its case is stored.
public enum GateError: Error, CustomStringConvertible, Sendable {
    /// The output cannot be written.
    case output(String)
    /// An input cannot be read.
    case input(name: String, reason: String)
    /// An input begins like a JSON array.
    case jsonArray(name: String)
    /// Cases cannot be stored.
    case queue(StorageError)
    /// A worker could not be set up.
    case setup(String)

    public var description: String {
        switch self {
        case .output(let reason):
            "the output cannot be written: \(reason). Every verdict printed so far stands; feed the rest again"
        case .input(let name, let reason): "\(name): \(reason)"
        case .jsonArray(let name):
            "\(name) is a JSON array, not one post a line: try `jq -c '.[]' FILE | moderate`"
        case .queue(let error):
            "\(error). Every verdict printed so far stands and its case is stored; feed the rest again"
        case .setup(let reason): reason
        }
    }
}
