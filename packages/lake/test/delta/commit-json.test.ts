import { expect, test } from "vitest";
import { parseCommit } from "../../src/delta/log/commit-json.ts";

const parse = (text: string): unknown => parseCommit(new TextEncoder().encode(text), "7.json");

test.each([
  ["", /7\.json is empty/],
  ["\r\n \n", /7\.json is empty/],
  ["[]\n", /line 1 is no JSON object/],
  ["5\n", /line 1 is no JSON object/],
  ['{"txn":{"appId":"a","version":1}}\n{"add":{"pa', /line 2 is no JSON object/],
])("a commit cut short, %j, is refused instead of read as less", (text, says) => {
  expect(() => parse(text)).toThrow(says);
});

test("blank lines, CRLF and a byte order mark are read over", () => {
  const line = '{"txn":{"appId":"a","version":1}}';
  expect(parse(`\ufeff\r\n${line}\r\n\r\n`)).toMatchObject([{ txn: { appId: "a" } }]);
});
