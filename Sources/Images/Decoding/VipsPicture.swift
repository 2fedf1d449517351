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
            case .jpegXL: unsafe graft_vips_load_jxl
            case .jpeg2000: unsafe graft_vips_load_jp2k
            case .bmp, .pnm: preconditionFailure("libvips is not asked for formats that Graft reads itself")
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

    /// The type of the samples; `nil` for complex numbers and packed Lab.
    var sampleType: SampleType? {
        guard unsafe vips_image_get_coding(image) == VIPS_CODING_NONE else { return nil }
        switch unsafe vips_image_get_format(image) {
        case VIPS_FORMAT_UCHAR: return .uint8
        case VIPS_FORMAT_CHAR: return .int8
        case VIPS_FORMAT_USHORT: return .uint16
        case VIPS_FORMAT_SHORT: return .int16
        case VIPS_FORMAT_UINT: return .uint32
        case VIPS_FORMAT_INT: return .int32
        case VIPS_FORMAT_FLOAT: return .float
        case VIPS_FORMAT_DOUBLE: return .double
        default: return nil
        }
    }

    /// Whether the samples are grey or red, green and blue as they are displayed.
    var isGreyOrRGB: Bool {
        [
            VIPS_INTERPRETATION_B_W, VIPS_INTERPRETATION_GREY16, VIPS_INTERPRETATION_sRGB,
            VIPS_INTERPRETATION_RGB16, VIPS_INTERPRETATION_RGB, VIPS_INTERPRETATION_MULTIBAND,
        ].contains(unsafe vips_image_get_interpretation(image))
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
    func readRows(_ body: (_ row: UnsafeRawPointer, _ index: Int) -> Void) -> Bool {
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
