/// Some of the views; a sequence of them, the surest first.
public struct ViewSet: Sendable, Equatable, BitwiseCopyable, ExpressibleByArrayLiteral, Sequence, IteratorProtocol {
    /// A bit for each view, by its raw value.
    public var rawValue: UInt16

    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable public init(_ view: View) { rawValue = 1 << UInt16(view.rawValue) }

    @inlinable public init(arrayLiteral views: View...) {
        rawValue = 0
        for view in views { insert(view) }
    }

    public init(_ views: some Sequence<View>) {
        rawValue = 0
        for view in views { insert(view) }
    }

    @inlinable public mutating func insert(_ view: View) { rawValue |= 1 << UInt16(view.rawValue) }

    @inlinable public mutating func formUnion(_ other: ViewSet) { rawValue |= other.rawValue }

    @inlinable public func contains(_ view: View) -> Bool { rawValue >> UInt16(view.rawValue) & 1 != 0 }

    @inlinable public func intersection(_ other: ViewSet) -> ViewSet { ViewSet(rawValue: rawValue & other.rawValue) }

    @inlinable public func subtracting(_ other: ViewSet) -> ViewSet { ViewSet(rawValue: rawValue & ~other.rawValue) }

    @inlinable public var isEmpty: Bool { rawValue == 0 }

    /// The view that weighs most; nil of none.
    @inlinable public var surest: View? { View(rawValue: UInt8(rawValue.trailingZeroBitCount)) }

    /// Takes the view that weighs most out of the set.
    @inlinable public mutating func next() -> View? {
        let view = surest
        rawValue &= rawValue &- 1
        return view
    }
}
