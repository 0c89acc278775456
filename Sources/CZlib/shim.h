#ifndef BEZOAR_ZLIB_SHIM_H
#define BEZOAR_ZLIB_SHIM_H

#include <zlib.h>

/* inflateInit2 is a macro, which Swift cannot import. 15 + 32: any window, gzip or zlib header detected. */
static inline int bezoar_inflate_init_auto(z_stream *stream) { return inflateInit2(stream, 15 + 32); }

/* 15 + 16: the largest window, with a gzip header; level 1 is the fastest. */
static inline int bezoar_deflate_init_gzip(z_stream *stream) {
  return deflateInit2(stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

#endif
