import type { AddFile } from "../delta/log/actions.ts";
import { unionOf } from "./places.ts";
import type { RemovalKind } from "./row-change.ts";

const EVERYTHING = "all";

/** A file that rows leave. */
export class TouchedFile {
  readonly file: AddFile;
  /** Rows the file has, where it is known that all of them are deleted. */
  readonly rows: number | undefined;
  private readonly lists: Record<RemovalKind, Uint32Array[]> = { delete: [], update: [] };
  private readonly known = new Map<RemovalKind | typeof EVERYTHING, Uint32Array>();

  constructor(file: AddFile, rows?: number) {
    this.file = file;
    this.rows = rows;
  }

  remove(places: Uint32Array, kind: RemovalKind): void {
    this.lists[kind].push(places);
    this.known.clear();
  }

  /** Places of rows that leave for a reason, or for any. */
  places(kind: RemovalKind | typeof EVERYTHING = EVERYTHING): Uint32Array {
    let places = this.known.get(kind);
    if (!places) {
      const { lists } = this;
      places = unionOf(kind === EVERYTHING ? [...lists.delete, ...lists.update] : lists[kind]);
      this.known.set(kind, places);
    }
    return places;
  }

  count(kind: RemovalKind): number {
    return kind === "delete" && this.rows !== undefined ? this.rows : this.places(kind).length;
  }
}

/** The files that rows leave, in the order they were touched. */
export class TouchedFiles {
  private readonly byPath = new Map<string, TouchedFile>();

  get size(): number {
    return this.byPath.size;
  }

  remove(file: AddFile, places: Uint32Array, kind: RemovalKind): void {
    let touched = this.byPath.get(file.path);
    if (!touched) {
      touched = new TouchedFile(file);
      this.byPath.set(file.path, touched);
    }
    if (touched.rows === undefined) touched.remove(places, kind);
  }

  /** Takes out a file with all the rows it has. */
  removeFile(file: AddFile, rows: number): void {
    this.byPath.set(file.path, new TouchedFile(file, rows));
  }

  values(): readonly TouchedFile[] {
    return [...this.byPath.values()];
  }

  count(kind: RemovalKind): number {
    return this.values().reduce((sum, touched) => sum + touched.count(kind), 0);
  }
}
