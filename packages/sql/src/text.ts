import { CoreError, type LogicalType, showValue } from "@lakewright/core";
import type { Dialect } from "./dialect.ts";

/** A value bound to a statement, never pasted into it. */
export interface Parameter {
  readonly value: unknown;
  /** The type it is bound as, where the engine could not tell from the value: `bind(micros, timestamp("us"))`. */
  readonly type?: LogicalType | undefined;
}

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "identifier"; readonly path: readonly string[] }
  | { readonly kind: "parameter"; readonly parameter: Parameter };

/** SQL text with its identifiers and values kept apart until a dialect renders it. Made by {@link sql}. */
export class Sql {
  /** @internal */
  readonly parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }

  /** The statement as an engine takes it: identifiers quoted, values as numbered parameters. */
  render(dialect: Dialect): { readonly text: string; readonly parameters: readonly Parameter[] } {
    const parameters: Parameter[] = [];
    const text = this.parts
      .map((part) => {
        switch (part.kind) {
          case "text":
            return part.text;
          case "identifier":
            return part.path.map((name) => dialect.quote(name)).join(".");
          case "parameter":
            parameters.push(part.parameter);
            return dialect.placeholder(parameters.length, part.parameter);
        }
      })
      .join("");
    return { text, parameters };
  }
}

/**
 * SQL with values bound and fragments nested: `` sql`select * from ${id("users")} where country = ${country}` ``.
 * A nested {@link Sql} becomes part of the text; anything else becomes a parameter.
 */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  if (!Array.isArray(strings)) {
    throw new CoreError("CORE_INVALID_OPTION", `sql was called with ${showValue(strings)}.`, {
      hint: "Put it before a template, sql`select 1`; text that is SQL already is raw(text).",
    });
  }
  const parts: Part[] = [];
  strings.forEach((text, k) => {
    if (text !== "") parts.push({ kind: "text", text });
    if (k >= values.length) return;
    const value = values[k];
    if (value instanceof Sql) parts.push(...value.parts);
    else parts.push({ kind: "parameter", parameter: { value } });
  });
  return new Sql(parts);
}

/** A quoted identifier, or a path of them: `id("main", "users")`. */
export function id(...path: readonly string[]): Sql {
  return new Sql([{ kind: "identifier", path }]);
}

/** A bound value with the type it is bound as. */
export function bind(value: unknown, type: LogicalType): Sql {
  return new Sql([{ kind: "parameter", parameter: { value, type } }]);
}

/** Text that is SQL already. Never for anything that comes from data. */
export function raw(text: string): Sql {
  return new Sql(text === "" ? [] : [{ kind: "text", text }]);
}

/** Fragments one after the other, the separator between them; an empty list is empty SQL. */
export function joinSql(fragments: readonly Sql[], separator: string = ", "): Sql {
  const isSql = Array.isArray(fragments) && fragments.every((fragment) => fragment instanceof Sql);
  if (!isSql) {
    throw new CoreError("CORE_INVALID_OPTION", `joinSql() was given ${showValue(fragments)}.`, {
      hint: "Give a list of what sql`…`, id(…) or raw(…) made.",
    });
  }
  return new Sql(
    fragments.flatMap((fragment, k): readonly Part[] =>
      k === 0 ? fragment.parts : [{ kind: "text", text: separator }, ...fragment.parts],
    ),
  );
}
