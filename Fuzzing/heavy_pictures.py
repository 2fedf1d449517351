"""Pictures of some kilobytes, or of megabytes, that are as large as Graft's limits let them be, or larger.

Made with Python's standard library alone, byte by byte.
"""

import struct
import zlib


def _deflated(row, count):
    """So many equal rows, compressed without holding them all."""
    packer = zlib.compressobj(9)
    part = row * max(1, (1 << 20) // len(row))
    per = len(part) // len(row)
    result = b"".join(packer.compress(part) for _ in range(count // per))
    return result + packer.compress(row * (count % per)) + packer.flush()


def png_file(width, height, depth, kind, data, palette=b"", interlaced=False):
    """A PNG file whose compressed rows are `data`; `kind`: 0 grey, 2 RGB, 3 palette, 6 RGBA."""
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    colours = chunk(b"PLTE", palette) if palette else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + colours + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png(width, height, depth, kind, interlaced=False):
    """A picture whose samples are all zero; `kind` as of `png_file`."""
    bands = {0: 1, 2: 3, 3: 1, 6: 4}[kind]
    if interlaced:
        packer, data = zlib.compressobj(9), b""
        for left, top, right, down in [
                (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
            columns, rows = -(-(width - left) // right), -(-(height - top) // down)
            row = b"\0" * (1 + -(-columns * bands * depth // 8))
            for _ in range(rows):
                data += packer.compress(row)
        data += packer.flush()
    else:
        data = _deflated(b"\0" * (1 + -(-width * bands * depth // 8)), height)
    palette = bytes(range(9)) if kind == 3 else b""
    return png_file(width, height, depth, kind, data, palette, interlaced)


def tiff(width, height, depth, bands, rows_a_strip, sample_format=1):
    """Deflated strips, which all share one piece of the file."""
    strip = _deflated(b"\0" * (width * bands * depth // 8), rows_a_strip)
    count = -(-height // rows_a_strip)
    photometric = 1 if bands < 3 else 2
    fields = [
        (256, 4, [width]), (257, 4, [height]), (258, 3, [depth] * bands), (259, 3, [8]), (262, 3, [photometric]),
        (273, 4, [8] * count), (277, 3, [bands]), (278, 4, [rows_a_strip]), (279, 4, [len(strip)] * count),
        (284, 3, [1]), (339, 3, [sample_format] * bands)]
    if bands == 4:
        fields.insert(10, (338, 3, [2]))
    place = 8 + len(strip) + len(strip) % 2
    values = place + 2 + 12 * len(fields) + 4
    table, far = struct.pack("<H", len(fields)), b""
    for tag, kind, numbers in fields:
        packed = struct.pack("<" + {3: "H", 4: "I"}[kind] * len(numbers), *numbers)
        if len(packed) <= 4:
            table += struct.pack("<HHI", tag, kind, len(numbers)) + packed.ljust(4, b"\0")
        else:
            table += struct.pack("<HHII", tag, kind, len(numbers), values + len(far))
            far += packed + b"\0" * (len(packed) % 2)
    return struct.pack("<2sHI", b"II", 42, place) + strip + b"\0" * (len(strip) % 2) + table + b"\0" * 4 + far


def bmp(width, height):
    """Runs of 255 equal pixels."""
    runs = b"\xff\0" * (width // 255) + (bytes([width % 255, 0]) if width % 255 else b"") + b"\0\0"
    data = runs * height + b"\0\1"
    start = 14 + 40 + 4 * 256
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(data), 0, 0, 256, 0)
    return struct.pack("<2sIHHI", b"BM", start + len(data), 0, 0, start) + header + b"\0" * 1024 + data


class _Bits:
    """Bits that are written from the lowest on, or from the highest."""

    def __init__(self, highest_first=False):
        self.highest_first, self.bytes, self.held, self.count = highest_first, bytearray(), 0, 0

    def put(self, value, count):
        if self.highest_first:
            self.held = self.held << count | value
        else:
            self.held |= value << self.count
        self.count += count
        while self.count >= 8:
            self.count -= 8
            if self.highest_first:
                byte = self.held >> self.count
                self.held &= (1 << self.count) - 1
                self.bytes.append(byte)
                if byte == 0xff:
                    self.bytes.append(0)
            else:
                self.bytes.append(self.held & 0xff)
                self.held >>= 8

    def zeros(self, count):
        """Those that fill bytes at once."""
        first = min(count, -self.count % 8)
        self.put(0, first)
        self.bytes += bytes((count - first) // 8)
        self.put(0, (count - first) % 8)

    def whole(self):
        if self.count:
            filler = (1 << 8 - self.count) - 1 if self.highest_first else 0
            self.put(filler, 8 - self.count)
        return bytes(self.bytes)


def _lzw(pixels):
    """So many pixels of colour 0 for GIF, in ever longer words."""
    bits, done = _Bits(), 0
    while done < pixels:
        bits.put(4, 3)
        size, words, length = 3, 5, 1
        bits.put(0, size)
        done += 1
        while done < pixels and words < 4095:
            # The word before, and its first pixel once more.
            length += 1
            words += 1
            bits.put(words, size)
            done += length
            if words + 1 == 1 << size and size < 12:
                size += 1
    bits.put(5, size)
    return bits.whole()


def gif(width, height, frames=1):
    data = _lzw(width * height)
    blocks = b"".join(bytes([len(data[at:at + 255])]) + data[at:at + 255] for at in range(0, len(data), 255)) + b"\0"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\2" + blocks
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x81, 0, 0) + bytes(range(12)) + frame * frames + b"\x3b"


def webp(width, height):
    """Lossless, every pixel the same: no bits for any of them."""
    bits = _Bits()
    for value, count in [(0x2f, 8), (width - 1, 14), (height - 1, 14), (0, 1), (0, 3), (0, 1), (0, 1), (0, 1)] + [(1, 4)] * 5:
        bits.put(value, count)
    data = bits.whole() + b"\0" * 8
    data += b"\0" * (len(data) % 2)
    return struct.pack("<4sI4s4sI", b"RIFF", 12 + len(data), b"WEBP", b"VP8L", len(data)) + data


def jpeg(width, height, scans=0, subsampled=False):
    """Grey-brown all over; with so many scans of the brightest waves, progressive."""
    def segment(marker, content):
        return bytes([0xff, marker]) + struct.pack(">H", 2 + len(content)) + content

    progressive = scans > 0
    sampling = [0x22, 0x11, 0x11] if subsampled else [0x11] * 3
    unit = 16 if subsampled else 8
    units = -(-width // unit) * -(-height // unit)
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"".join(bytes([index + 1, sampling[index], 0]) for index in range(3))
    result = bytearray(b"\xff\xd8") + segment(0xdb, b"\0" + b"\1" * 64) + segment(0xc2 if progressive else 0xc0, frame)
    # One code for "no difference"; one for a run of 32,767 blocks without waves, or for one such block.
    result += segment(0xc4, b"\0" + bytes([1] + [0] * 15) + b"\0")
    result += segment(0xc4, b"\x10" + bytes([1, 1] + [0] * 14) + (b"\xe0\0" if progressive else b"\0\xf0"))
    blocks = units * (6 if subsampled else 3)
    bits = _Bits(highest_first=True)
    bits.zeros(blocks if progressive else 2 * blocks)
    data = bits.whole()
    result += segment(0xda, b"\3\1\0\2\0\3\0" + (b"\0\0\0" if progressive else b"\0\x3f\0")) + data
    across, down = -(-width // 8), -(-height // 8)
    for scan in range(scans):
        rest, bits = across * down, _Bits(highest_first=True)
        while rest > 0:
            # A run of 2^14 blocks and as many more as 14 bits say, or of one.
            if rest >= 1 << 14:
                run = min(rest, (1 << 15) - 1)
                bits.put(0, 1)
                bits.put(run - (1 << 14), 14)
            else:
                run = 1
                bits.put(2, 2)
            rest -= run
        result += segment(0xda, b"\1\1\0\x01\x3f\0") + bits.whole()
    return bytes(result + b"\xff\xd9")


def all_pictures():
    """Pictures by name: each is made when its turn comes."""
    side = 14_100
    return {
        "grey.png": lambda: png(side, side, 8, 0), "rgb.png": lambda: png(side, side, 8, 2),
        "rgba.png": lambda: png(side, side, 8, 6), "deep.png": lambda: png(side, side, 16, 2),
        "deep-alpha.png": lambda: png(side, side, 16, 6), "bits.png": lambda: png(side, side, 1, 0),
        "palette.png": lambda: png(side, side, 8, 3), "interlaced.png": lambda: png(10_000, 10_000, 8, 2, True),
        "interlaced-deep.png": lambda: png(8_000, 8_000, 16, 6, True), "wide.png": lambda: png(1_000_000, 190, 8, 2),
        "tall.png": lambda: png(190, 1_000_000, 8, 0),
        "strips.tif": lambda: tiff(side, side, 8, 3, 16), "one-strip.tif": lambda: tiff(side, side, 8, 3, side),
        "deep.tif": lambda: tiff(side, side, 16, 3, 64), "floats.tif": lambda: tiff(9_000, 9_000, 32, 3, 64, 3),
        "doubles.tif": lambda: tiff(7_000, 7_000, 64, 1, 64, 3), "alpha.tif": lambda: tiff(side, side, 8, 4, 64),
        "wide.tif": lambda: tiff(60_000_000, 3, 8, 3, 1),
        "runs.bmp": lambda: bmp(side, side), "one.gif": lambda: gif(side, side),
        "many.gif": lambda: gif(2_000, 2_000, 2_400), "lossless.webp": lambda: webp(side, side),
        "small.webp": lambda: webp(10_000, 10_000), "plain.jpg": lambda: jpeg(13_000, 13_000),
        "subsampled.jpg": lambda: jpeg(14_000, 14_000, subsampled=True),
        "progressive.jpg": lambda: jpeg(9_000, 9_000, 1), "progressive-large.jpg": lambda: jpeg(side, side, 1),
        "scans.jpg": lambda: jpeg(4_000, 4_000, 190), "many-scans.jpg": lambda: jpeg(4_000, 4_000, 2_000),
        "small-scans.jpg": lambda: jpeg(64, 64, 30_000), "tiny-scans.jpg": lambda: jpeg(8, 8, 400_000),
    }
