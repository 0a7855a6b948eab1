// The parts used of the browser's own types, so that a program without the DOM library can be checked as well.

export interface BrowserFile {
  readonly name: string;
  readonly size: number;
  readonly lastModified: number;
  /** "orders/_delta_log/0.json" where a folder was chosen, else "". */
  readonly webkitRelativePath?: string;
  slice(from?: number, to?: number): { arrayBuffer(): Promise<ArrayBuffer> };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A `FileSystemFileHandle`. */
export interface FileHandle {
  readonly kind: "file";
  readonly name: string;
  getFile(): Promise<BrowserFile>;
  createWritable(): Promise<WritableFile>;
  /** Renames the file within its folder, over one of that name. Browsers have it for the origin's own files. */
  move?(name: string): Promise<void>;
}

export interface WritableFile {
  write(data: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  abort(reason?: unknown): Promise<void>;
}

/** A `FileSystemDirectoryHandle`. */
export interface DirectoryHandle {
  readonly kind: "directory";
  readonly name: string;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandle>;
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<DirectoryHandle>;
  removeEntry(name: string): Promise<void>;
  values(): AsyncIterable<FileHandle | DirectoryHandle>;
}

/** A dropped file or folder: `item.webkitGetAsEntry()`. */
export interface DroppedEntry {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly fullPath: string;
  file?(done: (file: BrowserFile) => void, failed: (error: unknown) => void): void;
  createReader?(): {
    readEntries(
      done: (entries: readonly DroppedEntry[]) => void,
      failed: (error: unknown) => void,
    ): void;
  };
}

/** One of `event.dataTransfer.items`. */
export interface DroppedItem {
  readonly kind: string;
  webkitGetAsEntry(): DroppedEntry | null;
}

interface Browser {
  readonly navigator?: {
    readonly storage?: { getDirectory?(): Promise<DirectoryHandle> };
    readonly locks?: {
      request<R>(name: string, run: () => Promise<R>): Promise<R>;
    };
  };
}

export const browser: Browser = globalThis as unknown as Browser;
