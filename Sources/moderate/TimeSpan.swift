internal import ArgumentParser

/// A length of time as people write it: `30m`, `2h`, `3d`.
struct TimeSpan: ExpressibleByArgument {
    let milliseconds: Int64

    init(milliseconds: Int64) { self.milliseconds = milliseconds }

    init?(argument: String) {
        guard let unit = argument.last, let factor = ["m": 60_000, "h": 3_600_000, "d": 86_400_000][unit],
            let count = Int64(argument.dropLast()), (0...3650).contains(count)
        else { return nil }
        milliseconds = count * Int64(factor)
    }

    var defaultValueDescription: String {
        milliseconds % 86_400_000 == 0
            ? "\(milliseconds / 86_400_000)d"
            : milliseconds % 3_600_000 == 0 ? "\(milliseconds / 3_600_000)h" : "\(milliseconds / 60_000)m"
    }
}
