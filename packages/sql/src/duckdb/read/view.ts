import type { Bindings, Vector } from "../driver.ts";

/** The values of a vector, each buffer copied out of DuckDB once however often it is asked for. */
export class VectorView {
  readonly size: number;
  readonly bindings: Bindings;
  private readonly vector: Vector;
  private bytes: Uint8Array<ArrayBuffer> | undefined;
  private bitmap: Uint8Array<ArrayBuffer> | null | undefined;
  private readonly children: VectorView[] = [];

  constructor(bindings: Bindings, vector: Vector, size: number) {
    this.bindings = bindings;
    this.vector = vector;
    this.size = size;
  }

  /** The values, `width` bytes each, starting at a multiple of 8 bytes. */
  data(width: number): Uint8Array<ArrayBuffer> {
    if (this.bytes === undefined) {
      const bytes = this.bindings.vector_get_data(this.vector, this.size * width);
      this.bytes = (bytes.byteOffset & 7) === 0 ? bytes : new Uint8Array(bytes);
    }
    return this.bytes;
  }

  /** A bit a value, set where it is there; undefined where all are. */
  validity(): Uint8Array | undefined {
    this.bitmap ??= this.bindings.vector_get_validity(this.vector, 8 * Math.ceil(this.size / 64));
    return this.bitmap ?? undefined;
  }

  listChild(): VectorView {
    const { bindings, vector } = this;
    return (this.children[0] ??= new VectorView(
      bindings,
      bindings.list_vector_get_child(vector),
      bindings.list_vector_get_size(vector),
    ));
  }

  arrayChild(length: number): VectorView {
    return (this.children[0] ??= new VectorView(
      this.bindings,
      this.bindings.array_vector_get_child(this.vector),
      this.size * length,
    ));
  }

  structChild(index: number): VectorView {
    return (this.children[index] ??= new VectorView(
      this.bindings,
      this.bindings.struct_vector_get_child(this.vector, index),
      this.size,
    ));
  }
}
