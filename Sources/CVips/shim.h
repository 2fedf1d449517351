// libvips, as Swift sees it. Only the Images target imports this module.
#pragma once

#include <vips/vips.h>

// VIPS_INIT is a macro that checks that headers and library have the same layout.
static inline int graft_vips_init(void) {
    return VIPS_INIT("graft");
}

static inline void graft_vips_drop_log(
    const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {
    (void) domain, (void) level, (void) message, (void) data;
}

// libvips prints warnings on standard error unless told otherwise; Graft words its own. The handler's type has an
// enumeration that Swift imports in a form which does not fit a Swift closure.
static inline void graft_vips_silence(void) {
    g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING, graft_vips_drop_log, NULL);
    g_log_set_handler("GLib-GObject", G_LOG_LEVEL_WARNING, graft_vips_drop_log, NULL);
}

// The loaders are variadic functions, which Swift cannot call. Each reads rows in order, from top to bottom.
typedef int (*graft_vips_loader)(const void *bytes, size_t count, VipsFailOn fail_on, VipsImage **image);

static inline int graft_vips_load_jpeg(const void *bytes, size_t count, VipsFailOn fail_on, VipsImage **image) {
    return vips_jpegload_buffer(
        (void *) bytes, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", fail_on, NULL);
}

static inline int graft_vips_load_png(const void *bytes, size_t count, VipsFailOn fail_on, VipsImage **image) {
    return vips_pngload_buffer(
        (void *) bytes, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", fail_on, NULL);
}

static inline int graft_vips_load_gif(const void *bytes, size_t count, VipsFailOn fail_on, VipsImage **image) {
    return vips_gifload_buffer(
        (void *) bytes, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", fail_on, NULL);
}

static inline int graft_vips_load_webp(const void *bytes, size_t count, VipsFailOn fail_on, VipsImage **image) {
    return vips_webpload_buffer(
        (void *) bytes, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", fail_on, NULL);
}

static inline int graft_vips_load_tiff(const void *bytes, size_t count, VipsFailOn fail_on, VipsImage **image) {
    return vips_tiffload_buffer(
        (void *) bytes, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", fail_on, NULL);
}

static inline int graft_vips_load_heif(const void *bytes, size_t count, VipsFailOn fail_on, VipsImage **image) {
    return vips_heifload_buffer(
        (void *) bytes, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", fail_on, NULL);
}

static inline int graft_vips_load_jxl(const void *bytes, size_t count, VipsFailOn fail_on, VipsImage **image) {
    return vips_jxlload_buffer(
        (void *) bytes, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", fail_on, NULL);
}

static inline int graft_vips_load_jp2k(const void *bytes, size_t count, VipsFailOn fail_on, VipsImage **image) {
    return vips_jp2kload_buffer(
        (void *) bytes, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", fail_on, NULL);
}

// Variadic functions, which Swift cannot call. Packed Lab is unpacked first: libvips' direct way to sRGB is a table of
// only 64 levels a channel.
static inline int graft_vips_colourspace_srgb(VipsImage *image, VipsImage **converted) {
    VipsImage *unpacked;
    if (vips_image_get_coding(image) != VIPS_CODING_LABQ)
        return vips_colourspace(image, converted, VIPS_INTERPRETATION_sRGB, NULL);
    if (vips_LabQ2Lab(image, &unpacked, NULL) != 0)
        return -1;
    int outcome = vips_colourspace(unpacked, converted, VIPS_INTERPRETATION_sRGB, NULL);
    g_object_unref(unpacked);
    return outcome;
}

// A variadic function, which Swift cannot call. Values outside of 0 to 255 are clipped.
static inline int graft_vips_cast_uchar(VipsImage *image, VipsImage **converted) {
    return vips_cast(image, converted, VIPS_FORMAT_UCHAR, NULL);
}

// VIPS_REGION_ADDR is a macro. The row must be one that vips_region_prepare was asked for.
static inline const unsigned char *graft_vips_row(const VipsRegion *region, int row) {
    return VIPS_REGION_ADDR(region, 0, row);
}

// Variadic functions, which Swift cannot call. The bytes are copied: rows of red, green and blue.
static inline VipsImage *graft_vips_rgb(const unsigned char *samples, size_t count, int width, int height) {
    VipsImage *plain = vips_image_new_from_memory_copy(samples, count, width, height, 3, VIPS_FORMAT_UCHAR);
    VipsImage *image = NULL;
    if (plain == NULL)
        return NULL;
    if (vips_copy(plain, &image, "interpretation", VIPS_INTERPRETATION_sRGB, NULL) != 0)
        image = NULL;
    g_object_unref(plain);
    return image;
}

static inline int graft_vips_save_png(VipsImage *image, void **bytes, size_t *count) {
    return vips_pngsave_buffer(image, bytes, count, NULL);
}

static inline int graft_vips_save_jpeg(VipsImage *image, void **bytes, size_t *count) {
    return vips_jpegsave_buffer(image, bytes, count, "Q", 90, "optimize_coding", TRUE, NULL);
}
