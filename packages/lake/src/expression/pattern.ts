import { invalidExpression } from "./errors.ts";
import { asText } from "./functions/define.ts";
import { binary, type Node, unary } from "./node.ts";
import { BOOL } from "./sql-type.ts";

/** `text LIKE pattern [ESCAPE character]`: % is any text, _ any character. */
export function likeNode(args: readonly Node[], text: string): Node {
  const [value, pattern, escape] = args;
  if (!value || !pattern || args.length > 3) {
    throw invalidExpression(
      `LIKE is applied to a text and a pattern, not to ${args.length} values: ${text}.`,
    );
  }
  const character = escape ? escape.literal?.value : "\\";
  if (typeof character !== "string" || Array.from(character).length !== 1) {
    throw invalidExpression(`${text}: the escape must be one character.`);
  }
  return matching(value, pattern, text, (like) => likePattern(like, character, text));
}

/** `text RLIKE pattern`: whether a regular expression is found in a text. */
export function regexNode(args: readonly Node[], text: string): Node {
  const [value, pattern] = args;
  if (!value || !pattern || args.length > 2) {
    throw invalidExpression(
      `RLIKE is applied to two texts, not to ${args.length} values: ${text}.`,
    );
  }
  return matching(value, pattern, text, (regex) => {
    try {
      return new RegExp(regex, "u");
    } catch (cause) {
      throw invalidExpression(
        `${text}: ${JSON.stringify(regex)} is no regular expression (${String(cause)}).`,
      );
    }
  });
}

function matching(
  value: Node,
  pattern: Node,
  text: string,
  compile: (pattern: string) => RegExp,
): Node {
  const fixed = pattern.literal?.value;
  if (typeof fixed === "string") {
    const regex = compile(fixed);
    return unary(BOOL, text, asText(value), ((given: string) =>
      Number(regex.test(given))) as never);
  }
  return binary(BOOL, text, asText(value), asText(pattern), ((given: string, like: string) =>
    Number(compile(like).test(given))) as never);
}

function likePattern(pattern: string, escape: string, text: string): RegExp {
  let regex = "";
  let escaped = false;
  for (const character of pattern) {
    if (escaped) {
      if (character !== "%" && character !== "_" && character !== escape) {
        throw invalidExpression(`${text}: the escape ${escape} stands before ${character}.`, {
          hint: `Only %, _ and ${escape} itself are escaped.`,
        });
      }
      regex += literal(character);
      escaped = false;
    } else if (character === escape) escaped = true;
    else if (character === "%") regex += "[^]*";
    else if (character === "_") regex += "[^]";
    else regex += literal(character);
  }
  if (escaped) throw invalidExpression(`${text}: the pattern ends with its escape.`);
  return new RegExp(`^${regex}$`, "u");
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
