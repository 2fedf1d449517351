// What the page calls. Addresses are numbers, and a model's address is its handle.

/// Memory for so many bytes; 0 where there is none.
@c(allocate)
public func allocateBytes(_ count: Int32) -> UnsafeMutableRawPointer? { unsafe Heap.allocate(Int(count)) }

/// Gives such memory back.
@c(release)
public func releaseBytes(_ block: UnsafeMutableRawPointer) { unsafe Heap.release(block) }

/// Reads a model; its handle, or the negative number of a flaw.
@c(load)
public func loadModel(_ file: UnsafeRawPointer, _ count: Int32) -> Int32 {
    do throws(Flaw) {
        let model = unsafe try Model(file, count: Int(count))
        return unsafe Int32(Int(bitPattern: Unmanaged.passRetained(model).toOpaque()))
    } catch {
        return -error.rawValue
    }
}

/// The numbers and addresses of a model.
@c(facts)
public func modelFacts(_ model: UnsafeRawPointer) -> UnsafePointer<Int32> { unsafe at(model).facts }

/// Makes the input of a picture of four bytes a pixel; 0, or the negative number of a flaw.
@c(resize)
public func resizePicture(
    _ model: UnsafeRawPointer, _ pixels: UnsafePointer<UInt8>, _ width: Int32, _ height: Int32
) -> Int32 {
    do throws(Flaw) {
        unsafe at(model).write(try PixelImage(pixels, width: Int(width), height: Int(height)))
        return 0
    } catch {
        return -error.rawValue
    }
}

/// Computes the answers from the input.
@c(run)
public func runModel(_ model: UnsafeRawPointer) { unsafe at(model).run() }

/// Computes the map of an output.
@c(map)
public func mapOutput(_ model: UnsafeRawPointer, _ unit: Int32) { unsafe at(model).writeMap(of: Int(unit)) }

private func at(_ handle: UnsafeRawPointer) -> Model {
    unsafe Unmanaged<Model>.fromOpaque(handle).takeUnretainedValue()
}
