package import GraftTensors

extension Preprocessing {
    /// Writes a picture into one slot of a batch [count, height, width, channels], changed at random.
    ///
    /// Draws from the generator depend on the augmentation and the picture's size alone. With
    /// ``Augmentation/none`` nothing is drawn and the values are those without an augmentation.
    ///
    /// - Precondition: the batch has a slot at that position.
    package func write(
        _ image: PixelImage, into batch: inout MutableSpan<Float>, slot: Int, using resampler: Resampler,
        augmentedBy augmentation: Augmentation, generator: inout CounterGenerator
    ) {
        let change = PictureChange(drawing: augmentation, for: image, self, generator: &generator)
        write(image, into: &batch, slot: slot, using: resampler, changedBy: change)
    }

    /// Writes a picture into one slot of a batch [count, height, width, channels], changed.
    ///
    /// - Precondition: the batch has a slot at that position, and what is erased lies within the input.
    package func write(
        _ image: PixelImage, into batch: inout MutableSpan<Float>, slot: Int, using resampler: Resampler,
        changedBy change: PictureChange
    ) {
        precondition(slot >= 0 && (slot + 1) * elementCount <= batch.count, "the batch has no slot \(slot)")
        unsafe batch.withUnsafeMutableBufferPointer { values in
            let range = slot * elementCount..<(slot + 1) * elementCount
            let input = unsafe UnsafeMutableBufferPointer(rebasing: values[range])
            unsafe write(image, into: input, using: resampler, changedBy: change)
        }
    }

    private func write(
        _ image: PixelImage, into input: UnsafeMutableBufferPointer<Float>, using resampler: Resampler,
        changedBy change: PictureChange
    ) {
        if change.colours.isEmpty {
            let finish = finish(isMirrored: change.isMirrored, isUpsideDown: change.isUpsideDown)
            unsafe move(image, change, into: input, using: resampler, finish: finish)
        } else {
            let count = 3 * height * width
            let levels = unsafe resampler.result.reserve(count)
            unsafe move(
                image, change, into: UnsafeMutableBufferPointer(start: levels, count: count),
                using: resampler,
                finish: Resampler.Finish(
                    levelsOf: colorOrder, height: height, width: width, isMirrored: change.isMirrored,
                    isUpsideDown: change.isUpsideDown))
            for operation in change.colours {
                unsafe operation.apply(
                    to: levels, width: width, height: height, scratch: resampler.pixels)
            }
            let finish = finish()
            if let start = input.baseAddress {
                for y in 0..<height { unsafe finish.write(levels + 3 * width * y, row: y, into: start) }
            }
        }
        if let (rows, columns) = change.erased {
            precondition(
                rows.upperBound <= height && columns.upperBound <= width, "erased outside of the input")
            for y in rows {
                for index in (y * width + columns.lowerBound) * channels..<(y * width + columns.upperBound)
                    * channels
                {
                    unsafe input[index] = 0
                }
            }
        }
    }

    /// Resamples with the changes of geometry; mirroring is the finish's.
    private func move(
        _ image: PixelImage, _ change: PictureChange, into target: UnsafeMutableBufferPointer<Float>,
        using resampler: Resampler, finish: Resampler.Finish
    ) {
        if change.part == nil, change.motion == .identity {
            unsafe write(image, into: target, using: resampler, finish: finish)
            return
        }
        let part = change.part ?? box(in: image)
        // The mirror comes before the motion, and the finish mirrors after it.
        let mirror = AffineMap.scale(change.isMirrored ? -1 : 1, change.isUpsideDown ? -1 : 1)
            .around(Double(width) / 2, Double(height) / 2)
        let motion = mirror.after(change.motion).after(mirror)
        let map = AffineMap(width: width, height: height, onto: part).after(motion)
        if map.keepsAxes && map.xx > 0 && map.yy > 0 {
            var request = Resampler.Request(
                image, box: map.box(width: width, height: height).widened(for: image), width: width,
                height: height, interpolation: interpolation)
            request.isUnique = true
            unsafe resampler.resample(image, request, finish: finish, into: target)
        } else {
            unsafe resampler.sample(image, through: map, finish: finish, into: target)
        }
    }
}
