import fc from "fast-check";

const CHARACTERS = [
  "a",
  "b",
  "Z",
  "0",
  "7",
  "_",
  "-",
  " ",
  "\n",
  "\t",
  "é",
  "😀",
  ".",
  "]",
  "^",
  "/",
  "\u00a0",
  "\v",
];
/** Texts of characters that patterns tell apart. */
export const texts: fc.Arbitrary<string[]> = fc.array(
  fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 6 }).map((parts) => parts.join("")),
  { minLength: 1, maxLength: 8 },
);

const single = fc.constantFrom(
  "a",
  "b",
  "Z",
  "0",
  "_",
  "-",
  " ",
  "é",
  "😀",
  "/",
  "\\.",
  "\\]",
  "\\^",
  "\\-",
  "\\n",
  "\\t",
  "\\x41",
  "\\u00e9",
  "\\/",
);
const shorthand = fc.constantFrom("\\d", "\\w", "\\s", "\\D", "\\W", "\\S", ".");
const bracket = fc
  .tuple(
    fc.boolean(),
    fc.array(
      fc.oneof(
        single.filter((one) => one !== "-"),
        fc.constantFrom("\\-", "a-z", "\\-", "0-9", "\\d", "\\w", "\\s", "é-😀"),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([negated, parts]) => `[${negated ? "^" : ""}${parts.join("")}]`);
const quantifier = fc.constantFrom(
  "",
  "",
  "*",
  "+",
  "?",
  "{2}",
  "{1,}",
  "{0,2}",
  "*?",
  "+?",
  "{1,2}?",
);
const generated = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { depthSize: "small" },
    single,
    shorthand,
    bracket,
    tie("pattern").map((inner) => `(${inner})`),
    tie("pattern").map((inner) => `(?:${inner})`),
  ),
  pattern: fc
    .array(
      fc
        .array(
          fc.tuple(tie("atom"), quantifier).map(([atom, times]) => atom + times),
          { minLength: 1, maxLength: 3 },
        )
        .map((parts) => parts.join("")),
      { minLength: 1, maxLength: 2 },
    )
    .chain((branches) =>
      fc
        .tuple(fc.constantFrom("", "^"), fc.constantFrom("", "$"))
        .map(([start, end]) => `${start}${branches.join("|")}${end}`),
    ),
}));

/** Patterns of everything the portable syntax has. */
export const pattern: fc.Arbitrary<string> = generated.pattern;
