internal import GraftCVips

/// One picture that libvips has opened: owns the `VipsImage`.
@safe final class VipsPicture {
    private let image: UnsafeMutablePointer<VipsImage>

    let width: Int
    let height: Int
    /// How many samples a pixel has.
    let bandCount: Int

    /// Opens a picture; its pixels are decoded when they are read.
    ///
    /// `bytes` must outlive the object. `nil` where libvips refuses; the reason is in its error buffer.
    init?(_ bytes: UnsafeRawBufferPointer, format: ImageFormat, failOn level: VipsFailOn) {
        var opened: UnsafeMutablePointer<VipsImage>?
        let load: graft_vips_loader =
            switch format {
            case .jpeg: unsafe graft_vips_load_jpeg
            case .png: unsafe graft_vips_load_png
            case .gif: unsafe graft_vips_load_gif
            case .webp: unsafe graft_vips_load_webp
            case .tiff: unsafe graft_vips_load_tiff
            case .heic, .avif: unsafe graft_vips_load_heif
            }
        guard unsafe load(bytes.baseAddress, bytes.count, level, &opened) == 0, let opened = unsafe opened
        else {
            return nil
        }
        unsafe image = opened
        width = unsafe Int(vips_image_get_width(opened))
        height = unsafe Int(vips_image_get_height(opened))
        bandCount = unsafe Int(vips_image_get_bands(opened))
    }

    private init(owning converted: UnsafeMutablePointer<VipsImage>) {
        unsafe image = converted
        width = unsafe Int(vips_image_get_width(converted))
        height = unsafe Int(vips_image_get_height(converted))
        bandCount = unsafe Int(vips_image_get_bands(converted))
    }

    deinit { unsafe g_object_unref(image) }

    /// The Exif orientation, 1 where there is none.
    var orientation: Int { unsafe Int(vips_image_get_orientation(image)) }

    /// Whether the last band is an alpha channel.
    var hasAlpha: Bool { unsafe vips_image_hasalpha(image) != 0 }

    /// Whether the samples are bytes, ready to use as grey or RGB, with or without alpha.
    var isPlain: Bool {
        guard unsafe vips_image_get_format(image) == VIPS_FORMAT_UCHAR else { return false }
        let kind = unsafe vips_image_get_interpretation(image)
        let isGrey = kind == VIPS_INTERPRETATION_B_W && bandCount <= 2
        let isColour = kind == VIPS_INTERPRETATION_sRGB && (3...4).contains(bandCount)
        return isGrey || isColour
    }

    /// Whether the samples are bytes of cyan, magenta, yellow and black that no profile explains.
    var isPlainCMYK: Bool {
        unsafe vips_image_get_format(image) == VIPS_FORMAT_UCHAR && bandCount == 4
            && vips_image_get_interpretation(image) == VIPS_INTERPRETATION_CMYK
            && vips_image_get_typeof(image, "icc-profile-data") == 0
    }

    /// The picture as bytes of sRGB, with alpha where it has that; `nil` where libvips knows no way.
    func convertedToRGB() -> VipsPicture? {
        var colours: UnsafeMutablePointer<VipsImage>?
        guard unsafe graft_vips_colourspace_srgb(image, &colours) == 0, let colours = unsafe colours else {
            return nil
        }
        defer { unsafe g_object_unref(colours) }
        var bytes: UnsafeMutablePointer<VipsImage>?
        guard unsafe graft_vips_cast_uchar(colours, &bytes) == 0, let bytes = unsafe bytes else { return nil }
        return unsafe VipsPicture(owning: bytes)
    }

    /// Decodes, and hands out one row after the other, top to bottom; `false` where the data cannot be
    /// decoded.
    func readRows(_ body: (_ row: UnsafePointer<UInt8>, _ index: Int) -> Void) -> Bool {
        guard let region = unsafe vips_region_new(image) else { return false }
        defer { unsafe g_object_unref(region) }
        // Strips of 32 rows were the fastest of 8, 16, 32, 64 and 128.
        for top in stride(from: 0, to: height, by: 32) {
            let count = min(32, height - top)
            var strip = VipsRect(left: 0, top: Int32(top), width: Int32(width), height: Int32(count))
            guard unsafe vips_region_prepare(region, &strip) == 0 else { return false }
            for row in top..<(top + count) {
                unsafe body(graft_vips_row(region, Int32(row)), row)
            }
        }
        return true
    }
}
