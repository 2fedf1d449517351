// What compiled Swift expects of a C library.

/// Memory for the objects of Swift.
@c(posix_memalign)
public func alignedAllocation(
    _ result: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ alignment: Int, _ count: Int
) -> Int32 {
    guard alignment <= 16, let block = unsafe Heap.allocate(count) else { return 12 }
    unsafe result.pointee = block
    return 0
}

/// Gives memory of the objects of Swift back; the linker calls it `free`.
@c(__wrap_free)
public func freeAllocation(_ block: UnsafeMutableRawPointer?) {
    if let block = unsafe block { unsafe Heap.release(block) }
}

/// The seed of hashes: no secret, for the keys are not from outside.
@c(arc4random_buf)
public func fixedSeed(_ target: UnsafeMutableRawPointer, _ count: Int) {
    for index in 0..<count { unsafe target.storeBytes(of: 1, toByteOffset: index, as: UInt8.self) }
}

/// The nearest whole number, halves away from zero.
@c(round)
public func nearestWhole(_ value: Double) -> Double {
    let magnitude = value.magnitude
    let floor = magnitude.rounded(.down)
    let nearest = magnitude - floor >= 0.5 ? floor + 1 : floor
    return value < 0 ? -nearest : nearest
}
