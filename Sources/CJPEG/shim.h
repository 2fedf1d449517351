// libjpeg, as Swift sees it. Only the Images target imports this module.
//
// libvips decodes with libjpeg too, but libjpeg tells its user the first warning only, so that a harmless oddity at the
// start of a file hides what is broken later. Here every warning is looked at.
#pragma once

#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

// What decoding a whole file met, beside what no pixel depends on.
typedef struct {
    // libjpeg gave up.
    int gave_up;
    // The data of a scan ended, at the end of the file or at a marker, before all its blocks were there.
    int lacks_data;
    // The file ended without a marker that says so.
    int lacks_end;
    // Bytes that are no code, or belong nowhere.
    int is_broken;
} graft_jpeg_findings;

typedef struct {
    struct jpeg_error_mgr errors;
    jmp_buf exit;
    graft_jpeg_findings *findings;
} graft_jpeg_errors;

// libjpeg's error handler must not return, so it jumps; only functions of C are left on the way.
static inline void graft_jpeg_give_up(j_common_ptr info) {
    graft_jpeg_errors *errors = (graft_jpeg_errors *) info->err;
    longjmp(errors->exit, 1);
}

static inline void graft_jpeg_note(j_common_ptr info, int level) {
    if (level >= 0)
        return;
    info->err->num_warnings++;
    graft_jpeg_findings *findings = ((graft_jpeg_errors *) info->err)->findings;
    switch (info->err->msg_code) {
    // Bytes between two segments, and fields of the head that decoding does not need.
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
        break;
    case JWRN_JPEG_EOF:
        findings->lacks_end = 1;
        break;
    case JWRN_HIT_MARKER:
        findings->lacks_data = 1;
        break;
    default:
        findings->is_broken = 1;
    }
}

static inline void graft_jpeg_print_nothing(j_common_ptr info) {
    (void) info;
}

// Decodes a file and drops the pixels.
static inline graft_jpeg_findings graft_jpeg_check(const void *bytes, size_t count) {
    graft_jpeg_findings findings = {0, 0, 0, 0};
    struct jpeg_decompress_struct info;
    graft_jpeg_errors errors;
    errors.findings = &findings;
    info.err = jpeg_std_error(&errors.errors);
    errors.errors.error_exit = graft_jpeg_give_up;
    errors.errors.emit_message = graft_jpeg_note;
    errors.errors.output_message = graft_jpeg_print_nothing;
    jpeg_create_decompress(&info);
    if (setjmp(errors.exit) != 0) {
        findings.gave_up = 1;
        jpeg_destroy_decompress(&info);
        return findings;
    }
    jpeg_mem_src(&info, (unsigned char *) bytes, count);
    jpeg_read_header(&info, TRUE);
    // The colours are of no interest, and some cannot be converted.
    info.out_color_space = info.jpeg_color_space;
    info.dct_method = JDCT_IFAST;
    info.do_fancy_upsampling = FALSE;
    jpeg_start_decompress(&info);
    JSAMPARRAY rows = (*info.mem->alloc_sarray)(
        (j_common_ptr) &info, JPOOL_IMAGE, info.output_width * info.output_components, 1);
    while (info.output_scanline < info.output_height)
        jpeg_read_scanlines(&info, rows, 1);
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return findings;
}
