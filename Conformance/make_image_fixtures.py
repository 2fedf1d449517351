"""Makes Conformance/images: small pictures in every format, and what Pillow makes of them.

Needs Pillow 13, NumPy, and pyvips for JPEG XL. Run from the project's root; add ../shared/data/... photos' records with --photos.

NAME.EXT is a picture; NAME.rgb is its expected 8-bit RGB samples; manifest.json lists both. resize-*.rgb are
`Image.resize` of source.rgb. photos.json has digests and samples of what Pillow makes of real photos, which are not here.
"""
import hashlib, io, json, pathlib, struct, sys, zlib
import numpy as np
from PIL import Image, ImageCms, ImageOps

OUT = pathlib.Path("Conformance/images")
OUT.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(20)


def synthetic(width, height):
    y, x = np.mgrid[0:height, 0:width]
    smooth = np.stack([x * 255 / width, y * 255 / height, 255 - (x + y) * 255 / (width + height)], -1)
    disc = ((x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2)[..., None]
    noise = rng.integers(-12, 13, (height, width, 3))
    return np.clip(np.where(disc, 255 - smooth, smooth) + noise, 0, 255).astype(np.uint8)


source = Image.fromarray(synthetic(24, 18))
alpha = Image.fromarray((np.mgrid[0:18, 0:24][1] * 11).astype(np.uint8))
manifest = []


def expected(image):
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")


def add(name, data, tolerance=0, result=None):
    """tolerance: the largest difference allowed in a sample."""
    (OUT / name).write_bytes(data)
    result = result or expected(Image.open(io.BytesIO(data)))
    stem = name.replace(".", "-") + ".rgb"
    (OUT / stem).write_bytes(result.tobytes())
    manifest.append({"file": name, "expected": stem, "width": result.width, "height": result.height,
                     "tolerance": tolerance})


def saved(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def png(width, height, depth, colour, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


jpeg = saved(source, "JPEG", quality=90)
add("baseline.jpg", jpeg)
add("progressive.jpg", saved(source, "JPEG", quality=90, progressive=True))
add("subsampled444.jpg", saved(source, "JPEG", quality=80, subsampling=0))
add("grey.jpg", saved(source.convert("L"), "JPEG"))
add("cmyk.jpg", saved(source.convert("CMYK"), "JPEG", quality=95), tolerance=1)
add("profile.jpg", saved(source, "JPEG", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()))
add("stray.jpg", jpeg[:-2] + bytes(range(40)) + jpeg[-2:])
add("trailing.jpg", jpeg + b"after the end")
revision = bytearray(jpeg)
revision[11] = 9
add("jfif_revision.jpg", bytes(revision))
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    add(f"orientation{orientation}.jpg", saved(source, "JPEG", quality=90, exif=exif))
add("rgb.png", saved(source, "PNG"))
add("grey.png", saved(source.convert("L"), "PNG"))
add("bilevel.png", saved(source.convert("1"), "PNG"))
add("palette.png", saved(source.quantize(16), "PNG"))
add("palette_transparent.png", saved(source.quantize(16), "PNG", transparency=3))
rgba = source.copy()
rgba.putalpha(alpha)
add("rgba.png", saved(rgba, "PNG"), tolerance=1)
grey_alpha = source.convert("LA")
grey_alpha.putalpha(alpha)
add("grey_alpha.png", saved(grey_alpha, "PNG"), tolerance=1)
deep = np.asarray(source).astype(np.uint16) * 257
high = Image.fromarray((deep >> 8).astype(np.uint8))
add("rgb16.png", png(24, 18, 16, 2, [row.astype(">u2").tobytes() for row in deep]), result=high)
add("grey16.png", png(24, 18, 16, 0, [row[:, 0].astype(">u2").tobytes() for row in deep]),
    result=high.getchannel(0).convert("RGB"))
deep_alpha = np.concatenate([deep, np.asarray(alpha)[..., None].astype(np.uint16) * 257], -1)
add("rgba16.png", png(24, 18, 16, 6, [row.astype(">u2").tobytes() for row in deep_alpha]), tolerance=1,
    result=expected(rgba))
frames = [source.quantize(32), ImageOps.invert(source).quantize(32)]
add("animated.gif", saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100))
add("transparent.gif", saved(source.quantize(16), "GIF", transparency=2))
add("lossless.webp", saved(source, "WEBP", lossless=True))
add("lossy.webp", saved(source, "WEBP", quality=80), tolerance=2)
add("alpha.webp", saved(rgba, "WEBP", lossless=True, exact=True), tolerance=1)
add("lzw.tif", saved(source, "TIFF", compression="tiff_lzw"))
add("cmyk.tif", saved(source.convert("CMYK"), "TIFF"), tolerance=1)
add("grey16.tif", saved(Image.fromarray(deep[..., 0]), "TIFF"), result=high.getchannel(0).convert("RGB"))
srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
# libvips takes Lab as relative to D65, Pillow to D50: the difference is small for colours that are nearly grey.
muted = Image.blend(source, source.convert("L").convert("RGB"), 0.8)
in_lab = ImageCms.applyTransform(muted, ImageCms.buildTransform(srgb, lab, "RGB", "LAB"))
add("lab.tif", saved(in_lab, "TIFF"), tolerance=12,
    result=ImageCms.applyTransform(in_lab, ImageCms.buildTransform(lab, srgb, "LAB", "RGB")))
add("still.avif", saved(source, "AVIF", quality=90, subsampling="4:4:4"), tolerance=4)

add("rgb.bmp", saved(source, "BMP"))
add("palette.bmp", saved(source.quantize(16), "BMP"))
add("bilevel.bmp", saved(source.convert("1"), "BMP"))
add("rgb.ppm", saved(source, "PPM"))
add("grey.pgm", saved(source.convert("L"), "PPM"))
add("bilevel.pbm", saved(source.convert("1"), "PPM"))
words = " ".join(str(value) for value in np.asarray(source).ravel())
add("words.ppm", f"P3 # made by hand\n24 18\n255\n{words}\n".encode(), result=source)
add("deep.pgm", b"P5 24 18 4095\n" + (deep[..., 0] >> 4).astype(">u2").tobytes(), tolerance=1,
    result=high.getchannel(0).convert("RGB"))
grey_float = np.asarray(source.convert("L")).astype("<f4") / 255
add("float.pfm", b"Pf\n24 18\n-1.0\n" + grey_float[::-1].tobytes(), result=source.convert("L").convert("RGB"))
add("lossless.jp2", saved(source, "JPEG2000"))
add("lossless.j2k", saved(source, "JPEG2000", no_jp2=True))
import pyvips
image = pyvips.Image.new_from_memory(source.tobytes(), 24, 18, 3, "uchar").copy(interpretation="srgb")
add("lossless.jxl", image.jxlsave_buffer(lossless=True), result=source)

# Files that are no good; the tests know each by name.
damaged = {"empty.jpg": b"", "text.jpg": b"This is no picture.\n", "short.jpg": jpeg[:-40], "header.jpg": jpeg[:100]}
flipped = bytearray(saved(Image.fromarray(synthetic(160, 120)), "JPEG", quality=90))
for position in range(1000, len(flipped) - 2, 200):
    flipped[position] ^= 0x55
damaged["flipped.jpg"] = bytes(flipped)
damaged["short.png"] = saved(source, "PNG")[:-30]
wrong = bytearray(saved(source, "PNG"))
wrong[len(wrong) // 2] ^= 0xFF
damaged["flipped.png"] = bytes(wrong)
damaged["short.gif"] = saved(source.quantize(16), "GIF")[:-40]
damaged["short.webp"] = saved(source, "WEBP", lossless=True)[:-40]
damaged["short.tif"] = saved(source, "TIFF")[:-200]
damaged["short.avif"] = saved(source, "AVIF")[:-40]
damaged["bomb.png"] = png(60000, 60000, 8, 2, [b""])
damaged["short.bmp"] = saved(source, "BMP")[:-20]
damaged["short.ppm"] = saved(source, "PPM")[:-20]
damaged["short.jp2"] = saved(source, "JPEG2000")[:-40]
damaged["short.jxl"] = image.jxlsave_buffer(lossless=True)[:-20]
for name, data in damaged.items():
    (OUT / f"bad-{name}").write_bytes(data)

# Resizing.
picture = Image.fromarray(synthetic(61, 47))
(OUT / "source.rgb").write_bytes(picture.tobytes())
tall = picture.transpose(Image.Transpose.ROTATE_90)
(OUT / "tall.rgb").write_bytes(tall.tobytes())
resizes = []
for index, (name, size, box) in enumerate([
    ("source", (32, 32), None), ("source", (61, 20), None), ("source", (97, 83), None), ("source", (7, 5), None),
    ("source", (30, 23), (3.25, 2.5, 55.75, 44.125)), ("source", (64, 64), (10.3, 10.7, 31.9, 30.2)),
    ("source", (1, 1), None), ("tall", (24, 24), None), ("tall", (47, 30), (0, 1.5, 47, 60.25)),
]):
    image = picture if name == "source" else tall
    for filter in ("bilinear", "bicubic"):
        result = image.resize(size, Image.Resampling[filter.upper()], box=box)
        file = f"resize-{index}-{filter}.rgb"
        (OUT / file).write_bytes(result.tobytes())
        resizes.append({"source": name, "sourceWidth": image.width, "sourceHeight": image.height,
                        "width": size[0], "height": size[1], "filter": filter, "expected": file,
                        "box": list(map(float, box or (0, 0, *image.size)))})
(OUT / "manifest.json").write_text(json.dumps({"decodes": manifest, "resizes": resizes}, indent=1) + "\n")

if "--photos" in sys.argv:
    data = pathlib.Path("../shared/data")
    names = ["cats_and_dogs/train/cats/cat.1.jpg", "cats_and_dogs/train/dogs/dog.1.jpg"]
    names += ["cats_and_dogs/train/cats/cat.170.jpg", "cats_and_dogs/validation/dogs/dog.2000.jpg"]
    names += sorted(str(p.relative_to(data)) for p in (data / "hymenoptera/val").rglob("*.jpg"))[::15]
    names += sorted(str(p.relative_to(data)) for p in (data / "imagenet_samples").glob("*.JPEG"))[::12]
    photos = []
    for name in names:
        if not (data / name).exists():
            continue
        image = expected(Image.open(data / name))
        cases = []
        w, h = image.size
        for filter, size, box in [("bicubic", (224, 224), (0, 0, w, h)), ("bilinear", (96, 128), (0, 0, w, h)),
                                  ("bicubic", (240, 200), (w * 0.1, h * 0.2, w * 0.85, h * 0.9)),
                                  ("bilinear", (300, 310), (w * 0.3, h * 0.3, w * 0.6, h * 0.65))]:
            result = image.resize(size, Image.Resampling[filter.upper()], box=box)
            samples = np.frombuffer(result.tobytes(), np.uint8)
            cases.append({"filter": filter, "width": size[0], "height": size[1], "box": list(map(float, box)),
                          "samples": samples[::2999].tolist(), "sum": int(samples.sum()),
                          "digest": hashlib.sha256(samples.tobytes()).hexdigest()})
        photos.append({"file": name, "width": w, "height": h,
                       "digest": hashlib.sha256(image.tobytes()).hexdigest(), "resizes": cases})
    (OUT / "photos.json").write_text(json.dumps(photos) + "\n")
