import { bind, raw, sql } from "@lakewright/sql";
import { markTexts } from "../batch/text.ts";
import { QualityError } from "../errors.ts";
import { formats, type FormatName } from "../pattern/formats.ts";
import { portablePattern } from "../pattern/parse.ts";
import { plain } from "../values/plain.ts";
import type { CountBounds } from "./builder.ts";
import { describeCount } from "./count-bounds.ts";
import type { RowRule } from "./definition.ts";
import { anyOf, UTF8 } from "./sql.ts";

/** Texts that contain a match of a pattern. */
export function patternRule(column: string, pattern: string, complaint: string): RowRule {
  const portable = portablePattern(pattern);
  const expression = new RegExp(portable, "u");
  return {
    kind: "row",
    failsSql: ({ column: of, dialect }) =>
      sql`NOT ${dialect.regexMatches(of(column), bind(portable, UTF8))}`,
    kernel: () => (view, mask) => markTexts(view, column, (text) => !expression.test(text), mask),
    reason: ([value]) => `${plain(value)} ${complaint}`,
  };
}

/** The source of a pattern given as text or as an expression without flags that change what it matches. */
export function patternSource(subject: string, pattern: string | RegExp): string {
  if (typeof pattern === "string") return pattern;
  if (pattern instanceof RegExp && /^[uvgd]*$/.test(pattern.flags)) {
    // JavaScript writes / as \/, which is the same to every engine.
    return pattern.source === "(?:)" ? "" : pattern.source;
  }
  throw new QualityError(
    "QUALITY_INVALID_PATTERN",
    `${subject}: ${String(pattern)} has flags that engines do not share.`,
    { hint: "Leave i, m, s and y out: write [Aa] for a letter in both cases." },
  );
}

/** Texts of a named form. */
export function formatRule(subject: string, column: string, name: FormatName): RowRule {
  if (!Object.hasOwn(formats, name)) {
    throw new QualityError(
      "QUALITY_INVALID_CONTRACT",
      `${subject}: there is no format "${name}".`,
      {
        hint: `There are ${Object.keys(formats).join(", ")}.`,
      },
    );
  }
  return patternRule(column, formats[name], `is no ${name}`);
}

/** Texts of so many code points. */
export function lengthRule(column: string, bounds: CountBounds): RowRule {
  const { min, max } = bounds;
  const least = min ?? 0;
  const most = max ?? Infinity;
  return {
    kind: "row",
    failsSql: ({ column: of }) => {
      const length = sql`char_length(${of(column)})`;
      return anyOf([
        min === undefined ? undefined : sql`${length} < ${raw(String(min))}`,
        max === undefined ? undefined : sql`${length} > ${raw(String(max))}`,
      ]);
    },
    kernel: () => (view, mask) => {
      const lengths = view.lengths(column);
      for (let i = 0; i < mask.length; i++) {
        const length = lengths[i]!;
        mask[i] = length < least || length > most ? 1 : 0;
      }
    },
    reason: ([value]) => {
      const length = [...(value as string)].length;
      return `${plain(value)} has ${length} characters, not ${describeCount(bounds)}`;
    },
  };
}
