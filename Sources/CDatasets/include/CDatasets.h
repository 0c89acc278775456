#ifndef BEZOAR_CDATASETS_H
#define BEZOAR_CDATASETS_H

#include <stddef.h>

/// A file of the folder Datasets that is built into the program.
struct bezoar_file {
  /// Its name in that folder.
  const char *_Nonnull name;
  /// Its bytes, there for as long as the program runs.
  const unsigned char *_Nonnull bytes;
  /// How many.
  size_t count;
};

/// How many files are built in.
extern const size_t bezoar_file_count;

/// A file by its place from 0; NULL beyond the last.
const struct bezoar_file *_Nullable bezoar_file_at(size_t index);

#endif
