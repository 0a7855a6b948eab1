import { bigintRange, Decimal, parseDate, parseTimestamp } from "@lakewright/core";
import { checkTree } from "../where/check.ts";
import { invalidExpression } from "./errors.ts";
import type { Call, Expression } from "./expression.ts";
import { functionNames, isFunctionName } from "./functions/registry.ts";
import { requireType } from "./sql-type.ts";
import { type Token, tokensOf } from "./tokens.ts";

const known = new Map<string, Expression>();
const MOST_KNOWN = 200;
const DEEPEST = 200;

/**
 * The tree of a SQL expression.
 *
 * @throws LakeError LAKE_INVALID_EXPRESSION with the position, and what there is
 */
export function parseSql(text: string): Expression {
  const before = known.get(text);
  if (before) return before;
  const tree = new Parser(text).whole();
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, tree);
  return tree;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  "=": "=",
  "==": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "<=>": "<=>",
};

/** Words that end an expression and so are no columns, unless in backticks. */
const RESERVED = new Set(
  "and or not is in between like ilike rlike regexp escape case when then else end cast as from null true false select".split(
    " ",
  ),
);

const op = (name: string, ...args: Expression[]): Call => ({ op: "call", name, args });

/** A parser by recursive descent, one method a level of Spark's operator precedence. */
class Parser {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokensOf(text);
  }

  whole(): Expression {
    const tree = this.expression();
    if (this.peek.kind !== "end") throw this.unexpected("the end");
    try {
      checkTree(tree);
    } catch {
      throw this.tooDeep();
    }
    return tree;
  }

  private expression(): Expression {
    if (++this.depth > DEEPEST) throw this.tooDeep();
    const terms = [this.conjunction()];
    while (this.takeWord("or")) terms.push(this.conjunction());
    this.depth--;
    return terms.length === 1 ? terms[0]! : op("or", ...terms);
  }

  private conjunction(): Expression {
    const terms = [this.negation()];
    while (this.takeWord("and")) terms.push(this.negation());
    return terms.length === 1 ? terms[0]! : op("and", ...terms);
  }

  private negation(): Expression {
    let times = 0;
    while (this.takeWord("not") || this.takeSign("!")) times++;
    let term = this.predicate();
    for (; times > 0; times--) term = op("not", term);
    return term;
  }

  private predicate(): Expression {
    let left = this.sum();
    for (;;) {
      const sign = this.peek.kind === "sign" ? COMPARISONS[this.peek.text] : undefined;
      if (sign !== undefined) {
        this.at++;
        left = op(sign, left, this.sum());
        continue;
      }
      if (this.takeWord("is")) {
        left = this.isTest(left);
        continue;
      }
      const negated = this.isWord("not") && this.tokens[this.at + 1]?.kind === "word";
      if (negated) this.at++;
      const test = this.test(left);
      if (!test) {
        if (negated) throw this.unexpected("BETWEEN, IN or LIKE");
        return left;
      }
      left = negated ? op("not", test) : test;
    }
  }

  private isTest(value: Expression): Expression {
    const negated = this.takeWord("not");
    let test: Expression;
    if (this.takeWord("null")) test = op("isnull", value);
    else if (this.takeWord("true")) test = op("<=>", value, { op: "literal", value: true });
    else if (this.takeWord("false")) test = op("<=>", value, { op: "literal", value: false });
    else if (this.takeWord("distinct")) {
      this.expectWord("from");
      test = op("not", op("<=>", value, this.sum()));
    } else throw this.unexpected("NULL, TRUE, FALSE or DISTINCT FROM");
    return negated ? op("not", test) : test;
  }

  private test(value: Expression): Expression | undefined {
    if (this.takeWord("between")) {
      const low = this.sum();
      this.expectWord("and");
      return op("and", op(">=", value, low), op("<=", value, this.sum()));
    }
    if (this.takeWord("in")) {
      this.expectSign("(");
      return { op: "call", name: "in", args: [value, ...this.list(")")] };
    }
    if (this.takeWord("like")) {
      const pattern = this.sum();
      return this.takeWord("escape")
        ? op("like", value, pattern, this.sum())
        : op("like", value, pattern);
    }
    if (this.takeWord("rlike") || this.takeWord("regexp")) return op("rlike", value, this.sum());
    return undefined;
  }

  private sum(): Expression {
    let left = this.product();
    for (;;) {
      const sign = this.takeSign("+") ?? this.takeSign("-") ?? this.takeSign("||");
      if (sign === undefined) return left;
      left = op(sign, left, this.product());
    }
  }

  private product(): Expression {
    let left = this.signed();
    for (;;) {
      const sign = this.takeSign("*") ?? this.takeSign("/") ?? this.takeSign("%");
      if (sign !== undefined) left = op(sign, left, this.signed());
      else if (this.takeWord("div")) left = op("div", left, this.signed());
      else return left;
    }
  }

  private signed(): Expression {
    let negations = 0;
    for (;;) {
      if (this.takeSign("+")) continue;
      if (!this.takeSign("-")) break;
      negations++;
    }
    // The least integers have no positive literal.
    const literal = negations > 0 && this.peek.kind === "number";
    let value = this.after(literal ? this.number(this.next(), "-") : this.primary());
    for (let k = literal ? 1 : 0; k < negations; k++) value = op("negative", value);
    return value;
  }

  /** Fields of structs and `::` casts behind a value. */
  private after(value: Expression): Expression {
    for (;;) {
      if (this.takeSign("::")) value = this.castTo(value);
      else return value;
    }
  }

  private primary(): Expression {
    const token = this.next();
    if (token.kind === "string") return { op: "literal", value: token.text, type: "string" };
    if (token.kind === "number") return this.number(token, "");
    if (token.kind === "name") return this.column(token);
    if (token.kind === "sign" && token.text === "(") {
      const inner = this.expression();
      this.expectSign(")");
      return inner;
    }
    if (token.kind === "word") return this.word(token);
    if (token.kind !== "end") this.at--;
    throw this.unexpected("a value");
  }

  private word(token: Token): Expression {
    const word = token.text.toLowerCase();
    switch (word) {
      case "null":
        return { op: "literal", value: null };
      case "true":
      case "false":
        return { op: "literal", value: word === "true" };
      case "case":
        return this.caseOf();
      case "cast":
        if (!this.takeSign("(")) break;
        return this.cast();
      case "date":
      case "timestamp":
      case "timestamp_ntz":
      case "x":
        if (this.peek.kind === "string") return this.typed(word, this.next());
        break;
      case "interval":
        if (this.peek.kind === "string" || this.peek.kind === "number") {
          throw this.error("Intervals are not understood.", token, "Add days with date_add.");
        }
        break;
      case "extract":
        if (!this.takeSign("(")) break;
        return this.extract();
    }
    if (this.takeSign("(")) return this.functionCall(token);
    if (/^current_(?:date|timestamp)$/.test(word)) return op(word);
    if (RESERVED.has(word)) {
      this.at--;
      throw this.unexpected("a value");
    }
    return this.column(token);
  }

  private functionCall(token: Token): Expression {
    const name = token.text.toLowerCase();
    if (!isFunctionName(name)) throw this.unknownFunction(token);
    return { op: "call", name, args: this.list(")") };
  }

  private caseOf(): Expression {
    const subject = this.isWord("when") ? undefined : this.expression();
    const args: Expression[] = [];
    while (this.takeWord("when")) {
      const when = this.expression();
      args.push(subject ? op("=", subject, when) : when);
      this.expectWord("then");
      args.push(this.expression());
    }
    if (args.length === 0) throw this.unexpected("WHEN");
    if (this.takeWord("else")) args.push(this.expression());
    this.expectWord("end");
    return op("case", ...args);
  }

  private cast(): Expression {
    const value = this.expression();
    this.expectWord("as");
    const cast = this.castTo(value);
    this.expectSign(")");
    return cast;
  }

  private castTo(value: Expression): Expression {
    const token = this.next();
    if (token.kind !== "word") throw this.error("A type is expected.", token);
    let type = token.text.toLowerCase();
    if (this.takeSign("(")) {
      const sizes = this.list(")").map((size) =>
        size.op === "literal" ? String(size.value) : "?",
      );
      type += `(${sizes.join(",")})`;
    }
    requireType(type, { text: this.text, position: token.at + 1 });
    return { op: "call", name: "cast", args: [value], type };
  }

  private extract(): Expression {
    const part = this.next();
    const name = part.text.toLowerCase();
    if (part.kind !== "word" || !isFunctionName(name)) throw this.unknownFunction(part);
    this.expectWord("from");
    const value = this.expression();
    this.expectSign(")");
    return op(name, value);
  }

  private column(first: Token): Expression {
    const path: string[] = [];
    while (this.takeSign(".")) {
      const field = this.next();
      if (field.kind !== "word" && field.kind !== "name") {
        throw this.error("A field of a struct is expected.", field);
      }
      path.push(field.text);
    }
    return path.length === 0
      ? { op: "column", column: first.text }
      : { op: "column", column: first.text, path };
  }

  private typed(type: string, token: Token): Expression {
    const { text } = token;
    const bad = (): Error =>
      this.error(`${JSON.stringify(text)} is no ${type === "x" ? "hexadecimal" : type}.`, token);
    switch (type) {
      case "date":
        if (parseDate(text) === undefined) throw bad();
        break;
      case "x": {
        if (!/^(?:[\da-f]{2})*$/i.test(text)) throw bad();
        const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
        return { op: "literal", value: bytes, type: "binary" };
      }
      default:
        if (!parseTimestamp(text)) throw bad();
    }
    return {
      op: "call",
      name: "cast",
      args: [{ op: "literal", value: text, type: "string" }],
      type,
    };
  }

  private number(token: Token, minus: "" | "-"): Expression {
    const [, digits, suffix] = /^(.*?)(bd|[lsyfd])?$/i.exec(token.text)!;
    const text = minus + digits!;
    const whole = /^-?\d+$/.test(text);
    switch (suffix?.toLowerCase()) {
      case "d":
        return { op: "literal", value: Number(text), type: "double" };
      case "f":
        return { op: "literal", value: Number(text), type: "float" };
      case "l":
      case "s":
      case "y": {
        const [type, range] = {
          l: ["bigint", bigintRange.int64],
          s: ["smallint", [-0x8000n, 0x7fffn]],
          y: ["tinyint", [-128n, 127n]],
        }[suffix!.toLowerCase() as "l" | "s" | "y"] as [string, readonly [bigint, bigint]];
        if (!whole || BigInt(text) < range[0] || BigInt(text) > range[1]) {
          throw this.error(`${text}${suffix!} is no ${type}.`, token);
        }
        return { op: "literal", value: BigInt(text), type };
      }
      default:
        break;
    }
    if (/e/i.test(text) && suffix === undefined) {
      return { op: "literal", value: Number(text), type: "double" };
    }
    if (whole && suffix === undefined) {
      const value = BigInt(text);
      if (value >= -0x8000_0000n && value < 0x8000_0000n) {
        return { op: "literal", value: Number(value), type: "int" };
      }
      const [low, high] = bigintRange.int64;
      if (value >= low && value <= high) return { op: "literal", value, type: "bigint" };
    }
    const value = Decimal.from(text);
    const precision = Math.max(digitsOf(value), value.scale, 1);
    if (precision > 38) throw this.error(`${text} has more than 38 digits.`, token);
    return { op: "literal", value, type: `decimal(${precision},${value.scale})` };
  }

  private list(end: string): Expression[] {
    const items: Expression[] = [];
    if (this.takeSign(end)) return items;
    do items.push(this.expression());
    while (this.takeSign(","));
    this.expectSign(end);
    return items;
  }

  private get peek(): Token {
    return this.tokens[this.at]!;
  }

  private next(): Token {
    const token = this.peek;
    if (token.kind !== "end") this.at++;
    return token;
  }

  private isWord(word: string): boolean {
    return this.peek.kind === "word" && this.peek.text.toLowerCase() === word;
  }

  private takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.at++;
    return found;
  }

  private takeSign(sign: string): string | undefined {
    if (this.peek.kind !== "sign" || this.peek.text !== sign) return undefined;
    this.at++;
    return sign;
  }

  private expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected(word.toUpperCase());
  }

  private expectSign(sign: string): void {
    if (this.takeSign(sign) === undefined) throw this.unexpected(`"${sign}"`);
  }

  private tooDeep(): Error {
    return this.error("The expression is nested too deeply.");
  }

  private unexpected(wanted: string): Error {
    const { kind, text } = this.peek;
    const found = kind === "end" ? "the expression ends" : `there is ${JSON.stringify(text)}`;
    return this.error(`Where ${wanted} is expected, ${found}.`);
  }

  private unknownFunction(token: Token): Error {
    return this.error(
      `There is no function ${token.text}.`,
      token,
      `The functions are ${functionNames().join(", ")}.`,
    );
  }

  private error(message: string, token: Token = this.peek, hint?: string): Error {
    return invalidExpression(message, {
      text: this.text,
      position: token.at + 1,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function digitsOf({ unscaled }: Decimal): number {
  return String(unscaled < 0n ? -unscaled : unscaled).length;
}
