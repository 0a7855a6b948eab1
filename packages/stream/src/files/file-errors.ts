import { StreamError } from "../errors.ts";

/** What the file system or a decompressor said, in words. */
export function fileError(path: string, error: unknown): StreamError {
  if (error instanceof StreamError) return error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  const context = { cause: error, details: { path } };
  if (code === "ENOENT") {
    return new StreamError("STREAM_FILE_NOT_FOUND", `There is no file ${path}.`, {
      ...context,
      hint: "Paths are taken from the working directory of the process.",
    });
  }
  if (code === "EISDIR") {
    return new StreamError("STREAM_FILE_UNREADABLE", `${path} is a folder, not a file.`, {
      ...context,
      hint: "Give the files in it.",
    });
  }
  if (code.startsWith("Z_") || code.startsWith("ZSTD_")) {
    const what = code === "Z_BUF_ERROR" ? "ends in the middle of its data" : "is damaged";
    return new StreamError("STREAM_FILE_CORRUPT", `The packed file ${path} ${what}: ${message}.`, {
      ...context,
      hint: "Fetch it again whole; the run after that goes on where this one stopped.",
    });
  }
  return new StreamError("STREAM_FILE_UNREADABLE", `File ${path} cannot be read: ${message}.`, {
    ...context,
    hint: code === "EACCES" || code === "EPERM" ? "The process needs leave to read it." : undefined,
  });
}

export function missingZstd(path: string): StreamError {
  return new StreamError(
    "STREAM_MISSING_CODEC",
    `This Node cannot unpack ${path}: it has no zstd.`,
    {
      hint: "Node has it from 22.15 on; or pack the file with gzip.",
      details: { path },
    },
  );
}

/** A file that begins with the mark of another encoding than was said, or has bytes that encoding has not. */
export function wrongEncoding(path: string, found: string, hint: string): StreamError {
  return new StreamError("STREAM_FILE_CORRUPT", `File ${path} ${found}.`, {
    hint,
    details: { path },
  });
}

/** A header nobody can read. */
export function badHeader(path: string, problem: string): StreamError {
  return new StreamError("STREAM_CSV_HEADER", `The header of file ${path} ${problem}.`, {
    hint: "Look at its first line, and at the delimiter; for a file without a header set csv.header to false.",
    details: { path },
  });
}
