import type { Column } from "@lakewright/core";
import type { Bindings } from "../driver.ts";
import { decimalBytes } from "../read/sink-of.ts";
import { boolWriter, decimalWriter, fixedWriter, millisWriter } from "./fixed.ts";
import { listWriter, structWriter } from "./nested.ts";
import { textWriter } from "./text.ts";
import { type VectorWriter, withValidity } from "./writer.ts";

/** The writer of a column whose data has the Arrow type of its definition; `path` names it in errors. */
export function writerOf(bindings: Bindings, column: Column, path: string): VectorWriter {
  return withValidity(bindings, valueWriter(bindings, column, path));
}

function valueWriter(bindings: Bindings, { type }: Column, path: string): VectorWriter {
  switch (type.kind) {
    case "int8":
    case "uint8":
      return fixedWriter(bindings, 1);
    case "int16":
    case "uint16":
      return fixedWriter(bindings, 2);
    case "int32":
    case "uint32":
    case "float32":
    case "date":
      return fixedWriter(bindings, 4);
    case "int64":
    case "uint64":
    case "float64":
      return fixedWriter(bindings, 8);
    case "timestamp":
      return type.utc && type.unit === "ms"
        ? millisWriter(bindings, path)
        : fixedWriter(bindings, 8);
    case "decimal":
      return decimalWriter(bindings, decimalBytes(type.precision));
    case "bool":
      return boolWriter(bindings);
    case "utf8":
    case "oneOf":
      return textWriter(bindings, path, false);
    case "binary":
      return textWriter(bindings, path, true);
    case "list":
      return listWriter(bindings, writerOf(bindings, type.item, `${path}[]`));
    case "struct":
      return structWriter(
        bindings,
        Object.entries(type.fields).map(([name, field]) =>
          writerOf(bindings, field, `${path}.${name}`),
        ),
      );
    case "map":
      return listWriter(
        bindings,
        structWriter(bindings, [
          writerOf(bindings, type.key, `${path}.key`),
          writerOf(bindings, type.value, `${path}.value`),
        ]),
      );
  }
}
